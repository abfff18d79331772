"""Painted stretches of the tracks, kept: a repaint copies them and paints anew only what changed.

While more is missing than one repaint has time for (at a step of zoom everything is), the rest is shown
as it looked before, stretched, and comes in the following repaints.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap

from studio.project.timeline import Clip, Track, Transition
from studio.timing import Rate
from studio.ui.timeline.geometry import LEFT_MARGIN, RULER_HEIGHT, Row
from studio.ui.timeline.row_painting import indices_between, paint_rough, paint_stretch
from studio.ui.timeline.scene import Scene

TILE = 256
"""Pixels of a stretch: short enough that a changed clip costs little, long enough to be few."""
_MOST_STRETCHED = 24
_KEPT = 480
"""Some 30 MB, four screens full."""


class _Key(NamedTuple):
    track_id: str
    scale: float
    number: int


class _Tile(msgspec.Struct):
    """What was painted, and all that it was painted from."""

    pixmap: QPixmap
    track: Track
    clips: tuple[Clip, ...]
    transitions: tuple[Transition, ...]
    marks: tuple[frozenset[str], frozenset[str]]
    """The selection and the stale clips of the whole scene."""
    own_marks: tuple[frozenset[str], frozenset[str]]
    """Those of them that are in this stretch."""
    state: tuple[bool, bool, int, Rate]
    """Whether the track is silent and locked, its height, and the project's rate."""
    waits_for: frozenset[str]
    outdated: bool = False


