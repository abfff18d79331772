"""Colours, fonts and small shapes of the timeline's painters, made once per theme and screen scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPixmap

from studio.ui import theme
from studio.ui.icons import icon_pixmap

CORNER = 5
"""Pixels of radius at a clip's corners."""
_BODIES = ("clip_footage", "clip_generated", "clip_sound", "clip_title", "accent")
_WORDS_KEPT = 4000


class Ink:
    """What a repaint would otherwise make hundreds of times: reading a token or a font costs microseconds."""

    def __init__(self, ratio: float) -> None:
        self.ratio = ratio
        self.body = {name: theme.color(name) for name in _BODIES}
        # Far enough down that a waveform or picture on it stands out.
        self.deep = {name: color.darker(190) for name, color in self.body.items()}
        self.words = theme.color("on_clip")
        self.quiet_words = theme.color("on_clip", 0.85)
        self.faint = theme.color("on_clip", 0.28)
        self.lane = theme.color("panel")
        self.gap = theme.color("background")
        self.shade = theme.color("letterbox", 0.55)
        self.veil = theme.color("panel", 0.55)
        self.accent = theme.color("accent")
        self.warning = theme.color("warning")
        self.line = theme.color("on_clip", 0.9)
        self.hatch = theme.color("secondary", 0.16)
        self.font = theme.font(theme.tokens.small_font_size)
        self.metrics = QFontMetricsF(self.font)
        self.corners = _corners(self.lane, ratio)
        self._icons: dict[tuple[str, str], QPixmap] = {}
        self._cut: dict[tuple[str, int], str] = {}

    def icon(self, name: str, token: str = "on_clip") -> QPixmap:
        """A drawn icon of 14 pixels a side."""
        found = self._icons.get((name, token))
        if found is None:
            found = self._icons[name, token] = icon_pixmap(name, 14, self.ratio, token)
        return found

    def cut(self, words: str, width: int) -> str:
        """`words`, with an ellipsis where they are longer than `width` pixels."""
        found = self._cut.get((words, width))
        if found is None:
            if len(self._cut) > _WORDS_KEPT:
                self._cut.clear()
            found = self.metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)
            self._cut[words, width] = found
        return found


def ink(ratio: float) -> Ink:
    """The ink of the theme in force for a screen of `ratio` device pixels per pixel."""
    return _made(ratio, theme.tokens.background, theme.tokens.small_font_size)


@lru_cache(maxsize=4)
def _made(ratio: float, background: str, font_size: int) -> Ink:
    return Ink(ratio)


def _corners(ground: QColor, ratio: float) -> tuple[QPixmap, QPixmap]:
    """What is left of a square when a clip's rounded left (right) end is cut out: its two corners.

    Laid over a straight end they cost a tenth of clipping to a rounded shape. As high as two corners.
    """
    image = QImage(
        round(CORNER * ratio), round(2 * CORNER * ratio), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    outside, round_end = QPainterPath(), QPainterPath()
    outside.addRect(QRectF(0, 0, CORNER, 2 * CORNER))
    round_end.addRoundedRect(QRectF(0, 0, 4 * CORNER, 2 * CORNER), CORNER, CORNER)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(outside.subtracted(round_end), ground)
    painter.end()
    return QPixmap.fromImage(image), QPixmap.fromImage(image.flipped(Qt.Orientation.Horizontal))
