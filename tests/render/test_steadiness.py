"""The number that says how much a clip flickers."""

from __future__ import annotations

import numpy as np
import pytest

from studio.render.steadiness import Steadiness, measure
from tests.render.pictures import shifted, texture

MOVING = [shifted(texture(120, 160), 2 * number) for number in range(5)]
JUMPING = [np.clip(frame * (1.0 + 0.1 * (k % 2)), 0, 255).astype(np.uint8) for k, frame in enumerate(MOVING)]


def test_motion_alone_is_no_flicker() -> None:
    assert measure(MOVING) < 2


def test_the_number_is_the_mean_squared_jump() -> None:
    flat = [np.full((64, 64, 3), value, np.uint8) for value in (100, 110, 100)]
    assert measure(flat) == pytest.approx((10 / 255) ** 2 * 1e4, rel=1e-3)


def test_more_flicker_is_a_larger_number_along_the_same_motion() -> None:
    assert measure(JUMPING, MOVING) > 5 * measure(MOVING, MOVING)


def test_versions_are_measured_together() -> None:
    steadiness = Steadiness()
    for original, jumping in zip(MOVING, JUMPING, strict=True):
        steadiness.add(original, (jumping, original))
    assert steadiness.count == 4
    assert steadiness.values == pytest.approx([measure(JUMPING, MOVING), measure(MOVING)])


def test_a_cut_is_not_counted() -> None:
    other = texture(120, 160, seed=5)[::-1].copy()
    before = measure(MOVING)
    assert measure([*MOVING, other, other]) < 2 * before + 1


@pytest.mark.parametrize("count", [0, 1])
def test_less_than_two_frames_do_not_flicker(count: int) -> None:
    assert measure(MOVING[:count]) == 0


def test_large_frames_are_compared_small() -> None:
    large = [np.kron(frame, np.ones((8, 8, 1), np.uint8)) for frame in MOVING[:2]]
    assert measure(large) < 3
