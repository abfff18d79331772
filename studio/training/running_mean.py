"""The running mean of a network's weights: what is shipped, for it errs less than any single step."""

from __future__ import annotations

import torch
from torch import nn


@torch.no_grad()
def follow(mean: nn.Module, network: nn.Module, step: int, over: float) -> None:
    """Takes the weights after `step` (from 0) into `mean`, which keeps `over` of itself, at first less."""
    keep = min(over, (1 + step) / (10 + step))
    for slow, quick in zip(mean.parameters(), network.parameters(), strict=True):
        slow.lerp_(quick, 1 - keep)
