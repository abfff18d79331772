"""Where things lie on the timeline: frames to pixels and back, one row per track, the ruler's steps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QRectF

from studio.project.timeline import Clip, Project, Track
from studio.timing import Rate

RULER_HEIGHT = 28
VIDEO_ROW_HEIGHT = 64
SOUND_ROW_HEIGHT = 56
LOWEST_ROW, HIGHEST_ROW = 56, 240
"""Pixels: a header's name and switches fit in, and a few tracks are still seen at once."""
ROW_GAP = 2
LEFT_MARGIN = 8
"""Pixels before frame 0, so that the first cut and the playhead on it can be seen and grabbed."""
LARGEST_SCALE = 48.0
"""Pixels per frame at the closest zoom: single frames can be told apart with ease."""
SMALLEST_SCALE = 1 / 65536
"""A day at 240 frames per second, whole in a small window."""
_TICK_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


class Row(msgspec.Struct, frozen=True):
    """A track's place, in pixels below the ruler before scrolling."""

    track: Track
    top: int
    height: int

    @property
    def bottom(self) -> int:
        return self.top + self.height


def rows_of(project: Project, heights: Mapping[str, int] = MappingProxyType({})) -> tuple[Row, ...]:
    """One row per track as a person expects them: the topmost picture first, sound below the picture.

    `heights` in pixels, by the track's id, for those that are not as high as usual.
    """
    video = [track for track in reversed(project.tracks) if track.kind == "video"]
    sound = [track for track in project.tracks if track.kind == "audio"]
    rows: list[Row] = []
    top = ROW_GAP
    for track in video + sound:
        usual = VIDEO_ROW_HEIGHT if track.kind == "video" else SOUND_ROW_HEIGHT
        height = min(max(heights.get(track.id, usual), LOWEST_ROW), HIGHEST_ROW)
        rows.append(Row(track, top, height))
        top += height + ROW_GAP
    return tuple(rows)


class Lens(msgspec.Struct, frozen=True):
    """What part of the timeline a canvas of `width` × `height` pixels shows, and how large."""

    width: int = 800
    height: int = 240
    scale: float = 4.0
    """Pixels per frame."""
    left: float = 0.0
    """Pixels scrolled to the right."""
    top: int = 0
    """Pixels scrolled down; the ruler stays."""

    def x_of(self, frame: float) -> float:
        """Where frame number `frame` begins, in canvas pixels."""
        return LEFT_MARGIN + frame * self.scale - self.left

    def frame_at(self, x: float) -> int:
        """The cut between frames that lies nearest to `x`; never negative."""
        return max(0, round((x + self.left - LEFT_MARGIN) / self.scale))

    def frame_under(self, x: float) -> int:
        """The frame whose stretch holds `x`; never negative."""
        return max(0, int((x + self.left - LEFT_MARGIN) // self.scale))

    def frames_in(self, pixels: float) -> int:
        """How many frames, to the nearest, `pixels` stand for; keeps the sign."""
        return round(pixels / self.scale)

    def row_at(self, rows: tuple[Row, ...], y: float) -> Row | None:
        """The row under canvas height `y`; None on the ruler, in gaps and below the last."""
        if y < RULER_HEIGHT:
            return None
        inside = y - RULER_HEIGHT + self.top
        index = bisect_right(rows, inside, key=lambda row: row.top) - 1
        if index >= 0 and inside < rows[index].bottom:
            return rows[index]
        return None

    def y_of(self, row: Row) -> float:
        return float(RULER_HEIGHT + row.top - self.top)

    def clip_rect(self, row: Row, clip: Clip) -> QRectF:
        return QRectF(
            self.x_of(clip.start), self.y_of(row), max(1.0, clip.duration * self.scale), float(row.height)
        )

    def rubber_band(self, rows: tuple[Row, ...], rect: QRectF) -> Iterator[tuple[Row, Clip]]:
        """Every clip that `rect` (canvas pixels) touches."""
        first, last = self.frame_under(rect.left()), self.frame_under(rect.right()) + 1
        for row in rows:
            top = self.y_of(row)
            if top < rect.bottom() and top + row.height > rect.top():
                for clip in row.track.clips_between(first, last):
                    yield row, clip

    def zoomed(self, factor: float, x: float) -> Lens:
        """`factor` times as large, with the frame under `x` staying there."""
        scale = min(max(self.scale * factor, SMALLEST_SCALE), LARGEST_SCALE)
        frame = (x + self.left - LEFT_MARGIN) / self.scale
        left = LEFT_MARGIN + frame * scale - x
        return replace(self, scale=scale, left=max(0.0, left))

    def fitted(self, duration: int) -> Lens:
        """The whole of `duration` frames at once, with a little room to drop something behind it."""
        room = max(1.0, self.width - 2 * LEFT_MARGIN)
        scale = room / max(1.0, duration * 1.05)
        return replace(self, scale=min(max(scale, SMALLEST_SCALE), LARGEST_SCALE), left=0.0)

    def content_width(self, duration: int) -> float:
        """Pixels one can scroll over: all that lies there and most of a canvas behind it."""
        return LEFT_MARGIN + duration * self.scale + self.width * 0.75

    def scrolled(self, left: float, top: int, duration: int, rows: tuple[Row, ...]) -> Lens:
        """Scrolled to `left`, `top`, kept within what there is."""
        furthest = max(0.0, self.content_width(duration) - self.width)
        lowest = max(0, content_height(rows) - (self.height - RULER_HEIGHT))
        return replace(self, left=min(max(0.0, left), furthest), top=min(max(0, top), lowest))


def content_height(rows: tuple[Row, ...]) -> int:
    """Pixels that all rows take, with the gap below the last."""
    return rows[-1].bottom + ROW_GAP if rows else 0


class RulerSteps(msgspec.Struct, frozen=True):
    """Frames between labelled ticks, and between the small ticks among them."""

    major: int
    minor: int


def ruler_steps(scale: float, rate: Rate, label_width: float, tick_width: float = 7.0) -> RulerSteps:
    """The finest steps at `scale` pixels per frame whose labels and ticks still have room.

    Steps under a second divide the second, so that ticks always fall on the timecode's own carries.
    """
    nominal = max(1, round(rate.fraction))
    steps = [step for step in range(1, nominal) if nominal % step == 0]
    steps += [nominal * seconds for seconds in _TICK_SECONDS]
    major = next((step for step in steps if step * scale >= label_width), steps[-1])
    minor = next(
        step for step in steps if major % step == 0 and (step * scale >= tick_width or step == major)
    )
    return RulerSteps(major, minor)
