"""The lower edge of a track's header: dragged, it makes the track higher or lower."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

EDGE_HEIGHT = 6


class RowEdge(QWidget):
    dragged = Signal(int)
    """To where, in pixels below the header's upper edge."""
    reset = Signal()

    def __init__(self, header: QWidget) -> None:
        super().__init__(header)
        self._held_at: float | None = None
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.setToolTip("Drag to make the track higher or lower; a double click takes it back")

    def place(self) -> None:
        """Lies along the lower edge of the header as it is now."""
        header = self.parentWidget()
        assert header is not None
        self.setGeometry(0, header.height() - EDGE_HEIGHT, header.width(), EDGE_HEIGHT)
        self.raise_()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held_at = event.position().y()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held_at is not None:
            below = EDGE_HEIGHT - self._held_at
            self.dragged.emit(round(self.mapToParent(event.position()).y() + below))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held_at = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset.emit()
