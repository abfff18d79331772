"""When each frame of a video stream is on the screen, as exact fractions of a second.

Containers round: Matroska keeps whole milliseconds, so that frame 1 of a 24-fps film says 42 ms
instead of 1/24 s. Where all timestamps lie on the grid of one rate, give or take that rounding, the
grid is the truth and times are snapped to it; else the timestamps are, and the stream is of variable rate.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from studio.timing import Rate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from av.container import InputContainer
    from av.video.stream import VideoStream

_FULL_SCAN_BYTES = 64 * 1024 * 1024
_HEAD_PACKETS = 600
_STANDARD_RATES = [Fraction(n) for n in (24, 25, 30, 50, 60)] + [
    Fraction(n * 1000, 1001) for n in (24, 30, 60)
]
_FASTEST = 1000
# A camera's clock may jitter by this much; a viewer never sees it (a frame lasts 8 ms or more).
_JITTER_S = Fraction(1, 1000)


class FrameTimes(msgspec.Struct, frozen=True):
    """The clock of one video stream; times count from its first shown frame."""

    start: int | None
    """Timestamp of the first shown frame in `time_base` units; None: the stream has no timestamps."""
    time_base: Fraction
    rate: Rate
    snapped: bool
    """Times are k/rate; else they are the timestamps as written."""
    count: int
    """Frames on the screen, as far as they can be read; a hole in a snapped stream counts as held frames."""
    duration: Fraction
    """Seconds from the first frame's start to the last one's end."""
    variable: bool
    declared_count: int
    """Frames that the container promises; more than `count` when the file is cut off."""

    def time_of(self, pts: int) -> Fraction:
        """Seconds at which the frame with timestamp `pts` appears."""
        seconds = (pts - (self.start or 0)) * self.time_base
        if not self.snapped:
            return seconds
        return round(seconds * self.rate.fraction) / self.rate.fraction

    def timestamp(self, seconds: Fraction) -> int:
        """The timestamp to seek to for `seconds`; one unit late rather than early, against rounded ones."""
        return (self.start or 0) + math.ceil(seconds / self.time_base)


def survey(
    container: InputContainer, stream: VideoStream, first_pts: int | None, file_bytes: int
) -> FrameTimes:
    """The clock of `stream`, read from its packets without decoding; moves the container's position.

    Files up to 64 MiB are read whole; of longer ones 600 packets, the rest is taken from the header.
    `first_pts` is the timestamp of the first decoded frame.
    """
    time_base = stream.time_base or Fraction(1, 1000)
    whole = file_bytes <= _FULL_SCAN_BYTES
    scan = _scan(container, stream, None if whole else _HEAD_PACKETS)
    guess = _guessed_rate(stream)
    if first_pts is None:
        count = len(scan.stamps) if whole else _header_count(container, stream, guess)
        return FrameTimes(None, time_base, Rate.of(guess), True, count, count / guess, False, count)
    offsets = sorted({stamp - first_pts for stamp in scan.stamps if stamp >= first_pts}) or [0]
    grid = next(
        (rate for rate in _candidates(guess, offsets, time_base) if _on_grid(offsets, time_base, rate)), None
    )
    rate = grid or guess
    slots = round(offsets[-1] * time_base * rate) + 1
    count = slots if grid else len(offsets)
    end = count / rate if grid else (offsets[-1] + max(1, scan.last_duration)) * time_base
    declared = max(stream.frames, count)
    if not whole:
        declared = max(declared, _header_count(container, stream, rate))
        count = _readable(stream, declared, file_bytes)
        end = count / rate
    elif not stream.frames and _is_cut_off(container, scan.end):
        declared = max(declared, _header_count(container, stream, rate))
    variable = grid is None or len(offsets) < 0.9 * slots
    return FrameTimes(first_pts, time_base, Rate.of(rate), grid is not None, count, end, variable, declared)


class _Scan(NamedTuple):
    stamps: list[int]
    """Timestamps of the shown packets of the stream, in the order of the file."""
    last_duration: int
    end: Fraction
    """Seconds at which the last packet of any stream ends."""


def _scan(container: InputContainer, stream: VideoStream, limit: int | None) -> _Scan:
    from av.error import FFmpegError

    container.seek(container.start_time or 0, backward=True)
    stamps: list[int] = []
    last, end = (0, 0), Fraction(0)
    try:
        for packet in container.demux():
            stamp = packet.pts if packet.pts is not None else packet.dts
            if packet.size == 0 or packet.is_discard:
                continue
            if stamp is not None:
                end = max(end, (stamp + (packet.duration or 0)) * Fraction(packet.time_base or 0))
            if packet.stream_index == stream.index:
                stamps.append(len(stamps) if stamp is None else stamp)
                last = max(last, (stamps[-1], packet.duration or 0))
            if limit and len(stamps) >= limit:
                break
    except FFmpegError:
        # The file ends in the middle of a packet: what was read until here is what can be shown.
        return _Scan(stamps, last[1], end)
    return _Scan(stamps, last[1], end)


def _is_cut_off(container: InputContainer, end: Fraction) -> bool:
    """Whether the packets end well before the length that the header promises."""
    promised = Fraction((container.start_time or 0) + (container.duration or 0), 1_000_000)
    return promised - end > max(Fraction(1, 4), promised / 100)


def _guessed_rate(stream: VideoStream) -> Fraction:
    for rate in (stream.guessed_rate, stream.average_rate, stream.base_rate):
        if rate and 0 < rate <= _FASTEST:
            return Fraction(rate)
    return Fraction(25)


def _candidates(guess: Fraction, offsets: list[int], time_base: Fraction) -> Iterable[Fraction]:
    yield guess
    if len(offsets) < 2:
        return
    average = Fraction(len(offsets) - 1) / (offsets[-1] * time_base)
    yield from sorted(_STANDARD_RATES, key=lambda rate: abs(rate - average))
    yield average.limit_denominator(1001)


def _on_grid(offsets: list[int], time_base: Fraction, rate: Fraction) -> bool:
    """Whether every timestamp is a whole number of frames at `rate`, but for rounding, no two the same."""
    tolerance = min(max(time_base, _JITTER_S), 1 / rate / 4)
    slots = [round(offset * time_base * rate) for offset in offsets]
    distinct = len(set(slots)) >= 0.98 * len(slots)
    return distinct and all(
        abs(o * time_base - s / rate) <= tolerance for o, s in zip(offsets, slots, strict=True)
    )


def _header_count(container: InputContainer, stream: VideoStream, rate: Fraction) -> int:
    """Frames by the header's word: its count, else its length times `rate`."""
    if stream.frames:
        return stream.frames
    if stream.duration and stream.time_base:
        return round(stream.duration * stream.time_base * rate)
    return round(Fraction(container.duration or 0, 1_000_000) * rate)


def _readable(stream: VideoStream, declared: int, file_bytes: int) -> int:
    """How many of the indexed frames lie inside the file."""
    if len(stream.index_entries) < declared:
        return declared
    return sum(entry.pos + entry.size <= file_bytes for entry in stream.index_entries)
