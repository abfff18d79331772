"""The recipe of the interpolation network, small: crops, steps, a kill, an export."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from studio.networks.interpolation import Refiner
from studio.timing import Rate
from studio.training import interpolation, interpolation_crops
from studio.training.drawn_motion import SIDE, draw_moments
from tests.adapters.moving import film
from tests.render.pictures import texture


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path, Path]:
    clips, photos, work = (tmp_path / name for name in ("clips", "photos", "work"))
    clips.mkdir()
    photos.mkdir()
    wide = texture(240, 330, 5)
    film(clips / "pan.mkv", [np.ascontiguousarray(wide[:, 4 * k : 4 * k + 260]) for k in range(14)], Rate(12))
    cv2.imwrite(str(photos / "a.png"), texture(400, 420, 6))
    monkeypatch.setattr(interpolation_crops, "_DRAWN_PER_SHARD", 3)
    monkeypatch.setattr(interpolation_crops, "_REAL_PER_CLIP", 4)
    monkeypatch.setattr(interpolation, "WIDTH", 8)
    monkeypatch.setattr(interpolation, "BATCH", 2)
    monkeypatch.setattr(interpolation, "SAVE_EVERY", 2)
    return clips, photos, work


def test_drawn_scenes_move_and_are_the_same_for_the_same_seed() -> None:
    photos = [texture(400, 420, 6)]
    drawn = [draw_moments(photos, np.random.default_rng(seed)) for seed in (1, 2, 1)]
    assert np.array_equal(drawn[0].middle, drawn[2].middle) and drawn[0].t == drawn[2].t
    assert drawn[0].first.shape == (SIDE, SIDE, 3) and drawn[0].first.dtype == np.uint8
    for moments in drawn:
        assert not np.array_equal(moments.first, moments.second)


def test_a_training_that_was_killed_ends_with_the_same_weights(
    folders: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    crops = interpolation_crops.prepare(*folders, drawn_shards=1)
    assert sorted(shard.is_real for shard in crops) == [False, True]
    assert all(shard.pictures.shape[1:] == (3, 192, 192, 3) for shard in crops)
    whole = interpolation.train(crops, tmp_path / "whole", 4)
    again = _killed_at(2, crops, tmp_path / "killed")
    assert all(torch.equal(whole[name], again[name]) for name in whole)
    interpolation.export(whole, tmp_path / "weights.safetensors")
    exported = load_file(tmp_path / "weights.safetensors")
    assert {tensor.dtype for tensor in exported.values()} == {torch.float16}
    Refiner(8).load_state_dict(exported)


def test_crops_are_made_once(folders: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    interpolation_crops.prepare(*folders, drawn_shards=1)
    assert "crops" in capsys.readouterr().out
    interpolation_crops.prepare(*folders, drawn_shards=1)
    assert capsys.readouterr().out == ""


def _killed_at(step: int, crops: list[interpolation_crops.Crops], work: Path) -> dict[str, torch.Tensor]:
    """Trains to `step` of four, as if killed there, and on from the checkpoint."""

    class KilledError(Exception):
        pass

    real = interpolation.draw_batch

    def draw(crops: list[interpolation_crops.Crops], rng: np.random.Generator) -> interpolation.Batch:
        nonlocal left
        left -= 1
        if left < 0:
            raise KilledError
        return real(crops, rng)

    left = step
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KilledError):
        patch.setattr(interpolation, "draw_batch", draw)
        interpolation.train(crops, work, 4)
    return interpolation.train(crops, work, 4)
