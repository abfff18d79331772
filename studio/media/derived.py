"""Things made from media files and kept on the disk, under the hash of the content they were made from."""

from __future__ import annotations

import contextlib
import logging
from functools import lru_cache
from os import PathLike
from pathlib import Path

from studio.media.atomic_file import partial_path
from studio.media.container import checked_path
from studio.media.fingerprint import content_hash
from studio.paths import cache_folder

_log = logging.getLogger(__name__)


def derived_path(path: str | PathLike[str], kind: str, name: str) -> Path:
    """Where the thing called `name` made from the file at `path` is kept: <cache>/<kind>/<hash>/<name>.

    A file that moves keeps its things, one that changes gets new ones. Raises MissingFileError, MediaError.
    """
    file = checked_path(path)
    status = file.stat()
    return cache_folder() / kind / _hash(str(file), status.st_size, status.st_mtime_ns) / name


@lru_cache(maxsize=1024)
def _hash(path: str, size_bytes: int, changed_ns: int) -> str:
    return content_hash(path)


def kept(path: Path) -> bytes | None:
    """What `keep` wrote to `path`; None when there is nothing, or nothing that can be read."""
    try:
        return path.read_bytes() or None
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("cannot use %s: %s", path, error)
        return None


def keep(path: Path, data: bytes) -> None:
    """Writes `data` to `path`, whole or not at all; a cache that cannot be written costs time, no more."""
    draft = partial_path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        _log.warning("cannot keep %s: %s", path, error)
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
