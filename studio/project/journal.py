"""The edit journal: one JSON line per step, on the disk before the next gesture can begin.

A line is handed to the operating system at once, so it survives the death of this process, and is
forced onto the disk within `SYNC_DELAY_S`, so it survives a power cut shortly after.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec

from studio.errors import StorageError, storage_error
from studio.project.document import Step

SYNC_DELAY_S = 0.2


class Journal:
    """Appends steps to `path`. `append` belongs to one thread; syncing happens on its own."""

    def __init__(self, path: Path) -> None:
        """Opens or makes the file; raises StorageError."""
        self.path = path
        try:
            # Unbuffered: what a full disk refuses must not linger in a buffer and surface later.
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            raise storage_error(error, path) from error
        self._waiting: list[bytes] = []
        self._sync_error: OSError | None = None
        self._unsynced: list[Path] = []
        self._dirty = threading.Event()
        self._closing = threading.Event()
        self._syncing = threading.Thread(target=self._sync_forever, name="journal-sync", daemon=True)
        self._syncing.start()

    def append(self, step: Step) -> None:
        """Writes `step` and whatever could not be written before it.

        Raises StorageError when the disk refuses; the step is kept and tried again with the next one,
        and the file is left ending in a whole line. A sync that failed is told by the next append.
        """
        self._waiting.append(msgspec.json.encode(step) + b"\n")
        try:
            while self._waiting:
                self._write_line(self._waiting[0])
                self._waiting.pop(0)
        except OSError as error:
            raise storage_error(error, self.path) from error
        self._dirty.set()
        if self._sync_error is not None:
            error, self._sync_error = self._sync_error, None
            raise storage_error(error, self.path) from error

    def sync_soon(self, *others: Path) -> None:
        """Has `others`, files and folders, forced onto the disk too, without anyone waiting for it."""
        self._unsynced.extend(others)
        self._dirty.set()

    def close(self) -> None:
        """Ends syncing and closes; raises StorageError when steps remain that the disk refused."""
        self._closing.set()
        self._dirty.set()
        self._syncing.join()
        self._file.close()
        if self._waiting:
            raise StorageError(
                f"{len(self._waiting)} edits could not be written to {self.path}.", "Free some space."
            )

    def _write_line(self, line: bytes) -> None:
        """The whole line or nothing of it; raises OSError."""
        size = os.fstat(self._file.fileno()).st_size
        written = 0
        try:
            while written < len(line):
                written += self._file.write(line[written:]) or 0
        except OSError:
            os.ftruncate(self._file.fileno(), size)
            raise

    def _sync_forever(self) -> None:
        while True:
            self._dirty.wait()
            closing = self._closing.wait(SYNC_DELAY_S)
            self._dirty.clear()
            try:
                self._sync()
            except OSError as error:
                self._sync_error = error
            if closing:
                return

    def _sync(self) -> None:
        others, self._unsynced = self._unsynced, []
        # A descriptor of its own: `append` may be exchanging the file at this moment.
        for path in (*others, self.path):
            sync(path)


def sync(path: Path) -> None:
    """Forces a file, or the names in a folder, onto the disk; raises OSError."""
    is_folder = path.is_dir()
    if is_folder and os.name == "nt":  # Windows has no descriptor of a folder; its rename is journalled.
        return
    descriptor = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_steps(path: Path, steps: Sequence[Step]) -> None:
    """Replaces the journal at `path`, which nobody has open, by one with `steps`; raises OSError."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(b"".join(msgspec.json.encode(step) + b"\n" for step in steps))
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)


def read_steps(path: Path) -> tuple[list[Step], bytes]:
    """The steps in the journal at `path`, and the bytes from the first line that cannot be read on.

    A last line without its end was being written when the process died: it was never confirmed, and
    counts as damage of the harmless kind.
    """
    data = path.read_bytes() if path.exists() else b""
    decoder = msgspec.json.Decoder(Step)
    steps: list[Step] = []
    position = 0
    while position < len(data):
        end = data.find(b"\n", position)
        if end < 0:
            break
        try:
            steps.append(decoder.decode(data[position:end]))
        except (msgspec.DecodeError, msgspec.ValidationError):
            break
        position = end + 1
    return steps, data[position:]
