"""In-betweens along a motion that is only roughly known."""

from __future__ import annotations

import numpy as np
import pytest

from studio.render.found_motion import guess_along, nudged, settled
from tests.render.pictures import texture

_WIDE = texture(200, 360, 8)
FIRST, SECOND = _WIDE[:, 40:300], _WIDE[:, 20:280]  # what is seen moves right by 20 pixels
_INSIDE = np.s_[30:-30, 50:-50]


def moved(across: float) -> np.ndarray:
    return np.full((*FIRST.shape[:2], 2), (across, 0), np.float32)


@pytest.mark.parametrize("roughly", [16, 20, 23])
def test_a_rough_motion_is_made_exact(roughly: float) -> None:
    exact = settled(FIRST, SECOND, moved(roughly))
    assert np.abs(exact[_INSIDE] - (20, 0)).mean() < 0.3


@pytest.mark.parametrize("t", [0.25, 0.5])
def test_a_motion_that_is_nearly_right_is_nudged_there(t: float) -> None:
    motion, missed = nudged(FIRST, SECOND, moved(18), t)
    assert np.abs(motion[_INSIDE] - (20, 0)).mean() < 0.3
    assert missed[_INSIDE].mean() < 2


def test_a_motion_is_not_nudged_away_from_where_it_fits() -> None:
    motion, missed = nudged(FIRST, SECOND, moved(20), 0.5)
    assert np.abs(motion[_INSIDE] - (20, 0)).max() < 0.1 and missed[_INSIDE].max() < 1


def test_the_guess_shares_by_time_and_by_what_is_shown() -> None:
    half = np.full(FIRST.shape[:2], 0.5, np.float32)
    early = guess_along(FIRST, SECOND, moved(20), half, 0.25)
    assert early.share[_INSIDE] == pytest.approx(0.75, abs=1e-3)
    assert early.mismatch[_INSIDE].max() < 1 and not early.outside[_INSIDE].any()
    only_later = guess_along(FIRST, SECOND, moved(20), np.zeros_like(half), 0.25)
    assert only_later.share[_INSIDE].max() < 0.01


def test_what_comes_from_outside_one_picture_is_taken_from_the_other() -> None:
    guess = guess_along(FIRST, SECOND, moved(20), np.full(FIRST.shape[:2], 0.5, np.float32), 0.5)
    assert guess.outside[100, 2] == 1 and guess.share[100, 2] < 0.01
    assert guess.outside[100, -3] == 1 and guess.share[100, -3] > 0.99


def test_a_motion_that_differs_from_place_to_place_is_carried_to_its_time() -> None:
    """A patch that is in the middle at half time is elsewhere at a quarter."""
    motion = moved(0)
    motion[80:120, 110:150] = (40, 0)
    guess = guess_along(FIRST, FIRST, motion, np.full(FIRST.shape[:2], 0.5, np.float32), 0.25)
    assert guess.motion[100, 120, 0] == pytest.approx(40, abs=1)
    assert guess.motion[100, 145, 0] == pytest.approx(0, abs=1)
