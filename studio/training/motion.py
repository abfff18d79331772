"""Trains the network that finds large motion: `python -m studio.training.motion CLIPS PHOTOS WORK`.

CLIPS and PHOTOS are folders of footage and of photographs, WORK keeps the state: the training can be killed
at any time and goes on where it was. It leaves the mean of the weights in WORK/finder.safetensors, which
`studio.training.choice` goes on with.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from studio.media.reader import VideoReader
from studio.networks.motion import LEVELS, MotionFinder
from studio.networks.sampling import warp
from studio.render.flow import shrunk
from studio.training.far_scenes import Footage, Scene, Scenes
from studio.training.footage import films, photographs
from studio.training.loop import train_to_the_end

FINDER = "finder.safetensors"
STEPS = 25_000
PEAK_LEARNING_RATE = 1e-3
BATCH = 8
REAL_SHARE = 0.25
MEAN_OVER = 0.998
SAVE_EVERY = 200
_PHOTO_SIDE, _FRAME_SIDE, _MOST_FRAMES = 420, 200, 360
_WEIGHTS = (0.25, 0.3, 0.5)  # of the levels, coarse to fine
_PHOTOMETRIC_REAL, _PHOTOMETRIC_DRAWN = 8.0, 2.0
_SHOWS = 0.5
# Of the end-point error: a power below one forgives what cannot be found (Sun et al., CVPR 2018).
_POWER, _OFFSET = 0.7, 0.1


class Batch(NamedTuple):
    """BATCH scenes as tensors: pictures float32 in -0.5 to 0.5, the rest as in `Scene`."""

    first: Tensor
    middle: Tensor
    last: Tensor
    motion: Tensor
    """(B, 2, H, W)"""
    seen: Tensor
    """float32 (B, 2, H, W)"""
    is_drawn: Tensor
    """float32 (B,)"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("clips", "photos", "work"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    photos, clips = load(options.clips, options.photos)
    mean = train(photos, clips, options.work, STEPS)
    save_file({name: value.contiguous() for name, value in mean.items()}, options.work / FINDER)


def load(clips: Path, photos: Path) -> tuple[list[np.ndarray], list[Footage]]:
    """What scenes are made of, small: photographs, and the beginnings of clips."""
    footage: list[Footage] = []
    for path in films(clips):
        with VideoReader(path) as reader:
            frames = zip(reader.frames(), range(_MOST_FRAMES), strict=False)
            small = [shrunk(frame.image, _FRAME_SIDE) for frame, _ in frames]
            footage.append(Footage(np.stack(small), _rate(reader)))
    return photographs(photos, _PHOTO_SIDE), footage


def _rate(reader: VideoReader) -> float:
    rate = reader.info.rate
    assert rate is not None  # it is a film
    return rate.numerator / rate.denominator


def train(
    photos: Sequence[np.ndarray], clips: Sequence[Footage], work: Path, steps: int
) -> dict[str, Tensor]:
    """Trains to the end, going on from `work` after a kill; returns the running mean of the weights."""
    torch.manual_seed(1)
    network = MotionFinder().to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    optimizer = torch.optim.AdamW(network.parameters(), betas=(0.9, 0.99), weight_decay=1e-4)

    def one_step(step: int) -> float:
        rng = np.random.default_rng((2, step))
        scenes = Scenes(photos, clips, rng)
        drawn = [scenes.draw(real=rng.random() < REAL_SHARE) for _ in range(BATCH)]
        return _step(network, optimizer, _batch(drawn))

    return train_to_the_end(
        network,
        optimizer,
        one_step,
        work / "finder",
        steps=steps,
        peak=PEAK_LEARNING_RATE,
        mean_over=MEAN_OVER,
        save_every=SAVE_EVERY,
        told="off by {:.3f} px of a picture of 96",
    )


