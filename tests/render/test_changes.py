"""What lies between neighbouring frames: cuts and flashes told from motion, repeats from slow drift."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
import pytest

from studio.render.changes import Change, is_repeat, steps, without_repeats
from tests.render.pictures import texture

HEIGHT, WIDTH = 144, 192


class Picture(NamedTuple):
    image: np.ndarray
    number: int


def film(images: Sequence[np.ndarray]) -> Iterator[Picture]:
    return (Picture(image, number) for number, image in enumerate(images))


def shot(seed: int, count: int, speed: float = 3) -> list[np.ndarray]:
    wide = texture(HEIGHT, WIDTH + int(speed * count) + 8, seed)
    pictures: list[np.ndarray] = []
    for number in range(count):
        matrix = np.array([[1, 0, speed * number], [0, 1, 0]], np.float64)
        pictures.append(cv2.warpAffine(wide, matrix, (WIDTH, HEIGHT), flags=cv2.WARP_INVERSE_MAP | 1))
    return pictures


def changes(images: Sequence[np.ndarray]) -> list[Change]:
    return [step.change for step in steps(film(images))]


def other(seed: int, count: int) -> list[np.ndarray]:
    """A shot of other colours, as another place has."""
    return [np.ascontiguousarray(255 - picture[::-1, :, ::-1] // 2) for picture in shot(seed, count)]


def test_motion_is_no_cut() -> None:
    assert changes(shot(1, 8, 9)) == [Change.MOTION] * 7


def test_every_frame_comes_once_in_order() -> None:
    found = list(steps(film(shot(1, 3) + other(2, 3))))
    assert [(step.first.number, step.second.number) for step in found] == [(k, k + 1) for k in range(5)]


def test_cuts_are_found_where_they_are() -> None:
    found = changes(shot(1, 5) + other(2, 5) + shot(3, 5))
    assert [number for number, change in enumerate(found) if change is Change.CUT] == [4, 9]
    assert all(change in (Change.CUT, Change.MOTION) for change in found)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_flash_is_no_cut_and_never_followed(length: int) -> None:
    images = shot(1, 12)
    for number in range(5, 5 + length):
        images[number] = cv2.addWeighted(images[number], 0.08, np.full_like(images[number], 255), 0.92, 0)
    found = changes(images)
    assert Change.CUT not in found
    assert found[4] is Change.FLASH and found[4 + length] is Change.FLASH
    assert set(found[:4] + found[5 + length :]) == {Change.MOTION}


def test_a_camera_that_swings_is_no_cut() -> None:
    found = changes(shot(5, 4) + shot(7, 8, 70) + [shot(7, 8, 70)[-1]])
    assert found.count(Change.CUT) <= 1 and Change.CUT not in found[4:]


def test_a_repeated_frame_is_still() -> None:
    images = shot(1, 2)
    assert changes([images[0], images[0], images[1]]) == [Change.STILL, Change.MOTION]


def test_animation_on_twos_loses_its_repeats() -> None:
    images = [picture for picture in shot(1, 6, 8) for _ in range(2)]
    assert [frame.number for frame in without_repeats(film(images))] == [0, 2, 4, 6, 8, 10, 11]


def test_a_long_hold_stays_one() -> None:
    first, second = shot(1, 2, 8)
    images = [first] * 9 + [second]
    assert [frame.number for frame in without_repeats(film(images))] == [0, 8, 9]


def test_compressed_repeats_are_repeats_and_drift_is_not() -> None:
    picture = shot(1, 1)[0]
    noisy = cv2.add(picture, np.random.default_rng(1).integers(0, 2, picture.shape, dtype=np.uint8))
    assert is_repeat(picture, noisy)
    moved = picture.copy()
    moved[40:60, 40:60] = np.roll(picture, 3, axis=1)[40:60, 40:60]
    assert not is_repeat(picture, moved)
