"""Small films of a camera that pans over one wide picture, for the tests of interpolation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from studio.jobs.job import Source
from studio.media.writer import MasterWriter
from studio.timing import Rate
from tests.render.pictures import texture

WIDTH, HEIGHT = 128, 96


def scene(position: float, seed: int = 3) -> np.ndarray:
    """What the camera shows `position` pixels along: uint8 RGB (HEIGHT, WIDTH, 3)."""
    wide = texture(HEIGHT, WIDTH * 2, seed)
    matrix = np.array([[1, 0, position], [0, 1, 0]], np.float64)
    return cv2.warpAffine(wide, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)


def film(path: Path, frames: Sequence[np.ndarray], rate: Rate, sound: np.ndarray | None = None) -> Source:
    with MasterWriter(path, frames[0].shape[1], frames[0].shape[0], rate, audio=sound) as writer:
        for frame in frames:
            writer.write(frame)
    return Source(path=str(path))


def transparent_film(path: Path, frames: Sequence[np.ndarray]) -> tuple[Source, list[np.ndarray]]:
    """`frames` (uint8 RGB) at 25 fps behind a hole that walks: the film, and its alphas (uint8 (H, W))."""
    height, width = frames[0].shape[:2]
    alphas = [np.full((height, width), 200, np.uint8) for _ in frames]
    with MasterWriter(path, width, height, Rate(25), alpha=True) as writer:
        for number, (frame, alpha) in enumerate(zip(frames, alphas, strict=True)):
            alpha[:, number : number + width // 3] = 0
            writer.write(np.dstack((frame, alpha)))
    return Source(path=str(path)), alphas
