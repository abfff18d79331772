"""How the strip of keyframes looks: pictures, empty places and the scale of frames below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from studio.ui import icons, theme
from studio.ui.theme import tokens
from studio.ui.thumbnails import framed

if TYPE_CHECKING:
    from studio.ui.drawing.keyframe_strip import KeyframeStrip

SCALE_HEIGHT = 20
_ICON = 16


def paint_scale(painter: QPainter, strip: KeyframeStrip) -> None:
    """The line of frames with its ends, and a knob for each picture on it."""
    first, last = strip.place_of(0), strip.place_of(-1)
    if not strip.room.between:
        if strip.room.last:
            middle = QRectF(first.right(), first.center().y() - 8, last.left() - first.right(), 16)
            box = QRectF(middle.center().x() - 8, middle.top(), 16, 16)
            icons.paint_icon(painter, box, "chevron-right", "disabled")
        return
    y = first.bottom() + 6
    painter.setPen(QPen(theme.color("line"), 1))
    painter.drawLine(round(first.center().x()), round(y), round(last.center().x()), round(y))
    painter.setFont(theme.font(tokens.small_font_size - 1, figures=True))
    painter.setPen(theme.color("secondary"))
    below = QRectF(first.left(), y + 1, first.width(), SCALE_HEIGHT - 7)
    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, "0")
    painter.drawText(below.translated(last.left() - first.left(), 0), Qt.AlignmentFlag.AlignCenter,
                     str(strip.num_frames - 1))  # fmt: skip
    painter.setPen(Qt.PenStyle.NoPen)
    for index in strip.order():
        is_current = index == strip.current
        painter.setBrush(theme.color("accent" if is_current else "secondary"))
        center = strip.place_of(strip.frame_of(strip.pictures[index])).center().x()
        painter.drawEllipse(QRectF(center - 3, y - 3, 6, 6))


def paint_well(painter: QPainter, place: QRectF, name: str) -> None:
    """A dashed place where a picture can be put."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("disabled"), 1, Qt.PenStyle.DashLine))
    painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    left = place.center().x() - _ICON / 2
    icons.paint_icon(painter, QRectF(left, place.top() + 8, _ICON, _ICON), "plus", "secondary")
    painter.setFont(theme.font(tokens.small_font_size))
    painter.setPen(theme.color("secondary"))
    painter.drawText(place.adjusted(0, 22, 0, 0), Qt.AlignmentFlag.AlignCenter, name)


def paint_picture(
    painter: QPainter, place: QRectF, image: QImage | None, is_current: bool, has_focus: bool
) -> None:
    size = QSize(round(place.width()), round(place.height()))
    ratio = painter.device().devicePixelRatio()
    painter.drawPixmap(place.topLeft(), framed(image, size, ratio, "picture"))
    pen = QPen(theme.color("panel"), 1)
    if is_current:
        pen = QPen(theme.color("accent" if has_focus else "text"), 2)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(place.adjusted(-1, -1, 1, 1), 5, 5)
