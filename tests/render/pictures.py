"""Pictures with known content and known motion for the tests of motion, camera and looks."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np


@lru_cache
def texture(height: int = 160, width: int = 240, seed: int = 3) -> np.ndarray:
    """A soft, colourful picture with detail of several sizes, uint8 RGB; not to be written to."""
    rng = np.random.default_rng(seed)
    image = np.zeros((height, width, 3), np.float32)
    for grain in (2, 6, 20):
        rough = rng.standard_normal((height // grain + 4, width // grain + 4, 3), dtype=np.float32)
        spots = cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)
        image += spots / max(float(spots.std()), 1e-3)
    return np.clip(image * 30 + 128, 0, 255).astype(np.uint8)


def shifted(image: np.ndarray, x: float, y: float = 0) -> np.ndarray:
    """`image` moved right by `x` and down by `y` pixels, mirrored at its edges."""
    height, width = image.shape[:2]
    matrix = np.array([[1, 0, x], [0, 1, y]], np.float64)
    return cv2.warpAffine(
        image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
    )


def psnr(first: np.ndarray, second: np.ndarray) -> float:
    """Peak signal to noise ratio in dB of two uint8 pictures."""
    return float(cv2.PSNR(first, second))
