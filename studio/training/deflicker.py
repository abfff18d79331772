"""Trains the flicker network: `python -m studio.training.deflicker CLIPS PICTURES WORK [--export FILE]`.

CLIPS and PICTURES are folders of footage and of photographs, WORK keeps the state: the training can be
stopped at any time and goes on where it was. In each step the network runs over six frames in a row and
learns that they should be the steady ones, and that between two of them only what changes in the steady
ones may change along the motion. What is shipped is the average of its weights over the last steps.
"""

from __future__ import annotations

import argparse
import copy
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from studio.networks.deflicker import GRID, FlickerNetwork
from studio.networks.sampling import warp
from studio.training import checkpoint
from studio.training.deflicker_crops import LENGTH, SIDE, Crop, crops
from studio.training.running_mean import follow

STEPS = 3000
BATCH = 4
LEARNING_RATE = 1.5e-3
FRAMES = 6
CROPS = 529
_SIDE = 96
_KEEP_EVERY = 100
# As in adapters/deflicker_stream: grey levels at which half of the classical trust is gone.
_CHANGED, _DISAGREED = 12.0, 20.0


class Batch(NamedTuple):
    """Crops side by side; time first, pictures in 0 to 1."""

    lit: Tensor
    """(FRAMES + 1, B, 3, H, W), see `Crop` for the others."""
    steady: Tensor
    guides: Tensor
    back: Tensor
    on: Tensor
    missed: Tensor


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name in ("clips", "pictures", "work"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--export", type=Path, help="where to write the weights when it is done")
    options = parser.parse_args()
    network = train(options.clips, options.pictures, options.work)
    if options.export is not None:
        weights = {name: value.contiguous() for name, value in network.state_dict().items()}
        save_file(weights, options.export)


def train(clips: Path, pictures: Path, work: Path, steps: int = STEPS, count: int = CROPS) -> FlickerNetwork:
    """The averaged network after `steps` steps on `count` crops; the state in `work` is gone on from."""
    material = _material(sorted(clips.iterdir()), sorted(pictures.iterdir()), work / "crops", count)
    network = FlickerNetwork().to(memory_format=torch.channels_last)  # pyright: ignore
    average = copy.deepcopy(network)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.99), weight_decay=1e-4
    )
    parts = {"network": network, "average": average}
    kept = checkpoint.load(work / "deflicker")
    first = 0
    if kept is not None:
        checkpoint.unpack(kept[0], parts, optimizer)
        first = kept[1]
    for step in range(first, steps):
        slope = 0.02 + 0.49 * (1 + math.cos(math.pi * step / steps))
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * slope * min(1, (step + 1) / 50)
        batch = _batch(material, np.random.default_rng((1, step)))
        loss = loss_of(network, batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        follow(average, network, step, 0.995)
        if (step + 1) % _KEEP_EVERY == 0 or step + 1 == steps:
            checkpoint.save(work / "deflicker", checkpoint.pack(parts, optimizer), step + 1)
            print(f"step {step + 1}: loss {loss.item():.4f}", flush=True)
    return average.eval()


def loss_of(network: FlickerNetwork, batch: Batch) -> Tensor:
    """How far the frames are from the steady ones, in values and outlines, and in change along the motion."""
    total = torch.zeros(())
    before: Tensor | None = None
    for time, (image, trust) in enumerate(_run(network, batch)):
        missed = image - batch.steady[time]
        total = total + torch.sqrt(missed**2 + 1e-6).mean() + 0.5 * _outlines(missed)
        if before is not None:
            back = batch.back[time]
            strayed = missed - (warp(before, back) - warp(batch.steady[time - 1], back))
            total = total + (torch.sqrt(strayed**2 + 1e-6) * (trust > 0.3)).mean()
        before = image
    return total / FRAMES


def _run(network: FlickerNetwork, batch: Batch) -> Iterator[tuple[Tensor, Tensor]]:
    """Every finished frame, and where the one before can be trusted (B, 1, H, W)."""
    finished: Tensor | None = None
    memory = network.memory_for(batch.lit[0])
    for time in range(FRAMES):
        now, guide = batch.lit[time], batch.guides[time + 1]
        with torch.no_grad():
            past = _trust(guide, batch.guides[time], batch.back[time], batch.missed[time, :, :1])
            next_ = _trust(guide, batch.guides[time + 2], batch.on[time], batch.missed[time, :, 1:])
            after = warp(batch.lit[time + 1], batch.on[time], "bicubic")
        if finished is None:
            before, past = now, (past[0] * 0, past[1])
        else:
            before = warp(finished, batch.back[time], "bicubic")
            memory = warp(memory, functional.avg_pool2d(batch.back[time], GRID) / GRID)
        trust = torch.cat([past[0], next_[0], past[1], next_[1]], 1)
        with torch.autocast("cpu", torch.bfloat16):
            verdict = network(now, before, after, trust, memory)
        shares, memory = verdict.shares, verdict.memory.float()
        mixed = now * shares[:, :1] + before * shares[:, 1:2] + after * shares[:, 2:]
        image = mixed * verdict.gain
        yield image, past[0]
        finished = image


def _trust(guide: Tensor, other: Tensor, motion: Tensor, missed: Tensor) -> tuple[Tensor, Tensor]:
    """The classical weight of a neighbour, and how well it agrees with the motion: (B, 1, H, W) each."""
    changed = (guide - warp(other, motion)).abs().amax(1, keepdim=True) * 255
    around = functional.avg_pool2d(functional.pad(changed, (2, 2, 2, 2), mode="replicate"), 5, 1)
    return 1 / (1 + (around / _CHANGED) ** 2) / (1 + missed**2), torch.exp(-changed / _DISAGREED)


def _outlines(missed: Tensor) -> Tensor:
    across, down = missed[..., 1:] - missed[..., :-1], missed[..., 1:, :] - missed[..., :-1, :]
    return across.abs().mean() + down.abs().mean()


def _material(clips: list[Path], pictures: list[Path], folder: Path, count: int) -> list[Crop]:
    """`count` crops, mapped from disk; those that are not there yet are made."""
    folder.mkdir(parents=True, exist_ok=True)
    fields = Crop._fields
    there = len(list(folder.glob("*.done")))
    for number, crop in zip(range(there, count), crops(clips, pictures, seed=there + 1), strict=False):
        for name, values in zip(fields, crop, strict=True):
            np.save(folder / f"{number}-{name}.npy", values)
        (folder / f"{number}.done").touch()
    return [
        Crop(*(np.load(folder / f"{number}-{name}.npy", mmap_mode="r") for name in fields))
        for number in range(count)
    ]


def _batch(material: list[Crop], rng: np.random.Generator) -> Batch:
    chosen = [_part(material[int(rng.integers(len(material)))], rng) for _ in range(BATCH)]
    stacked = [np.stack(values).astype(np.float32) for values in zip(*chosen, strict=True)]
    tensors = [torch.from_numpy(values).permute(1, 0, 4, 2, 3).contiguous() for values in stacked]
    return Batch(*(tensor / 255 for tensor in tensors[:3]), *tensors[3:])


def _part(crop: Crop, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """FRAMES frames of a smaller part, mirrored and with its channels exchanged at random."""
    first = int(rng.integers(0, LENGTH - FRAMES + 1))
    top, left = (int(value) for value in rng.integers(0, SIDE - _SIDE + 1, 2))
    here = np.s_[:, top : top + _SIDE, left : left + _SIDE]
    lengths = FRAMES + 1, FRAMES, FRAMES + 2, FRAMES, FRAMES, FRAMES
    parts = [
        np.array(values[first : first + length])[here] for values, length in zip(crop, lengths, strict=True)
    ]
    for axis, turned in ((2, (-1, 1)), (1, (1, -1))):
        if rng.random() < 0.5:
            parts = [np.flip(values, axis) for values in parts]
            parts[3:5] = [values * np.array(turned, np.float16) for values in parts[3:5]]
    channels = rng.permutation(3)
    return (*(values[..., channels] for values in parts[:3]), *parts[3:])


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    main()
