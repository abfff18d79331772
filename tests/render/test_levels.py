"""Pictures of every kind become numbers to calculate with, and come back."""

from __future__ import annotations

import numpy as np
import pytest

from studio.render.flow import InBetweens
from studio.render.levels import cross_fade, levels, stored, visible
from tests.render.pictures import texture

KINDS = [(np.uint8, 3), (np.uint8, 4), (np.uint16, 3), (np.uint16, 4)]


@pytest.mark.parametrize(("kind", "channels"), KINDS)
def test_every_level_comes_back(kind: type, channels: int) -> None:
    top = np.iinfo(kind).max
    rng = np.random.default_rng(1)
    picture = rng.integers(0, top + 1, (40, 50, channels), dtype=kind)
    if channels == 4:
        # What is hardly seen has hardly a colour.
        picture[..., 3] = rng.integers(top // 4, top + 1, (40, 50))
    found = levels(picture)
    assert found.min() >= 0 and found.max() <= 255
    assert np.array_equal(stored(found, picture.dtype), picture)


def test_a_common_picture_is_not_copied() -> None:
    picture = texture(20, 30, 1)
    assert levels(picture) is picture and visible(picture) is picture


def test_what_is_transparent_is_seen_as_grey() -> None:
    picture = np.zeros((4, 4, 4), np.uint16)
    picture[0, 0] = 65535
    seen = visible(picture)
    assert seen.dtype == np.uint8 and seen.shape == (4, 4, 3)
    assert (seen[0, 0] == 255).all() and (seen[1:] == 128).all()
    assert np.array_equal(stored(levels(picture), picture.dtype)[..., 3], picture[..., 3])


def test_a_fade_to_nothing_keeps_the_colour() -> None:
    red, nothing = np.zeros((2, 2, 4), np.uint8), np.zeros((2, 2, 4), np.uint8)
    red[...] = 255, 0, 0, 255
    half = cross_fade(red, nothing, 0.5)
    assert np.abs(half.astype(int) - (255, 0, 0, 128)).max() <= 1
    assert cross_fade(red[..., :3], nothing[..., :3], 0.5)[0, 0, 0] in (127, 128)


@pytest.mark.parametrize(("kind", "channels"), KINDS)
def test_flow_draws_every_kind(kind: type, channels: int) -> None:
    wide = texture(96, 160, 3)
    full = lambda left: _as(wide[:, left : left + 128], kind, channels)  # noqa: E731
    drawn = InBetweens(full(0), full(8)).at(0.5)
    assert drawn.dtype == kind and drawn.shape == (96, 128, channels)
    plain = InBetweens(wide[:, :128], wide[:, 8:136]).at(0.5)
    scale = np.iinfo(kind).max / 255
    inside = np.s_[8:-8, 12:-12]
    assert np.abs(drawn[inside][..., :3] / scale - plain[inside]).mean() < 1
    if channels == 4:
        assert (drawn[inside][..., 3] >= 0.99 * np.iinfo(kind).max).all()


def _as(picture: np.ndarray, kind: type, channels: int) -> np.ndarray:
    scale = np.iinfo(kind).max // 255
    made = picture.astype(kind) * kind(scale)
    alpha = np.full(picture.shape[:2], np.iinfo(kind).max, kind)
    return made if channels == 3 else np.dstack((made, alpha))