class RowTiles:
    """The tiles of one canvas, of one theme and screen scale."""

    def __init__(self) -> None:
        self._tiles: OrderedDict[_Key, _Tile] = OrderedDict()
        self._sharp_scale = 0.0
        """The scale at which everything in sight was last painted in full."""

    @property
    def empty(self) -> bool:
        return not self._tiles

    def clear(self) -> None:
        """Forgets everything: theme or screen are other ones now."""
        self._tiles.clear()

    def outdate(self, name: str) -> bool:
        """`name`, a file or a job, has something new to show; whether any tile waits for it."""
        waiting = [tile for tile in self._tiles.values() if name in tile.waits_for]
        for tile in waiting:
            tile.outdated = True
        return bool(waiting)

    def paint(self, painter: QPainter, scene: Scene, region: QRectF, budget_s: float) -> bool:
        """Draws the rows in `region` (canvas pixels); False: not all in full, paint again soon.

        New tiles are painted for `budget_s` seconds at most, but always one.
        """
        deadline = time.perf_counter() + budget_s
        missing: list[tuple[Row, _Key]] = []
        for row, key in _seen(scene, region):
            tile = self._tiles.get(key)
            if tile is not None and _holds(tile, scene, row, key):
                self._tiles.move_to_end(key)
                painter.drawPixmap(_corner(scene, row, key.number), tile.pixmap)
            else:
                missing.append((row, key))
        # First what is there but changed: that is what the hand is doing.
        missing.sort(key=lambda place: place[1] not in self._tiles)
        late = False
        for number, (row, key) in enumerate(missing):
            late = late or (number > 0 and time.perf_counter() > deadline)
            if late:
                self._stand_in(painter, scene, row, key)
            else:
                tile = self._tiles[key] = _painted(scene, row, key)
                self._tiles.move_to_end(key)
                painter.drawPixmap(_corner(scene, row, key.number), tile.pixmap)
        while len(self._tiles) > _KEPT:
            self._tiles.popitem(last=False)
        if not late:
            self._sharp_scale = scene.lens.scale
        return not late

    def _stand_in(self, painter: QPainter, scene: Scene, row: Row, key: _Key) -> None:
        """As it looked before: the same tile outdated, what the last zoom showed there, or bodies alone."""
        area = QRectF(_corner(scene, row, key.number), QPointF(0, 0))
        area.setSize(QRectF(0, 0, TILE, row.height).size())
        old = self._tiles.get(key)
        if old is not None:
            painter.drawPixmap(area.topLeft(), old.pixmap)
            return
        covered = self._stretched(painter, row, key, area) if self._sharp_scale else False
        if not covered:
            paint_rough(painter, scene, row, area)

    def _stretched(self, painter: QPainter, row: Row, key: _Key, area: QRectF) -> bool:
        """Draws the tiles of the last sharp scale over `area`; False where one of them is not there."""
        growth = key.scale / self._sharp_scale
        first = int(key.number * TILE / growth // TILE)
        last = int(((key.number + 1) * TILE - 0.01) / growth // TILE)
        keys = [_Key(row.track.id, self._sharp_scale, index) for index in range(first, last + 1)]
        if len(keys) > _MOST_STRETCHED or any(old not in self._tiles for old in keys):
            return False
        for old in keys:
            tile, index = self._tiles[old], old.number
            self._tiles.move_to_end(old)
            left = area.left() + index * TILE * growth - key.number * TILE
            place = QRectF(left, area.top(), TILE * growth, area.height()).intersected(area)
            ratio = tile.pixmap.devicePixelRatio()
            source = QRectF(
                (place.left() - left) / growth * ratio,
                0,
                place.width() / growth * ratio,
                tile.pixmap.height(),
            )
            painter.drawPixmap(place, tile.pixmap, source)
        return True


def _seen(scene: Scene, region: QRectF) -> Iterator[tuple[Row, _Key]]:
    """Every tile of which a part lies in `region`."""
    offset = round(scene.lens.left) - LEFT_MARGIN
    first = max(0, int((region.left() + offset) // TILE))
    last = max(first, int((region.right() + offset - 0.01) // TILE))
    for row in scene.rows:
        top = scene.lens.y_of(row)
        if top < region.bottom() and top + row.height > max(region.top(), RULER_HEIGHT):
            for index in range(first, last + 1):
                yield row, _Key(row.track.id, scene.lens.scale, index)


def _corner(scene: Scene, row: Row, index: int) -> QPointF:
    """The upper left corner of a tile in canvas pixels: whole ones, so that copying stays copying."""
    return QPointF(index * TILE - round(scene.lens.left) + LEFT_MARGIN, scene.lens.y_of(row))


def _holds(tile: _Tile, scene: Scene, row: Row, key: _Key) -> bool:
    """Whether `tile` would be painted just so again; remembers where that took a closer look."""
    if tile.outdated or tile.state != _state(scene, row):
        return False
    if tile.track is not row.track:
        if tile.transitions != row.track.transitions or tile.clips != _clips_in(row, key):
            return False
        tile.track = row.track
    selection, stale = tile.marks
    if selection is not scene.selection or stale is not scene.stale:
        if tile.own_marks != _own_marks(scene, tile.clips, tile.transitions):
            return False
        tile.marks = (scene.selection, scene.stale)
    return True


def _painted(scene: Scene, row: Row, key: _Key) -> _Tile:
    ratio = scene.ink.ratio
    pixmap = QPixmap(round(TILE * ratio), round(row.height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    painter = QPainter(pixmap)
    waits_for = paint_stretch(painter, scene, row, key.number * TILE, TILE)
    painter.end()
    clips = _clips_in(row, key)
    return _Tile(
        pixmap=pixmap,
        track=row.track,
        clips=clips,
        transitions=row.track.transitions,
        marks=(scene.selection, scene.stale),
        own_marks=_own_marks(scene, clips, row.track.transitions),
        state=_state(scene, row),
        waits_for=frozenset(waits_for),
    )


def _clips_in(row: Row, key: _Key) -> tuple[Clip, ...]:
    first = int(key.number * TILE / key.scale) - 1
    last = int((key.number + 1) * TILE / key.scale) + 2
    start, end = indices_between(row.track, max(0, first), last)
    return row.track.clips[start:end]


def _own_marks(
    scene: Scene, clips: tuple[Clip, ...], transitions: tuple[Transition, ...]
) -> tuple[frozenset[str], frozenset[str]]:
    if not scene.selection and not scene.stale:
        return frozenset(), frozenset()
    ids = {clip.id for clip in clips} | {transition.id for transition in transitions}
    return scene.selection & ids, scene.stale & ids


def _state(scene: Scene, row: Row) -> tuple[bool, bool, int, Rate]:
    return row.track.id in scene.silent, row.track.locked, row.height, scene.project.rate
