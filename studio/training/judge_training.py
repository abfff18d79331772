"""Trains the judge on clips of the renderer alone, worn a little so that it reads imperfect pictures too."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from studio.errors import ModelError
from studio.networks.judge import FRAME_STEP, Judge, judge_input
from studio.training import checkpoint
from studio.training.scenes import NUM_FRAMES, draw_frames
from studio.training.schedule import learning_rate
from studio.training.text import AXES, labels
from studio.training.world import any_scene

BATCH = 32
STEPS = 2800
PEAK_LEARNING_RATE = 2e-3
SAVE_EVERY = 100
BLUR_PASSES = 4  # each by a random share: from sharp to as soft as the autoencoder at its worst


def build_judge() -> Judge:
    """An untrained judge of the starter's world."""
    return Judge({axis: len(choices) for axis, choices in AXES.items()})


def wear(video: Tensor, generator: torch.Generator) -> Tensor:
    """Blur, dim, tint, shift and sprinkle noise on every clip of (B, T, 3, H, W) by a different amount."""
    batch = len(video)

    def amount(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(batch, *shape, generator=generator)

    flat = video.flatten(1, 2)
    for _ in range(BLUR_PASSES):
        soft = functional.avg_pool2d(functional.pad(flat, (1, 1, 1, 1), "replicate"), 3, 1)
        flat = flat + (soft - flat) * amount(0, 1, 1, 1, 1)
    worn = flat.view_as(video) * amount(0.85, 1.1, 1, 1, 1, 1) + amount(-0.08, 0.08, 1, 3, 1, 1)
    worn = worn + amount(0, 0.12, 1, 1, 1, 1) * torch.randn(video.shape, generator=generator)
    shift = torch.randint(-2, 3, (2,), generator=generator).tolist()
    return torch.roll(worn, shift, (3, 4)).clamp(-1, 1)


def draw_batch(rng: np.random.Generator, size: int) -> tuple[Tensor, dict[str, Tensor]]:
    """Clips as the judge sees them and the truth per axis; the judge may know held-out combinations."""
    scenes = [any_scene(rng) for _ in range(size)]
    clips = np.stack([draw_frames(scene, range(0, NUM_FRAMES, FRAME_STEP)) for scene in scenes])
    # The frames are already thinned out: repeat them so that judge_input's stride meets each once.
    return judge_input(torch.from_numpy(np.repeat(clips, FRAME_STEP, axis=1))), labels(scenes)


def train_judge(work: Path, out: Path) -> Judge:
    """Train to the end, going on from `work` after a kill; the weights go to `out` in half precision."""
    torch.manual_seed(6)
    judge = build_judge()
    optimizer = torch.optim.AdamW(judge.parameters(), weight_decay=0.01)
    first = 0
    if saved := checkpoint.load(work / "judge"):
        checkpoint.unpack(saved[0], {"judge": judge}, optimizer)
        first = saved[1]
    started = time.monotonic()
    for step in range(first, STEPS):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(PEAK_LEARNING_RATE, step, STEPS)
        video, truth = draw_batch(np.random.default_rng((6, step)), BATCH)
        answers = judge(wear(video, torch.Generator().manual_seed(step)))
        loss = torch.stack([functional.cross_entropy(answers[axis], truth[axis]) for axis in AXES]).sum()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(judge.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % SAVE_EVERY == 0:
            checkpoint.save(work / "judge", checkpoint.pack({"judge": judge}, optimizer), step + 1)
            print(
                f"judge step {step + 1}/{STEPS} loss {loss.item():.3f} {time.monotonic() - started:.0f} s",
                flush=True,
            )
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.half().contiguous() for name, value in judge.state_dict().items()}, out)
    return judge.eval()


def load_judge(weights: Path) -> Judge:
    """The trained judge, float32, in eval mode; ModelError when its weights are not there."""
    if not weights.exists():
        raise ModelError(
            "The judge has no weights.", "Train it: python -m studio.training.judge --train", str(weights)
        )
    judge = build_judge()
    judge.load_state_dict({name: value.float() for name, value in load_file(weights).items()})
    return judge.eval()
