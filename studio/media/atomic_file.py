"""Files that appear whole or not at all: written under a partial name, then renamed over the target."""

from __future__ import annotations

import contextlib
import os
import uuid
from os import PathLike
from pathlib import Path

from studio.errors import StorageError, storage_error

# No film is smaller: a disk without this much room is full, and that is better known before the work.
_LEAST_BYTES = 64 * 1024


class PartialFile:
    """A new file `.<name>.<random>.partial` beside `target`, which `commit` puts in the target's place.

    Until then the target is untouched. Raises StorageError (DiskFullError) when the folder is missing,
    is no folder, or may not be written.
    """

    def __init__(self, target: str | PathLike[str]) -> None:
        self.target = Path(target).absolute()
        if self.target.is_dir():
            raise StorageError(f"{self.target} is a folder.", "Choose a file name inside it.")
        self.path = partial_path(self.target)
        try:
            with self.path.open("xb") as stream:
                stream.write(bytes(_LEAST_BYTES))
        except FileNotFoundError as error:
            raise missing_folder(self.target) from error
        except OSError as error:
            self.discard()
            raise storage_error(error, self.target) from error

    def write(self, data: bytes) -> None:
        """Makes `data` the whole content; raises StorageError."""
        try:
            self.path.write_bytes(data)
        except OSError as error:
            raise storage_error(error, self.target) from error

    def commit(self) -> None:
        """Flushes the partial file to the disk and renames it over the target."""
        try:
            flush_to_disk(self.path)
            self.path.replace(self.target)
        except OSError as error:
            self.discard()
            raise storage_error(error, self.target) from error
        flush_folder(self.target.parent)

    def discard(self) -> None:
        """Removes the partial file, if there is one."""
        with contextlib.suppress(NotADirectoryError):
            self.path.unlink(missing_ok=True)


def partial_path(target: Path) -> Path:
    """A name beside `target` that no other writer has."""
    return target.with_name(f".{target.name}.{uuid.uuid4().hex[:12]}.partial")


def missing_folder(target: Path) -> StorageError:
    return StorageError(f"There is no folder {target.parent}", "Make it first or choose another one.")


def flush_to_disk(path: Path) -> None:
    """Waits until the content of `path` is on the disk; raises OSError."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Waits until the names in `folder` are on the disk, where the system knows such a thing."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
