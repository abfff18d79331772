"""What lies under the pointer on the timeline."""

from __future__ import annotations

from typing import Literal

import msgspec
from PySide6.QtCore import QPointF

from studio.project.timeline import Clip, Track
from studio.ui.timeline.geometry import RULER_HEIGHT, Lens, Row

EDGE_REACH = 7
"""Pixels inside a clip's edge that grab the edge; at most a third of a short clip."""


class Hit(msgspec.Struct, frozen=True):
    part: Literal["ruler", "clip", "start", "end", "empty"]
    frame: int
    """The frame under the pointer."""
    track: Track | None = None
    clip: Clip | None = None


def hit(lens: Lens, rows: tuple[Row, ...], at: QPointF) -> Hit:
    """What a press at `at` (canvas pixels) would take hold of."""
    frame = lens.frame_under(at.x())
    if at.y() < RULER_HEIGHT:
        return Hit("ruler", frame)
    row = lens.row_at(rows, at.y())
    if row is None:
        return Hit("empty", frame)
    clip = row.track.clip_at(frame)
    if clip is None:
        return Hit("empty", frame, row.track)
    rect = lens.clip_rect(row, clip)
    reach = min(EDGE_REACH, rect.width() / 3)
    if at.x() < rect.left() + reach:
        return Hit("start", frame, row.track, clip)
    if at.x() >= rect.right() - reach:
        return Hit("end", frame, row.track, clip)
    return Hit("clip", frame, row.track, clip)
