"""The looks: every size and strength, the same each time, fast enough, and steadier than frame by frame."""

from __future__ import annotations

import time
from itertools import pairwise

import cv2
import numpy as np
import pytest

from studio.jobs.job import Look
from studio.render import textures
from studio.render.flow import warp
from studio.render.looks import stylize
from studio.render.steady import SteadyLook
from tests.render.pictures import texture


def clip(count: int = 8, shift: float = 1.5) -> list[np.ndarray]:
    """A panned picture with the noise of a camera, whose true motion is `shift` pixels a frame."""
    scene = cv2.resize(texture(90, 160), (480, 270), interpolation=cv2.INTER_CUBIC)
    rng = np.random.default_rng(7)
    frames: list[np.ndarray] = []
    for k in range(count):
        matrix = np.array([[1, 0, 60 + shift * k], [0, 1, 30]], np.float64)
        frame = cv2.warpAffine(scene, matrix, (320, 180), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
        noisy = frame + rng.normal(0, 4, frame.shape)
        frames.append(np.clip(noisy + 0.5, 0, 255).astype(np.uint8))
    return frames


def warp_error(frames: list[np.ndarray], shift: float = 1.5) -> float:
    """Mean squared difference of neighbours moved onto each other by the true motion, from the fourth on."""
    flow = np.zeros((180, 320, 2), np.float32)
    flow[..., 0] = shift
    errors = [
        np.square(early[:, 8:-8].astype(np.float32) - warp(late, -flow)[:, 8:-8]).mean()
        for early, late in pairwise(frames[3:])
    ]
    return float(np.mean(errors))


@pytest.mark.parametrize("look", Look)
@pytest.mark.parametrize("size", [(1, 1), (3, 40), (17, 16), (90, 160), (301, 201)])
def test_every_size_has_every_look(look: Look, size: tuple[int, int]) -> None:
    frame = texture(*size)
    drawn = stylize(frame, look)
    assert drawn.shape == frame.shape
    assert drawn.dtype == np.uint8


@pytest.mark.parametrize("look", Look)
@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_pictures_have_a_look_without_holes(look: Look, level: int) -> None:
    drawn = stylize(np.full((90, 160, 3), level, np.uint8), look)
    assert drawn.mean() == pytest.approx(level, abs=95)


@pytest.mark.parametrize("look", Look)
def test_strength_leads_from_the_frame_to_the_look(look: Look) -> None:
    frame = texture(90, 160)
    assert np.array_equal(stylize(frame, look, 0), frame)
    full = stylize(frame, look, 1)
    half = stylize(frame, look, 0.5).astype(int)
    assert np.abs(half - (full.astype(int) + frame) / 2).max() <= 1
    assert np.abs(full.astype(int) - frame).mean() > 4


@pytest.mark.parametrize("look", Look)
def test_a_look_is_the_same_each_time(look: Look) -> None:
    assert np.array_equal(stylize(texture(90, 160), look), stylize(texture(90, 160), look))


@pytest.mark.parametrize("look", Look)
def test_the_looks_tell_the_picture(look: Look) -> None:
    """What was bright stays brighter than what was dark, whatever is drawn on it."""
    frame = np.zeros((120, 200, 3), np.uint8)
    frame[:, :100], frame[:, 100:] = (60, 40, 30), (220, 210, 190)
    drawn = stylize(frame, look)
    assert drawn[:, 130:].mean() > drawn[:, :70].mean() + 60


@pytest.mark.parametrize("look", [look for look in Look if look is not Look.HALFTONE])
def test_held_drawings_are_steadier_than_fresh_ones(look: Look) -> None:
    frames = clip()
    steady = SteadyLook(look)
    held = warp_error([steady.apply(frame) for frame in frames])
    fresh = warp_error([stylize(frame, look) for frame in frames])
    assert held < 0.6 * fresh


def test_halftone_dots_stay_on_their_sheet_and_tones_are_held() -> None:
    """On a scene that stands still nothing but the camera's noise could move a dot: it does so less."""
    frames = clip(shift=0)
    steady = SteadyLook(Look.HALFTONE)
    held = warp_error([steady.apply(frame) for frame in frames], 0)
    assert held < 0.6 * warp_error([stylize(frame, Look.HALFTONE) for frame in frames], 0)


@pytest.mark.parametrize("look", Look)
def test_nothing_of_the_old_shot_shines_through_a_cut(look: Look) -> None:
    steady = SteadyLook(look)
    steady.apply(texture(90, 160, seed=1))
    after = steady.apply(texture(90, 160, seed=2))
    assert np.abs(after.astype(int) - stylize(texture(90, 160, seed=2), look)).mean() < 1


def test_repeated_frames_give_repeated_drawings() -> None:
    steady = SteadyLook(Look.WATERCOLOUR)
    first = steady.apply(texture(90, 160))
    assert np.array_equal(steady.apply(texture(90, 160).copy()), first)


def test_a_screen_covers_as_much_paper_as_its_tone_says() -> None:
    dots = textures.screen(360, 640, 4.6, 15)
    for tone in (0.1, 0.5, 0.9):
        assert (dots < tone).mean() == pytest.approx(tone, abs=0.01)


def test_textures_are_shared_and_cannot_be_painted_on() -> None:
    paper = textures.paper(90, 160, 0.25)
    assert textures.paper(90, 160, 0.25) is paper
    assert not paper.flags.writeable


@pytest.mark.parametrize("look", Look)
def test_four_frames_a_second_at_640_by_360(look: Look) -> None:
    """Processor time, so that a busy machine does not fail it; the first frame makes the textures."""
    frame = cv2.resize(texture(90, 160), (640, 360), interpolation=cv2.INTER_CUBIC)
    steady = SteadyLook(look)
    steady.apply(frame)
    begun = time.thread_time()
    steady.apply(np.roll(frame, 2, axis=1))
    assert time.thread_time() - begun < 0.25
