"""How the viewer's picture and the words and lines over it are painted."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPen

from studio.ui import theme
from studio.ui.icons import paint_icon

ACTION_SAFE, TITLE_SAFE = 0.93, 0.90
"""Shares of width and height, as EBU R 95 has them for 16:9."""
_PADDING = 12
_BADGE_HEIGHT = 24


def paint_image(painter: QPainter, image: QImage, place: QRectF, ratio: float) -> None:
    """`image` whole, in the middle of `place`."""
    target = _within(image, place)
    if (image.width(), image.height()) == (round(target.width() * ratio), round(target.height() * ratio)):
        image.setDevicePixelRatio(ratio)
        painter.drawImage(target.topLeft(), image)
        return
    # So near that single pixels are seen, they should be seen as what they are.
    smooth = target.width() * ratio < 4 * image.width()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(target, image)


def _within(image: QImage, place: QRectF) -> QRectF:
    if image.isNull():
        return place
    scale = min(place.width() / image.width(), place.height() / image.height())
    width, height = image.width() * scale, image.height() * scale
    # A size rounded to whole pixels must not leave a hair of black at an edge.
    rounding = 2 * max(1.0, scale)
    if abs(width - place.width()) < rounding and abs(height - place.height()) < rounding:
        return place
    return QRectF(place.center().x() - width / 2, place.center().y() - height / 2, width, height)


def paint_safe_areas(painter: QPainter, place: QRectF) -> None:
    """Where a television may cut the picture off, where titles should end, and the middle."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    middle = place.center()
    lines = [_centred(place, ACTION_SAFE), _centred(place, TITLE_SAFE)]
    arm = min(place.width(), place.height()) * 0.02
    # Dark beside light: seen on any picture.
    for offset, token, opacity in ((1, "letterbox", 0.55), (0, "on_clip", 0.75)):
        painter.setPen(QPen(theme.color(token, opacity), 1))
        for box in lines:
            painter.drawRect(box.translated(offset, offset))
        painter.drawLine(middle + QPointF(offset - arm, offset), middle + QPointF(offset + arm, offset))
        painter.drawLine(middle + QPointF(offset, offset - arm), middle + QPointF(offset, offset + arm))


def _centred(place: QRectF, share: float) -> QRectF:
    width, height = round(place.width() * share), round(place.height() * share)
    return QRectF(
        round(place.center().x() - width / 2), round(place.center().y() - height / 2), width, height
    )


def paint_badge(painter: QPainter, corner: QPointF, words: str) -> None:
    """A few words with a lamp beside, in the upper left `corner`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(theme.font(theme.tokens.small_font_size, figures=True))
    width = QFontMetricsF(painter.font()).horizontalAdvance(words)
    box = QRectF(corner.x() + _PADDING, corner.y() + _PADDING, width + 26, _BADGE_HEIGHT)
    _plate(painter, box)
    painter.setBrush(theme.color("accent"))
    painter.drawEllipse(QRectF(box.left() + 8, box.center().y() - 3, 6, 6))
    painter.setPen(theme.color("on_clip"))
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(box.adjusted(20, 0, 0, 0), int(flags), words)


def paint_zoom(painter: QPainter, seen: QRectF, words: str) -> None:
    """How large it is shown, in the lower right corner of what is `seen`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(theme.font(theme.tokens.small_font_size, figures=True))
    width = QFontMetricsF(painter.font()).horizontalAdvance(words) + 16
    corner = seen.bottomRight() - QPointF(width + _PADDING, _BADGE_HEIGHT + _PADDING)
    box = QRectF(corner.x(), corner.y(), width, _BADGE_HEIGHT)
    _plate(painter, box)
    painter.setPen(theme.color("on_clip"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)


def _plate(painter: QPainter, box: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("letterbox", 0.78))
    painter.drawRoundedRect(box, theme.tokens.radius, theme.tokens.radius)


def paint_lesson(painter: QPainter, area: QRect, title: str, lesson: str) -> None:
    """What an empty viewer says, in the middle of `area`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # The letterbox is dark in both themes, and so its words are light in both.
    middle = area.center()
    painter.setOpacity(0.5)
    paint_icon(painter, QRectF(middle.x() - 20, middle.y() - 64, 40, 40), "film", "on_clip")
    painter.setOpacity(1.0)
    for words, size, top, opacity in (
        (title, theme.tokens.title_font_size, -12, 0.92),
        (lesson, theme.tokens.font_size, 14, 0.6),
    ):
        painter.setFont(theme.font(size))
        painter.setPen(theme.color("on_clip", opacity))
        box = QRectF(16, middle.y() + top, area.width() - 32, 48)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(box, int(flags) | int(Qt.TextFlag.TextWordWrap), words)
