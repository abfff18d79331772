"""Trains the network that chooses a motion: `python -m studio.training.choice CLIPS PHOTOS WORK`.

Comes after `studio.training.motion` and goes on with what that left in WORK; CLIPS and PHOTOS are the same.
The training can be killed at any time and goes on where it was. `--export FILE` writes both networks in half
precision, which `studio.training.interpolation` goes on with.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from studio.adapters.large_motion import COARSER, seen_by_chooser
from studio.networks.choice import MotionChooser
from studio.networks.motion import MotionFinder
from studio.networks.sampling import enlarged, warp
from studio.render import flow
from studio.training.interpolation_crops import Crop, Crops, draw, guesses_of, prepare
from studio.training.loop import train_to_the_end
from studio.training.motion import FINDER

STEPS = 8000
PEAK_LEARNING_RATE = 1e-3
BATCH, SIDE = 6, 160
REAL_SHARE = 0.6
DRAWN_SHARDS = 29
MEAN_OVER = 0.998
SAVE_EVERY = 200
# Of the loss of the pictures mixed, beside that of the picture along the mixed motion: the second is what is
# wanted, the first has a slope also where the motions lie far apart.
_PICTURES = 0.7


class Batch(NamedTuple):
    """BATCH crops: what the chooser sees, and what follows from its choice. float32."""

    seen: Tensor
    """(B, channels, SIDE / 4, SIDE / 4)"""
    pictures: Tensor
    """(B, K, 3, SIDE, SIDE) in 0 to 1: what each motion alone makes of the middle picture."""
    motion: Tensor
    """(B, K, 2, SIDE, SIDE)"""
    share: Tensor
    """(B, K, 1, SIDE, SIDE)"""
    moments: Tensor
    """(B, 3, 3, SIDE, SIDE) in 0 to 1: first, middle, second."""
    t: Tensor
    """(B,)"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("clips", "photos", "work"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--export", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    found = load_file(options.work / FINDER)
    finder = MotionFinder()
    finder.load_state_dict(found)
    crops = prepare(options.clips, options.photos, options.work, DRAWN_SHARDS, finder.eval())
    mean = train(crops, options.work, STEPS)
    if options.export:
        export(found, mean, options.export)


def train(crops: list[Crops], work: Path, steps: int) -> dict[str, Tensor]:
    """Trains to the end, going on from `work` after a kill; returns the running mean of the weights."""
    torch.manual_seed(1)
    network = MotionChooser().to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    optimizer = torch.optim.AdamW(network.parameters(), betas=(0.9, 0.99), weight_decay=1e-3)

    def one_step(step: int) -> float:
        rng = np.random.default_rng((3, step))
        return _step(network, optimizer, batch_of([draw(crops, rng, SIDE, REAL_SHARE) for _ in range(BATCH)]))

    return train_to_the_end(
        network,
        optimizer,
        one_step,
        work / "chooser",
        steps=steps,
        peak=PEAK_LEARNING_RATE,
        mean_over=MEAN_OVER,
        save_every=SAVE_EVERY,
        told="{:+.3f} dB over optical flow alone",
    )


def batch_of(crops: list[Crop]) -> Batch:
    """`crops` as the chooser gets them."""
    columns: list[list[np.ndarray]] = []
    for crop in crops:
        first, _, second = crop.pictures
        guesses = guesses_of(crop)
        made = [_made(first, second, guess, crop.t) for guess in guesses]
        seen = seen_by_chooser(first, second, guesses, crop.t)
        motion, share = (np.stack([layers[k] for layers in guesses]) for k in (0, 1))
        columns.append([seen, np.stack(made), motion, share, crop.pictures, np.float32(crop.t)])  # pyright: ignore
    seen, made, motion, share, moments, t = (
        torch.from_numpy(np.stack(column)) for column in zip(*columns, strict=True)
    )
    colours_first = (0, 1, 4, 2, 3)
    return Batch(
        seen.contiguous(memory_format=torch.channels_last),
        made.permute(colours_first),
        motion.permute(colours_first),
        share[:, :, None],
        moments.permute(colours_first).float() / 255,
        t,
    )


def _made(first: np.ndarray, second: np.ndarray, guess: flow.Guess, t: float) -> np.ndarray:
    """What `guess` makes of the picture at `t`, float32 (H, W, 3) in 0 to 1."""
    earlier = flow.warp(first, -t * guess.motion).astype(np.float32)
    later = flow.warp(second, (1 - t) * guess.motion).astype(np.float32)
    return (later + (earlier - later) * guess.share[..., None]) / 255


def _step(network: MotionChooser, optimizer: torch.optim.Optimizer, batch: Batch) -> float:
    """One step; returns by how many dB the picture is nearer to the truth than the first motion's."""
    with torch.autocast("cpu", torch.bfloat16):
        logits = network(batch.seen)
    truth = batch.moments[:, 1]
    along, mixed = pictures_of(logits.float(), batch)
    loss = _loss(along - truth) + _PICTURES * _loss(mixed - truth)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    with torch.no_grad():
        return float((_decibels(batch.pictures[:, 0] - truth) - _decibels(along - truth)).mean() * 10)


def pictures_of(logits: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """The picture along the mixed motion, and the mix of the pictures along each: (B, 3, SIDE, SIDE)."""
    weights = enlarged(logits, COARSER).softmax(1)[:, :, None]
    motion, share = (batch.motion * weights).sum(1), (batch.share * weights).sum(1)
    t = batch.t.view(-1, 1, 1, 1)
    earlier, later = warp(batch.moments[:, 0], -t * motion), warp(batch.moments[:, 2], (1 - t) * motion)
    return later + (earlier - later) * share, (batch.pictures * weights).sum(1)


def _loss(error: Tensor) -> Tensor:
    return _decibels(error).mean() + 3 * error.abs().mean()


def _decibels(error: Tensor) -> Tensor:
    """The decimal logarithm of the mean squared error of each sample."""
    return torch.log10(error.square().mean((1, 2, 3)) + 1e-5)


def export(finder: dict[str, Tensor], chooser: dict[str, Tensor], target: Path) -> None:
    """Writes both networks in half precision."""
    parts = {f"finder.{name}": value for name, value in finder.items()}
    parts |= {f"chooser.{name}": value for name, value in chooser.items()}
    save_file({name: value.half().contiguous() for name, value in parts.items()}, target)
    target.chmod(0o644)  # safetensors leaves them to their owner alone


if __name__ == "__main__":
    main()
