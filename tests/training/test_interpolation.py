"""The recipe of the interpolation network, small: crops, steps, a kill, an export."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from studio.adapters.interpolation import MOTION_WEIGHTS
from studio.adapters.large_motion import LargeMotion
from studio.networks.interpolation import Refiner
from studio.paths import resources_folder
from studio.render import flow
from studio.training import choice, interpolation, interpolation_crops
from studio.training.drawn_motion import SIDE, draw_moments
from tests.render.pictures import texture
from tests.training.sources import killed_at, sources


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path, Path]:
    monkeypatch.setattr(interpolation_crops, "_DRAWN_PER_SHARD", 3)
    monkeypatch.setattr(interpolation_crops, "_REAL_PER_CLIP", 4)
    for module in (interpolation, choice):
        monkeypatch.setattr(module, "BATCH", 2)
        monkeypatch.setattr(module, "SAVE_EVERY", 2)
    monkeypatch.setattr(interpolation, "WIDTH", 8)
    return sources(tmp_path)


@pytest.fixture
def networks() -> LargeMotion:
    return LargeMotion(resources_folder() / "models" / "interpolation" / MOTION_WEIGHTS)


def test_drawn_scenes_move_and_are_the_same_for_the_same_seed() -> None:
    photos = [texture(400, 420, 6)]
    drawn = [draw_moments(photos, np.random.default_rng(seed)) for seed in (1, 2, 1)]
    assert np.array_equal(drawn[0].middle, drawn[2].middle) and drawn[0].t == drawn[2].t
    assert drawn[0].first.shape == (SIDE, SIDE, 3) and drawn[0].first.dtype == np.uint8
    for moments in drawn:
        assert not np.array_equal(moments.first, moments.second)


def test_a_training_that_was_killed_ends_with_the_same_weights(
    folders: tuple[Path, Path, Path], tmp_path: Path, networks: LargeMotion
) -> None:
    crops = interpolation_crops.prepare(*folders, drawn_shards=1, finder=networks.finder)
    assert sorted(shard.is_real for shard in crops) == [False, True]
    assert all(shard.pictures.shape[1:] == (3, 192, 192, 3) for shard in crops)
    assert all(shard.motion.shape[1:] == (3, 192, 192, 2) for shard in crops)
    decided = interpolation_crops.decided(crops, networks, tmp_path)
    assert all(shard.motion.shape[1:] == (1, 192, 192, 2) for shard in decided)
    assert sorted(shard.is_real for shard in decided) == [False, True]
    whole = interpolation.train(decided, tmp_path / "whole", 4)
    killed = partial(interpolation.train, decided, tmp_path / "killed", 4)
    killed_at(2, interpolation, "draw_batch", killed)
    again = killed()
    assert all(torch.equal(whole[name], again[name]) for name in whole)
    interpolation.export(whole, tmp_path / "weights.safetensors")
    exported = load_file(tmp_path / "weights.safetensors")
    assert {tensor.dtype for tensor in exported.values()} == {torch.float16}
    Refiner(8).load_state_dict(exported)


def test_the_chooser_too(folders: tuple[Path, Path, Path], tmp_path: Path, networks: LargeMotion) -> None:
    crops = interpolation_crops.prepare(*folders, drawn_shards=1, finder=networks.finder)
    whole = choice.train(crops, tmp_path / "whole", 4)
    killed = partial(choice.train, crops, tmp_path / "killed", 4)
    killed_at(2, choice, "batch_of", killed)
    again = killed()
    assert all(torch.equal(whole[name], again[name]) for name in whole)
    choice.export(networks.finder.state_dict(), whole, tmp_path / "motion.safetensors")
    LargeMotion(tmp_path / "motion.safetensors")


def test_the_choice_moves_the_picture_from_one_motion_to_the_other(
    folders: tuple[Path, Path, Path], networks: LargeMotion
) -> None:
    crops = interpolation_crops.prepare(*folders, drawn_shards=1, finder=networks.finder)
    rng = np.random.default_rng(0)
    batch = choice.batch_of([interpolation_crops.draw(crops, rng, 64, 1.0) for _ in range(2)])
    for motion in range(3):
        logits = torch.full((2, 3, 16, 16), -20.0)
        logits[:, motion] = 20
        along, mixed = choice.pictures_of(logits, batch)
        assert torch.allclose(mixed, batch.pictures[:, motion], atol=1e-4)
        # torch and OpenCV look up with other roundings.
        assert float((along - mixed).abs().mean()) < 0.01


def test_crops_are_made_once(
    folders: tuple[Path, Path, Path], networks: LargeMotion, capsys: pytest.CaptureFixture[str]
) -> None:
    interpolation_crops.prepare(*folders, drawn_shards=1, finder=networks.finder)
    assert "crops" in capsys.readouterr().out
    interpolation_crops.prepare(*folders, drawn_shards=1, finder=networks.finder)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("seed", range(6))
def test_turned_crops_hold_together(
    folders: tuple[Path, Path, Path], networks: LargeMotion, seed: int
) -> None:
    """However a crop is turned, its motion still leads from one picture to the other."""
    crops = interpolation_crops.prepare(*folders, drawn_shards=0, finder=networks.finder)
    crop = interpolation_crops.draw(crops, np.random.default_rng(seed), 128, 1.0)
    first, middle, second = (picture.astype(np.float32) for picture in crop.pictures)
    guess = interpolation_crops.guesses_of(crop)[0]
    inside = np.s_[30:-30, 30:-30]
    for picture, motion in ((first, -0.5 * guess.motion), (second, 0.5 * guess.motion)):
        still = np.abs(picture - middle)[inside].mean()
        assert np.abs(flow.warp(picture, motion) - middle)[inside].mean() < still / 2


@pytest.mark.parametrize("seed", range(6))
def test_in_other_colours_all_that_is_known_of_a_crop_is_in_the_same(seed: int) -> None:
    """What stands for pictures in the hints goes with the pictures."""
    colours = np.array([40, 120, 200], np.uint8)
    pictures = np.broadcast_to(colours, (1, 3, 8, 8, 3))
    shown = np.broadcast_to(np.tile(colours, 4)[:, None, None], (12, 8, 8)).astype(np.float16)
    hints = np.concatenate([np.full((2, 8, 8), 0.5, np.float16), shown])[None, None]
    motion = np.zeros((1, 1, 8, 8, 2), np.float16)
    one = interpolation_crops.Crops(pictures, motion, hints, np.array([0.5], np.float32), True, "one")
    rng = np.random.default_rng(seed)
    crops = [interpolation_crops.draw([one], rng, 8, 1.0) for _ in range(8)]
    assert len({tuple(crop.pictures[0, 0, 0]) for crop in crops}) > 1
    for crop in crops:
        assert np.array_equal(crop.hints[0, 2:, 0, 0], np.tile(crop.pictures[0, 0, 0], 4))
        assert np.all(crop.hints[0, :2] == 0.5)
