"""Draws the timeline: rows, clips, ruler, markers, playhead and what the hand is doing."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from studio.timing import timecode
from studio.ui import theme
from studio.ui.timeline.geometry import RULER_HEIGHT, ruler_steps
from studio.ui.timeline.row_painting import paint_row
from studio.ui.timeline.scene import Scene

PLAYHEAD_HALF_WIDTH = 7


def paint_timeline(painter: QPainter, scene: Scene, region: QRectF) -> None:
    """Draws the part of the timeline that lies in `region` (canvas pixels)."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(region, theme.color("background"))
    painter.save()
    painter.setClipRect(region.intersected(QRectF(0, RULER_HEIGHT, 1 << 20, 1 << 20)))
    for row in scene.rows:
        top = scene.lens.y_of(row)
        if top < region.bottom() and top + row.height > region.top():
            paint_row(painter, scene, row, region)
    if not scene.project.duration and scene.drop is None:
        _paint_invitation(painter, scene)
    _paint_gesture(painter, scene)
    painter.restore()
    _paint_ruler(painter, scene, region)
    _paint_playhead(painter, scene)


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


def _paint_gesture(painter: QPainter, scene: Scene) -> None:
    lens = scene.lens
    if scene.drop is not None:
        _paint_drop(painter, scene)
    if scene.rubber is not None:
        painter.setPen(QPen(theme.color("accent"), 1))
        painter.setBrush(theme.color("accent", 0.12))
        painter.drawRect(scene.rubber)
    if scene.snap_frame is not None:
        x = round(lens.x_of(scene.snap_frame)) + 0.5
        painter.setPen(QPen(theme.color("text"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(x, RULER_HEIGHT, x, lens.height))


def _paint_drop(painter: QPainter, scene: Scene) -> None:
    lens, drop = scene.lens, scene.drop
    assert drop is not None
    row = next((row for row in scene.rows if row.track.id == drop.track_id), None)
    top = lens.y_of(row) if row else float(RULER_HEIGHT)
    height = row.height if row else lens.height - RULER_HEIGHT
    x = lens.x_of(drop.frame)
    if drop.duration:
        place = QRectF(x, top, drop.duration * lens.scale, height)
        painter.setPen(QPen(theme.color("accent"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(theme.color("accent", 0.15))
        painter.drawRoundedRect(place, theme.tokens.radius, theme.tokens.radius)
    painter.fillRect(QRectF(x - 1, top, 2, height), theme.color("accent"))


def _paint_ruler(painter: QPainter, scene: Scene, region: QRectF) -> None:
    lens, rate = scene.lens, scene.project.rate
    painter.fillRect(QRectF(region.left(), 0, region.width(), RULER_HEIGHT), theme.color("panel"))
    painter.fillRect(QRectF(region.left(), RULER_HEIGHT - 1, region.width(), 1), theme.color("line"))
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
    for marker in scene.project.markers:
        _paint_marker(painter, lens.x_of(marker.frame))


def _paint_marker(painter: QPainter, x: float) -> None:
    shape = [(-5, 2), (5, 2), (5, 9), (0, 15), (-5, 9)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("good"))
    painter.drawPolygon(QPolygonF([QPointF(x + dx, RULER_HEIGHT - 17 + dy) for dx, dy in shape]))


def _paint_playhead(painter: QPainter, scene: Scene) -> None:
    x = round(scene.lens.x_of(scene.playhead)) + 0.5
    if not -PLAYHEAD_HALF_WIDTH <= x <= scene.lens.width + PLAYHEAD_HALF_WIDTH:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent"))
    painter.fillRect(QRectF(x - 0.75, 12, 1.5, scene.lens.height), theme.color("accent"))
    head = [(-6, 0), (6, 0), (6, 7), (0, 14), (-6, 7)]
    painter.drawPolygon(QPolygonF([QPointF(x + dx, 2 + dy) for dx, dy in head]))
