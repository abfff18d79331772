"""Slow and quick motion: which moment of a source is seen at which moment of the result, exactly."""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from studio.jobs.job import SpeedPoint


class _Key(NamedTuple):
    at: Fraction
    """Seconds of the source."""
    speed: Fraction


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
        """`source_s` is the length of the source in seconds."""
        self.is_plain = all(point.speed.fraction == 1 for point in points)
        keys = _keys(points, source_s)
        self._parts: list[_Stretch] = []
        begin = Fraction(0)
        for key, after in pairwise(keys):
            # Speed changes evenly, so the mean of both ends is the speed of the whole part.
            length = (after.at - key.at) * 2 / (key.speed + after.speed)
            self._parts.append(_Stretch(begin, key.at, key.speed, (after.speed - key.speed) / length))
            begin += length
        self._parts.append(_Stretch(begin, keys[-1].at, keys[-1].speed, Fraction(0)))
        self.duration = begin
        """Seconds of the result."""

    def source_at(self, seconds: Fraction) -> Fraction:
        """The moment of the source that is seen at `seconds` of the result."""
        index = bisect_right(self._parts, seconds, key=lambda part: part.begin) - 1
        part = self._parts[max(0, index)]
        since = seconds - part.begin
        return part.source + part.speed * since + part.gain * since * since / 2


def _keys(points: tuple[SpeedPoint, ...], source_s: Fraction) -> list[_Key]:
    """The speeds from 0 to `source_s`, with one at both ends.

    Of the first point behind the end counts as much as the course has come near to it.
    """
    given = [_Key(point.at.seconds, point.speed.fraction) for point in points] or [
        _Key(Fraction(0), Fraction(1))
    ]
    keys = [] if given[0].at == 0 else [_Key(Fraction(0), given[0].speed)]
    keys += [key for key in given if key.at < source_s]
    behind = next((key for key in given if key.at >= source_s), None)
    last = keys[-1]
    end_speed = last.speed
    if behind is not None:
        end_speed += (behind.speed - last.speed) * (source_s - last.at) / (behind.at - last.at)
    return [*keys, _Key(source_s, end_speed)]
