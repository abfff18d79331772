"""Camera moves: on their path to 0.05 pixels, never past an edge, sharp, without folds."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from studio.jobs.job import Easing, Move
from studio.render.camera import Shot, depth_of, ease, guided_filter, view_at
from studio.render.flow import dense_flow
from tests.render.pictures import texture

FRAME = (192, 108)
PANS = (Move.PAN_LEFT, Move.PAN_RIGHT, Move.PAN_UP, Move.PAN_DOWN)


@pytest.mark.parametrize("easing", Easing)
def test_easing_starts_at_0_ends_at_1_and_never_turns_back(easing: Easing) -> None:
    path = [ease(k / 100, easing) for k in range(101)]
    assert (path[0], path[-1]) == (0, 1)
    assert all(late > early for early, late in pairwise(path))
    assert ease(-1, easing) == 0
    assert ease(2, easing) == 1


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("size", [(640, 480), (480, 640), (3000, 400), (300, 2000), (1920, 1080), (1, 1)])
def test_no_view_leaves_the_picture(move: Move, size: tuple[int, int]) -> None:
    for progress in np.linspace(0, 1, 21):
        view = view_at(size, FRAME, move, progress)
        half, tall = view.width / 2, view.width / 2 * FRAME[1] / FRAME[0]
        assert view.x - half >= -1e-6
        assert view.x + half <= size[0] + 1e-6
        assert view.y - tall >= -1e-6
        assert view.y + tall <= size[1] + 1e-6


@pytest.mark.parametrize("move", Move)
def test_no_frame_shows_an_edge(move: Move) -> None:
    inner = np.full((540, 960, 3), (40, 90, 200), np.uint8)
    inner[200:300, 400:600] = (220, 180, 60)
    for image in Shot(inner, FRAME, move).frames(5):
        assert image.shape == (FRAME[1], FRAME[0], 3)
        assert image.dtype == np.uint8
        # Lanczos rings by a few levels around the block; a black or mirrored edge would differ by far more.
        assert np.abs(image[0].astype(int) - (40, 90, 200)).max() < 8


def displacement(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """By how much `second` is shifted against `first`, to about 0.01 pixels, by least squares on slopes."""
    a, b = (
        cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 1.5)
        for image in (first, second)
    )
    middle = (a + b) / 2
    inside = np.s_[6:-6, 6:-6]
    slopes = np.stack([np.gradient(middle, axis=axis)[inside].ravel() for axis in (1, 0)], axis=1)
    (x, y), *_ = np.linalg.lstsq(slopes, (a - b)[inside].ravel(), rcond=None)
    return float(x), float(y)


@pytest.mark.parametrize("move", PANS)
def test_a_pan_moves_every_frame_by_what_its_path_says(move: Move) -> None:
    picture = texture(700, 1100)
    shot = Shot(picture, FRAME, move, Easing.EASE)
    count = 121
    for k in range(0, count - 1, 17):
        before, after = (
            view_at((1100, 700), FRAME, move, ease(n / (count - 1), Easing.EASE)) for n in (k, k + 1)
        )
        scale = FRAME[0] / before.width
        x, y = displacement(shot.at(k / (count - 1)), shot.at((k + 1) / (count - 1)))
        assert x == pytest.approx((before.x - after.x) * scale, abs=0.05)
        assert y == pytest.approx((before.y - after.y) * scale, abs=0.05)


@pytest.mark.parametrize("move", [Move.ZOOM_IN, Move.ZOOM_OUT])
def test_a_zoom_does_not_sway(move: Move) -> None:
    """The middle of the frame keeps its place: zooming is about one fixed point, without trembling."""
    shot = Shot(texture(700, 1100), FRAME, move, Easing.LINEAR)
    for k in range(0, 100, 30):
        first, second = shot.at(k / 200), shot.at((k + 1) / 200)
        x, y = displacement(first, second)
        assert np.hypot(x, y) < 0.05


def test_directions_are_what_they_say() -> None:
    size = (1600, 1200)
    ends = {move: (view_at(size, FRAME, move, 0), view_at(size, FRAME, move, 1)) for move in Move}
    assert ends[Move.PAN_RIGHT][1].x > ends[Move.PAN_RIGHT][0].x
    assert ends[Move.PAN_LEFT][1].x < ends[Move.PAN_LEFT][0].x
    assert ends[Move.PAN_UP][1].y < ends[Move.PAN_UP][0].y
    assert ends[Move.PAN_DOWN][1].y > ends[Move.PAN_DOWN][0].y
    assert ends[Move.ZOOM_IN][1].width < ends[Move.ZOOM_IN][0].width
    assert ends[Move.ZOOM_OUT][1].width > ends[Move.ZOOM_OUT][0].width
    assert ends[Move.STILL][0] == ends[Move.STILL][1]


def test_a_tall_portrait_is_framed_in_its_upper_part() -> None:
    view = view_at((720, 1280), FRAME, Move.STILL, 0)
    assert view.y < 1280 * 0.35


def test_nothing_aliases_when_a_large_picture_is_shown_small() -> None:
    """Stripes far finer than the frame can show become almost even grey."""
    stripes = np.zeros((1080, 1920, 3), np.uint8)
    stripes[:, ::2] = 255
    for image in Shot(stripes, FRAME, Move.PAN_RIGHT).frames(4):
        assert image.std() < 0.1 * stripes.std()


def test_a_still_shot_of_the_right_size_is_the_picture() -> None:
    picture = texture(FRAME[1], FRAME[0])
    assert np.abs(Shot(picture, FRAME, Move.STILL).at(0.3).astype(int) - picture).max() <= 1


def test_parallax_shows_near_things_moving_further() -> None:
    picture = texture(540, 960)
    shot = Shot(picture, FRAME, Move.PARALLAX, Easing.LINEAR)
    first, last = shot.at(0), shot.at(1)
    along = dense_flow(first, last)[..., 0]
    # With nothing but height to go by, the ground comes near and the sky stays far: they part.
    assert abs(np.median(along[:30]) - np.median(along[-30:])) > 3


def test_parallax_neither_tears_nor_folds() -> None:
    """A ramp from left to right stays a ramp: a fold would turn it back, a tear would make it jump."""
    ramp = np.repeat(np.linspace(0, 255, 960)[None, :, None], 540, axis=0).repeat(3, axis=2).astype(np.uint8)
    cv2.circle(ramp, (480, 300), 90, (250, 40, 40), -1)
    for image in Shot(ramp, (384, 216), Move.PARALLAX).frames(3):
        row = image[6, :, 1].astype(int)
        assert np.diff(row).min() >= -1
        assert np.diff(row).max() <= 4


def test_depth_is_smooth_and_the_ground_is_near() -> None:
    depth = depth_of(texture(300, 400))
    assert depth.shape == (300, 400)
    assert depth.dtype == np.float32
    assert depth[-30:].mean() > depth[:30].mean() + 0.3
    assert max(np.abs(np.diff(depth, axis=axis)).max() for axis in (0, 1)) < 0.05


def test_a_guided_filter_keeps_the_edges_of_its_guide() -> None:
    step = np.zeros((60, 80), np.float32)
    step[:, 40:] = 1
    noisy = step + np.random.default_rng(2).normal(0, 0.1, step.shape).astype(np.float32)
    smooth = guided_filter(step, noisy, radius=6, eps=1e-3)
    assert np.abs(smooth - step).max() < 0.15
    assert smooth[:, :30].std() < 0.03


def test_one_pixel_makes_a_shot() -> None:
    pixel = np.full((1, 1, 3), 77, np.uint8)
    for move in Move:
        assert np.abs(Shot(pixel, FRAME, move).at(0.5).astype(int) - 77).max() <= 1
