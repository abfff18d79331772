"""The picture in the viewer: letterboxed, sharp on every screen, with a word about what it is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.icons import paint_icon

LARGEST = 1920
"""Pixels a side that frames are drawn in while they are only looked at."""
_PADDING = 12


class Picture(QWidget):
    """Shows one image at a time, as large as fits."""

    resized = Signal()
    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._badge = ""
        self._shape = 16 / 9
        self._lesson: tuple[str, str] | None = None
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
        """The shape of the project's picture, which stays the frame for black."""
        self._shape = width / height
        self.update()

    def pixels(self) -> tuple[int, int]:
        """(width, height) in which a frame is wanted: the screen's own pixels, up to LARGEST.

        A picture of just this size is copied to the screen; any other has to be scaled at every repaint,
        which takes ten times as long.
        """
        ratio = self.devicePixelRatio()
        place = self._place()
        width, height = round(place.width() * ratio), round(place.height() * ratio)
        shrink = min(1.0, LARGEST / max(1, width, height))
        return max(2, round(width * shrink)), max(2, round(height * shrink))

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 90)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("letterbox"))
        if self._lesson is not None:
            self._paint_lesson(painter, *self._lesson)
        else:
            place = self._place()
            painter.fillRect(place, Qt.GlobalColor.black)
            if self._image is not None:
                self._paint_image(painter, self._image, self._fitted(self._image, place))
            if self._badge:
                self._paint_badge(painter, place)
        painter.end()

    def _place(self) -> QRectF:
        """Where the project's picture lies, on whole pixels of the screen."""
        ratio = self.devicePixelRatio()
        width, height = self.width() * ratio, self.height() * ratio
        scale = min(width / self._shape, height)
        size = round(scale * self._shape), round(scale)
        left, top = (width - size[0]) // 2, (height - size[1]) // 2
        return QRectF(left / ratio, top / ratio, size[0] / ratio, size[1] / ratio)

    def _fitted(self, image: QImage, place: QRectF) -> QRectF:
        """`image` whole, in the middle of `place`."""
        if image.isNull():
            return place
        scale = min(place.width() / image.width(), place.height() / image.height())
        width, height = image.width() * scale, image.height() * scale
        if abs(width - place.width()) < 2 and abs(height - place.height()) < 2:
            # A size rounded to whole pixels must not leave a hair of black at an edge.
            return place
        return QRectF(place.center().x() - width / 2, place.center().y() - height / 2, width, height)

    def _paint_image(self, painter: QPainter, image: QImage, place: QRectF) -> None:
        ratio = self.devicePixelRatio()
        if (image.width(), image.height()) == (round(place.width() * ratio), round(place.height() * ratio)):
            image.setDevicePixelRatio(ratio)
            painter.drawImage(place.topLeft(), image)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, image)

    def _paint_badge(self, painter: QPainter, place: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(theme.tokens.small_font_size, figures=True))
        width = QFontMetricsF(painter.font()).horizontalAdvance(self._badge)
        box = QRectF(place.left() + _PADDING, place.top() + _PADDING, width + 26, 24)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("letterbox", 0.78))
        painter.drawRoundedRect(box, theme.tokens.radius, theme.tokens.radius)
        painter.setBrush(theme.color("accent"))
        painter.drawEllipse(QRectF(box.left() + 8, box.center().y() - 3, 6, 6))
        painter.setPen(theme.color("on_clip"))
        painter.drawText(
            box.adjusted(20, 0, 0, 0),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
            self._badge,
        )

    def _paint_lesson(self, painter: QPainter, title: str, lesson: str) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # The letterbox is dark in both themes, and so its words are light in both.
        middle = self.rect().center()
        painter.setOpacity(0.5)
        paint_icon(painter, QRectF(middle.x() - 20, middle.y() - 64, 40, 40), "film", "on_clip")
        painter.setOpacity(1.0)
        for words, size, top, opacity in (
            (title, theme.tokens.title_font_size, -12, 0.92),
            (lesson, theme.tokens.font_size, 14, 0.6),
        ):
            painter.setFont(theme.font(size))
            painter.setPen(theme.color("on_clip", opacity))
            area = QRectF(16, middle.y() + top, self.width() - 32, 48)
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
            painter.drawText(area, int(flags) | int(Qt.TextFlag.TextWordWrap), words)
