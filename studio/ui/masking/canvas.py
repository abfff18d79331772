"""The frame with the mask over it, painted with a round brush, seen as near as the hand needs it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from studio.ui import theme
from studio.ui.masking.sight import Sight

LARGEST = 400
SMALLEST = 2
_KEPT = 60
_NOTCH = 120
_ZOOM_STEP = 1.25
_OPACITY = 0.55


class MaskCanvas(QWidget):
    """The mask is grey, one byte a pixel, as large as the frame: 255 is drawn anew, 0 is kept."""

    changed = Signal()
    """The mask, or what can be undone, is another now."""
    brush_changed = Signal()
    sight_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._frame = QImage()
        self._mask = QImage()
        self._undo: list[QImage] = []
        self._redo: list[QImage] = []
        self._last: QPointF | None = None
        self._pointer: QPointF | None = None
        self._overlay: QImage | None = None
        self._sight = Sight()
        self._grabs = False
        """The space bar is down: the frame is moved, not painted on."""
        self._grip: QPointF | None = None
        self.erases = False
        self.brush = 60
        """Its diameter in pixels of the frame."""
        self.setMinimumSize(320, 180)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Mask")
        self.setToolTip("Paint over what is to be drawn anew")

    # What is on it

    def show_frame(self, frame: QImage, mask: QImage | None) -> None:
        """Shows `frame` under `mask`, an empty one when None; what was painted before is forgotten."""
        if frame.size() != self._frame.size():
            self._sight.fit()
        self._frame = frame
        if mask is None or mask.isNull():
            self._mask = QImage(frame.size(), QImage.Format.Format_Grayscale8)
            self._mask.fill(0)
        else:
            # A mask painted at another size, for example before the clip was replaced by a larger one.
            self._mask = mask.scaled(frame.size()).convertToFormat(QImage.Format.Format_Grayscale8)
        self._undo, self._redo = [], []
        self._look_again()
        self._show()

    def image(self) -> QImage:
        """A copy of the mask."""
        return self._mask.copy()

    def is_blank(self) -> bool:
        """Whether nothing is painted."""
        return not any(bytes(self._mask.constBits()))

    def can_undo(self) -> bool:
        return bool(self._undo)

    def can_redo(self) -> bool:
        return bool(self._redo)

    def undo(self) -> None:
        if self._undo:
            self._redo.append(self._mask)
            self._mask = self._undo.pop()
            self._show()

    def redo(self) -> None:
        if self._redo:
            self._undo.append(self._mask)
            self._mask = self._redo.pop()
            self._show()

    def invert(self) -> None:
        self._remember()
        self._mask.invertPixels()
        self._show()

    def clear(self) -> None:
        self._remember()
        self._mask.fill(0)
        self._show()

    def set_brush(self, diameter: int) -> None:
        self.brush = min(max(diameter, SMALLEST), LARGEST)
        self.brush_changed.emit()
        self.update()

    @property
    def zoom(self) -> float:
        """1: the whole frame is seen."""
        return self._sight.zoom

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Shows the frame larger or smaller, about the point `at` of the view or its middle."""
        if not self._frame.isNull():
            middle = QPointF(self.width() / 2, self.height() / 2)
            self._sight.zoom_at(factor, at or middle, self.size(), self._frame.size())
            self._look_again()

    def fit(self) -> None:
        """Shows the whole frame."""
        self._sight.fit()
        self._look_again()

    # The hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        is_left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (is_left and self._grabs):
            self._grip = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton and not self._frame.isNull():
            self._remember()
            self._last = event.position()
            self._stroke_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if self._grip is not None:
            self._sight.move(event.position() - self._grip, self.size(), self._frame.size())
            self._grip = event.position()
            self._look_again()
        elif self._last is not None:
            self._stroke_to(event.position())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._grip = None
            self._show_cursor()
        elif event.button() == Qt.MouseButton.LeftButton and self._last is not None:
            self._last = None
            self.changed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / _NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(_ZOOM_STEP**notches, event.position())
        else:
            self.set_brush(round(self.brush * 1.15**notches))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self._grabs = True
            self._show_cursor()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._grabs = False
            self._show_cursor()
        else:
            super().keyReleaseEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        # The space bar is meant for what the pointer is over.
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._show_cursor()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.update()
        super().leaveEvent(event)

    # How it looks

    def place(self) -> QRectF:
        """Where the frame lies."""
        if self._frame.isNull():
            return QRectF(self.rect())
        return self._sight.place(self.size(), self._frame.size())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("letterbox"))
        if self._frame.isNull():
            painter.setPen(theme.color("secondary"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Reading the frame…")
            return
        place = self.place()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._frame)
        painter.setOpacity(_OPACITY)
        painter.drawImage(place, self._tinted())
        painter.setOpacity(1)
        if self._pointer is not None and not self._grabs and self._grip is None:
            self._paint_brush(painter, self._pointer)

    def sizeHint(self) -> QSize:
        return QSize(800, 450)

    def _paint_brush(self, painter: QPainter, at: QPointF) -> None:
        """Its outline, dark and light, so that it is seen on any picture."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = max(2.0, self.brush * self._scale() / 2)
        for token, width in (("letterbox", 3), ("accent" if not self.erases else "text", 1.5)):
            painter.setPen(QPen(theme.color(token), width))
            painter.drawEllipse(at, radius, radius)

    def _tinted(self) -> QImage:
        """The mask in the accent, as large as it is shown, or as it is where it is enlarged."""
        size = (self.place().size() * self.devicePixelRatioF()).toSize().boundedTo(self._mask.size())
        if self._overlay is None or self._overlay.size() != size:
            self._overlay = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            self._overlay.fill(theme.color("accent"))
            smooth = Qt.TransformationMode.SmoothTransformation
            ratio = Qt.AspectRatioMode.IgnoreAspectRatio
            self._overlay.setAlphaChannel(self._mask.scaled(size, ratio, smooth))
        return self._overlay

    # Inside

    def _look_again(self) -> None:
        self._overlay = None
        self.sight_changed.emit()
        self.update()

    def _show_cursor(self) -> None:
        """None over the frame, where the brush's outline is seen; a hand while it can be moved."""
        self.setCursor(Qt.CursorShape.OpenHandCursor if self._grabs else Qt.CursorShape.BlankCursor)
        self.update()

    def _scale(self) -> float:
        """Screen pixels per pixel of the frame."""
        return self.place().width() / max(1, self._frame.width())

    def _stroke_to(self, at: QPointF) -> None:
        start = self._last or at
        painter = QPainter(self._mask)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = Qt.GlobalColor.black if self.erases else Qt.GlobalColor.white
        pen = QPen(shade, self.brush, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(self._in_frame(start), self._in_frame(at + QPointF(0.01, 0)))
        painter.end()
        self._last = at
        self._overlay = None
        self.update()

    def _in_frame(self, at: QPointF) -> QPointF:
        return (at - self.place().topLeft()) / self._scale()

    def _remember(self) -> None:
        self._undo = [*self._undo[-_KEPT:], self._mask.copy()]
        self._redo = []

    def _show(self) -> None:
        self._overlay = None
        self.update()
        self.changed.emit()
