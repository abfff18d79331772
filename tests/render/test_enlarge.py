"""Enlarging small pictures cleanly."""

from __future__ import annotations

import numpy as np
import pytest

from studio.render.enlarge import enlarge, fills


def test_flat_areas_keep_every_level_exactly() -> None:
    for level in range(256):
        flat = np.full((6, 6, 3), level, np.uint8)
        assert (enlarge(flat, (31, 31)) == level).all()


def test_edges_do_not_ring() -> None:
    edge = np.zeros((24, 24, 3), np.uint8)
    edge[:, 12:] = 180
    edge[:12] //= 2
    grown = enlarge(edge, (120, 120))
    # Nothing is brighter or darker than what was there, and brightness only rises.
    row = grown[100, :, 0].astype(int)
    assert row.min() == 0 and row.max() == 180
    assert (np.diff(row) >= 0).all()


def test_the_middle_of_an_edge_is_mixed_as_light() -> None:
    edge = np.zeros((24, 24, 3), np.uint8)
    edge[:, 12:] = 255
    row = enlarge(edge, (241, 241))[120, :, 0]
    # Half the light of white is sRGB level 188, not 128.
    assert 180 <= int(row[120]) <= 196


def test_the_same_size_is_the_same_picture() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (9, 16, 3), dtype=np.uint8)
    assert enlarge(picture, (16, 9)) is picture


@pytest.mark.parametrize("target", [(160, 90), (90, 160), (33, 91)])
def test_another_shape_is_shown_whole_on_a_dim_surround(target: tuple[int, int]) -> None:
    bright = np.full((32, 32, 3), 200, np.uint8)
    framed = enlarge(bright, target)
    assert framed.shape == (target[1], target[0], 3)
    assert not fills((32, 32), target)
    assert framed[target[1] // 2, target[0] // 2, 0] == 200
    assert framed[0, 0, 0] == 70
    assert (framed == 200).all(axis=2).sum() == pytest.approx(min(target) ** 2, rel=0.05)


def test_nearly_the_same_shape_is_filled() -> None:
    bright = np.full((96, 96, 3), 200, np.uint8)
    assert fills((96, 96), (512, 510))
    assert (enlarge(bright, (512, 510)) == 200).all()


def test_shrinking_averages() -> None:
    checker = np.indices((64, 64)).sum(axis=0) % 2 * 255
    picture = np.repeat(checker[..., None], 3, axis=2).astype(np.uint8)
    shrunk = enlarge(picture, (16, 16)).astype(int)
    assert np.abs(shrunk - 127).max() <= 1
