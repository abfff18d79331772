"""Looking up between the pixels of a tensor."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def enlarged(x: Tensor, factor: int) -> Tensor:
    """`x` (B, C, H, W) with both sides `factor` times as long, bilinear."""
    return functional.interpolate(x, scale_factor=float(factor), mode="bilinear", align_corners=False)


def warp(image: Tensor, flow: Tensor, mode: str = "bilinear", beyond: str = "border") -> Tensor:
    """out(p) = image(p + flow(p)) for flow (B, 2, H, W) in pixels.

    Beyond its rim an image repeats its edge, or is 0 where `beyond` is "zeros".
    """
    height, width = flow.shape[-2:]
    y, x = torch.meshgrid(
        torch.arange(height, dtype=flow.dtype, device=flow.device),
        torch.arange(width, dtype=flow.dtype, device=flow.device),
        indexing="ij",
    )
    across = (x + flow[:, 0]) * 2 / max(1, width - 1) - 1
    down = (y + flow[:, 1]) * 2 / max(1, height - 1) - 1
    grid = torch.stack([across, down], -1)
    return functional.grid_sample(image, grid, mode=mode, padding_mode=beyond, align_corners=True)
