"""The judge's network: shapes, and the shipped weights read fresh drawn clips."""

from __future__ import annotations

import numpy as np
import torch

from studio.networks.judge import Judge, judge_input
from studio.paths import resources_folder
from studio.training.judge import judged_right
from studio.training.judge_training import load_judge
from studio.training.scenes import draw
from studio.training.world import any_scene

torch.set_num_threads(1)


def test_clips_of_any_size_come_out_as_the_judge_wants_them() -> None:
    video = judge_input(torch.full((2, 25, 192, 160, 3), 255, dtype=torch.uint8))
    assert video.shape == (2, 13, 3, 48, 48)
    assert torch.all(video == 1)


def test_one_answer_per_axis() -> None:
    network = Judge({"object": 6, "motion": 5}, width=8)
    answers = network(torch.zeros(3, 13, 3, 48, 48))
    assert {axis: tuple(answer.shape) for axis, answer in answers.items()} == {
        "object": (3, 6),
        "motion": (3, 5),
    }


def test_the_shipped_judge_reads_what_is_drawn() -> None:
    weights = resources_folder() / "models" / "judge" / "judge.safetensors"
    assert weights.stat().st_size <= 2e6
    rng = np.random.default_rng(99)
    scenes = [any_scene(rng) for _ in range(40)]
    right = judged_right(load_judge(weights), [draw(scene) for scene in scenes], scenes)
    assert min(right["object"], right["colour"], right["motion"]) >= 0.9, right
