"""A lock on a file that ends with the process that holds it, however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt

    def _seize(file: BinaryIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _seize(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """Held from construction until `release` or the end of the process.

    Raises BlockingIOError when another process holds it.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+b")
        try:
            _seize(self._file)
        except OSError as error:
            self._file.close()
            raise BlockingIOError(*error.args) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()).encode())
        self._file.flush()

    def release(self) -> None:
        """Lets go; the file stays, since removing it would race with the next holder."""
        self._file.close()
