"""Real moments made harder: what is added moves as cameras and things do, and the middle is in the middle."""

from __future__ import annotations

import numpy as np
import pytest

from studio.render.flow import dense_flow
from studio.training import harder_moments
from studio.training.drawn_motion import SIDE, Moments
from studio.training.harder_moments import harder
from tests.render.pictures import texture


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    for name in ("_SWEPT", "_CROWDED", "_RELIT"):
        monkeypatch.setattr(harder_moments, name, 1.0 if name == request.param else 0.0)


def still(height: int = 380, width: int = 420) -> Moments:
    picture = texture(height, width, 3)
    return Moments(picture, picture.copy(), picture.copy(), 0.5)


@pytest.mark.parametrize("only", ["_SWEPT"], indirect=True)
def test_a_swept_window_moves_half_way_to_the_middle(only: None) -> None:
    for seed in range(3):
        swept = harder(still(), [], np.random.default_rng(seed))
        assert swept.first.shape == swept.second.shape and swept.first.shape[0] < 380
        half, whole = (
            dense_flow(swept.first, later)[60:-60, 60:-60] for later in (swept.middle, swept.second)
        )
        assert np.median(np.abs(whole - 2 * half)) < 0.5 and np.abs(whole).max() > 0.5


@pytest.mark.parametrize("only", ["_CROWDED"], indirect=True)
def test_things_pass_before_the_scene_and_leave_it_as_it_was(only: None) -> None:
    crowded = harder(still(), [texture(400, 420, 6)], np.random.default_rng(4))
    assert crowded.first.shape == (SIDE, SIDE, 3)
    changed = (crowded.first != crowded.second).any(axis=2)
    assert 0 < changed.mean() < 0.9
    assert (crowded.first == crowded.middle).all(axis=2)[~changed].mean() > 0.8


@pytest.mark.parametrize("only", ["_RELIT"], indirect=True)
def test_light_changes_alike_at_all_three_moments(only: None) -> None:
    relit = harder(still(), [], np.random.default_rng(1))
    assert not np.array_equal(relit.first, still().first)
    assert np.array_equal(relit.first, relit.second) and np.array_equal(relit.first, relit.middle)


def test_moments_too_small_to_change_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harder_moments, "_RELIT", 0.0)
    small = still(200, 240)
    for seed in range(4):
        kept = harder(small, [texture(400, 420, 6)], np.random.default_rng(seed))
        assert np.array_equal(kept.first, small.first) and kept.t == 0.5
