"""The worker's way out: reports onto a pipe that nothing else in the process can write to."""

from __future__ import annotations

import os
import sys
import threading
from typing import BinaryIO

from studio.jobs.messages import Report, write_message

EXIT_ORPHANED = 3


class Outlet:
    """Thread-safe. A broken pipe means that the owner is gone, and the process ends at once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, report: Report) -> None:
        try:
            with self._lock:
                write_message(self._stream, report)
        except OSError:
            os._exit(EXIT_ORPHANED)


def take_pipes() -> tuple[BinaryIO, Outlet]:
    """Commands and outlet on private copies of file descriptors 0 and 1.

    Descriptor 1 then leads to stderr and 0 to nothing, so that neither a stray print (also of a C
    library) nor a stray read can damage the protocol.
    """
    commands = os.fdopen(os.dup(0), "rb")
    reports = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return commands, Outlet(reports)
