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
from studio.adapters.large_motion import Choice, Found, LargeMotion, Motion, find
from studio.adapters.pair import VIEWS, View
from studio.paths import resources_folder
from studio.render.flow import InBetweens, warp
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


def chosen(t: float) -> Choice:
    first, second = leaping(0), leaping(1)
    candidates = Motion(first, second, found(first, second)).candidates(t)
    return networks().choose(first, second, candidates, t)


def found(first: np.ndarray, second: np.ndarray) -> Found:
    return find(networks().finder, first, second)


def off(motion: np.ndarray, t: float) -> float:
    """By how many pixels the motion of the box is off, in the median."""
    return float(np.median(np.linalg.norm(motion[box(t)] - (LEAP, 0), axis=-1)))


def test_the_leap_that_flow_loses_is_found() -> None:
    said = found(leaping(0), leaping(1))
    assert off(said.motion, 0.5) < 5 and off(said.exact, 0.5) < 1
    by_flow = InBetweens(leaping(0), leaping(1)).guess(0.5)
    assert 10 * off(chosen(0.5).guess.motion, 0.5) < off(by_flow.motion, 0.5)


@pytest.mark.parametrize("view", VIEWS[:2])
def test_it_is_found_from_other_sides_too(view: View) -> None:
    guess = shipped().pair(leaping(0), leaping(1), VIEWS).sight(view).choice(0.5).guess
    there = box(0.5) if view.flip is None else tuple(_flipped(box(0.5), view.flip, guess.share.shape))
    leap = LEAP * (-1 if view.swapped else 1) * (-1 if view.flip in (1, -1) else 1)
    assert np.median(np.abs(guess.motion[there] - (leap, 0))) < 3 and guess.mismatch[there].mean() < 6


def _flipped(part: tuple[slice, slice], flip: int, shape: tuple[int, ...]) -> Iterator[slice]:
    for axis, (span, length) in enumerate(zip(part, shape[:2], strict=True)):
        turns = flip == -1 or flip == axis
        yield slice(length - span.stop, length - span.start) if turns else span


def test_at_other_times_it_is_where_the_thing_is_then() -> None:
    assert off(chosen(0.25).guess.motion, 0.25) < 4


def test_the_picture_between_shows_the_thing_where_it_is() -> None:
    first, second, truth = leaping(0), leaping(1), leaping(0.5)
    here = box(0.5)
    drawn, by_flow = between(first, second, 0.5, "fast"), InBetweens(first, second).at(0.5)
    assert psnr(drawn[here], truth[here]) > psnr(by_flow[here], truth[here]) + 10
    assert psnr(drawn, truth) > psnr(by_flow, truth)


def test_a_view_that_loses_the_thing_does_not_spoil_it() -> None:
    """On the smallest copies the box is hardly to be seen."""
    truth, here = leaping(0.5), box(0.5)
    fast, best = (between(leaping(0), leaping(1), 0.5, quality) for quality in ("fast", "best"))
    lost = shipped().picture(shipped().pair(leaping(0), leaping(1), VIEWS[2:]), 0.5)
    assert psnr(lost[here], truth[here]) < psnr(fast[here], truth[here]) - 3
    assert psnr(best[here], truth[here]) > psnr(fast[here], truth[here]) - 0.5
    assert psnr(best, truth) > psnr(fast, truth)


def test_it_is_the_same_every_time() -> None:
    """A job that goes on after a kill must come to the same frames."""
    one, again = chosen(0.25), chosen(0.25)
    assert np.array_equal(one.hedge, again.hedge)
    assert all(np.array_equal(a, b) for a, b in zip(one.guess, again.guess, strict=True))


def test_it_hedges_where_motions_differ_and_nowhere_else() -> None:
    assert np.abs(chosen(0.5).hedge).max() > 20
    still = leaping(0)
    candidates = Motion(still, still, found(still, still)).candidates(0.5)
    assert np.abs(networks().choose(still, still, candidates, 0.5).hedge).max() < 2


def test_the_rivals_are_what_each_motion_would_show() -> None:
    """Flow loses the box: where it is, only flow's picture is another one than what was chosen."""
    by_flow, settled, _ = chosen(0.5).rivals
    first, second = leaping(0), leaping(1)
    guess = Motion(first, second, found(first, second)).candidates(0.5)[0]
    earlier, later = warp(first, -0.5 * guess.motion), warp(second, 0.5 * guess.motion)
    flows_picture = cv2.blendLinear(earlier, later, guess.share, 1 - guess.share)
    here, truth = box(0.5), leaping(0.5)
    assert np.abs(by_flow[here]).mean() > 20 > 4 * np.abs(settled[here]).mean()
    decided = np.clip(flows_picture - by_flow, 0, 255).astype(np.uint8)
    assert psnr(decided[here], truth[here]) > psnr(flows_picture[here], truth[here]) + 10


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
