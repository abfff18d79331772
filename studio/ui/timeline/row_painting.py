"""Draws one track's clips; where clips are too narrow to be told apart, one column for all of a pixel's."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator

import msgspec
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QPainter

from studio.project.timeline import Clip, Track
from studio.ui import theme
from studio.ui.timeline.clip_painting import paint_clip
from studio.ui.timeline.geometry import Lens, Row
from studio.ui.timeline.scene import Scene, color_name_of

_NARROW = 8.0
"""Clips narrower than this many pixels are drawn as plain columns: nothing else could be seen of them."""
_KEPT_EDGES = 64


class _Edges(msgspec.Struct, frozen=True):
    """A track's clips as plain numbers: to find what lies under a pixel must not cost a call per clip."""

    track: Track
    starts: list[int]
    ends: list[int]


# Tracks are values: an edges entry stays right as long as the very same track object is shown.
_edges: OrderedDict[int, _Edges] = OrderedDict()


def _edges_of(track: Track) -> _Edges:
    found = _edges.get(id(track))
    if found is None or found.track is not track:
        found = _Edges(track, [clip.start for clip in track.clips], [clip.end for clip in track.clips])
        _edges[id(track)] = found
        while len(_edges) > _KEPT_EDGES:
            _edges.popitem(last=False)
    return found


def seen_clips(track: Track, lens: Lens, left: float, right: float) -> Iterator[int]:
    """Which clips of `track` are drawn between two canvas pixels: of narrow ones no more than one a pixel."""
    edges = _edges_of(track)
    index = bisect_right(edges.ends, lens.frame_under(left))
    beyond = bisect_left(edges.starts, lens.frame_under(right) + 1)
    while index < beyond:
        yield index
        if is_narrow(track.clips[index], lens):
            # On to the first clip that reaches past this pixel: those between would be drawn over.
            past = lens.frame_under(lens.x_of(edges.starts[index]) + 1)
            index = max(index + 1, bisect_right(edges.ends, past))
        else:
            index += 1


def is_narrow(clip: Clip, lens: Lens) -> bool:
    return clip.duration * lens.scale < _NARROW


def paint_row(painter: QPainter, scene: Scene, row: Row, region: QRectF) -> None:
    """Draws the part of `row` that lies in `region` (canvas pixels)."""
    lens, track = scene.lens, row.track
    lane = QRectF(region.left(), lens.y_of(row), region.width(), row.height)
    painter.fillRect(lane, theme.color("panel"))
    columns: dict[str, list[QRectF]] = {}
    in_hand: list[Clip] = []
    for index in seen_clips(track, lens, region.left(), region.right()):
        clip = track.clips[index]
        if is_narrow(clip, lens):
            name = "accent" if clip.id in scene.selection else color_name_of(track, clip)
            width = max(1.0, clip.duration * lens.scale - 1)
            column = QRectF(lens.x_of(clip.start), lane.top(), width, row.height)
            columns.setdefault(name, []).append(column)
        elif clip.id in scene.lifted:
            in_hand.append(clip)
        else:
            paint_clip(painter, scene, track, clip, lens.clip_rect(row, clip))
    _paint_columns(painter, columns)
    painter.setOpacity(0.85)
    for clip in in_hand:
        paint_clip(painter, scene, track, clip, lens.clip_rect(row, clip))
    painter.setOpacity(1.0)
    if track.locked:
        painter.fillRect(lane, QBrush(theme.color("secondary", 0.16), Qt.BrushStyle.BDiagPattern))


def _paint_columns(painter: QPainter, columns: dict[str, list[QRectF]]) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    # Edges between pixels would only be blurred, and that takes four times as long.
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for name, rects in columns.items():
        painter.setBrush(theme.color(name))
        painter.drawRects(rects)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
