"""Slow and quick motion: which moment of a source is seen at which moment of the result, exactly."""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from typing import NamedTuple

from studio.jobs.job import SpeedPoint


class _Stretch(NamedTuple):
    """A part over which the speed changes evenly in the result's time."""

    begin: Fraction
    """Seconds of the result."""
    source: Fraction
    """Seconds of the source at `begin`."""
    speed: Fraction
    gain: Fraction
    """Change of speed per second of the result."""


class Retiming:
    """Seconds of a result → seconds of its source; both begin at 0, and every number is exact.

    `points` name the speed at moments of the source; from point to point it changes evenly, before the first
    and after the last it stays. Without points the speed is 1.
    """

    def __init__(self, points: tuple[SpeedPoint, ...], source_s: Fraction) -> None:
        """`source_s` is the length of the source in seconds; points behind it do not matter."""
        self.is_plain = all(point.speed.fraction == 1 for point in points)
        places = [(max(point.at.seconds, Fraction(0)), point.speed.fraction) for point in points]
        places = places or [(Fraction(0), Fraction(1))]
        if places[0][0] > 0:
            places.insert(0, (Fraction(0), places[0][1]))
        self._parts: list[_Stretch] = []
        begin = Fraction(0)
        for (at, speed), (end, later) in zip(places, [*places[1:], (source_s, places[-1][1])], strict=True):
            # Speed rises evenly, so the mean of both ends is the speed of the whole part.
            length = max(end - at, Fraction(0)) * 2 / (speed + later)
            self._parts.append(
                _Stretch(begin, at, speed, (later - speed) / length if length else Fraction(0))
            )
            begin += length
        self._parts[-1] = self._parts[-1]._replace(gain=Fraction(0))
        self.duration = self._until(source_s)
        """Seconds of the result."""

    def source_at(self, seconds: Fraction) -> Fraction:
        """The moment of the source that is seen at `seconds` of the result."""
        part = self._parts[max(0, bisect_right(self._parts, seconds, key=lambda part: part.begin) - 1)]
        since = seconds - part.begin
        return part.source + part.speed * since + part.gain * since * since / 2

    def _until(self, source_s: Fraction) -> Fraction:
        """When the source has come to its end; within a part of changing speed the end is its own."""
        part = self._parts[-1]
        return part.begin + (source_s - part.source) / part.speed
