"""The slow way to a style: pixels are moved until a frame's patches are distributed as the style's are."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from studio.adapters.style_painter import Painter, StylePicture
from studio.adapters.style_statistics import (
    colour_distance,
    edge_correlation,
    layout_distance,
    texture_distance,
)
from studio.networks.style import StyleNetwork

_STEPS = 120
_RATE = 0.02
# Outlines correlate with the scene's by so much before they stop mattering.
_EDGES = 0.72


class BestPainter:
    """Begins where the network ends, and descends along the distance to the style itself."""

    def __init__(self, network: StyleNetwork, style: StylePicture, samples: list[np.ndarray]) -> None:
        """As `Painter`."""
        self._painter = Painter(network, style, samples)
        self._style = style

    def paint(self, frame: np.ndarray) -> np.ndarray:
        """`frame` (uint8 RGB (H, W, 3)) in the style: float32 RGB in [0, 1], of the same size."""
        start = self._painter.paint(frame)
        if self._style.is_flat:
            return start
        size = self._painter.working_size(frame)
        small = cv2.resize(start, size, interpolation=cv2.INTER_AREA)
        scene = cv2.resize(frame.astype(np.float32) / 255, size, interpolation=cv2.INTER_AREA)
        style = self._style.at(min(size))
        change = _descended(_planes(small), _planes(scene), _planes(style))[0].permute(1, 2, 0).numpy()
        whole = cv2.resize(change, (frame.shape[1], frame.shape[0]), interpolation=cv2.INTER_CUBIC)
        return np.clip(start + whole, 0, 1)


def _descended(start: Tensor, scene: Tensor, style: Tensor) -> Tensor:
    """What has to be added to `start` for the style's statistics and the scene's outlines."""
    change = torch.zeros_like(start, requires_grad=True)
    optimizer = torch.optim.Adam([change], lr=_RATE, betas=(0.9, 0.95))
    generator = torch.Generator().manual_seed(0)
    for step in range(_STEPS):
        optimizer.param_groups[0]["lr"] = _RATE * (1 - step / _STEPS)
        picture = start + change
        first, second = texture_distance(picture, style, generator)
        lost = functional.relu(_EDGES - edge_correlation(picture, scene)).mean()
        shift = colour_distance(picture, style, generator) + 0.5 * layout_distance(picture, start)
        outside = functional.relu(picture - 1).mean() + functional.relu(-picture).mean()
        loss = 2 * first + second + 2 * lost + shift + 10 * outside
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return change.detach()


def _planes(image: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None]
