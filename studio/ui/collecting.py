"""Python's garbage collector, run by the window's thread alone.

The collector starts in whichever thread happens to allocate; started in a background thread it may delete
Qt objects there, which Qt answers with a crash. And a full collection of a large project takes tens of
milliseconds, which no thread should spend while a person drags something.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

# Between looks at how much garbage there may be.
_EVERY_MS = 500
# A full collection at most so often: what it frees are cycles, of which little is made.
_FULL_EVERY_S = 60.0


class Collecting(QObject):
    """Takes the automatic collector's place as long as it lives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._last_full = time.monotonic()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def end(self) -> None:
        """Gives the collector back to Python."""
        self._timer.stop()
        gc.enable()

    def _collect(self) -> None:
        """Collects the generations whose time has come, by Python's own thresholds."""
        young, middle, old = (
            count > threshold for count, threshold in zip(gc.get_count(), self._thresholds, strict=True)
        )
        if old and time.monotonic() - self._last_full > _FULL_EVERY_S:
            gc.collect(2)
            self._last_full = time.monotonic()
        elif middle or old:
            gc.collect(1)
        elif young:
            gc.collect(0)
