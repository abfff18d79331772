"""Looking up between the pixels of a tensor, and laying tensors side by side for a convolution."""

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
    steps = [2 / max(1, count - 1) for count in (width, height)]
    # Laid out as it is looked up: joining the two coordinates by themselves takes twice as long.
    grid = flow.permute(0, 2, 3, 1) * flow.new_tensor(steps)
    across, down = (torch.arange(n, dtype=flow.dtype, device=flow.device) for n in (width, height))
    grid[..., 0] += across * steps[0] - 1
    grid[..., 1] += (down * steps[1] - 1)[:, None]
    return functional.grid_sample(image, grid, mode=mode, padding_mode=beyond, align_corners=True)


def unfolded(x: Tensor) -> list[Tensor]:
    """The four pixels of each 2×2 of `x` (B, C, H, W): four times (B, C, H / 2, W / 2)."""
    return [x[..., down::2, across::2] for down in range(2) for across in range(2)]


def side_by_side(*layers: Tensor) -> Tensor:
    """`layers` (B, C, H, W) as one, in the precision in which a convolution will take them.

    Joined in full precision and rounded then, they cost a processor more than the convolution.
    """
    kind = layers[0].device.type
    precision = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else layers[0].dtype
    return torch.cat([layer.to(precision, memory_format=torch.channels_last) for layer in layers], 1)
