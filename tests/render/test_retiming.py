"""Slow motion and courses of speed: exact, and as long as they must be."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from studio.jobs.job import SpeedPoint
from studio.render.retiming import Retiming
from studio.timing import Rate, RationalTime


def point(seconds: Fraction | int, speed: str) -> SpeedPoint:
    return SpeedPoint(RationalTime.from_seconds(seconds), Rate.of(Fraction(speed)))


def test_without_points_nothing_changes() -> None:
    plain = Retiming((), Fraction(10))
    assert plain.is_plain and plain.duration == 10 and plain.source_at(Fraction(7, 3)) == Fraction(7, 3)
    assert Retiming((point(0, "1"),), Fraction(10)).is_plain


def test_one_speed_throughout() -> None:
    slow = Retiming((point(0, "1/4"),), Fraction(3))
    assert not slow.is_plain
    assert slow.duration == 12 and slow.source_at(Fraction(6)) == Fraction(3, 2)


def test_a_course_is_continuous_and_ends_with_the_source() -> None:
    course = Retiming((point(0, "1"), point(2, "1/4"), point(3, "1/4"), point(5, "2")), Fraction(9))
    # 2 s at a mean of 5/8, 1 s at 1/4, 2 s at a mean of 9/8, 4 s at 2.
    begins = [Fraction(0), Fraction(16, 5), Fraction(36, 5), Fraction(36, 5) + Fraction(16, 9)]
    assert course.duration == begins[3] + 2
    for begin, source in zip(begins, (0, 2, 3, 5), strict=True):
        assert course.source_at(begin) == source
    assert course.source_at(course.duration) == 9
    steps = [course.source_at(course.duration * k / 500) for k in range(501)]
    assert all(0 < later - earlier < Fraction(1, 20) for earlier, later in pairwise(steps))


def test_the_speed_at_a_point_is_the_one_asked_for() -> None:
    course = Retiming((point(1, "1/2"), point(3, "2")), Fraction(6))
    assert course.source_at(Fraction(1)) == Fraction(1, 2)  # before the first point it is the first's
    tick = Fraction(1, 10**6)
    middle = 2 + Fraction(8, 5)
    for at, speed in ((Fraction(2), 0.5), (middle, 2.0)):
        assert float((course.source_at(at + tick) - course.source_at(at)) / tick) == pytest.approx(
            speed, abs=1e-3
        )


def test_a_point_behind_the_end_pulls_as_far_as_it_was_neared() -> None:
    course = Retiming((point(0, "1"), point(20, "1/2")), Fraction(10))
    assert course.source_at(course.duration) == 10
    assert course.duration == 10 / (Fraction(1 + Fraction(3, 4)) / 2)