def _batch(scenes: Sequence[Scene]) -> Batch:
    pictures = torch.from_numpy(np.stack([scene.pictures for scene in scenes]))
    pictures = pictures.permute(0, 1, 4, 2, 3).float() / 255 - 0.5
    motion = torch.from_numpy(np.stack([scene.motion for scene in scenes])).float().permute(0, 3, 1, 2)
    seen = torch.from_numpy(np.stack([scene.seen for scene in scenes])).float()
    is_drawn = torch.tensor([float(not scene.is_real) for scene in scenes])
    first, middle, last = (pictures[:, k].contiguous(memory_format=torch.channels_last) for k in range(3))
    return Batch(first, middle, last, motion, seen, is_drawn)


def _step(network: MotionFinder, optimizer: torch.optim.Optimizer, batch: Batch) -> float:
    """One step; returns the end-point error on the drawn scenes, in pixels."""
    with torch.autocast("cpu", torch.bfloat16):
        found = network(batch.first, batch.last)
    loss = loss_of(found, batch)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
    optimizer.step()
    with torch.no_grad():
        known = _known(batch, LEVELS[-1].scale)
        error = _end_point_error(found[-1], batch, LEVELS[-1].scale) * known
        return float(error.sum() / known.sum().clamp_min(1))


def loss_of(found: Sequence[Tensor], batch: Batch) -> Tensor:
    """The error of the motion where it is known, of the aligned pictures, and of which of them shows what."""
    total = torch.zeros(())
    photometric = _PHOTOMETRIC_REAL * (1 - batch.is_drawn) + _PHOTOMETRIC_DRAWN * batch.is_drawn
    for level, said, weight in zip(LEVELS, found, _WEIGHTS, strict=True):
        error = _end_point_error(said, batch, level.scale)
        lost = ((error + _OFFSET) ** _POWER * _known(batch, level.scale)).mean((1, 2, 3))
        if level.scale <= 4:
            lost = lost + photometric * _difference(said, batch, level.scale)
        total = total + weight * (lost + _SHOWS * _shows_error(said[:, 2:], batch, level.scale)).mean()
    return total


def _known(batch: Batch, scale: int) -> Tensor:
    """How much of each pixel at `scale` is of a drawn scene and seen in either picture: (B, 1, h, w)."""
    seen = batch.seen.amax(1, keepdim=True) * batch.is_drawn.view(-1, 1, 1, 1)
    return functional.avg_pool2d(seen, scale)


def _end_point_error(said: Tensor, batch: Batch, scale: int) -> Tensor:
    """By how many pixels of the scene the motion is off: (B, 1, h, w)."""
    seen = batch.seen.amax(1, keepdim=True)
    truth = functional.avg_pool2d(batch.motion * seen, scale) / (functional.avg_pool2d(seen, scale) + 1e-3)
    return ((said[:, :2] * scale - truth).square().sum(1, keepdim=True) + 1e-4).sqrt()


def _difference(said: Tensor, batch: Batch, scale: int) -> Tensor:
    """Between the middle picture and what the motion makes of the two others: (B,)."""
    first, middle, last = (functional.avg_pool2d(x, scale) for x in (batch.first, batch.middle, batch.last))
    shows = torch.sigmoid(said[:, 2:])
    earlier = warp(first, -0.5 * said[:, :2], beyond="zeros")
    later = warp(last, 0.5 * said[:, :2], beyond="zeros")
    made = earlier * shows + later * (1 - shows)
    return ((made - middle).square().sum(1) + 1e-4).sqrt().mean((1, 2))


def _shows_error(logit: Tensor, batch: Batch, scale: int) -> Tensor:
    """Of the share of the first picture, chiefly where only one of the two shows what is there: (B,)."""
    rather = batch.seen[:, :1] - batch.seen[:, 1:]
    target, matters = (
        functional.avg_pool2d((rather + 1) / 2, scale),
        functional.avg_pool2d(rather.abs(), scale),
    )
    error = functional.binary_cross_entropy_with_logits(logit, target, reduction="none")
    return (error * (matters + 0.05)).mean((1, 2, 3)) * batch.is_drawn


if __name__ == "__main__":
    main()
