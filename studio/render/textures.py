"""Grain, paper, hatching and printing screens for the looks: the same pattern for the same size, every time.

Each is float32 (H, W), made once per size from a fixed seed and never drawn anew, so a look does not boil.
`unit` is the size of one "pixel at 360 lines" in real pixels, so that a pattern looks alike at every size.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np


@lru_cache(maxsize=8)
def noise(height: int, width: int, grain: float, seed: int = 1) -> np.ndarray:
    """Smooth noise of mean 0 and deviation 1; `grain` is the size of its spots in pixels."""
    generator = np.random.default_rng(seed)
    rough = generator.standard_normal((height, width), dtype=np.float32)
    smooth = cv2.GaussianBlur(rough, (0, 0), max(0.3, grain / 2), borderType=cv2.BORDER_REFLECT_101)
    return _frozen((smooth - smooth.mean()) / (smooth.std() + 1e-6))


@lru_cache(maxsize=4)
def paper(height: int, width: int, unit: float) -> np.ndarray:
    """The tooth of drawing paper, about -1 (hollow) to 1 (raised)."""
    fine = noise(height, width, 1.6 * unit, 2)
    coarse = noise(height, width, 5.0 * unit, 3)
    return _frozen(np.clip((0.75 * fine + 0.45 * coarse) / 2, -1, 1))


@lru_cache(maxsize=4)
def clouds(height: int, width: int, unit: float) -> np.ndarray:
    """Slow turbulence over three octaves, about -1 to 1: how wet paint dries."""
    octaves = [
        noise(height, width, size * unit, 10 + k) / (k + 1) for k, size in enumerate((90.0, 40.0, 16.0))
    ]
    return _frozen(np.clip(np.sum(octaves, axis=0) / 3, -1, 1).astype(np.float32))


@lru_cache(maxsize=8)
def hatching(height: int, width: int, unit: float, degrees: float, seed: int) -> np.ndarray:
    """Pencil strokes as thresholds spread evenly over 0 to 1: a stroke shows where the tone exceeds it."""
    length = max(3, round(26 * unit)) | 1
    kernel = np.zeros((length, length), np.float32)
    middle = length // 2
    reach = middle * np.array([np.cos(np.radians(degrees)), -np.sin(np.radians(degrees))])
    start, end = np.array([middle, middle]) - reach, np.array([middle, middle]) + reach
    # The path of a hand is not straight: the noise it smears is uneven, and so are the strokes.
    cv2.line(kernel, _point(start), _point(end), 1.0, 1, cv2.LINE_AA)
    strokes = cv2.filter2D(noise(height, width, 1.1 * unit, seed), -1, kernel / kernel.sum())
    return _frozen(_ranks(strokes))


@lru_cache(maxsize=8)
def screen(height: int, width: int, cell: float, degrees: float) -> np.ndarray:
    """A printer's dot screen as thresholds spread evenly over 0 to 1; `cell`: pixels from dot to dot."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = np.radians(degrees)
    turn = 2 * np.pi / cell
    across = np.cos(turn * (x * np.cos(angle) + y * np.sin(angle)))
    along = np.cos(turn * (y * np.cos(angle) - x * np.sin(angle)))
    return _frozen(_ranks((2 - across - along).astype(np.float32)))


def _ranks(values: np.ndarray) -> np.ndarray:
    """`values` replaced by their share of smaller ones, 0 to 1: a tone then covers its share of paper."""
    edges = np.quantile(values, np.linspace(0, 1, 257))
    return np.interp(values, edges, np.linspace(0, 1, 257)).astype(np.float32)


def _point(position: np.ndarray) -> tuple[int, int]:
    return round(float(position[0])), round(float(position[1]))


def _frozen(texture: np.ndarray) -> np.ndarray:
    texture.flags.writeable = False
    return texture
