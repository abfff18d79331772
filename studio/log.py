"""One log set-up for window, worker and command line."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


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
        file = RotatingFileHandler(folder / "studio.log", maxBytes=2_000_000, backupCount=3, encoding="utf-8")
        file.setFormatter(logging.Formatter(_FORMAT))
        root.addHandler(file)
