"""Carries clips out of the timeline: dropped on a panel that takes them, they become its input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from studio.ui.timeline.canvas import Canvas


@runtime_checkable
class ClipTaker(Protocol):
    """A widget on which clips can be dropped."""

    def takes_clips(self, clip_ids: Sequence[str]) -> bool:
        """Whether it would take them."""
        ...

    def show_welcome(self, is_welcome: bool) -> None:
        """Shows that what is held over it would be taken, or no longer."""
        ...

    def take_clips(self, clip_ids: Sequence[str], at: QPoint) -> bool:
        """Takes them at the global position `at`; False: it cannot."""
        ...


class ClipCarrier(QObject):
    """Watches the canvas: while clips are in the hand, the pointer may leave it for another widget.

    The timeline's own gesture goes on meanwhile and is let go, without an edit, where the clips are taken.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._over: ClipTaker | None = None
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent) or not self._carries():
            return False
        at = event.globalPosition().toPoint()
        if event.type() == QEvent.Type.MouseMove:
            self._hold_over(self._taker_at(at))
            return self._over is not None
        if event.type() == QEvent.Type.MouseButtonRelease and self._over is not None:
            taker, clip_ids = self._over, sorted(self._canvas.selection)
            self._hold_over(None)
            self._canvas.escape()
            taker.take_clips(clip_ids, at)
            return True
        return False

    def _hold_over(self, taker: ClipTaker | None) -> None:
        if self._over is not None and self._over is not taker:
            self._over.show_welcome(False)
        self._over = taker
        if taker is not None:
            taker.show_welcome(True)
            # On the timeline nothing would move now.
            self._canvas.propose(None)
            self._canvas.say("Drop here to start a drawing from it")
            self._canvas.setCursor(Qt.CursorShape.DragCopyCursor)

    def _carries(self) -> bool:
        held = self._canvas.held
        if held is None:
            return False
        from studio.ui.timeline.moving import MoveSelection  # Once something is in the hand.

        return isinstance(held, MoveSelection) and held.moved

    def _taker_at(self, at: QPoint) -> ClipTaker | None:
        """The widget at the global position `at` that would take what is selected."""
        widget = QApplication.widgetAt(at)
        while widget is not None:
            if isinstance(widget, ClipTaker) and widget.takes_clips(sorted(self._canvas.selection)):
                return widget
            widget = widget.parentWidget()
        return None
