"""Draws transitions over their cuts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from studio.project.timeline import Track, Transition
from studio.ui.timeline.clip_layout import NAME_HEIGHT
from studio.ui.timeline.geometry import Row
from studio.ui.timeline.scene import Scene

_WORDS = {"dissolve": "Dissolve", "dip": "Dip", "wipe": "Wipe"}
_LEAST_DRAWN = 3


class Placed(NamedTuple):
    """A transition and the frames [start, end) over which it lasts."""

    transition: Transition
    cut: int
    start: int
    end: int


def placed_transitions(track: Track) -> Iterator[Placed]:
    """Every transition of `track` that has its cut."""
    if not track.transitions:
        return
    ends = {clip.id: clip.end for clip in track.clips}
    for transition in track.transitions:
        cut = ends.get(transition.left)
        if cut is not None:
            yield Placed(transition, cut, cut - transition.before, cut + transition.after)


def paint_transitions(painter: QPainter, scene: Scene, row: Row, left: int, width: int) -> None:
    """Draws those in pixels [left, left + width) from frame 0; the painter's origin is at `left`."""
    scale = scene.lens.scale
    for placed in placed_transitions(row.track):
        begin, end = round(placed.start * scale) - left, round(placed.end * scale) - left
        if end > 0 and begin < width and end - begin >= _LEAST_DRAWN:
            top = NAME_HEIGHT
            area = QRectF(begin + 0.5, top + 0.5, end - begin - 1, row.height - top - 1)
            _paint(painter, scene, row, placed.transition, area)


def _paint(painter: QPainter, scene: Scene, row: Row, transition: Transition, area: QRectF) -> None:
    ink = scene.ink
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    chosen = transition.id in scene.selection
    painter.setPen(QPen(ink.accent, 2) if chosen else QPen(ink.line, 1))
    painter.setBrush(ink.shade)
    painter.drawRoundedRect(area, 3, 3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.faint)
    # What leaves grows thin while what comes grows thick.
    painter.drawPolygon(QPolygonF([area.bottomLeft(), area.topRight(), area.bottomRight()]))
    words = "Cross-fade" if row.track.kind == "audio" else _WORDS[transition.kind]
    if ink.metrics.horizontalAdvance(words) + 12 < area.width():
        painter.setPen(ink.words)
        painter.setFont(ink.font)
        painter.drawText(QPointF(area.left() + 6, area.bottom() - 6), words)
    painter.restore()
