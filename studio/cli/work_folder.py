"""Where a command works: the same place for the same command, so that after a kill it goes on."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.errors import CancelledError
from studio.jobs.job import Export, Generate, Job, encode, sources_of
from studio.locking import FileLock
from studio.paths import cache_folder

# What nobody has gone on with for so long is cleared away.
_KEPT_S = 7 * 24 * 3600


def work_key(job: Job) -> str:
    """A name for what `job` asks of these very files; empty for one that is never the same twice."""
    if isinstance(job, Export | Generate):
        return ""
    digest = hashlib.blake2b(encode(job), digest_size=12)
    for source in sources_of(job):
        status = Path(source.path).stat()
        digest.update(f"{source.path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


@contextmanager
def work_folder(key: str) -> Iterator[Path]:
    """The folder for the work called `key`; a new one without a name, or while another command is in it.

    It is removed in the end, except where the work failed or was killed: then the same command finds it.
    """
    commands = cache_folder() / "commands"
    commands.mkdir(exist_ok=True)
    _clear_away(commands)
    lock = _lock(commands / f"{key}.lock") if key else None
    if lock is None:
        with tempfile.TemporaryDirectory(prefix="once-", dir=commands) as folder:
            yield Path(folder)
        return
    folder = commands / key
    folder.mkdir(exist_ok=True)
    try:
        yield folder
    except (CancelledError, KeyboardInterrupt):
        shutil.rmtree(folder, ignore_errors=True)
        raise
    else:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        lock.release()


def _lock(path: Path) -> FileLock | None:
    try:
        return FileLock(path)
    except BlockingIOError:
        return None


def _clear_away(commands: Path) -> None:
    for path in commands.iterdir():
        if time.time() - path.stat().st_mtime < _KEPT_S:
            continue
        lock = _lock(path.with_suffix(".lock"))
        if lock is not None:
            shutil.rmtree(path, ignore_errors=True)
            lock.release()
            path.with_suffix(".lock").unlink(missing_ok=True)
