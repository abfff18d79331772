"""Brings small pictures to the size asked for, cleanly: smooth edges, no ringing, true brightness."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

_LEVELS = 65535
# Below this difference of the aspect ratios a sliver is cut off rather than framed.
_NEARLY_SAME = 0.02
_SURROUND_BRIGHTNESS = 0.35


def fills(size: tuple[int, int], target: tuple[int, int]) -> bool:
    """Whether a picture of `size` (width, height) fills one of `target` without bars at the sides."""
    across, down = target[0] / size[0], target[1] / size[1]
    return abs(across / down - 1) <= _NEARLY_SAME


def enlarge(image: np.ndarray, target: tuple[int, int]) -> np.ndarray:
    """`image`, uint8 RGB (height, width, 3), at `target` (width, height): uint8 RGB of that size.

    Of another shape, the picture is shown whole, and its own blurred, dimmed enlargement fills the sides.
    """
    height, width = image.shape[:2]
    if (width, height) == target:
        return image
    if fills((width, height), target):
        return _cover(image, target)
    scale = min(target[0] / width, target[1] / height)
    inner = _resized(image, (max(1, round(width * scale)), max(1, round(height * scale))))
    left, top = (target[0] - inner.shape[1]) // 2, (target[1] - inner.shape[0]) // 2
    framed = _surround(image, target)
    framed[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return framed


def _cover(image: np.ndarray, target: tuple[int, int]) -> np.ndarray:
    """`image` scaled until it covers `target`, what stands over cut off evenly."""
    height, width = image.shape[:2]
    scale = max(target[0] / width, target[1] / height)
    grown = _resized(image, (max(target[0], round(width * scale)), max(target[1], round(height * scale))))
    left, top = (grown.shape[1] - target[0]) // 2, (grown.shape[0] - target[1]) // 2
    return grown[top : top + target[1], left : left + target[0]]


def _surround(image: np.ndarray, target: tuple[int, int]) -> np.ndarray:
    # Blurred while it is small: a fifth of the side, whatever the target's size.
    blurred = cv2.GaussianBlur(image, (0, 0), sigmaX=max(image.shape[:2]) / 20)
    dimmed = (blurred * _SURROUND_BRIGHTNESS).astype(np.uint8)
    return _cover(dimmed, target).copy()


def _resized(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    height, width = image.shape[:2]
    if size[0] < width or size[1] < height:
        return cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    to_linear, to_gamma = _tables()
    light = to_linear[image]
    grown = cv2.resize(light, size, interpolation=cv2.INTER_CUBIC)
    # A cubic overshoots beside edges. What its neighbourhood does not contain is not in the picture.
    square = np.ones((3, 3), np.uint8)
    low = cv2.resize(cv2.erode(light, square), size, interpolation=cv2.INTER_LINEAR)
    high = cv2.resize(cv2.dilate(light, square), size, interpolation=cv2.INTER_LINEAR)
    grown = np.clip(grown, low, high, out=grown)
    return to_gamma[(grown * _LEVELS + 0.5).astype(np.uint16)]


@cache
def _tables() -> tuple[np.ndarray, np.ndarray]:
    """The sRGB curve (IEC 61966-2-1): uint8 → float32 light in [0, 1], and light in _LEVELS steps → uint8.

    Colours are mixed as light, else edges between bright and dark ones turn muddy.
    """
    code = np.arange(256) / 255
    to_linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    light = np.arange(_LEVELS + 1) / _LEVELS
    to_gamma = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return to_linear.astype(np.float32), np.round(to_gamma * 255).astype(np.uint8)
