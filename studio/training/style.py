"""Trains the style network: `python -m studio.training.style CLIPS PHOTOS PAINTINGS WORK [--export FILE]`.

The first three are folders of films, photographs and paintings, WORK keeps ingredients and state: the
training can be killed at any time and goes on where it was. `--export` writes the mean of the weights.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from studio.adapters.style_statistics import (
    colour_distance,
    edge_correlation,
    layout_distance,
    texture_distance,
)
from studio.networks.style import StyleNetwork
from studio.training.loop import train_to_the_end
from studio.training.style_crops import Item, load, prepare

STEPS = 800
ITEMS = 356
PEAK_LEARNING_RATE = 4e-4
BATCH, SIDE = 2, 192
MEAN_OVER = 0.98  # of the weights that are shipped: about the last 50 steps
SAVE_EVERY = 50
# Outlines correlate with the scene's by so much before they stop mattering.
EDGES = 0.64
# Halved, its word leaves a fine chequered grain away, at the same distance to the style (0.104 and 0.099 on
# four clips under four paintings).
WORD_SHARE = 0.5


class Sample(NamedTuple):
    """A part of an item, float32 in [0, 1] (n, channels, SIDE, SIDE), its style (1, 3, h, w) and motion."""

    content: Tensor
    recoloured: Tensor
    strokes: Tensor
    outline: Tensor
    detail: Tensor
    style: Tensor
    grid: Tensor | None
    """(1, SIDE, SIDE, 2): where each pixel of the first frame lies in the second, for grid_sample."""
    seen: Tensor | None
    """(1, 1, SIDE, SIDE): 1 where it is seen in both."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("clips", "photos", "paintings", "work"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--export", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    clips, photos, paintings = (
        sorted(folder.iterdir()) for folder in (options.clips, options.photos, options.paintings)
    )
    prepare(clips, photos, paintings, options.work / "items", ITEMS)
    weights = train(sorted((options.work / "items").glob("*[0-9].npz")), options.work, STEPS)
    if options.export:
        export(weights, options.export)


def export(weights: dict[str, Tensor], target: Path) -> None:
    """Writes what is shipped: the network's word counts by WORD_SHARE, the plain rule for the rest."""
    shipped = {name: tensor.contiguous() for name, tensor in weights.items()}
    for name in ("exit.weight", "exit.bias"):
        shipped[name] = shipped[name] * WORD_SHARE
    save_file(shipped, target)
    target.chmod(0o644)  # safetensors leaves it to its owner alone


def train(items: list[Path], work: Path, steps: int) -> dict[str, Tensor]:
    """Trains to the end, going on from `work` after a kill; returns the running mean of the weights."""
    torch.manual_seed(1)
    network = StyleNetwork().to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    optimizer = torch.optim.AdamW(network.parameters(), betas=(0.9, 0.98), weight_decay=1e-4)

    def one_step(step: int) -> float:
        return _step(network, optimizer, items, step)

    return train_to_the_end(
        network,
        optimizer,
        one_step,
        work / "network",
        steps=steps,
        peak=PEAK_LEARNING_RATE,
        mean_over=MEAN_OVER,
        save_every=SAVE_EVERY,
        told="loss {:.3f}",
    )


def _step(network: StyleNetwork, optimizer: torch.optim.Optimizer, items: list[Path], step: int) -> float:
    rng, generator = np.random.default_rng((3, step)), torch.Generator().manual_seed(step)
    optimizer.zero_grad()
    total = 0.0
    for _ in range(BATCH):
        sample = cut(load(items[int(rng.integers(len(items)))]), rng)
        loss = loss_of(network, sample, generator) / BATCH
        loss.backward()
        total += float(loss.detach())
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    return total


def loss_of(network: StyleNetwork, sample: Sample, generator: torch.Generator) -> Tensor:
    """The distance to the style, the outlines lost, what changes along the motion, and how far it went."""
    with torch.autocast("cpu", torch.bfloat16):
        code = network.code(sample.style).expand(len(sample.content), -1)
        seen = (sample.content, sample.recoloured, sample.strokes, sample.outline)
        share, gain, residue = network(*seen, code)
    strokes = (sample.strokes - sample.recoloured) * share
    picture = sample.recoloured + strokes + sample.detail * gain + residue
    first, second = texture_distance(picture, sample.style, generator)
    lost = functional.relu(EDGES - edge_correlation(picture, sample.content)).mean()
    outside = (functional.relu(picture - 1) + functional.relu(-picture)).mean()
    rule = 0.8 * sample.outline
    strayed = (share - 1 + rule).abs().mean() + 0.3 * (gain - rule).abs().mean()
    return (
        2 * first.clamp(max=1)
        + 0.7 * second.clamp(max=1)
        + lost
        + 1.5 * colour_distance(picture, sample.style, generator)
        + 0.3 * layout_distance(picture, sample.recoloured)
        + 10 * _restless(picture, sample)
        + 2 * outside
        + 0.3 * residue.abs().mean()
        + 0.05 * strayed
    )


def _restless(picture: Tensor, sample: Sample) -> Tensor:
    """Mean squared change along the motion, where both frames show the same."""
    if sample.grid is None or sample.seen is None:
        return picture.new_zeros(())
    moved = functional.grid_sample(picture[1:], sample.grid, align_corners=True)
    return ((moved - picture[:1]).square() * sample.seen).sum() / (3 * sample.seen.sum() + 1)


def cut(item: Item, rng: np.random.Generator) -> Sample:
    """A part of SIDE by SIDE pixels, mirrored by chance."""
    height, width = item.content.shape[1:3]
    top, left = int(rng.integers(0, height - SIDE + 1)), int(rng.integers(0, width - SIDE + 1))
    way = -1 if rng.random() < 0.5 else 1

    def part(images: np.ndarray) -> Tensor:
        chosen = images[:, top : top + SIDE, left : left + SIDE][:, :, ::way]
        return torch.from_numpy(np.ascontiguousarray(chosen)).permute(0, 3, 1, 2).float() / 255

    pictures = (part(item.content), part(item.recoloured), part(item.strokes), part(item.outline))
    fine = part(item.detail) * 2 - 1
    style = torch.from_numpy(np.ascontiguousarray(item.style[:, ::way])).permute(2, 0, 1)[None].float() / 255
    if not item.motion.size:
        return Sample(*pictures, fine, style, None, None)
    motion = item.motion[top : top + SIDE, left : left + SIDE][:, ::way].astype(np.float32)
    motion = motion * np.array([way, 1], np.float32)
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    goal = np.stack([x, y], axis=-1) + motion
    seen = item.seen[top : top + SIDE, left : left + SIDE][:, ::way]
    seen = seen & ((goal >= 0) & (goal <= SIDE - 1)).all(axis=-1)
    grid = torch.from_numpy(goal * 2 / (SIDE - 1) - 1)[None]
    return Sample(*pictures, fine, style, grid, torch.from_numpy(seen.astype(np.float32))[None, None])


if __name__ == "__main__":
    main()
