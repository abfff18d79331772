"""The queue on disk: one SQLite table, so that no job is lost whatever is killed.

One row per job, its entry as JSON. SQLite's own exclusive lock keeps a second engine out, and the
system gives the lock back when the owner dies, however it dies.
"""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import msgspec
from msgspec.structs import replace

from studio.engine.queue import QueuedJob
from studio.errors import StorageError, storage_error

_LOG = logging.getLogger(__name__)
_SCHEMA_VERSION = 1
_IN_MEMORY = ":memory:"


class Journal:
    """Use from one thread at a time. `notices` says what a person should know about the opening.

    Raises StorageError when another engine owns the file, when it cannot be opened, or when it was
    written by a newer Kinora. A damaged file is put aside and a new one begun.
    """

    def __init__(self, path: Path | None) -> None:
        """`path` None: in memory, gone with the process."""
        self.notices: list[str] = []
        self._path = path
        try:
            self._database = _open(path)
        except sqlite3.OperationalError as error:
            raise _opening_error(error, path) from error
        except sqlite3.DatabaseError as error:
            assert path is not None  # a database in memory has no file to be damaged
            self._put_aside(path, error)
            self._database = _open(path)

    def load(self) -> list[QueuedJob]:
        """Every job, in the order of submission; rows that this version cannot read stay and are noticed."""
        entries: list[QueuedJob] = []
        for job_id, record in self._database.execute("SELECT id, record FROM jobs ORDER BY rowid"):
            try:
                entries.append(msgspec.json.decode(record, type=QueuedJob))
            except (msgspec.DecodeError, msgspec.ValidationError) as error:
                _LOG.warning("job %s in %s cannot be read: %s", job_id, self._path, error)
                self.notices.append(f"Job {job_id} of the queue cannot be read by this version.")
        return entries

    def save(self, *entries: QueuedJob) -> None:
        """Writes the entries in one transaction; raises StorageError."""
        rows = [(entry.id, msgspec.json.encode(replace(entry, progress=None))) for entry in entries]
        # An upsert keeps the row's number, and with it the job's place in the queue.
        statement = "INSERT INTO jobs VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record"
        self._write(statement, rows)

    def delete(self, *job_ids: str) -> None:
        self._write("DELETE FROM jobs WHERE id = ?", [(job_id,) for job_id in job_ids])

    def close(self) -> None:
        self._database.close()

    def _write(self, statement: str, rows: list[tuple[str, bytes]] | list[tuple[str]]) -> None:
        try:
            with self._database:
                self._database.executemany(statement, rows)
        except sqlite3.Error as error:
            hint = "Check that its folder is writable and the disk is not full."
            raise StorageError(f"The queue cannot be saved to {self._path}.", hint, str(error)) from error

    def _put_aside(self, path: Path, error: sqlite3.DatabaseError) -> None:
        aside = path.with_name(path.name + ".damaged")
        _LOG.warning("%s is damaged (%s); it is kept as %s", path, error, aside)
        path.replace(aside)
        for tail in ("-wal", "-shm"):
            path.with_name(path.name + tail).unlink(missing_ok=True)
        self.notices.append(f"The queue was damaged and starts empty; the old one is kept as {aside}.")


def _open(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error(error, path) from error
    # The engine calls from several threads, always under its lock.
    is_new = path is not None and not path.exists()
    database = sqlite3.connect(path or _IN_MEMORY, timeout=0.5, check_same_thread=False)
    try:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        # A queue in which nothing stands yet is not worth waiting for the disk at the first start.
        database.execute(f"PRAGMA synchronous = {'OFF' if is_new else 'NORMAL'}")
        database.execute("PRAGMA journal_mode = WAL")
        version = int(database.execute("PRAGMA user_version").fetchone()[0])
        if version > _SCHEMA_VERSION:
            raise StorageError(
                f"The queue {path} was written by a newer Kinora.",
                "Start that version, or move the file away.",
            )
        with database:
            database.execute("CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, record BLOB NOT NULL)")
            database.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
        # NORMAL survives kill -9; only a power cut may cost the last moments, never the file.
        database.execute("PRAGMA synchronous = NORMAL")
        (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
    except BaseException:
        database.close()
        raise
    return database


def _opening_error(error: sqlite3.OperationalError, path: Path | None) -> StorageError:
    if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
        return StorageError(
            "The queue is in use by another Kinora.", "Close the other window first.", f"{path}: {error}"
        )
    return StorageError(f"The queue {path} cannot be opened.", "Check its folder's permissions.", str(error))
