"""Work in the background that may take long: it tells how far it is, and can be cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from studio.errors import CancelledError, ErrorReport
from studio.ui.bridge import run_in_background

T = TypeVar("T")
Step = Callable[[int, int], None]
"""Tells (done, total); raises CancelledError when the work has been cancelled."""


class LongWork(QObject):
    """Belongs to the window's thread. `ended` comes once, whatever happened."""

    progressed = Signal(int, int)
    ended = Signal()
    _stepped = Signal(int, int)

    def __init__(self, title: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.is_over = False
        self._stop = threading.Event()
        self._stepped.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Has the work stop at its next step; what was done so far is forgotten."""
        self._stop.set()

    def run(
        self,
        function: Callable[[Step], T],
        on_done: Callable[[T], None],
        on_error: Callable[[ErrorReport], None],
    ) -> None:
        """Calls `function` in the background and then one of the others here; neither when cancelled."""

        def step(done: int, total: int) -> None:
            if self._stop.is_set():
                raise CancelledError
            self._stepped.emit(done, total)

        def guarded() -> T | None:
            try:
                return function(step)
            except CancelledError:
                return None

        def finished(result: T | None) -> None:
            self._end()
            # A cancel that comes after the last step counts as well.
            if result is not None and not self._stop.is_set():
                on_done(result)

        def failed(report: ErrorReport) -> None:
            self._end()
            on_error(report)

        run_in_background(guarded, finished, failed, owner=self)

    @Slot(int, int)
    def _tell(self, done: int, total: int) -> None:
        if not self.is_over:
            self.progressed.emit(done, total)

    def _end(self) -> None:
        self.is_over = True
        self.ended.emit()
        self.deleteLater()
