"""The recurrent network that takes flicker out: how much of the past, present and next frame each pixel gets.

It sees a frame, the finished frame before it and the next one (both moved onto it along the flow) and how far
the motion can be trusted, and remembers what it saw (ConvGRU, Ballas et al., "Delving deeper into
convolutional networks for learning video representations", ICLR 2016). It never paints: what it decides is a
weighted mean of the three pictures and a smooth gain, so nothing can appear that is in none of them.
Untrained it is the classical blend.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.networks.sampling import enlarged

GRID = 8
"""Heights and widths must divide by it; the memory is so many times smaller than the pictures."""
# Natural logarithm of the gain that an output of 1 stands for.
_GAIN_REACH = 0.25
_SHARE_REACH = 4.0


class Verdict(NamedTuple):
    """What is to be done with one frame."""

    shares: Tensor
    """(B, 3, H, W), adding up to 1: of the frame itself, of the one before and of the next."""
    gain: Tensor
    """(B, 3, H, W): a smooth factor for each channel, about 1."""
    memory: Tensor
    """(B, memory_width, H / GRID, W / GRID), for the next frame."""


class FlickerNetwork(nn.Module):
    """One step of the recurrence, from full resolution to an eighth, where it remembers, and back."""

    def __init__(self, width: int = 24) -> None:
        """`width` is the number of channels at half resolution; the others follow from it."""
        super().__init__()
        quarter, eighth = width * 4 // 3, width * 2
        self.memory_width = eighth
        self.enter = _convolution(4 * 13, width)
        self.down1 = _convolution(width, quarter, 2)
        self.down2 = _convolution(quarter, eighth, 2)
        self.gates = nn.Conv2d(2 * eighth, 2 * eighth, 3, padding=1)
        self.candidate = nn.Conv2d(2 * eighth, eighth, 3, padding=1)
        self.up1 = _convolution(eighth + quarter, quarter)
        self.up2 = _convolution(quarter + width, width)
        self.weights = nn.Conv2d(width, 8, 3, padding=1)
        self.gain = nn.Conv2d(eighth, 3, 3, padding=1)
        for last in (self.weights, self.gain):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)  # pyright: ignore

    def forward(self, now: Tensor, before: Tensor, after: Tensor, trust: Tensor, memory: Tensor) -> Verdict:
        """`now`, `before`, `after`: (B, 3, H, W) in 0 to 1, the neighbours moved onto `now`, sides divisible
        by GRID. `trust` (B, 4, H, W) in 0 to 1: the classical weight of `before` and `after` against 1 for
        `now`, and how well each agrees with the motion. `memory` likewise moved; zeros at the start.
        """
        seen = torch.cat([now, before - now, after - now, trust], 1)
        half = self.enter(functional.pixel_unshuffle(seen, 2))
        quarter = self.down1(half)
        memory = self._remember(self.down2(quarter), memory)
        quarter = self.up1(torch.cat([enlarged(memory, 2), quarter], 1))
        half = self.up2(torch.cat([enlarged(quarter, 2), half], 1))
        said = functional.pixel_shuffle(self.weights(half), 2).float()
        leaning = torch.log(trust[:, :2] + 1e-3) + _SHARE_REACH * said
        shares = torch.softmax(torch.cat([torch.zeros_like(leaning[:, :1]), leaning], 1), 1)
        gain = functional.avg_pool2d(self.gain(memory), 3, 1, 1, count_include_pad=False)
        gain = torch.exp(_GAIN_REACH * enlarged(gain.float(), GRID))
        return Verdict(shares, gain, memory)

    def memory_for(self, now: Tensor) -> Tensor:
        """The empty memory of a shot whose first frame is `now` (B, 3, H, W)."""
        batch, _, height, width = now.shape
        return now.new_zeros(batch, self.memory_width, height // GRID, width // GRID)

    def _remember(self, seen: Tensor, memory: Tensor) -> Tensor:
        update, reset = torch.sigmoid(self.gates(torch.cat([seen, memory], 1))).chunk(2, 1)
        candidate = torch.tanh(self.candidate(torch.cat([seen, reset * memory], 1)))
        return memory + update * (candidate - memory)


def _convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1), nn.PReLU(outputs))
