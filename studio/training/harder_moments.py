"""Real moments made harder: seen through a window that sweeps, things drawn before them, in other light.

A dozen clips show few kinds of motion. A camera's path of our own, and drawn things over what was really
filmed, give more of it, with real occlusion, real blur and real grain behind.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from studio.training.drawn_motion import SIDE, Layer, Moments, exposed

_SWEPT, _CROWDED, _RELIT = 0.4, 0.3, 0.3  # how often each is done
_LEAST_SWEPT = 300  # pixels of the shorter side, of which at least 0.55 remain
_TIMES = (0.0, 0.5, 1.0)


def harder(moments: Moments, photos: Sequence[np.ndarray], rng: np.random.Generator) -> Moments:
    """`moments` (uint8 RGB, t = 0.5) changed by chance; the result may be smaller.

    `photos` (uint8 RGB) are what drawn things are made of; without any, none are drawn.
    """
    pictures = [moments.first, moments.middle, moments.second]
    if rng.random() < _SWEPT and min(pictures[0].shape[:2]) >= _LEAST_SWEPT:
        pictures = _swept(pictures, rng)
    if photos and rng.random() < _CROWDED and min(pictures[0].shape[:2]) >= SIDE:
        pictures = _crowded(pictures, photos, rng)
    if rng.random() < _RELIT:
        pictures = _relit(pictures, rng)
    return Moments(*pictures, t=moments.t)


def _swept(pictures: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """Through a window of 0.55 to 0.8 of each side that slides straight on, turns and nears a little."""
    height, width = pictures[0].shape[:2]
    share = float(rng.uniform(0.55, 0.8))
    size = int(width * share), int(height * share)
    room = min(width - size[0], height - size[1]) / 2
    angle, speed = rng.uniform(0, 2 * np.pi), float(np.exp(rng.uniform(0, np.log(max(2, room)))))
    path = np.array([np.cos(angle), np.sin(angle)]) * speed
    centre = np.array([width, height]) / 2 + rng.uniform(-0.3, 0.3, 2) * room
    turn, nearing = float(rng.normal(0, 2.4)), float(rng.normal(0, 0.03))
    seen: list[np.ndarray] = []
    for picture, time in zip(pictures, _TIMES, strict=True):
        since = time - 0.5
        middle = centre + path * since
        matrix = cv2.getRotationMatrix2D(tuple(middle), turn * since, 1 + nearing * since)
        matrix[:, 2] += np.array(size) / 2 - middle
        way, border = cv2.INTER_CUBIC, cv2.BORDER_REFLECT
        seen.append(cv2.warpAffine(picture, matrix, size, flags=way, borderMode=border))
    return seen


def _crowded(
    pictures: list[np.ndarray], photos: Sequence[np.ndarray], rng: np.random.Generator
) -> list[np.ndarray]:
    """A square of SIDE pixels with one to three drawn things moving before it, blurred by chance."""
    top, left = (int(rng.integers(0, side - SIDE + 1)) for side in pictures[0].shape[:2])
    things = [Layer(photos, rng, is_ground=False) for _ in range(int(rng.integers(1, 4)))]
    shutter = float(rng.uniform(0.1, 0.4)) if rng.random() < 0.35 else 0.0
    crowded: list[np.ndarray] = []
    for picture, time in zip(pictures, _TIMES, strict=True):
        ground = picture[top : top + SIDE, left : left + SIDE].astype(np.float32)
        crowded.append(np.clip(exposed(ground, things, time, shutter) + 0.5, 0, 255).astype(np.uint8))
    return crowded


def _relit(pictures: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """All three under one other tone curve: gamma, contrast, brightness."""
    gamma, contrast = float(np.exp(rng.normal(0, 0.25))), rng.uniform(0.75, 1.15)
    levels = 255 * (np.arange(256) / 255) ** gamma * contrast + rng.uniform(-10, 15)
    curve = np.clip(levels, 0, 255).astype(np.uint8)
    return [cv2.LUT(picture, curve) for picture in pictures]
