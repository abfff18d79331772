"""What every look does to a clip: drawn frame by frame, held still, mixed in where and as much as asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count as numbers
from typing import Protocol

import cv2
import numpy as np

from studio.adapters.base import Footage, RunContext, by_segments
from studio.adapters.clip_source import ClipSource, joined, parted, reported
from studio.adapters.flicker_figures import FlickerFigures
from studio.jobs.job import Source, Stylize
from studio.media.reader import open_reader
from studio.render.mixing import mixed
from studio.timing import RationalTime, frame_time

# Frames drawn before a segment, so that what is carried along is as settled as in the middle of a clip:
# after 12 frames a share of 0.85^12 = 14 % is still the first drawing's, along its motion.
_LEAD = 12


class Drawing(Protocol):
    """A clip being drawn; uint8 RGB (H, W, 3) to float32 RGB in [0, 1]."""

    def draw(self, frame: np.ndarray) -> np.ndarray:
        """The next frame, held still by what it knows of those before."""
        ...

    def alone(self, frame: np.ndarray) -> np.ndarray:
        """The frame drawn last, without the others."""
        ...


def restyled(job: Stylize, source: ClipSource, make: Callable[[], Drawing], context: RunContext) -> Footage:
    """The clip of `job` as `make` draws it, frame for frame at its own rate, its sound as it is.

    Every segment has a drawing of its own. Measured is how much holding still has changed.
    """
    count = max(1, source.time_range.duration.ceil_frames(source.rate))
    start = context.finished_frames
    figures = FlickerFigures(context.scratch, count)

    def walk(first: int, end: int) -> Iterator[np.ndarray]:
        drawing, region, measured = make(), Region(job.mask, source), figures.segment(first)
        lead = max(0, first - _LEAD)
        for number, frame, white in zip(
            range(lead, end), source.frames_from(lead), region.frames_from(lead), strict=False
        ):
            colours, alpha = parted(frame)
            drawn = drawing.draw(colours)
            if number < first:
                continue
            share = strength_at(job, number) * white
            shown = mixed(colours, drawn, share, job.keep_colours)
            if measured.wants(number):
                alone = mixed(colours, drawing.alone(colours), share, job.keep_colours)
                measured.add(number, colours, alone, shown)
            yield joined(shown, alpha)

    frames = reported(by_segments(start, count, walk), count, context, start)
    size = source.info.width, source.info.height
    flicker = figures.total if source.info.kind == "video" else None
    return Footage(
        frames, *size, source.rate, count, source.audio, start, alpha=source.has_alpha, flicker=flicker
    )


def strength_at(job: Stylize, number: int) -> float:
    """How much of the look frame `number` of the source's range shows, 0 to 1."""
    return job.strength if job.strength_curve is None else job.strength_curve.at(number)


class Region:
    """Where the look is seen: everywhere, or where a picture or video is white."""

    def __init__(self, mask: Source | None, source: ClipSource) -> None:
        self._mask = mask
        self._source = source

    def frames_from(self, first: int) -> Iterator[np.ndarray | float]:
        """For each frame from `first` on float32 (H, W) in [0, 1], or 1.0 for all of it; never ends.

        A mask of another size is stretched to the clip's; a video of masks begins where the clip does, and
        its last frame stays.
        """
        if self._mask is None:
            yield from (1.0 for _ in numbers())
            return
        size = self._source.info.width, self._source.info.height
        rate = self._source.rate
        begin = self._mask.time_range.start if self._mask.time_range else RationalTime(0, rate)
        with closing(open_reader(self._mask.path)) as reader:
            for number in numbers(first):
                image = reader.at(begin + frame_time(number, rate))
                grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
                yield cv2.resize(grey, size, interpolation=cv2.INTER_LINEAR).astype(np.float32) / 255
