"""Flicker as it occurs, drawn over steady frames: what the flicker network learns to take out.

Every kind is called with frames (uint8 RGB (H, W, 3), of one size) and a generator of random numbers, and
returns the flickering frames and the steady ones that should come out. Amplitudes are drawn anew each time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

Frames = list[np.ndarray]
Flicker = Callable[[Frames, np.random.Generator], tuple[Frames, Frames]]


def exposure(frames: Frames, rng: np.random.Generator) -> tuple[Frames, Frames]:
    """Gain, colour cast and gamma jump from frame to frame, often with a smooth field over the picture."""
    count, (height, width) = len(frames), frames[0].shape[:2]
    carried = rng.choice([0, 0, 0.3, -0.5])
    gain = _series(rng, count, carried) * rng.uniform(0.03, 0.14)
    cast = rng.normal(0, 1, (count, 3)) * rng.uniform(0, 0.05)
    gamma = np.exp(_series(rng, count, carried) * rng.uniform(0, 0.09))
    uneven = rng.uniform(0, 0.09) if rng.random() < 0.6 else 0.0
    cells = int(rng.integers(2, 6)), int(rng.integers(2, 8))
    out: Frames = []
    for k, frame in enumerate(frames):
        field = cv2.resize(rng.normal(0, uneven, cells), (width, height), interpolation=cv2.INTER_CUBIC)
        out.append(_levels((frame / 255.0) ** gamma[k] * np.exp(gain[k] + cast[k] + field[..., None]) * 255))
    return out, frames


def lamp(frames: Frames, rng: np.random.Generator) -> tuple[Frames, Frames]:
    """A soft light flickers in one part of the picture: a fire, a lamp, a screen."""
    height, width = frames[0].shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    centre, spread = (rng.uniform(0, width), rng.uniform(0, height)), rng.uniform(0.15, 0.45) * width
    tint = rng.normal(1, 0.4, 3)
    gain = np.clip(_series(rng, len(frames), 0.2) * rng.uniform(0.08, 0.3), -0.5, 0.5)
    out: Frames = []
    for k, frame in enumerate(frames):
        dx, dy = rng.normal(0, 0.03 * width, 2)
        shape = np.exp(-((x - centre[0] - dx) ** 2 + (y - centre[1] - dy) ** 2) / (2 * spread**2))
        out.append(_levels(frame * np.exp(gain[k] * shape[..., None] * tint)))
    return out, frames


def banding(frames: Frames, rng: np.random.Generator) -> tuple[Frames, Frames]:
    """Bars roll over the picture: a rolling shutter under lamps on 50 or 60 Hz."""
    rows = np.arange(frames[0].shape[0])[:, None, None] / frames[0].shape[0]
    bars, phase, speed = rng.uniform(0.4, 4), rng.uniform(0, 2 * np.pi), rng.uniform(-3.1, 3.1)
    depth, edge, tint = rng.uniform(0.03, 0.16), rng.uniform(1, 3), 1 + rng.normal(0, 0.15, 3)
    out: Frames = []
    for k, frame in enumerate(frames):
        wave = np.sin(2 * np.pi * bars * rows + phase + speed * k + rng.normal(0, 0.1))
        out.append(_levels(frame * np.exp(depth * np.tanh(edge * wave) / np.tanh(edge) * tint)))
    return out, frames


def dropped(frames: Frames, rng: np.random.Generator) -> tuple[Frames, Frames]:
    """Single frames are much darker or brighter than the others."""
    usual, often = rng.uniform(0.02, 0.05), rng.uniform(0.05, 0.2)
    gains = rng.normal(0, usual, len(frames))
    for k in range(len(frames)):
        if rng.random() < often:
            gains[k] += rng.choice([-1, -1, 1]) * rng.uniform(0.15, 0.6)
    return [_levels(frame * np.exp(gain)) for frame, gain in zip(frames, gains, strict=True)], frames


def pumping(frames: Frames, rng: np.random.Generator) -> tuple[Frames, Frames]:
    """Compression gets worse until the next key frame, over and over."""
    period, phase = int(rng.integers(3, 13)), int(rng.integers(13))
    best, worst = rng.uniform(40, 90), rng.uniform(6, 25)
    out: Frames = []
    for k, frame in enumerate(frames):
        since = (k + phase) % period / max(1, period - 1)
        quality = best + (worst - best) * since if rng.random() < 0.9 else worst
        reversed_channels = cv2.cvtColor(frame, cv2.COLOR_RGB2BGR)
        _, packed = cv2.imencode(".jpg", reversed_channels, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
        unpacked = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))
        out.append(cv2.cvtColor(unpacked, cv2.COLOR_BGR2RGB))
    return out, frames


def grain(frames: Frames, rng: np.random.Generator) -> tuple[Frames, Frames]:
    """Noise, fine or coarse, grey or coloured."""
    amount, size = rng.uniform(2, 12), rng.uniform(0.1, 1.5)
    channels = 1 if rng.random() < 0.5 else 3
    noises = (_noise(rng, frame.shape[:2], size, channels) for frame in frames)
    return [_levels(frame + amount * noise) for frame, noise in zip(frames, noises, strict=True)], frames


class _Painter(NamedTuple):
    """A picture made over, always alike unless it is told to stray: smoothed, in steps of tone, embossed."""

    kind: int
    colours: np.ndarray
    levels: float
    smoothness: float
    relief: np.ndarray

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> _Painter:
        relief = rng.normal(0, 1, (5, 5))
        relief -= relief.mean()
        relief *= 3 * rng.uniform(0.5, 4) / np.abs(relief).sum()
        colours = rng.normal(0, 0.35, (3, 3)) + np.eye(3)
        return cls(int(rng.integers(5)), colours, rng.uniform(3, 9), rng.uniform(20, 80), relief)

    def paint(
        self, frame: np.ndarray, tone: float = 0, colour: np.ndarray | float = 0, stray: float = 0
    ) -> np.ndarray:
        image = frame.astype(np.float32)
        if self.kind in (0, 3):
            image = cv2.bilateralFilter(image, 5, self.smoothness * (1 + stray), 3)
        if self.kind in (1, 3):
            steps = image / 255 * self.levels + tone
            whole = np.floor(steps)
            image = (whole + 1 / (1 + np.exp(-9 * (steps - whole - 0.5))) - tone) / self.levels * 255
        if self.kind in (2, 4):
            image = image + (1 + stray) * cv2.filter2D(image, -1, self.relief)
        return (image - 128) @ (self.colours + colour).T + 128


def style(frames: Frames, rng: np.random.Generator) -> tuple[Frames, Frames]:
    """Texture that is new in every frame, as of pictures stylised or generated one by one."""
    painter = _Painter.drawn(rng)
    tone, colour, stray = rng.uniform(0, 0.35), rng.uniform(0, 0.03), rng.uniform(0, 0.3) / 2
    amount, size = rng.uniform(5, 30) * rng.uniform(0, 0.8), rng.uniform(0.8, 3)
    out: Frames = []
    for frame in frames:
        fine = cv2.absdiff(frame, cv2.GaussianBlur(frame, (0, 0), 3)).max(axis=-1).astype(np.float32)
        where = np.clip(0.3 + cv2.GaussianBlur(fine, (0, 0), 2)[..., None] / 12, 0, 1.5)
        noise = amount * where * _noise(rng, frame.shape[:2], size, 1)
        strayed = rng.normal(0, colour, (3, 3))
        painted = painter.paint(frame, tone * rng.uniform(-1, 1), strayed, stray * rng.normal())
        out.append(_levels(painted + noise))
    return out, [_levels(painter.paint(frame)) for frame in frames]


def combined(frames: Frames, rng: np.random.Generator) -> tuple[Frames, Frames]:
    """Two kinds of light at once, sometimes with grain."""
    chosen = rng.choice(np.array([exposure, lamp, banding, dropped], object), 2, replace=False)
    kinds = [*chosen, grain] if rng.random() < 0.3 else chosen
    out = frames
    for kind in kinds:
        out, _ = kind(out, rng)
    return out, frames


def none(frames: Frames, rng: np.random.Generator) -> tuple[Frames, Frames]:
    """Steady frames, which should stay as they are."""
    return frames, frames


SHARES: dict[Flicker, float] = {
    exposure: 0.13,
    lamp: 0.07,
    banding: 0.07,
    dropped: 0.06,
    pumping: 0.12,
    grain: 0.08,
    style: 0.33,
    combined: 0.10,
    none: 0.04,
}
"""How often each kind is drawn for training."""


def _series(rng: np.random.Generator, count: int, carried: float) -> np.ndarray:
    """`count` values of variance 1, each correlated by `carried` with the one before."""
    values = rng.normal(0, 1, count)
    for k in range(1, count):
        values[k] = carried * values[k - 1] + np.sqrt(1 - carried**2) * values[k]
    return values


def _noise(rng: np.random.Generator, shape: tuple[int, int], size: float, channels: int) -> np.ndarray:
    noise = rng.normal(0, 1, (*shape, channels)).astype(np.float32)
    if size > 0.4:
        noise = cv2.GaussianBlur(noise, (0, 0), size).reshape(*shape, channels)
    return noise / (noise.std() + 1e-6)


def _levels(image: np.ndarray) -> np.ndarray:
    return np.clip(image + 0.5, 0, 255).astype(np.uint8)
