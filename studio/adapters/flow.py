"""Interpolate by optical flow: the same clip at another frame rate, with true in-betweens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction

import numpy as np

from studio.adapters.base import Footage, RunContext
from studio.adapters.clip_source import ClipSource, open_source, reported
from studio.errors import UsageError
from studio.jobs.job import Interpolate
from studio.media.reader import Frame, FrameReader, open_reader
from studio.models.spec import ModelSpec
from studio.render.flow import InBetweens
from studio.timing import Rate, RationalTime, TimeRange, frame_time

# Frames further apart than this were held on purpose (screen recordings, slide shows): what changes then
# changes within this time before the next frame, instead of melting for seconds.
_LONGEST_TRAVEL_S = Fraction(1, 4)
# The walk begins this much before the wanted range, to find the frame that is on the screen at its start.
_LEAD_S = 1


class FlowAdapter:
    """Has no weights: OpenCV's dense inverse search."""

    def load(self, spec: ModelSpec) -> None:
        """Nothing to bring into memory."""

    def unload(self) -> None:
        """Nothing to let go."""

    def run(self, job: Interpolate, context: RunContext) -> Footage:
        """The job's clip at `job.frame_rate`; its length stays, to the nearest frame.

        Raises UsageError for a still picture.
        """
        source = open_source(job.source, context)
        if source.info.kind == "picture":
            raise UsageError("A still picture has no motion to interpolate.", "Animate it instead.")
        count = max(1, source.time_range.duration.to_frames(job.frame_rate))
        start = context.finished_frames
        frames = reported(_resampled(source, job.frame_rate, start, count), count, context, start)
        return Footage(
            frames, source.info.width, source.info.height, job.frame_rate, count, source.audio, start
        )


def _resampled(source: ClipSource, rate: Rate, start: int, count: int) -> Iterator[np.ndarray]:
    """Frames [start, count) at `rate`, counted from the start of the range."""
    # Two source frames are one step of a film at 24 or fewer, so the limit follows a slow source.
    limit = max(_LONGEST_TRAVEL_S, 2 / source.rate.fraction)
    with closing(open_reader(source.info.path)) as reader:
        begin = source.time_range.start + frame_time(start, rate)
        pairs = _pairs(reader, TimeRange(begin, source.time_range.end - begin))
        first, second = next(pairs)
        motion: InBetweens | None = None
        for k in range(start, count):
            now = source.time_range.start + frame_time(k, rate)
            while second is not None and second.time <= now:
                first, second = next(pairs)
                motion = None
            if second is None or first.time >= now:
                yield first.image
                continue
            motion = motion or InBetweens(first.image, second.image)
            yield _at(motion, first.time, second.time, now, limit)


def _at(
    motion: InBetweens, start: RationalTime, end: RationalTime, now: RationalTime, limit: Fraction
) -> np.ndarray:
    if motion.is_cut:
        # The next shot begins when its first frame does; nothing of it is seen before.
        return motion.first
    travel = min((end - start).seconds, limit)
    return motion.at(float(1 - (end - now).seconds / travel))


def _pairs(reader: FrameReader, time_range: TimeRange) -> Iterator[tuple[Frame, Frame | None]]:
    """Neighbouring source frames, from the one shown at the range's start; the last has no neighbour."""
    zero, lead = RationalTime(0, Rate(1)), RationalTime(_LEAD_S, Rate(1))
    start = max(zero, time_range.start - lead)
    wide = TimeRange(start, time_range.end + lead - start)
    first = Frame(reader.at(start), start)
    for frame in reader.frames(wide):
        if frame.time > start:
            yield first, frame
        first = frame
    yield first, None
