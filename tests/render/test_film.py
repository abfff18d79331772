"""Several pictures as one film: every frame there, dissolves and in-betweens where they belong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import cv2
import numpy as np
import pytest

from studio.jobs.job import Easing, Move
from studio.render.film import Film, Load, shots
from studio.timing import Rate
from tests.render.pictures import psnr, shifted, texture

SIZE = (96, 54)


def film(load: Load, pictures: int, frames: int, easing: Easing) -> Iterator[np.ndarray]:
    made = Film(load, pictures, frames, easing)
    return (made.at(frame) for frame in range(frames))


def grey(level: int) -> np.ndarray:
    return np.full((60, 100, 3), level, np.uint8)


def levels(frames: list[np.ndarray]) -> list[float]:
    return [float(frame.mean()) for frame in frames]


@pytest.mark.parametrize("pictures", [1, 2, 3, 7])
@pytest.mark.parametrize("frames", [1, 2, 5, 24, 97])
def test_there_are_as_many_frames_as_asked_for(pictures: int, frames: int) -> None:
    shot = list(shots(lambda k: grey(k), pictures, frames, Rate(24), SIZE, Move.ZOOM_IN, Easing.EASE))
    filmed = list(film(lambda k: grey(40 * k), pictures, frames, Easing.EASE))
    assert len(shot) == len(filmed) == frames
    assert all(frame.shape == (54, 96, 3) for frame in shot)


def test_shots_follow_each_other_with_a_dissolve_of_half_a_second() -> None:
    made = levels(
        list(shots(lambda k: grey((20, 120, 220)[k]), 3, 144, Rate(24), SIZE, Move.STILL, Easing.EASE))
    )
    assert made[:42] == [20] * 42
    assert made[54:90] == [120] * 36
    assert made[102:] == [220] * 42
    assert all(late > early for early, late in pairwise(made[42:54]))


def test_a_shot_goes_on_moving_while_it_dissolves() -> None:
    picture = texture(200, 300)
    frames = list(shots(lambda k: picture, 2, 48, Rate(24), SIZE, Move.PAN_RIGHT, Easing.LINEAR))
    assert all(not np.array_equal(early, late) for early, late in pairwise(frames))


def test_at_most_one_picture_is_loaded_per_shot_and_in_order() -> None:
    loaded: list[int] = []

    def load(k: int) -> np.ndarray:
        loaded.append(k)
        return grey(k)

    frames = shots(load, 4, 96, Rate(24), SIZE, Move.STILL, Easing.EASE)
    for _ in range(20):
        next(frames)
    assert loaded == [0, 1]
    list(frames)
    assert loaded == [0, 1, 2, 3]


def test_a_film_of_one_scene_travels_along_its_motion() -> None:
    scene = texture(120, 200)
    frames = list(film(lambda k: shifted(scene, 8 * k), 3, 17, Easing.LINEAR))
    for number, frame in enumerate(frames):
        inside = np.s_[12:-12, 24:-24]
        assert psnr(frame[inside], shifted(scene, number)[inside]) > 33


def test_unlike_pictures_are_held_and_cross_fade() -> None:
    first, second = texture(60, 100, seed=1), texture(60, 100, seed=2)
    frames = list(film(lambda k: (first, second)[k], 2, 41, Easing.EASE))
    assert all(np.array_equal(frame, first) for frame in frames[:12])
    assert all(np.array_equal(frame, second) for frame in frames[-12:])
    assert np.abs(frames[20].astype(int) - (first.astype(int) + second) / 2).max() <= 1


def test_each_picture_of_a_film_is_loaded_once() -> None:
    loaded: list[int] = []

    def load(k: int) -> np.ndarray:
        loaded.append(k)
        return texture(60, 100, seed=k)

    list(film(load, 4, 30, Easing.EASE))
    assert loaded == [0, 1, 2, 3]


def test_lengths_are_kept_to_the_frame() -> None:
    first, second, third = (texture(60, 100, seed=seed) for seed in (1, 2, 3))
    made = Film(lambda k: (first, second, third)[k], 3, 40, Easing.EASE, lengths=(10, 20, 10))
    frames = [made.at(frame) for frame in range(40)]
    assert np.array_equal(frames[0], first) and np.array_equal(frames[10], second)
    assert all(np.array_equal(frame, third) for frame in frames[30:])
    shot = levels(
        list(shots(lambda k: grey(100 * k), 3, 60, Rate(24), SIZE, Move.STILL, Easing.EASE, (20, 10, 30)))
    )
    assert len(shot) == 60 and shot[10] == 0 and shot[25] == 100 and shot[50] == 200


def test_a_loop_leads_back_to_the_first_picture() -> None:
    scene = texture(120, 200)
    pictures = [shifted(scene, 8 * k) for k in (0, 1)]
    made = Film(lambda k: pictures[k], 2, 16, Easing.LINEAR, loop=True)
    inside = np.s_[12:-12, 24:-24]
    for frame in range(16):
        away = frame if frame <= 8 else 16 - frame
        assert psnr(made.at(frame)[inside], shifted(scene, away)[inside]) > 33


def test_frames_can_be_asked_for_from_anywhere() -> None:
    scene = texture(60, 100)
    made = Film(lambda k: shifted(scene, 6 * k), 3, 13, Easing.EASE)
    whole = [made.at(frame) for frame in range(13)]
    again = Film(lambda k: shifted(scene, 6 * k), 3, 13, Easing.EASE)
    assert all(np.array_equal(again.at(frame), whole[frame]) for frame in (9, 12, 3))


def test_hand_held_pictures_are_aligned_first() -> None:
    scene = texture(400, 600)

    def seen(angle: float, zoom: float, x: float) -> np.ndarray:
        matrix = cv2.getRotationMatrix2D((300, 200), angle, zoom) + np.array([[0, 0, x - 140], [0, 0, -110]])
        return cv2.warpAffine(scene, matrix, (320, 180), flags=cv2.INTER_CUBIC)

    first, second = seen(0, 1, 0), seen(8, 1.15, -50)
    made = Film(lambda k: (first, second)[k], 2, 3, Easing.LINEAR)
    inside = np.s_[30:-30, 50:-50]
    blended = cv2.addWeighted(first, 0.5, second, 0.5, 0)
    middle = made.at(1)
    truth = seen(4, 1.15**0.5, -25)
    assert psnr(middle[inside], truth[inside]) > psnr(blended[inside], truth[inside]) + 4
