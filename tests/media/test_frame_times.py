"""The clock of a film: rounded timestamps snapped to the grid of their rate."""

from __future__ import annotations

from fractions import Fraction

import pytest

from studio.media.frame_times import FrameTimes
from studio.timing import Rate


@pytest.mark.parametrize("rate", [Rate(24), Rate(30000, 1001), Rate(60)])
@pytest.mark.parametrize("start", [0, 33, 1007])
def test_milliseconds_become_frames_again(rate: Rate, start: int) -> None:
    times = FrameTimes(start, Fraction(1, 1000), rate, True, 500, 500 / rate.fraction, False, 500)
    for frame in range(500):
        rounded = start + round(frame / rate.fraction * 1000)
        assert times.time_of(rounded) == frame / rate.fraction


def test_variable_times_stay_as_written() -> None:
    times = FrameTimes(100, Fraction(1, 1000), Rate(25), False, 9, Fraction(1), True, 9)
    assert times.time_of(137) == Fraction(37, 1000)


def test_seek_lands_not_before_a_rounded_down_frame() -> None:
    times = FrameTimes(0, Fraction(1, 1000), Rate(24), True, 9, Fraction(9, 24), False, 9)
    for frame in range(9):
        second = frame / Fraction(24)
        assert times.timestamp(second) >= round(second * 1000)
