"""Patches of a style picture put in the place of those of a frame, all of them about equally often.

A patch of the frame is replaced by the one of the style that looks most like it. Taken alone that would
use the same few dull patches everywhere; so each style patch has a price, set such that all are in equal
demand over the whole clip: entropic optimal transport in its semi-dual form (Cuturi and Peyré, "A smoothed
dual approach for variational Wasserstein problems", SIAM J. Imaging Sci. 2016). The patches of the result are
then distributed as those of the style are. Prices are found once for a clip, from sample frames.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

PATCH = 8
_STYLE_PATCHES = 1500
_QUERIES = 700
_DIMENSIONS = 40
_ROUNDS = 30
_SMOOTHNESS = 0.5
# Lightness and two colour differences (BT.601); shape is told apart by lightness more than by colour.
_OPPONENT = torch.tensor([[0.299, 0.587, 0.114], [-0.169, -0.331, 0.5], [0.5, -0.419, -0.081]])
_WEIGHTS = torch.tensor([[1.0], [0.5], [0.5]])


def patches(image: np.ndarray, stride: int, side: int = PATCH) -> Tensor:
    """All patches of `image` (float32 (H, W, 3)), row by row: float32 (n, 3 · side · side)."""
    planes = torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None]
    return functional.unfold(planes, side, stride=stride)[0].T


class PatchTransport:
    """The patches of one style picture at one scale, and their prices."""

    def __init__(self, style: np.ndarray, stride: int) -> None:
        """`style`: float32 RGB (H, W, 3) in [0, 1], both sides at least PATCH; every `stride`-th patch."""
        every = patches(style, stride)
        generator = torch.Generator().manual_seed(0)
        self.chosen = torch.randperm(len(every), generator=generator)[:_STYLE_PATCHES]
        """Which of the patches are on offer, by their number in reading order."""
        self.offered = every[self.chosen]
        traits = _traits(self.offered)
        self._middle = traits.mean(0)
        _, _, axes = torch.linalg.svd(traits - self._middle, full_matrices=False)
        self._axes = axes[:_DIMENSIONS].T
        places = (traits - self._middle) @ self._axes
        self._scale = places.std().clamp_min(1e-6)
        self._places = places / self._scale
        self._offset = -0.5 * (self._places**2).sum(1)

    def set_prices(self, wanted: Tensor) -> None:
        """Sets the prices for a clip whose patches are `wanted` (n, 192)."""
        generator = torch.Generator().manual_seed(0)
        some = wanted[torch.randperm(len(wanted), generator=generator)[:_QUERIES]]
        likeness = self._query(some) @ self._places.T + self._offset
        smoothness = float((_SMOOTHNESS * likeness.std()).clamp_min(1e-6))
        price = torch.zeros(len(self._places))
        for _ in range(_ROUNDS):
            rest = likeness - price
            demand = torch.logsumexp(rest / smoothness, 1, keepdim=True)
            use = torch.exp(torch.logsumexp(rest / smoothness - demand, 0)) * len(price) / len(some)
            price += 0.7 * smoothness * torch.log(use.clamp_min(1e-3))
        self._offset = self._offset - price

    def match(self, wanted: Tensor) -> Tensor:
        """For each patch of `wanted` (n, 192) the number of the one on offer that replaces it: int64 (n,)."""
        return (self._query(wanted) @ self._places.T + self._offset).argmax(1)

    def _query(self, wanted: Tensor) -> Tensor:
        return (_traits(wanted) - self._middle) @ self._axes / self._scale


def _traits(given: Tensor) -> Tensor:
    """What patches are compared by: shape without the mean, and the mean colour, in opponent colours."""
    pixels = given.view(len(given), 3, -1)
    mean = pixels.mean(2)
    shape = torch.einsum("ij,njk->nik", _OPPONENT, pixels - mean[..., None]) * _WEIGHTS
    return torch.cat([shape.reshape(len(given), -1), mean @ _OPPONENT.T * PATCH], 1)


def laid_out(replacements: Tensor, height: int, width: int, side: int) -> np.ndarray:
    """Patches (n, 3 · side · side) laid over each other by half a side, fading at their rims.

    `height` and `width` must be what the patches cover exactly; float32 (height, width, 3).
    """
    ramp = torch.hann_window(side + 1, periodic=False)[:-1] + 0.05
    window = (ramp[:, None] * ramp).flatten()
    size, stride = (height, width), side // 2
    total = functional.fold((replacements * window.repeat(3)).T[None], size, side, stride=stride)
    weight = functional.fold(
        window[None, :, None].expand(-1, -1, len(replacements)), size, side, stride=stride
    )
    return (total / weight)[0].permute(1, 2, 0).contiguous().numpy()
