"""Draws the ruler: ticks and timecodes, the chosen range, markers, and what is rendered ahead."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from studio.timing import timecode
from studio.ui import theme
from studio.ui.timeline.geometry import RULER_HEIGHT, ruler_steps
from studio.ui.timeline.scene import Scene

_RANGE_HEIGHT = 5


def paint_ruler(painter: QPainter, scene: Scene, region: QRectF) -> None:
    """Draws the part of the ruler that lies in `region` (canvas pixels)."""
    painter.fillRect(QRectF(region.left(), 0, region.width(), RULER_HEIGHT), theme.color("panel"))
    painter.fillRect(QRectF(region.left(), RULER_HEIGHT - 1, region.width(), 1), theme.color("line"))
    _paint_range(painter, scene)
    _paint_rendered(painter, scene)
    _paint_ticks(painter, scene, region)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for marker in scene.project.markers:
        _paint_marker(painter, scene, scene.lens.x_of(marker.frame), marker.name)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_ticks(painter: QPainter, scene: Scene, region: QRectF) -> None:
    lens, rate = scene.lens, scene.project.rate
    painter.setFont(theme.font(theme.tokens.small_font_size - 1, figures=True))
    label_width = QFontMetricsF(painter.font()).horizontalAdvance("00:00:00:00") + 18
    steps = ruler_steps(lens.scale, rate, label_width)
    first = lens.frame_under(region.left() - label_width) // steps.major * steps.major
    last = lens.frame_under(region.right()) + 1
    ticks: list[QLineF] = []
    painter.setPen(theme.color("secondary"))
    for frame in range(first, last, steps.minor):
        x = round(lens.x_of(frame)) + 0.5
        major = frame % steps.major == 0
        ticks.append(QLineF(x, RULER_HEIGHT - (12 if major else 5), x, RULER_HEIGHT - 1))
        if major:
            painter.drawText(QPointF(x + 4, 14), timecode(frame, rate))
    painter.setPen(QPen(theme.color("secondary", 0.55), 1))
    painter.drawLines(ticks)


def _paint_range(painter: QPainter, scene: Scene) -> None:
    """The bar from the in point to the out point, and a bracket at each that is set."""
    project, lens = scene.project, scene.lens
    if project.in_point is None and project.out_point is None:
        return
    begin = lens.x_of(project.in_point or 0)
    out = project.out_point if project.out_point is not None else max(project.duration, project.in_point or 0)
    end = lens.x_of(out)
    painter.fillRect(QRectF(begin, 0, end - begin, RULER_HEIGHT - 1), theme.color("accent", 0.14))
    painter.fillRect(QRectF(begin, 0, end - begin, _RANGE_HEIGHT), theme.color("accent", 0.75))
    for frame, x, foot in ((project.in_point, begin, 0.0), (project.out_point, end, -5.0)):
        if frame is not None:
            painter.fillRect(QRectF(x + foot, 0, 5, _RANGE_HEIGHT + 3), theme.color("accent"))
            painter.fillRect(QRectF(x - (1 if foot else 0), 0, 1.5, RULER_HEIGHT - 1), theme.color("accent"))


def _paint_rendered(painter: QPainter, scene: Scene) -> None:
    for start, end in scene.rendered:
        begin = scene.lens.x_of(start)
        bar = QRectF(begin, RULER_HEIGHT - 3, max(1.0, scene.lens.x_of(end) - begin), 2)
        painter.fillRect(bar, theme.color("good"))


def _paint_marker(painter: QPainter, scene: Scene, x: float, name: str) -> None:
    if not -400 <= x <= scene.lens.width + 10:
        return
    shape = [(-5, 2), (5, 2), (5, 9), (0, 15), (-5, 9)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("good"))
    painter.drawPolygon(QPolygonF([QPointF(x + dx, RULER_HEIGHT - 17 + dy) for dx, dy in shape]))
    if name:
        ink = scene.ink
        words = ink.cut(name, 160)
        width = ink.metrics.horizontalAdvance(words)
        painter.fillRect(QRectF(x + 7, RULER_HEIGHT - 17, width + 8, 15), theme.color("raised"))
        painter.setFont(ink.font)
        painter.setPen(theme.color("text"))
        painter.drawText(QPointF(x + 11, RULER_HEIGHT - 5), words)
