"""Trains the interpolation network: `python -m studio.training.interpolation CLIPS PHOTOS WORK MOTION`.

Comes after `studio.training.choice`: CLIPS, PHOTOS and WORK are the same, MOTION is the file it exported.
The training can be killed at any time and goes on where it was. `--export FILE` writes the mean of the
weights in half precision.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from studio.adapters.large_motion import LargeMotion
from studio.networks.interpolation import Refiner
from studio.training.choice import DRAWN_SHARDS
from studio.training.interpolation_crops import Crops, decided, draw, prepare
from studio.training.loop import train_to_the_end

WIDTH = 32
STEPS = 7600
PEAK_LEARNING_RATE = 8e-4
BATCH, SIDE = 8, 128
REAL_SHARE = 0.6
MEAN_OVER = 0.998  # of the weights that are shipped: about the last 500 steps
SAVE_EVERY = 100


class Batch(NamedTuple):
    """What `Refiner.forward` takes, and the truth."""

    first: Tensor
    middle: Tensor
    second: Tensor
    motion: Tensor
    hints: Tensor
    rivals: Tensor
    t: Tensor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path)
    parser.add_argument("photos", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("motion", type=Path)
    parser.add_argument("--export", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    motion = LargeMotion(options.motion)
    crops = prepare(options.clips, options.photos, options.work, DRAWN_SHARDS, motion.finder)
    # Another MOTION chooses otherwise.
    chosen = options.work / f"chosen-{hashlib.sha256(options.motion.read_bytes()).hexdigest()[:12]}"
    mean = train(decided(crops, motion, chosen), options.work, STEPS)
    if options.export:
        export(mean, options.export)


def train(crops: list[Crops], work: Path, steps: int) -> dict[str, Tensor]:
    """Trains to the end, going on from `work` after a kill; returns the running mean of the weights."""
    torch.manual_seed(1)
    network = Refiner(WIDTH).to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    optimizer = torch.optim.AdamW(network.parameters(), betas=(0.9, 0.99), weight_decay=1e-4)

    def one_step(step: int) -> float:
        return _step(network, optimizer, draw_batch(crops, np.random.default_rng((1, step))))

    return train_to_the_end(
        network,
        optimizer,
        one_step,
        work / "network",
        steps=steps,
        peak=PEAK_LEARNING_RATE,
        mean_over=MEAN_OVER,
        save_every=SAVE_EVERY,
        told="{:+.3f} dB over the draft",
    )


def _step(network: Refiner, optimizer: torch.optim.Optimizer, batch: Batch) -> float:
    """One step; returns by how many dB the picture is nearer to the truth than the once corrected draft."""
    with torch.autocast("cpu", torch.bfloat16):
        drawn, draft, _ = network(batch.first, batch.second, batch.motion, batch.hints, batch.rivals, batch.t)
    error, draft_error = drawn.float() - batch.middle, draft - batch.middle
    # The decibels of each sample by itself, so that calm ones count; the pyramids for edges and the draft.
    loss = -_decibels(error).mean() / 10 + 2 * _pyramid(error) + 0.5 * _pyramid(draft_error)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    with torch.no_grad():
        return float((_decibels(error) - _decibels(draft_error)).mean())


def _pyramid(error: Tensor) -> Tensor:
    """L1 over a Laplacian pyramid of three levels (Niklaus and Liu, CVPR 2018)."""
    total = torch.zeros(())
    for _ in range(3):
        coarse = functional.avg_pool2d(error, 2)
        total = total + (error - functional.interpolate(coarse, scale_factor=2.0)).abs().mean()
        error = coarse
    return total + error.abs().mean()


def _decibels(error: Tensor) -> Tensor:
    """The peak signal-to-noise ratio of each sample, (B,), of an error (B, C, H, W) of pictures 0 to 1."""
    return -10 * torch.log10(error.square().mean((1, 2, 3)) + 1e-6)


def draw_batch(crops: list[Crops], rng: np.random.Generator) -> Batch:
    """BATCH crops of SIDE pixels, REAL_SHARE of them real, with one motion each."""
    drawn = [draw(crops, rng, SIDE, REAL_SHARE) for _ in range(BATCH)]
    pictures = torch.from_numpy(np.stack([crop.pictures for crop in drawn]))
    pictures = pictures.permute(0, 1, 4, 2, 3).float() / 255
    motion = torch.from_numpy(np.stack([crop.motion[0] for crop in drawn])).float()
    hints = torch.from_numpy(np.stack([crop.hints[0] for crop in drawn])).float()
    t = torch.tensor([crop.t for crop in drawn])
    first, middle, second = pictures.unbind(1)
    return Batch(first, middle, second, motion.permute(0, 3, 1, 2), hints[:, :5], hints[:, 5:], t)


def export(mean: dict[str, Tensor], target: Path) -> None:
    """Writes the weights in half precision."""
    save_file({name: value.half().contiguous() for name, value in mean.items()}, target)
    target.chmod(0o644)  # safetensors leaves them to their owner alone


if __name__ == "__main__":
    main()
