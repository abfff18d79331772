"""One log set-up for window, worker and command line."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


_MAX_BYTES = 2_000_000


def set_up(folder: Path | None = None, *, verbose: bool = False) -> None:
    """Warnings (everything when `verbose`) to stderr; everything from INFO up to `folder`/studio.log."""
    root = logging.getLogger("studio")
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    root.handlers.clear()
    screen = logging.StreamHandler(sys.stderr)
    screen.setLevel(logging.DEBUG if verbose else logging.WARNING)
    screen.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(screen)
    if folder is not None:
        file = logging.FileHandler(_fresh(folder / "studio.log"), encoding="utf-8")
        file.setFormatter(logging.Formatter(_FORMAT))
        root.addHandler(file)


def _fresh(file: Path) -> Path:
    """`file`, after a long one has been put aside.

    logging.handlers could do it at any time, but brings the network with it: 12 ms of every start.
    """
    if file.exists() and file.stat().st_size > _MAX_BYTES:
        file.replace(file.with_suffix(".log.1"))
    return file
