"""The parts of a drawn clip: its name's band, what lies below, and where its handles are."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from studio.project.timeline import Clip, Track
from studio.ui.timeline.geometry import Lens, Row
from studio.ui.timeline.levels import level_curve, share_of

NAME_HEIGHT = 18
HANDLE = 5
"""Pixels of radius of a fade handle."""
DOT = 4
"""Pixels of radius of a keyframe."""
LEAST_HANDLED = 36
"""Pixels of a clip that has room for handles."""
_MARGIN = 3
"""Pixels between the level line's limits and the content's edges."""


def content_rect(rect: QRectF) -> QRectF:
    """The part of a clip's `rect` below its name."""
    return rect.adjusted(0, NAME_HEIGHT, 0, 0)


def fade_points(lens: Lens, row: Row, clip: Clip) -> tuple[QPointF, QPointF]:
    """The middles of the handles of the fade in and the fade out, in canvas pixels."""
    y = lens.y_of(row) + NAME_HEIGHT
    left = max(lens.x_of(clip.start + clip.fade_in), lens.x_of(clip.start) + HANDLE)
    right = min(lens.x_of(clip.end - clip.fade_out), lens.x_of(clip.end) - HANDLE)
    return QPointF(left, y), QPointF(right, y)


def level_y(track: Track, top: float, height: float, value: float) -> float:
    """The height of `value` on the line in content of `height` pixels from `top` on."""
    room = height - 2 * _MARGIN
    return top + _MARGIN + (1 - share_of(track, value)) * room


def share_at(top: float, height: float, y: float) -> float:
    """The share of the line's way up at `y`; the inverse of `level_y`."""
    return 1 - (y - top - _MARGIN) / (height - 2 * _MARGIN)


def key_points(lens: Lens, row: Row, clip: Clip) -> list[tuple[int, QPointF]]:
    """Every keyframe of the level line inside the clip: its frame in the clip, and its canvas pixel."""
    inside = content_rect(lens.clip_rect(row, clip))
    return [
        (
            key.frame,
            QPointF(
                lens.x_of(clip.start + key.frame),
                level_y(row.track, inside.top(), inside.height(), key.value),
            ),
        )
        for key in level_curve(row.track, clip).keyframes
        if 0 <= key.frame <= clip.duration
    ]
