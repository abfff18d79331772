"""The tone of a long video's windows: what is measured, what is mended, what is left to the scene."""

from __future__ import annotations

import numpy as np
import pytest

from studio.render.seams import SAME, at_home, drift, faded, home_map, map_between, mended, tone_of


@pytest.fixture
def frames() -> np.ndarray:
    return np.random.default_rng(1).integers(40, 200, (6, 24, 32, 3), dtype=np.uint8)


def shifted(frames: np.ndarray, gain: float, levels: float) -> np.ndarray:
    values = (frames - frames.mean()) * gain + frames.mean() + levels
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def test_the_tone_is_that_of_all_pixels(frames: np.ndarray) -> None:
    tone = tone_of(frames)
    assert np.allclose(tone.mean, frames.mean(axis=(0, 1, 2)))
    assert np.allclose(tone.spread, frames.std(axis=(1, 2)).mean(axis=0))


def test_what_moves_is_no_drift(frames: np.ndarray) -> None:
    frames[3:] = shifted(frames[3:], 1.0, 10)
    anchor, later = tone_of(frames), tone_of(frames[3:])
    assert at_home(later, anchor).mean == pytest.approx(later.mean)
    far = later._replace(mean=later.mean + 7)
    assert at_home(far, anchor).mean == pytest.approx(anchor.mean + anchor.mean_swing)


def test_a_drift_is_measured_and_undone(frames: np.ndarray) -> None:
    other = shifted(frames, 1.04, 5)
    found = drift(tone_of(other), tone_of(frames))
    assert found.levels == pytest.approx(5, abs=0.5) and found.contrast == pytest.approx(0.04, abs=0.005)
    assert found.is_seen and str(found).startswith("5.")
    back = map_between(tone_of(other), tone_of(frames))
    assert np.abs(mended(other, back, back).astype(int) - frames).max() <= 1


def test_more_than_a_model_drifts_is_left_to_the_scene(frames: np.ndarray) -> None:
    night = shifted(frames, 0.5, -40)
    seam = map_between(tone_of(night), tone_of(frames))
    assert np.all(seam.gain == 1.06)
    assert home_map(tone_of(night), tone_of(frames), SAME) is SAME
    dusk = home_map(tone_of(shifted(frames, 1.0, 6)), tone_of(frames), SAME)
    assert dusk.offset.mean() == pytest.approx(-4, abs=2)


def test_a_window_turns_from_the_seam_to_the_anchor(frames: np.ndarray) -> None:
    tone = tone_of(frames)
    home = map_between(tone, tone._replace(mean=tone.mean + 6))
    for backwards in (False, True):
        rise = mended(frames, SAME, home, backwards=backwards).mean((1, 2, 3)) - frames.mean((1, 2, 3))
        assert np.allclose(rise[::-1] if backwards else rise, np.linspace(0, 6, 6), atol=0.5)


def test_shared_frames_fade_towards_the_new_ones() -> None:
    there, again = np.full((3, 4, 4, 3), 100, np.uint8), np.full((3, 4, 4, 3), 140, np.uint8)
    assert faded(there, again)[:, 0, 0, 0].tolist() == [110, 120, 130]
    assert faded(there, again, backwards=True)[:, 0, 0, 0].tolist() == [130, 120, 110]
