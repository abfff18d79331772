"""What lies under the pointer on the timeline."""

from __future__ import annotations

from typing import Literal

import msgspec
from PySide6.QtCore import QPointF, QRectF

from studio.project.timeline import Clip, Marker, Project, Track, Transition
from studio.ui.timeline.clip_layout import (
    LEAST_HANDLED,
    NAME_HEIGHT,
    content_rect,
    fade_points,
    key_points,
    level_y,
)
from studio.ui.timeline.geometry import RULER_HEIGHT, Lens, Row
from studio.ui.timeline.levels import level_curve
from studio.ui.timeline.transition_painting import placed_transitions

EDGE_REACH = 7
"""Pixels inside a clip's edge that grab the edge; at most a third of a short clip."""
CUT_REACH = 3
"""Pixels on both sides of a cut that grab the cut itself."""
HANDLE_REACH = 7
LINE_REACH = 3
MARKER_REACH = 6
BRACKET_REACH = 5

Part = (
    Literal["ruler", "marker", "in", "out", "empty", "clip", "start", "end", "cut"]
    | Literal["fade-in", "fade-out", "level", "key"]
    | Literal["transition", "transition-start", "transition-end"]
)


class Hit(msgspec.Struct, frozen=True):
    part: Part
    frame: int
    """The frame under the pointer."""
    track: Track | None = None
    clip: Clip | None = None
    """At a cut, the left one."""
    transition: Transition | None = None
    marker: Marker | None = None
    key_frame: int = 0
    """Of a keyframe, its frame in the clip."""


def hit(lens: Lens, rows: tuple[Row, ...], project: Project, at: QPointF) -> Hit:
    """What a press at `at` (canvas pixels) would take hold of."""
    frame = lens.frame_under(at.x())
    if at.y() < RULER_HEIGHT:
        return _on_ruler(lens, project, at, frame)
    row = lens.row_at(rows, at.y())
    if row is None:
        return Hit("empty", frame)
    return (
        _on_transition(lens, row, at, frame)
        or _on_clip(lens, row, at, frame)
        or Hit("empty", frame, row.track)
    )


def _on_ruler(lens: Lens, project: Project, at: QPointF, frame: int) -> Hit:
    for marker in project.markers:
        if abs(lens.x_of(marker.frame) - at.x()) <= MARKER_REACH and at.y() >= RULER_HEIGHT - 18:
            return Hit("marker", frame, marker=marker)
    if at.y() < RULER_HEIGHT - 18 + 2:
        points: tuple[tuple[Part, int | None, int], ...] = (
            ("in", project.in_point, 1),
            ("out", project.out_point, -1),
        )
        for part, point, inwards in points:
            # A bracket stands inside the range: there it is grabbed from further away.
            if point is not None and -2 <= (at.x() - lens.x_of(point)) * inwards <= BRACKET_REACH + 2:
                return Hit(part, frame)
    return Hit("ruler", frame)


def _on_transition(lens: Lens, row: Row, at: QPointF, frame: int) -> Hit | None:
    if at.y() < lens.y_of(row) + NAME_HEIGHT:
        return None
    for placed in placed_transitions(row.track):
        left, right = lens.x_of(placed.start), lens.x_of(placed.end)
        if left - 2 <= at.x() <= right + 2 and right - left >= LINE_REACH:
            reach = min(EDGE_REACH, (right - left) / 3)
            part: Part = "transition"
            if at.x() < left + reach:
                part = "transition-start"
            elif at.x() > right - reach:
                part = "transition-end"
            return Hit(part, frame, row.track, row.track.clip_at(frame), placed.transition)
    return None


def _on_clip(lens: Lens, row: Row, at: QPointF, frame: int) -> Hit | None:
    track = row.track
    clip = track.clip_at(frame)
    if clip is None:
        return None
    rect = lens.clip_rect(row, clip)
    if rect.width() >= LEAST_HANDLED:
        found = _on_handles(lens, row, clip, at, frame)
        if found is not None:
            return found
    reach = min(EDGE_REACH, rect.width() / 3)
    cut_reach = min(CUT_REACH, rect.width() / 6)
    if at.x() < rect.left() + reach:
        before = track.clip_at(clip.start - 1) if clip.start else None
        if before is not None and at.x() < rect.left() + cut_reach:
            return Hit("cut", frame, track, before)
        return Hit("start", frame, track, clip)
    if at.x() >= rect.right() - reach:
        if track.clip_at(clip.end) is not None and at.x() >= rect.right() - cut_reach:
            return Hit("cut", frame, track, clip)
        return Hit("end", frame, track, clip)
    if _on_level(row, clip, rect, at):
        return Hit("level", frame, track, clip)
    return Hit("clip", frame, track, clip)


def _on_handles(lens: Lens, row: Row, clip: Clip, at: QPointF, frame: int) -> Hit | None:
    fade_in, fade_out = fade_points(lens, row, clip)
    parts: tuple[tuple[Part, QPointF], ...] = (("fade-in", fade_in), ("fade-out", fade_out))
    for part, point in parts:
        if (at - point).manhattanLength() <= HANDLE_REACH:
            return Hit(part, frame, row.track, clip)
    for key_frame, point in key_points(lens, row, clip):
        if (at - point).manhattanLength() <= HANDLE_REACH:
            return Hit("key", frame, row.track, clip, key_frame=key_frame)
    return None


def _on_level(row: Row, clip: Clip, rect: QRectF, at: QPointF) -> bool:
    if rect.width() < LEAST_HANDLED:
        return False
    inside = content_rect(rect)
    value = level_curve(row.track, clip).at((at.x() - rect.left()) / rect.width() * clip.duration)
    return abs(level_y(row.track, inside.top(), inside.height(), value) - at.y()) <= LINE_REACH
