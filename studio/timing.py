"""Rational time, ranges, timecode and frame grids: the one place that does frame arithmetic.

Floats never enter: a rate is an exact fraction of frames per second (30000/1001 is NTSC), a time is
a whole number of units at such a rate, and ranges are half-open. Rounding happens only where a
function's name or argument says so.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

import msgspec

from studio.errors import InputError

# What cameras and players call 23.976, 29.97 … is exactly n·1000/1001 (SMPTE ST 12-1).
_NTSC = {"23.976": 24, "23.98": 24, "29.97": 30, "47.952": 48, "59.94": 60, "119.88": 120}
_TIMECODE = re.compile(r"(?:(\d+):)?(?:(\d+):)?(?:(\d+):)?(\d+)")


class Rate(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Units per second as an exact fraction; stored as `[numerator, denominator]` in lowest terms."""

    numerator: int
    denominator: int = 1

    def __post_init__(self) -> None:
        if self.numerator <= 0 or self.denominator <= 0:
            # ValueError, so that msgspec names the field when a file says so.
            raise ValueError(f"a rate must be positive, not {self.numerator}/{self.denominator}")

    @classmethod
    def of(cls, value: Fraction | int | float | str | Rate) -> Rate:
        """`value` as a rate: "23.976" and 29.97 mean the NTSC fractions, "30000/1001" itself.

        Raises InputError for text that is no rate.
        """
        if isinstance(value, Rate):
            return value
        if isinstance(value, float):
            value = f"{value:.6f}".rstrip("0").rstrip(".")
        if isinstance(value, str) and value in _NTSC:
            return cls(_NTSC[value] * 1000, 1001)
        try:
            fraction = Fraction(value)
            return cls(fraction.numerator, fraction.denominator)
        except (ValueError, ZeroDivisionError) as error:
            hint = "Use for example 24, 29.97 or 30000/1001."
            raise InputError(f"'{value}' is not a frame rate.", hint) from error

    @property
    def fraction(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)

    def __str__(self) -> str:
        if self.denominator == 1:
            return str(self.numerator)
        return f"{float(self.fraction):.3f}".rstrip("0").rstrip(".")


class RationalTime(msgspec.Struct, frozen=True, array_like=True, eq=False, gc=False):
    """`value` units at `rate` units per second: an exact point in time or length of time."""

    value: int
    rate: Rate

    @classmethod
    def from_seconds(cls, seconds: Fraction | int) -> RationalTime:
        """Exactly `seconds`, at the coarsest rate that can say so."""
        fraction = Fraction(seconds)
        return cls(fraction.numerator, Rate(fraction.denominator))

    @property
    def seconds(self) -> Fraction:
        return self.value / self.rate.fraction

    def to_frames(self, rate: Rate) -> int:
        """The nearest whole frame at `rate`; halves go up, so that a cut never moves back in time."""
        return math.floor(self.seconds * rate.fraction + Fraction(1, 2))

    def floor_frames(self, rate: Rate) -> int:
        """The frame at `rate` that is on the screen at this time."""
        return math.floor(self.seconds * rate.fraction)

    def ceil_frames(self, rate: Rate) -> int:
        return math.ceil(self.seconds * rate.fraction)

    def __add__(self, other: RationalTime) -> RationalTime:
        if self.rate == other.rate:
            return RationalTime(self.value + other.value, self.rate)
        return RationalTime.from_seconds(self.seconds + other.seconds)

    def __sub__(self, other: RationalTime) -> RationalTime:
        return self + RationalTime(-other.value, other.rate)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RationalTime) and self.seconds == other.seconds

    # All four by hand: a Struct brings comparison slots of its own, which total_ordering would keep.
    def __lt__(self, other: RationalTime) -> bool:
        return self.seconds < other.seconds

    def __le__(self, other: RationalTime) -> bool:
        return self.seconds <= other.seconds

    def __gt__(self, other: RationalTime) -> bool:
        return self.seconds > other.seconds

    def __ge__(self, other: RationalTime) -> bool:
        return self.seconds >= other.seconds

    def __hash__(self) -> int:
        return hash(self.seconds)


class TimeRange(msgspec.Struct, frozen=True):
    """The half-open stretch of time [start, start + duration)."""

    start: RationalTime
    duration: RationalTime

    @property
    def end(self) -> RationalTime:
        return self.start + self.duration

    def contains(self, time: RationalTime) -> bool:
        return self.start <= time < self.end


def frame_time(frame: int, rate: Rate) -> RationalTime:
    """The time at which frame number `frame` begins."""
    return RationalTime(frame, rate)


def frames_in(seconds: Fraction | int | float | str, rate: Rate) -> int:
    """The whole number of frames nearest to `seconds` at `rate`, at least one."""
    return max(1, RationalTime.from_seconds(Fraction(str(seconds))).to_frames(rate))


def timecode(frame: int, rate: Rate) -> str:
    """`frame` as non-drop HH:MM:SS:FF (SMPTE ST 12-1 counting at the nominal whole rate)."""
    nominal = max(1, round(rate.fraction))
    sign = "-" if frame < 0 else ""
    seconds, frames = divmod(abs(frame), nominal)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours:02d}:{minutes:02d}:{seconds:02d}:{frames:02d}"


def parse_timecode(text: str, rate: Rate) -> int:
    """The frame number that `text` names; parts may be left off from the front ("2:12" is 2 s 12 frames).

    Raises InputError for text that is no timecode.
    """
    if not _TIMECODE.fullmatch(text.strip()):
        raise InputError(f"'{text}' is not a timecode.", "Write HH:MM:SS:FF, for example 00:00:02:12.")
    nominal = max(1, round(rate.fraction))
    parts = [int(part) for part in text.strip().split(":")]
    hours, minutes, seconds, frames = [0] * (4 - len(parts)) + parts
    return ((hours * 60 + minutes) * 60 + seconds) * nominal + frames


class FrameGrid(msgspec.Struct, frozen=True):
    """The frame counts a model can make: `step`·k + `offset`, k ≥ 0, within [minimum, maximum].

    Video VAEs fold `step` frames into one latent frame after a first one (4k+1, 8k+1, 6k+1).
    """

    step: int = 1
    offset: int = 0
    minimum: int = 1
    maximum: int = 1_000_000

    def snap(self, frames: int) -> int:
        """The allowed count nearest to `frames`, the larger one when two are equally near."""
        low = math.ceil(Fraction(max(self.minimum, self.offset) - self.offset, self.step))
        high = math.floor(Fraction(self.maximum - self.offset, self.step))
        nearest = math.floor(Fraction(frames - self.offset, self.step) + Fraction(1, 2))
        return self.offset + self.step * min(max(nearest, low), high)
