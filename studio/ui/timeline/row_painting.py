"""Draws a stretch of one track; where clips are too narrow to be told apart, one column a pixel."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import msgspec
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter

from studio.project.timeline import Track
from studio.ui.timeline.clip_painting import ClipPainter
from studio.ui.timeline.geometry import LEFT_MARGIN, Lens, Row
from studio.ui.timeline.scene import Scene, color_name_of
from studio.ui.timeline.transition_painting import paint_transitions

_NARROW = 8.0
"""Clips narrower than this many pixels are drawn as plain columns: nothing else could be seen of them."""
_ROUGH_STEP = 6
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


def indices_between(track: Track, start: int, end: int) -> tuple[int, int]:
    """The clips [first, last) of `track` of which a part lies in frames [start, end)."""
    edges = _edges_of(track)
    return bisect_right(edges.ends, start), bisect_left(edges.starts, end)


def seen_clips(track: Track, lens: Lens, left: float, right: float) -> Iterator[int]:
    """Which clips of `track` are drawn between two canvas pixels: of narrow ones no more than one a pixel."""
    offset = lens.left - LEFT_MARGIN
    return _drawn(track, lens.scale, left + offset, right + offset)


def _drawn(track: Track, scale: float, left: float, right: float, step: int = 1) -> Iterator[int]:
    """As `seen_clips`, between two pixels from frame 0; of narrow ones no more than one per `step` pixels."""
    edges = _edges_of(track)
    index, beyond = indices_between(track, max(0, int(left // scale)), int(right // scale) + 1)
    while index < beyond:
        yield index
        start, end = edges.starts[index], edges.ends[index]
        index += 1
        if (end - start) * scale < _NARROW:
            # On to the first clip that reaches past this pixel: those between would be drawn over.
            index = max(index, bisect_right(edges.ends, int((start * scale + step) // scale)))


def paint_stretch(painter: QPainter, scene: Scene, row: Row, left: int, width: int) -> set[str]:
    """Draws pixels [left, left + width) of `row`, counted from frame 0, from the painter's origin on.

    Answers with what was not there in full yet: files whose pictures were asked for, and jobs under way.
    """
    track, scale, ink = row.track, scene.lens.scale, scene.ink
    painter.fillRect(0, 0, width, row.height, ink.lane)
    clips = ClipPainter(painter, scene, row, left, width)
    columns: dict[str, list[QRect]] = {}
    for index in _drawn(track, scale, left, left + width):
        clip = track.clips[index]
        begin, end = round(clip.start * scale) - left, round(clip.end * scale) - left
        if clip.duration * scale < _NARROW:
            name = "accent" if clip.id in scene.selection else color_name_of(track, clip)
            columns.setdefault(name, []).append(QRect(begin, 0, max(1, end - begin - 1), row.height))
        else:
            clips.paint(clip, begin, end - begin)
    paint_columns(painter, scene, columns)
    paint_transitions(painter, scene, row, left, width)
    if track.id in scene.silent:
        painter.fillRect(0, 0, width, row.height, ink.veil)
    if track.locked:
        painter.setBrushOrigin(-left, 0)
        painter.fillRect(QRectF(0, 0, width, row.height), QBrush(ink.hatch, Qt.BrushStyle.BDiagPattern))
    return clips.waits_for


def paint_rough(painter: QPainter, scene: Scene, row: Row, area: QRectF) -> None:
    """The bodies alone of what lies in `area` (canvas pixels): a stand-in that costs next to nothing."""
    lens, track = scene.lens, row.track
    painter.fillRect(area, scene.ink.lane)
    columns: dict[str, list[QRect]] = {}
    top, height = round(area.top()), round(area.height())
    offset = lens.left - LEFT_MARGIN
    for index in _drawn(track, lens.scale, area.left() + offset, area.right() + offset, _ROUGH_STEP):
        clip = track.clips[index]
        begin = max(round(lens.x_of(clip.start)), int(area.left()))
        end = min(max(round(lens.x_of(clip.end)) - 1, begin + _ROUGH_STEP - 1), int(area.right()))
        rects = columns.setdefault(color_name_of(track, clip), [])
        rects.append(QRect(begin, top, max(1, end - begin), height))
    paint_columns(painter, scene, columns)


def paint_columns(painter: QPainter, scene: Scene, columns: dict[str, list[Any]]) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for name, rects in columns.items():
        painter.setBrush(scene.ink.body[name])
        painter.drawRects(rects)
