"""The picture in the viewer: fitted or zoomed, sharp on every screen, with a word about what it is."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.viewer import picture_painting as painting
from studio.ui.viewer.sight import Sight

LARGEST = 1920
"""Pixels a side that frames are drawn in while they are only looked at."""
_NOTCH = 120
_ZOOM_STEP = 1.25


class Picture(QWidget):
    """Shows one image at a time: as large as fits, or zoomed (Ctrl+wheel) and moved (middle button)."""

    resized = Signal()
    """The size in which frames are wanted may be another now."""
    pressed = Signal()
    full_screen_wanted = Signal()
    menu_wanted = Signal(object)
    """The QPoint on the screen where it should open."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._badge = ""
        self._lesson: tuple[str, str] | None = None
        self._sight = Sight()
        self._size = (1280, 720)
        self._dragged_from: QPointF | None = None
        self.safe_areas = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Picture at the playhead")

    @property
    def image(self) -> QImage | None:
        return self._image

    @property
    def badge(self) -> str:
        return self._badge

    @property
    def lesson(self) -> tuple[str, str] | None:
        """What the empty viewer says; None while it shows something."""
        return self._lesson

    @property
    def zoom(self) -> float:
        """How many times larger than fitted it is shown; 1 or more."""
        return self._sight.zoom

    def show_image(self, image: QImage | None, badge: str = "") -> None:
        """Shows `image` (None: black); `badge` is a few words over its corner."""
        self._image, self._badge, self._lesson = image, badge, None
        self.update()

    def teach(self, title: str, lesson: str) -> None:
        """Shows words instead of a picture."""
        if self._lesson != (title, lesson):
            self._image, self._badge, self._lesson = None, "", (title, lesson)
            self.update()

    def set_shape(self, width: int, height: int) -> None:
        """The size of the project's picture, whose shape stays the frame for black."""
        if self._size != (width, height):
            self._size = width, height
            self.update()

    def show_safe_areas(self, shown: bool) -> None:
        self.safe_areas = shown
        self.update()

    def fit(self) -> None:
        """The whole picture again."""
        self._look(Sight())

    def zoom_at(self, factor: float, point: QPointF) -> None:
        """Enlarges by `factor` so that what is under `point` stays there."""
        self._look(self._sight.zoomed(factor, point, self._fitted()))

    def pixels(self) -> tuple[int, int]:
        """(width, height) in which a frame is wanted: the screen's own pixels, up to LARGEST.

        A picture of just this size is copied to the screen; any other has to be scaled at every repaint,
        which takes ten times as long. Zoomed in, no more than the project has.
        """
        ratio = self.devicePixelRatio()
        fitted, zoom = self._fitted(), self._sight.zoom
        if zoom > 1:
            zoom = max(1.0, min(zoom, self._size[0] / max(1.0, fitted.width() * ratio)))
        width, height = round(fitted.width() * ratio * zoom), round(fitted.height() * ratio * zoom)
        shrink = min(1.0, LARGEST / max(1, width, height))
        return max(2, round(width * shrink)), max(2, round(height * shrink))

    def place(self) -> QRectF:
        """Where the project's picture lies."""
        return self._sight.place(self._fitted())

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 90)

    # What the hand does

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()
        if event.button() == Qt.MouseButton.MiddleButton and self._sight.zoom > 1:
            self._dragged_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is None:
            super().mouseMoveEvent(event)
            return
        way = event.position() - self._dragged_from
        self._dragged_from = event.position()
        self._look(self._sight.moved(way, self._fitted()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None and event.button() == Qt.MouseButton.MiddleButton:
            self._dragged_from = None
            self.unsetCursor()
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.full_screen_wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_at(_ZOOM_STEP ** (event.angleDelta().y() / _NOTCH), event.position())
            event.accept()
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("letterbox"))
        if self._lesson is not None:
            painting.paint_lesson(painter, self.rect(), *self._lesson)
        else:
            place = self.place()
            painter.fillRect(place, Qt.GlobalColor.black)
            if self._image is not None:
                painting.paint_image(painter, self._image, place, self.devicePixelRatio())
            if self.safe_areas:
                painting.paint_safe_areas(painter, place)
            seen = place.intersected(QRectF(self.rect()))
            if self._badge:
                painting.paint_badge(painter, seen.topLeft(), self._badge)
            if self._sight.zoom > 1:
                painting.paint_zoom(painter, seen, f"{round(self._scale() * 100)} %")
        painter.end()

    def _look(self, sight: Sight) -> None:
        if sight == self._sight:
            return
        enlarged = sight.zoom != self._sight.zoom
        self._sight = sight
        self.update()
        if enlarged:
            self.resized.emit()

    def _scale(self) -> float:
        """Screen pixels per pixel of the project."""
        return self.place().width() * self.devicePixelRatio() / self._size[0]

    def _fitted(self) -> QRectF:
        """Where the project's picture lies when it is not zoomed, on whole pixels of the screen."""
        ratio = self.devicePixelRatio()
        shape = self._size[0] / self._size[1]
        width, height = self.width() * ratio, self.height() * ratio
        scale = min(width / shape, height)
        size = round(scale * shape), round(scale)
        left, top = (width - size[0]) // 2, (height - size[1]) // 2
        return QRectF(left / ratio, top / ratio, size[0] / ratio, size[1] / ratio)
