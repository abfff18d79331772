"""A clip at another rate or speed: frames drawn in between at exact times, cuts never morphed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import numpy as np

from studio.adapters.base import Footage, RunContext, by_segments
from studio.adapters.clip_source import SOUND_RATE, ClipSource, open_source, reported
from studio.errors import UsageError
from studio.jobs.job import Interpolate, Tear
from studio.media.audio import AudioReader
from studio.media.reader import VideoReader
from studio.render.changes import Change, steps, without_repeats
from studio.render.levels import cross_fade, visible
from studio.render.retiming import Retiming
from studio.render.stretching import Stretched
from studio.timing import Rate, RationalTime, TimeRange

# Frames further apart than this were held on purpose (screen recordings, slide shows): what changes then
# changes within this time before the next frame, instead of melting for seconds.
_LONGEST_TRAVEL_S = Fraction(1, 4)
# The walk begins this much before the wanted frames, to find the one that is on the screen at their start
# and what went before it; and it ends behind them, to see what comes.
_LEAD_S = 1

Draw = Callable[[float], np.ndarray]
"""Gives the picture at a time 0 < t < 1 between two; may be called in any thread."""
Pairing = Callable[[np.ndarray, np.ndarray], Draw]
"""Two pictures of one kind, uint8 or uint16, RGB or straight RGBA → what draws such between them."""


class _Moment(NamedTuple):
    """A frame of the source."""

    picture: np.ndarray
    """As deep as the source, with its alpha."""
    image: np.ndarray
    """uint8 RGB: what changes are looked for in."""
    seconds: Fraction


class _Span(NamedTuple):
    """What is between two frames that are shown one after the other; the last has none behind it."""

    first: _Moment
    second: _Moment | None
    change: Change


def resampled(
    job: Interpolate, context: RunContext, pairing: Pairing, at_once: Callable[[int], int]
) -> Footage:
    """The job's clip at its rate and speed; of so many pixels `at_once` pictures are drawn at a time.

    Frame k is what the source shows at the moment k / frame_rate, to the last digit; frames of the source
    itself stay as they are. Raises UsageError for a still picture, and what files raise.
    """
    source = open_source(job.source, context)
    if source.info.kind == "picture":
        raise UsageError("A still picture has no motion to interpolate.", "Animate it instead.")
    deep = source.info.bit_depth > 8
    _say_kind(source, deep, context)
    retiming = Retiming(job.speed, source.time_range.duration.seconds)
    count = max(1, RationalTime.from_seconds(retiming.duration).to_frames(job.frame_rate))
    start = context.finished_frames
    threads = at_once(source.info.width * source.info.height)
    frames = _drawn(_orders(source, job, retiming, pairing, start, count), threads)
    audio = source.audio
    if audio is not None and not retiming.is_plain:
        audio = _stretched(source, retiming)
    size = source.info.width, source.info.height
    frames = reported(frames, count, context, start)
    rate, alpha = job.frame_rate, source.has_alpha
    return Footage(frames, *size, rate, count, audio, start=start, alpha=alpha, deep=deep)


def _say_kind(source: ClipSource, deep: bool, context: RunContext) -> None:
    if deep:
        hint = "Saved as .mkv it keeps them; an MP4 has 8."
        context.notice(f"All {source.info.bit_depth} bits a colour stay in the lossless result.", hint)
    if source.info.has_alpha and not source.has_alpha:
        context.notice("The source is transparent in places and HDR; the result lies over black.")


def _orders(
    source: ClipSource, job: Interpolate, retiming: Retiming, pairing: Pairing, start: int, count: int
) -> Iterator[Callable[[], np.ndarray]]:
    """What to do for each of the frames [start, count) of the result."""
    with VideoReader(source.info.path, alpha=source.has_alpha, deep=True) as reader:

        def segment(first: int, end: int) -> Iterator[Callable[[], np.ndarray]]:
            times = [_source_time(source, retiming, number, job.frame_rate) for number in range(first, end)]
            return _between(_spans(reader, times[0], times[-1], job), times, source.rate, job, pairing)

        yield from by_segments(start, count, segment)


def _source_time(source: ClipSource, retiming: Retiming, number: int, rate: Rate) -> Fraction:
    return source.time_range.start.seconds + retiming.source_at(number / rate.fraction)


def _between(
    spans: Iterator[_Span], times: list[Fraction], source_rate: Rate, job: Interpolate, pairing: Pairing
) -> Iterator[Callable[[], np.ndarray]]:
    """What to do for the picture at each of `times`, seconds of the source in ascending order."""
    # Two source frames are one step of a film at 24 or fewer, so the limit follows a slow source.
    limit = max(_LONGEST_TRAVEL_S, 2 / source_rate.fraction)
    span = next(spans)
    draw: Draw | None = None
    for now in times:
        while span.second is not None and span.second.seconds <= now:
            span, draw = next(spans), None
        t = _position(span, now, limit)
        if t <= 0 or span.change is Change.STILL or (span.change.is_torn and job.at_cuts is Tear.HOLD):
            # At a cut the next shot begins when its first frame does; nothing of it is seen before.
            yield partial(_shown, span.first)
            continue
        draw = draw or _draw(span, pairing)
        yield partial(draw, t)


def _position(span: _Span, now: Fraction, limit: Fraction) -> float:
    """Where `now` lies on the way to the next frame, 0 to 1; below 0 the way has not begun."""
    if span.second is None or span.first.seconds >= now:
        return 0.0
    end = span.second.seconds
    return float(1 - (end - now) / min(end - span.first.seconds, limit))


def _draw(span: _Span, pairing: Pairing) -> Draw:
    assert span.second is not None
    pictures = span.first.picture, span.second.picture
    return partial(cross_fade, *pictures) if span.change.is_torn else pairing(*pictures)


def _shown(moment: _Moment) -> np.ndarray:
    return moment.picture


def _spans(reader: VideoReader, begin: Fraction, end: Fraction, job: Interpolate) -> Iterator[_Span]:
    """Neighbouring source frames, from the one that is shown at `begin` to one behind `end`."""
    start = RationalTime.from_seconds(max(Fraction(0), begin - _LEAD_S))
    wide = TimeRange(start, RationalTime.from_seconds(end + 2 * _LEAD_S) - start)
    frames = _from_shown(reader, wide)
    if job.replace_repeats:
        frames = without_repeats(frames)
    last: _Moment | None = None
    for first, second, change in steps(frames):
        yield _Span(first, second, change)
        last = second
    yield _Span(last or _moment(reader.at(start), start), None, Change.STILL)


def _from_shown(reader: VideoReader, time_range: TimeRange) -> Iterator[_Moment]:
    yield _moment(reader.at(time_range.start), time_range.start)
    for frame in reader.frames(time_range):
        if frame.time > time_range.start:
            yield _moment(frame.image, frame.time)


def _moment(picture: np.ndarray, time: RationalTime) -> _Moment:
    return _Moment(picture, visible(picture), time.seconds)


def _drawn(orders: Iterator[Callable[[], np.ndarray]], threads: int) -> Iterator[np.ndarray]:
    """What the `orders` make, in their order; while one picture is used, the next are in the making."""
    waiting: deque[Future[np.ndarray]] = deque()
    with ThreadPoolExecutor(threads, "draw") as pool, closing(orders):  # pyright: ignore[reportArgumentType]
        try:
            for order in orders:
                waiting.append(pool.submit(order))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _stretched(source: ClipSource, retiming: Retiming) -> Iterator[np.ndarray]:
    """The sound at the picture's speed and its own pitch, in blocks of a second."""
    offset = source.time_range.start.to_frames(Rate(SOUND_RATE))
    length = source.time_range.duration.to_frames(Rate(SOUND_RATE))
    total = RationalTime.from_seconds(retiming.duration).to_frames(Rate(SOUND_RATE))
    with AudioReader(source.info.path, SOUND_RATE) as reader:

        def read(start: int, count: int) -> np.ndarray:
            """As if the range were a sound of its own: silent outside."""
            samples = reader.read(offset + start, count)
            samples[: max(0, -start)] = 0
            samples[max(0, length - start) :] = 0
            return samples

        sound = Stretched(read, retiming.source_at, SOUND_RATE)
        for begin in range(0, total, SOUND_RATE):
            yield sound.read(begin, min(SOUND_RATE, total - begin))
