"""Masks carried along motion: how well they keep to a thing that moves over a scene that moves too."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from studio.render.mask_flow import carried_masks

HEIGHT, WIDTH = 360, 480
CHANCE = np.random.default_rng(5)


def texture(height: int, width: int, low: tuple[int, int, int], high: tuple[int, int, int]) -> np.ndarray:
    """Soft blotches of colours between `low` and `high`."""
    coarse = CHANCE.uniform(low, high, (height // 24, width // 24, 3)).astype(np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


BACKGROUND = texture(HEIGHT, WIDTH + 120, (20, 60, 90), (110, 150, 230))
THING = texture(192, 192, (160, 60, 20), (250, 200, 90))


def disc(k: int) -> np.ndarray:
    """Where the thing is in frame `k`: it moves over the scene and grows."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return (x - 120 - 8 * k) ** 2 + (y - 180 - 32 * np.sin(k / 6)) ** 2 < (60 + k) ** 2


def frame(k: int) -> np.ndarray:
    """A textured disc before a background that moves the other way."""
    image = BACKGROUND[:, 2 * k : 2 * k + WIDTH].copy()
    scale = (60 + k) / 80
    x, y = 120 + 8 * k, 180 + 32 * np.sin(k / 6)
    matrix = np.array([[scale, 0, x - 96 * scale], [0, scale, y - 96 * scale]])
    thing = cv2.warpAffine(THING, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
    return np.where(disc(k)[..., None], thing, image)


def painted(k: int) -> np.ndarray:
    return (disc(k) * 255).astype(np.uint8)


def overlap(mask: np.ndarray, truth: np.ndarray) -> float:
    """Intersection over union."""
    return float(((mask > 0) & truth).sum() / ((mask > 0) | truth).sum())


@pytest.mark.parametrize("place", [0, 12, 24])
def test_a_mask_keeps_to_its_thing_forwards_and_backwards(place: int) -> None:
    masks = list(carried_masks(frame, 25, {place: painted(place)}))
    assert len(masks) == 25 and all(mask.dtype == np.uint8 for mask in masks)
    assert set(np.unique(np.stack(masks))) == {0, 255}
    overlaps = [overlap(mask, disc(k)) for k, mask in enumerate(masks)]
    assert overlaps[place] == 1.0
    assert min(overlaps) > 0.85 and np.mean(overlaps) > 0.9
    # Left where it was painted it would miss the thing.
    assert overlap(masks[place], disc(0 if place > 0 else 24)) < 0.5


def test_of_several_the_nearest_in_time_counts() -> None:
    marks = {4: np.full((HEIGHT, WIDTH), 255, np.uint8), 9: np.zeros((HEIGHT, WIDTH), np.uint8)}
    masks = list(carried_masks(frame, 14, marks))
    assert [int(mask[180, 240]) for mask in masks] == [255] * 7 + [0] * 7


def test_a_still_film_keeps_the_mask_as_it_is() -> None:
    still: Callable[[int], np.ndarray] = lambda k: frame(0)  # noqa: E731
    assert all(np.array_equal(mask, painted(0)) for mask in carried_masks(still, 5, {2: painted(0)}))


def test_what_has_left_the_picture_is_gone() -> None:
    def leaving(k: int) -> np.ndarray:
        return np.ascontiguousarray(BACKGROUND[:, 120 - 12 * k : 120 - 12 * k + WIDTH])

    right = np.zeros((HEIGHT, WIDTH), np.uint8)
    right[:, WIDTH - 48 :] = 255
    masks = list(carried_masks(leaving, 9, {0: right}))
    assert (masks[-1] > 0).mean() < 0.02
