"""Motion that optical flow loses: a thing that leaps over a wall that repeats."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from functools import lru_cache

import cv2
import numpy as np
import pytest

from studio.adapters.interpolation import MOTION_WEIGHTS, between, shipped
from studio.adapters.large_motion import Found, LargeMotion, Motion, find
from studio.adapters.pair import VIEWS
from studio.paths import resources_folder
from studio.render.flow import Guess, InBetweens
from studio.render.found_motion import guess_along
from tests.render.pictures import psnr, texture

LEAP = 64
_SIDE = 72


@lru_cache
def networks() -> LargeMotion:
    return LargeMotion(resources_folder() / "models" / "interpolation" / MOTION_WEIGHTS)


def leaping(t: float) -> np.ndarray:
    """A colourful box before a fine grid, `LEAP` pixels further right at 1 than at 0; uint8 (270, 480, 3)."""
    y, x = np.mgrid[:270, :480]
    wall = np.where((x % 24 < 4) | (y % 24 < 4), 70, 190).astype(np.uint8)
    picture = np.dstack([wall] * 3)
    left = round(170 + LEAP * t)
    picture[90 : 90 + _SIDE, left : left + _SIDE] = texture(_SIDE, _SIDE, 4)
    return picture


def box(t: float) -> tuple[slice, slice]:
    """The inner part of the thing."""
    left = round(170 + LEAP * t)
    return slice(100, 80 + _SIDE), slice(left + 10, left + _SIDE - 10)


def chosen(t: float) -> Guess:
    first, second = leaping(0), leaping(1)
    return networks().choose(first, second, Motion(first, second, found(first, second)).candidates(t), t)


def found(first: np.ndarray, second: np.ndarray) -> Found:
    return find(networks().finder, first, second)


def off(motion: np.ndarray, t: float) -> float:
    """By how many pixels the motion of the box is off, in the median."""
    return float(np.median(np.linalg.norm(motion[box(t)] - (LEAP, 0), axis=-1)))


def test_the_leap_that_flow_loses_is_found() -> None:
    said = found(leaping(0), leaping(1))
    assert off(said.motion, 0.5) < 5 and off(said.exact, 0.5) < 1
    assert 10 * off(chosen(0.5).motion, 0.5) < off(InBetweens(leaping(0), leaping(1)).guess(0.5).motion, 0.5)


@pytest.mark.parametrize("flip", [None, 0, 1, -1])
@pytest.mark.parametrize("swapped", [False, True])
def test_what_is_found_turns_with_the_pictures(flip: int | None, swapped: bool) -> None:
    """Turned, it leads from the one turned picture to the other as it did before."""
    first, second = leaping(0), leaping(1)
    turned = found(first, second).turned(flip, swapped=swapped)
    pair = (second, first) if swapped else (first, second)
    seen = pair if flip is None else (cv2.flip(pair[0], flip), cv2.flip(pair[1], flip))
    guess = guess_along(*seen, turned.exact, turned.shows, 0.5)
    there = box(0.5) if flip is None else tuple(_flipped(box(0.5), flip, first.shape))
    assert guess.mismatch[there].mean() < 6
    plain = found(first, second).shows[box(0.5)].mean()
    assert turned.shows[there].mean() == pytest.approx(1 - plain if swapped else plain, abs=1e-4)


def _flipped(part: tuple[slice, slice], flip: int, shape: tuple[int, ...]) -> Iterator[slice]:
    for axis, (span, length) in enumerate(zip(part, shape[:2], strict=True)):
        turns = flip == -1 or flip == axis
        yield slice(length - span.stop, length - span.start) if turns else span


def test_at_other_times_it_is_where_the_thing_is_then() -> None:
    assert off(chosen(0.25).motion, 0.25) < 4


def test_the_picture_between_shows_the_thing_where_it_is() -> None:
    first, second, truth = leaping(0), leaping(1), leaping(0.5)
    here = box(0.5)
    drawn, by_flow = between(first, second, 0.5, "fast"), InBetweens(first, second).at(0.5)
    assert psnr(drawn[here], truth[here]) > psnr(by_flow[here], truth[here]) + 10
    assert psnr(drawn, truth) > psnr(by_flow, truth)


def test_it_is_the_same_every_time() -> None:
    """A job that goes on after a kill must come to the same frames."""
    again = chosen(0.25)
    assert all(np.array_equal(a, b) for a, b in zip(chosen(0.25), again, strict=True))


def test_nothing_stays_of_a_pair_that_is_done_with() -> None:
    """Not even until the collector comes: an hour has many pairs, and each holds more than its pictures."""
    network = shipped()
    pair = network.pair(leaping(0), leaping(1), VIEWS)
    network.picture(pair, 0.5)
    gone = weakref.ref(pair.sight(VIEWS[1]))
    gc.disable()
    try:
        del pair
        assert gone() is None
    finally:
        gc.enable()


def test_pictures_of_a_few_pixels_are_no_trouble() -> None:
    for height, width in ((1, 1), (3, 40), (17, 9)):
        first, second = texture()[:height, :width], texture()[5 : 5 + height, 3 : 3 + width]
        drawn = between(first, second, 0.5, "fast")
        assert drawn.shape == (height, width, 3)
