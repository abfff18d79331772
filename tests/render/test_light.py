"""The light of a shot: flicker goes, what truly changes stays, cuts are told from flicker."""

from __future__ import annotations

import numpy as np
import pytest

from studio.render import light
from studio.training.deflicker_crops import relit
from tests.render.pictures import shifted, texture

SHOT = [shifted(texture(96, 144), 2 * number) for number in range(14)]


def difference(frames: list[np.ndarray], wanted: list[np.ndarray]) -> float:
    """Mean absolute difference in grey levels."""
    pairs = zip(frames, wanted, strict=True)
    return float(np.mean([np.abs(one.astype(float) - other).mean() for one, other in pairs]))


def lit(frames: list[np.ndarray], gains: np.ndarray) -> list[np.ndarray]:
    return [
        np.clip(frame * gain + 0.5, 0, 255).astype(np.uint8)
        for frame, gain in zip(frames, gains, strict=True)
    ]


def test_gains_and_casts_that_jump_are_taken_back() -> None:
    rng = np.random.default_rng(2)
    flickering = lit(
        SHOT, np.exp(rng.normal(0, 0.1, (14, 1, 1, 1)) + rng.normal(0, 0.04, (14, 1, 1, 3))) * 0.8
    )
    wanted = lit(SHOT, np.full(14, 0.8))
    assert difference(relit(flickering), wanted) < 0.45 * difference(flickering, wanted)


def test_light_that_jumps_in_one_part_is_taken_back() -> None:
    across = np.linspace(0, 1, 144)[None, :, None]
    amounts = np.random.default_rng(4).normal(0, 0.15, (14, 1, 1, 1))
    flickering = lit(SHOT, 0.8 * np.exp(amounts * across))
    wanted = lit(SHOT, np.full(14, 0.8))
    assert difference(relit(flickering), wanted) < 0.5 * difference(flickering, wanted)


def test_steady_frames_stay_as_they_are() -> None:
    assert difference(relit(SHOT), SHOT) < 0.5


def test_a_fade_stays_a_fade() -> None:
    fading = lit(SHOT, np.linspace(0.1, 1, 14))
    assert difference(relit(fading), fading) < 2.5


def test_one_dark_frame_does_not_darken_the_others() -> None:
    gains = np.ones(14)
    gains[6] = 0.6
    result = relit(lit(SHOT, gains))
    assert difference(result[6:7], SHOT[6:7]) < 6
    assert difference(result[:6], SHOT[:6]) < 1


@pytest.mark.parametrize("gain", [1.0, 0.6, 1.5])
def test_a_cut_is_told_from_flicker(gain: float) -> None:
    other = np.roll(texture(144, 96, seed=9).transpose(1, 0, 2), 40, axis=0)
    one, same, cut = (
        light.sketch_of(np.clip(f * gain, 0, 255).astype(np.uint8)) for f in (SHOT[0], SHOT[1], other)
    )
    start = light.sketch_of(SHOT[0])
    assert not light.is_cut(start, same, light.step_between(start.structure, same.structure))
    assert light.is_cut(start, cut, light.step_between(start.structure, cut.structure))
    assert not light.is_cut(start, one, light.step_between(start.structure, one.structure))


def test_black_frames_stay_black_and_belong_together() -> None:
    black = [np.zeros((40, 60, 3), np.uint8)] * 5
    sketch = light.sketch_of(black[0])
    assert not light.is_cut(sketch, sketch, light.step_between(sketch.structure, sketch.structure))
    assert max(frame.max() for frame in relit(black)) == 0


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 400, 3), (37, 41, 3)])
def test_pictures_of_any_size(shape: tuple[int, int, int]) -> None:
    frames = [np.full(shape, 100 + 20 * (number % 2), np.uint8) for number in range(6)]
    result = relit(frames)
    assert all(frame.shape == shape for frame in result)
    assert abs(float(result[2].mean()) - float(result[3].mean())) < 12
