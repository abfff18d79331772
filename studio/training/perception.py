"""A small network that learns to read single frames; the distance in its features tells shapes from smudges.

Pixel errors hardly notice when a cat melts into a blob; features that tell a cat from a bird do (Johnson et
al., "Perceptual Losses for Real-Time Style Transfer and Super-Resolution"; Zhang et al., "The Unreasonable
Effectiveness of Deep Features as a Perceptual Metric"). It shares nothing with the judge but the renderer.
"""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.training import checkpoint, parallel
from studio.training.backdrops import SIZE
from studio.training.scenes import NUM_FRAMES, draw_frames, trace
from studio.training.schedule import learning_rate
from studio.training.text import AXES, labels
from studio.training.world import Scene, sample_scene

BATCH = 48
STEPS = 1500
PEAK_LEARNING_RATE = 2e-3
SAVE_EVERY = 300
WIDTHS = (32, 64, 128, 128)
READ = ("object", "colour", "place", "light", "style")  # what a single frame tells


class Perception(nn.Module):
    """Four strided convolutions; answers per axis, and where the object is, from the last one."""

    def __init__(self) -> None:
        """Untrained."""
        super().__init__()
        widths = (3, *WIDTHS)
        self.levels = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(a, b, 5 if a == 3 else 3, 2, 2 if a == 3 else 1), nn.GroupNorm(8, b), nn.SiLU()
            )
            for a, b in pairwise(widths)
        )
        features = WIDTHS[-1] * (SIZE // 16) ** 2
        self.answers = nn.ModuleDict({axis: nn.Linear(features, len(AXES[axis])) for axis in READ})
        self.position = nn.Linear(features, 3)

    def features(self, frames: Tensor) -> list[Tensor]:
        """Feature maps from fine to coarse for RGB float32 (B, 3, SIZE, SIZE) in -1 to 1."""
        maps: list[Tensor] = []
        for level in self.levels:
            frames = level(frames)
            maps.append(frames)
        return maps

    def forward(self, frames: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        """Logits per axis, (B, choices), and x, y (fractions of the width) and tilt / 16°, (B, 3)."""
        flat = self.features(frames)[-1].flatten(1)
        return {axis: answer(flat) for axis, answer in self.answers.items()}, self.position(flat)

    def distance(self, output: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        """Weighted mean squared difference of the features' directions.

        `output` and `target` are videos (B, 3, T, H, W) in -1 to 1, `weight` (B, 1, T, H, W).
        """
        pairs = zip(self.features(_frames(output)), self.features(_frames(target)), strict=True)
        total = output.new_zeros(())
        weights = _frames(weight)
        for ours, theirs in pairs:
            apart = (functional.normalize(ours, dim=1) - functional.normalize(theirs, dim=1)).square().sum(1)
            total = (
                total
                + (
                    apart * functional.adaptive_avg_pool2d(weights, (apart.shape[1], apart.shape[2]))[:, 0]
                ).mean()
            )
        return total


def _frames(video: Tensor) -> Tensor:
    return video.transpose(1, 2).flatten(0, 1)


def _draw_batch(rng: np.random.Generator) -> tuple[Tensor, list[Scene], Tensor]:
    scenes = [sample_scene(rng) for _ in range(BATCH)]
    frames = np.empty((BATCH, SIZE, SIZE, 3), np.uint8)
    positions = np.empty((BATCH, 3), np.float32)
    for i, scene in enumerate(scenes):
        at = int(rng.integers(NUM_FRAMES))
        frames[i] = draw_frames(scene, range(at, at + 1))[0]
        path = trace(scene)
        positions[i] = path.x[at], path.y[at], path.tilt[at] / 16
    video = torch.from_numpy(frames).permute(0, 3, 1, 2).float() / 127.5 - 1
    return video, scenes, torch.from_numpy(positions)


def lesson(perception: Perception, step: int, device: str) -> Tensor:
    """The loss on a fresh batch: a little noise, cross entropy per axis, squared error of the position."""
    frames, scenes, positions = _draw_batch(np.random.default_rng((10, step)))
    noise = 0.05 * torch.randn(frames.shape, generator=torch.Generator().manual_seed(step))
    answers, found = perception((frames + noise).to(device))
    truth = labels(scenes, device)
    told = torch.stack([functional.cross_entropy(answers[axis], truth[axis]) for axis in READ]).sum()
    return told + 10 * functional.mse_loss(found, positions.to(device))


def learn_to_see(work: Path, device: str = "cpu") -> Perception:
    """Train it (minutes), going on from `work` after a kill; comes back frozen."""
    torch.manual_seed(11)
    perception = Perception().to(device)
    optimizer = torch.optim.AdamW(perception.parameters(), weight_decay=0.01)
    first = 0
    if saved := checkpoint.load(work / "perception"):
        checkpoint.unpack(saved[0], {"perception": perception}, optimizer)
        first = saved[1]
    started = time.monotonic()
    for step in range(first, STEPS):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(PEAK_LEARNING_RATE, step, STEPS)
        loss = lesson(perception, step, device)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if (step + 1) % SAVE_EVERY == 0 and parallel.rank() == 0:
            checkpoint.save(
                work / "perception", checkpoint.pack({"perception": perception}, optimizer), step + 1
            )
            seconds = time.monotonic() - started
            print(f"perception step {step + 1}/{STEPS} loss {loss.item():.3f} {seconds:.0f} s", flush=True)
    return perception.eval().requires_grad_(False)
