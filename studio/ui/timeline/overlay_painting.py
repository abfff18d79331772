"""Draws what lies over the clips: handles under the pointer, names that keep in sight, the hand's doings."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from studio.project.timeline import Clip
from studio.ui import theme
from studio.ui.timeline.clip_layout import (
    DOT,
    HANDLE,
    LEAST_HANDLED,
    NAME_HEIGHT,
    content_rect,
    fade_points,
    key_points,
    level_y,
)
from studio.ui.timeline.geometry import RULER_HEIGHT, Row
from studio.ui.timeline.levels import level_curve
from studio.ui.timeline.scene import Scene, color_name_of


def paint_kept_names(painter: QPainter, scene: Scene, region: QRectF) -> None:
    """The name of a clip whose beginning is scrolled out stays at the left edge."""
    lens, ink = scene.lens, scene.ink
    if region.left() > 300:
        return
    for row in scene.rows:
        top = lens.y_of(row)
        clip = row.track.clip_at(lens.frame_under(0)) if -row.height < top < lens.height else None
        if clip is None or lens.x_of(clip.start) >= -6 or lens.x_of(clip.end) < 70:
            continue
        words = ink.cut(clip.name, min(280, int(lens.x_of(clip.end)) - 16))
        band = QRectF(0, top, ink.metrics.horizontalAdvance(words) + 14, NAME_HEIGHT)
        painter.fillRect(band, ink.body[color_name_of(row.track, clip)])
        painter.setFont(ink.font)
        painter.setPen(ink.words)
        painter.drawText(QPointF(7, top + 13), words)
        if clip.id in scene.selection:
            painter.fillRect(QRectF(0, top, band.width(), 2), ink.accent)


def paint_handles(painter: QPainter, scene: Scene) -> None:
    """Fade handles, level line and keyframes of the clip under the pointer."""
    for row in scene.rows:
        for clip in (
            row.track.clips_between(scene.lens.frame_under(0), scene.lens.frame_under(scene.lens.width) + 1)
            if scene.hovered
            else ()
        ):
            if clip.id == scene.hovered:
                _paint_handles_of(painter, scene, row, clip)
                return


def _paint_handles_of(painter: QPainter, scene: Scene, row: Row, clip: Clip) -> None:
    rect = scene.lens.clip_rect(row, clip)
    if row.track.locked or rect.width() < LEAST_HANDLED:
        return
    ink = scene.ink
    inside = content_rect(rect)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(rect.adjusted(-HANDLE, 0, HANDLE, 0), Qt.ClipOperation.IntersectClip)
    curve = level_curve(row.track, clip)
    if not curve.keyframes:
        y = level_y(row.track, inside.top(), inside.height(), curve.value)
        painter.setPen(QPen(ink.line, 1.25))
        painter.drawLine(QLineF(max(0.0, inside.left()), y, min(inside.right(), scene.lens.width), y))
    painter.setPen(QPen(ink.shade, 1))
    painter.setBrush(ink.accent)
    for _, point in key_points(scene.lens, row, clip):
        painter.drawEllipse(point, DOT, DOT)
    painter.setBrush(ink.words)
    for point in fade_points(scene.lens, row, clip):
        painter.drawRoundedRect(QRectF(point.x() - HANDLE, point.y() - HANDLE, 2 * HANDLE, 2 * HANDLE), 3, 3)
    painter.restore()


def paint_gesture(painter: QPainter, scene: Scene) -> None:
    """The blade, what hovers to be dropped, the rubber band and the snap line."""
    lens = scene.lens
    if scene.drop is not None:
        _paint_drop(painter, scene)
    if scene.blade is not None:
        _paint_blade(painter, scene, *scene.blade)
    if scene.rubber is not None:
        painter.setPen(QPen(theme.color("accent"), 1))
        painter.setBrush(theme.color("accent", 0.12))
        painter.drawRect(scene.rubber)
    if scene.snap_frame is not None:
        x = round(lens.x_of(scene.snap_frame))
        painter.fillRect(QRectF(x, RULER_HEIGHT, 1, lens.height), theme.color("text"))


def paint_measure(painter: QPainter, scene: Scene) -> None:
    """A bubble beside the pointer with what the gesture has come to."""
    if scene.measure is None:
        return
    words, pointer = scene.measure
    ink = scene.ink
    width, height = ink.metrics.horizontalAdvance(words) + 16, 22.0
    left = min(pointer.x() + 14, scene.lens.width - width - 4)
    top = min(pointer.y() + 18, scene.lens.height - height - 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("line"), 1))
    painter.setBrush(theme.color("raised"))
    painter.drawRoundedRect(QRectF(left + 0.5, top + 0.5, width, height), 4, 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(ink.font)
    painter.setPen(theme.color("text"))
    painter.drawText(QPointF(left + 8, top + 15), words)


def _paint_blade(painter: QPainter, scene: Scene, frame: int, every_track: bool) -> None:
    x = round(scene.lens.x_of(frame))
    row = scene.row_under
    if every_track or row is None:
        painter.fillRect(QRectF(x, RULER_HEIGHT, 1, scene.lens.height), theme.color("error"))
    else:
        painter.fillRect(QRectF(x, RULER_HEIGHT, 1, scene.lens.height), theme.color("error", 0.35))
        painter.fillRect(QRectF(x - 0.5, scene.lens.y_of(row), 2, row.height), theme.color("error"))


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
    if drop.inserts:
        _paint_push(painter, x, top, height)


def _paint_push(painter: QPainter, x: float, top: float, height: float) -> None:
    """A wedge on the edge that points to where everything later goes."""
    middle, size = top + height / 2, min(8.0, height / 3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent"))
    painter.drawPolygon([QPointF(x, middle - size), QPointF(x + size, middle), QPointF(x, middle + size)])
