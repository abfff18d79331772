"""Motion that optical flow loses: a thing that leaps over a wall that repeats."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from studio.adapters.interpolation import MOTION_WEIGHTS, between
from studio.adapters.large_motion import LargeMotion, Motion, find
from studio.paths import resources_folder
from studio.render.flow import Guess, InBetweens
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
    return networks().choose(first, second, Motion(first, second, networks().finder).candidates(t), t)


def off(motion: np.ndarray, t: float) -> float:
    """By how many pixels the motion of the box is off, in the median."""
    return float(np.median(np.linalg.norm(motion[box(t)] - (LEAP, 0), axis=-1)))


def test_the_leap_that_flow_loses_is_found() -> None:
    found = find(networks().finder, leaping(0), leaping(1))
    assert off(found.motion, 0.5) < 5
    assert 10 * off(chosen(0.5).motion, 0.5) < off(InBetweens(leaping(0), leaping(1)).guess(0.5).motion, 0.5)


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


def test_pictures_of_a_few_pixels_are_no_trouble() -> None:
    for height, width in ((1, 1), (3, 40), (17, 9)):
        first, second = texture()[:height, :width], texture()[5 : 5 + height, 3 : 3 + width]
        drawn = between(first, second, 0.5, "fast")
        assert drawn.shape == (height, width, 3)
