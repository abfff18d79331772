"""Exact time: rates, conversions, timecode, grids."""

from __future__ import annotations

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import InputError
from studio.timing import FrameGrid, Rate, RationalTime, TimeRange, frames_in, parse_timecode, timecode

NTSC = Rate(30000, 1001)
rates = st.sampled_from([Rate(1), Rate(12), Rate(24), Rate(24000, 1001), Rate(25), NTSC, Rate(60), Rate(240)])


@pytest.mark.parametrize(
    ("given_as", "rate"),
    [
        ("24", Rate(24)),
        (29.97, NTSC),
        ("29.97", NTSC),
        ("30000/1001", NTSC),
        (23.976, Rate(24000, 1001)),
        ("12.5", Rate(25, 2)),
        (Fraction(60, 2), Rate(30)),
        (NTSC, NTSC),
    ],
)
def test_rates_are_read_as_people_write_them(given_as: object, rate: Rate) -> None:
    assert Rate.of(given_as) == rate  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("nonsense", ["", "fast", "0", "-24", "1/0"])
def test_what_is_no_rate_is_refused_with_a_hint(nonsense: str) -> None:
    with pytest.raises(InputError) as caught:
        Rate.of(nonsense)
    assert "30000/1001" in caught.value.hint


def test_a_file_with_a_rate_of_zero_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b"[0, 1]", type=Rate)


@given(st.integers(-(10**9), 10**9), rates)
def test_frames_survive_the_way_through_time(frame: int, rate: Rate) -> None:
    assert RationalTime(frame, rate).to_frames(rate) == frame
    assert (
        RationalTime(frame, rate).floor_frames(rate) == frame == RationalTime(frame, rate).ceil_frames(rate)
    )


@given(st.integers(0, 10**6), rates, st.integers(0, 10**6), rates)
def test_sums_are_exact_whatever_the_rates(a: int, rate_a: Rate, b: int, rate_b: Rate) -> None:
    first, second = RationalTime(a, rate_a), RationalTime(b, rate_b)
    assert (first + second).seconds == first.seconds + second.seconds
    assert (first + second) - second == first
    assert hash((first + second) - second) == hash(first)


def test_an_hour_of_ntsc_is_exact() -> None:
    hour = RationalTime(107892, NTSC)
    assert hour.seconds == Fraction(107892 * 1001, 30000)
    assert hour.to_frames(Rate(48000)) == 172799827


def test_ranges_are_half_open() -> None:
    stretch = TimeRange(RationalTime(10, Rate(24)), RationalTime(5, Rate(24)))
    assert stretch.contains(RationalTime(10, Rate(24)))
    assert not stretch.contains(stretch.end)


@given(st.integers(0, 24 * 3600 * 240 - 1), rates)
def test_timecode_reads_back(frame: int, rate: Rate) -> None:
    assert parse_timecode(timecode(frame, rate), rate) == frame


def test_timecode_looks_like_timecode() -> None:
    assert timecode(36, Rate(24)) == "00:00:01:12"
    assert timecode(-36, Rate(24)) == "-00:00:01:12"
    assert parse_timecode("2:12", Rate(24)) == 60
    with pytest.raises(InputError):
        parse_timecode("soon", Rate(24))


def test_lengths_are_at_least_one_frame() -> None:
    assert frames_in("2.5", Rate(24)) == 60
    assert frames_in(0.001, Rate(24)) == 1


@given(st.integers(1, 16), st.integers(0, 16), st.integers(-100, 5000))
def test_a_grid_gives_the_nearest_count_it_has(step: int, offset: int, asked: int) -> None:
    grid = FrameGrid(step=step, offset=offset, minimum=1, maximum=1000)
    snapped = grid.snap(asked)
    assert (snapped - offset) % step == 0
    allowed = [count for count in range(offset, 1001, step) if count >= max(1, offset)]
    assert abs(snapped - asked) == min(abs(count - asked) for count in allowed)


def test_wan_takes_4k_plus_1_frames() -> None:
    grid = FrameGrid(step=4, offset=1, minimum=5, maximum=81)
    assert [grid.snap(frames) for frames in (1, 8, 10, 16, 200)] == [5, 9, 9, 17, 81]
