"""Pictures on their places in the frame, and laid over one another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import cv2
import numpy as np


class Box(NamedTuple):
    """A place in the canvas, in pixels."""

    left: int
    top: int
    width: int
    height: int


class Fitted(NamedTuple):
    """A picture on its place in the canvas, which it may stick out of."""

    image: np.ndarray
    """uint8 (h, w, 3) RGB, or (h, w, 4), colours multiplied by alpha. Not to be written to."""
    left: int
    top: int
    opacity: float = 1.0

    @property
    def box(self) -> Box:
        height, width = self.image.shape[:2]
        return Box(self.left, self.top, width, height)

    def hides(self, box: Box) -> bool:
        """Whether nothing within `box` is seen beneath it."""
        height, width, channels = self.image.shape
        inside_x = self.left <= box.left and box.left + box.width <= self.left + width
        inside_y = self.top <= box.top and box.top + box.height <= self.top + height
        return channels == 3 and self.opacity >= 1 and inside_x and inside_y


def stacked(layers: list[Fitted], size: tuple[int, int]) -> np.ndarray:
    """`layers`, topmost first, over one another on black: uint8 RGB of `size` (width, height)."""
    if len(layers) == 1 and layers[0].hides(Box(0, 0, *size)):
        return _within(layers[0], size)
    canvas = np.zeros((size[1], size[0], 3), np.uint8)
    _lay(canvas, reversed(layers))
    return canvas


def alone(layer: Fitted | None, size: tuple[int, int]) -> np.ndarray:
    """`layer` as a whole frame: RGB where it hides everything, else colours multiplied by alpha."""
    if layer is not None and layer.hides(Box(0, 0, *size)):
        return _within(layer, size)
    canvas = np.zeros((size[1], size[0], 4), np.uint8)
    if layer is not None:
        ground, image = _common(canvas, layer._replace(image=with_alpha(layer.image)))
        if image.size:
            ground[:] = image if layer.opacity >= 1 else cv2.convertScaleAbs(image, alpha=layer.opacity)
    return canvas


def with_alpha(image: np.ndarray) -> np.ndarray:
    """`image` with four channels, opaque where it had three."""
    return image if image.shape[2] == 4 else cv2.cvtColor(image, cv2.COLOR_RGB2RGBA)


def _within(layer: Fitted, size: tuple[int, int]) -> np.ndarray:
    """The part of an image that covers the canvas which lies in the canvas."""
    height, width = layer.image.shape[:2]
    if (width, height) == size:
        return layer.image
    part = layer.image[-layer.top : size[1] - layer.top, -layer.left : size[0] - layer.left]
    return np.ascontiguousarray(part)


def _lay(canvas: np.ndarray, layers: Iterable[Fitted]) -> None:
    for layer in layers:
        ground, image = _common(canvas, layer)
        if not image.size:
            continue
        if image.shape[2] == 3:
            if layer.opacity >= 1:
                ground[:] = image
            else:
                ground[:] = cv2.addWeighted(image, layer.opacity, ground, 1 - layer.opacity, 0)
            continue
        if layer.opacity < 1:
            image = cv2.convertScaleAbs(image, alpha=layer.opacity)
        seen = cv2.cvtColor(255 - image[..., 3], cv2.COLOR_GRAY2RGB)
        # Saturating: cubic interpolation can lift a colour a little over its alpha.
        colour = cv2.cvtColor(image, cv2.COLOR_RGBA2RGB)
        ground[:] = cv2.add(colour, cv2.multiply(np.ascontiguousarray(ground), seen, scale=1 / 255))


def _common(canvas: np.ndarray, layer: Fitted) -> tuple[np.ndarray, np.ndarray]:
    """The parts of canvas and picture that lie on one another; both empty where none does."""
    height, width = layer.image.shape[:2]
    left, top = max(layer.left, 0), max(layer.top, 0)
    right = max(left, min(layer.left + width, canvas.shape[1]))
    bottom = max(top, min(layer.top + height, canvas.shape[0]))
    rows = slice(top - layer.top, bottom - layer.top)
    columns = slice(left - layer.left, right - layer.left)
    return canvas[top:bottom, left:right], layer.image[rows, columns]
