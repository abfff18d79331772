"""Draws the timeline: tracks, ruler, playhead and what the hand is doing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from studio.ui import theme
from studio.ui.timeline.geometry import LEFT_MARGIN, RULER_HEIGHT
from studio.ui.timeline.overlay_painting import (
    paint_gesture,
    paint_handles,
    paint_kept_names,
    paint_measure,
)
from studio.ui.timeline.row_tiles import RowTiles
from studio.ui.timeline.ruler_painting import paint_ruler
from studio.ui.timeline.scene import Scene

PLAYHEAD_HALF_WIDTH = 7


def paint_timeline(painter: QPainter, scene: Scene, tiles: RowTiles, region: QRectF, budget_s: float) -> bool:
    """Draws the part of the timeline in `region` (canvas pixels); False: details are to come, paint again."""
    painter.fillRect(region, theme.color("background"))
    painter.save()
    painter.setClipRect(region.intersected(QRectF(0, RULER_HEIGHT, 1 << 20, 1 << 20)))
    _paint_margin(painter, scene)
    complete = tiles.paint(painter, scene, region, budget_s)
    paint_kept_names(painter, scene, region)
    if not scene.project.duration and scene.drop is None:
        _paint_invitation(painter, scene)
    paint_handles(painter, scene)
    paint_gesture(painter, scene)
    painter.restore()
    paint_ruler(painter, scene, region)
    _paint_playhead(painter, scene)
    paint_measure(painter, scene)
    return complete


def _paint_margin(painter: QPainter, scene: Scene) -> None:
    """The lanes before frame 0."""
    if scene.lens.left < LEFT_MARGIN:
        for row in scene.rows:
            place = QRectF(0, scene.lens.y_of(row), LEFT_MARGIN - round(scene.lens.left), row.height)
            painter.fillRect(place, scene.ink.lane)


def _paint_invitation(painter: QPainter, scene: Scene) -> None:
    lines = (
        ("Drop video, pictures or sound here", theme.tokens.title_font_size, "text"),
        (
            "or write a prompt and press Generate: the clip appears at the playhead",
            theme.tokens.font_size,
            "secondary",
        ),
    )
    width = scene.lens.width
    top = RULER_HEIGHT + max(8, (scene.lens.height - RULER_HEIGHT) / 2 - 26)
    for text, size, token in lines:
        painter.setFont(theme.font(size))
        painter.setPen(theme.color(token))
        painter.drawText(QRectF(8, top, width - 16, 26), int(Qt.AlignmentFlag.AlignCenter), text)
        top += 26


def _paint_playhead(painter: QPainter, scene: Scene) -> None:
    x = round(scene.lens.x_of(scene.playhead)) + 0.5
    if not -PLAYHEAD_HALF_WIDTH <= x <= scene.lens.width + PLAYHEAD_HALF_WIDTH:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent"))
    painter.fillRect(QRectF(x - 0.75, 12, 1.5, scene.lens.height), theme.color("accent"))
    head = [(-6, 0), (6, 0), (6, 7), (0, 14), (-6, 7)]
    painter.drawPolygon(QPolygonF([QPointF(x + dx, 2 + dy) for dx, dy in head]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
