"""The recipe of the motion finder, small: scenes with their exact motion, steps, a kill."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.networks.motion import MotionFinder
from studio.render.flow import warp
from studio.training import motion
from studio.training.far_scenes import HEIGHT, WIDTH, Footage, Scene, Scenes
from tests.render.pictures import texture
from tests.training.sources import killed_at, sources


def scenes(seed: int) -> Scenes:
    wide = texture(150, 320, 2) // 3 + 80
    pan = np.stack([wide[:, 3 * k : 3 * k + 200] for k in range(20)])
    return Scenes([texture(300, 420, 6)], [Footage(pan, 25.0)], np.random.default_rng(seed))


def drawn(seed: int, count: int = 12) -> list[Scene]:
    source = scenes(seed)
    return [source.draw(real=False) for _ in range(count)]


def test_what_is_seen_lies_where_the_motion_says() -> None:
    """Where a picture shows what the middle one has, the two agree along the motion, and not without it."""
    along: list[float] = []
    without: list[float] = []
    for scene in drawn(1, 40):
        first, middle, last = (picture.astype(np.float32) for picture in scene.pictures)
        for picture, sign, seen in ((first, -0.5, scene.seen[0]), (last, 0.5, scene.seen[1])):
            seen = seen & (np.abs(scene.motion.astype(np.float32)).max(axis=2) > 2)
            if seen.any():
                moved = warp(picture, sign * scene.motion.astype(np.float32))
                along.append(float(np.abs(moved - middle)[seen].mean()))
                without.append(float(np.abs(picture - middle)[seen].mean()))
    assert np.mean(along) < 0.5 * np.mean(without)


def test_a_real_scene_is_three_frames_at_equal_distances() -> None:
    source = scenes(3)
    for _ in range(5):
        scene = source.draw(real=True)
        assert scene.is_real and scene.pictures.shape == (3, HEIGHT, WIDTH, 3)
        assert not scene.motion.any() and not scene.seen.any()
        assert not np.array_equal(scene.pictures[0], scene.pictures[1])


def test_the_same_seed_draws_the_same() -> None:
    for one, other in zip(drawn(5), drawn(5), strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one[:3], other[:3], strict=True))


def test_the_loss_knows_the_truth() -> None:
    """The exact motion costs less than none at all, and less than the motion backwards."""
    batch = motion._batch(drawn(7))

    def cost(factor: float) -> float:
        said = []
        for level in motion.LEVELS:
            known = torch.nn.functional.avg_pool2d(batch.motion, level.scale) / level.scale * factor
            said.append(torch.cat([known, torch.zeros_like(known[:, :1])], 1))
        return float(motion.loss_of(said, batch))

    assert cost(1) < 0.6 * cost(0) < cost(-1)


def test_a_training_that_was_killed_ends_with_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(motion, "BATCH", 2)
    monkeypatch.setattr(motion, "SAVE_EVERY", 2)
    clips, photos, work = sources(tmp_path)
    pictures, footage = motion.load(clips, photos)
    assert [clip.frames.shape[0] for clip in footage] == [14] and footage[0].rate == 12
    whole = motion.train(pictures, footage, work / "whole", 4)
    killed = partial(motion.train, pictures, footage, work / "killed", 4)
    killed_at(2, motion, "_batch", killed)
    again = killed()
    assert all(torch.equal(whole[name], again[name]) for name in whole)
    MotionFinder().load_state_dict(whole)
