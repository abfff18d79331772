"""The picture of a sound: its peaks, and where it plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme

if TYPE_CHECKING:
    import numpy as np


class Waveform(QWidget):
    """Shows peaks and a playhead; a click, a drag or an arrow key asks for another position (0 … 1)."""

    sought = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._peaks: np.ndarray | None = None
        self._position = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(88)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Waveform")
        self.setToolTip("Click to play from there; arrow keys move by a hundredth")

    def sizeHint(self) -> QSize:
        return QSize(240, 88)

    def show_peaks(self, peaks: np.ndarray | None) -> None:
        """`peaks`: float32 (n, 2), the least and the greatest value of each stretch, in [-1, 1]."""
        self._peaks = peaks
        self._position = 0.0
        self.update()

    def set_position(self, position: float) -> None:
        self._position = min(1.0, max(0.0, position))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()), theme.tokens.radius, theme.tokens.radius)
        if self._peaks is not None and len(self._peaks):
            self._paint_peaks(painter, self._peaks)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), theme.tokens.focus))
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.tokens.radius, theme.tokens.radius
            )
        painter.end()

    def _paint_peaks(self, painter: QPainter, peaks: np.ndarray) -> None:
        """One line a pixel, from the least to the greatest value within it."""
        import numpy as np

        width, middle = self.width() - 8, self.height() / 2
        edges = np.linspace(0, len(peaks), width + 1).astype(int)[:-1]
        lows = np.minimum.reduceat(peaks[:, 0], edges)
        highs = np.maximum.reduceat(peaks[:, 1], edges)
        played = int(self._position * width)
        scale = middle - 6
        for name, first, last in (("accent", 0, played), ("clip_sound", played, width)):
            painter.setPen(QPen(theme.color(name), 1))
            for x in range(first, last):
                top, bottom = middle - highs[x] * scale, middle - lows[x] * scale
                painter.drawLine(QPointF(x + 4.5, top), QPointF(x + 4.5, max(bottom, top + 1)))
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.drawLine(QPointF(played + 4, 4), QPointF(played + 4, self.height() - 4))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._seek(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -0.01, Qt.Key.Key_Right: 0.01}
        if event.key() in steps:
            self._ask(self._position + steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._ask(0.0 if event.key() == Qt.Key.Key_Home else 1.0)
        else:
            super().keyPressEvent(event)

    def _seek(self, x: float) -> None:
        self._ask((x - 4) / max(1, self.width() - 8))

    def _ask(self, position: float) -> None:
        if self._peaks is not None:
            self.set_position(position)
            self.sought.emit(self._position)
