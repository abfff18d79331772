"""Says, place by place, which of several motions between two pictures is to be followed."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from studio.networks.motion import convolution
from studio.networks.sampling import enlarged

MOTIONS = 3
GRID = 4  # height and width of what goes in must divide by this
PICTURES = 6  # channels: both pictures
TOLD = 12  # channels of each motion: what the pictures aligned by it share and differ by, and its figures
_WIDTHS = (32, 48, 64)


class MotionChooser(nn.Module):
    """0.2 million parameters. Untrained it leans a little towards the first motion."""

    def __init__(self) -> None:
        super().__init__()
        fine, middle, coarse = _WIDTHS
        self.enter = nn.Sequential(*convolution(PICTURES + MOTIONS * TOLD, fine), *convolution(fine, fine))
        self.down = nn.Sequential(*convolution(fine, middle, 2), *convolution(middle, middle))
        self.deepest = nn.Sequential(
            *convolution(middle, coarse, 2), *convolution(coarse, coarse), *convolution(coarse, middle)
        )
        self.up = nn.Sequential(*convolution(2 * middle, fine))
        self.leave = nn.Sequential(*convolution(2 * fine, fine), nn.Conv2d(fine, MOTIONS, 3, padding=1))
        last = self.leave[-1]
        assert isinstance(last, nn.Conv2d) and last.bias is not None
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        last.bias.data[0] = 0.5

    def forward(self, seen: Tensor) -> Tensor:
        """Logits (B, MOTIONS, H, W).

        `seen` is float32 (B, PICTURES + MOTIONS · TOLD, H, W), sides divisible by GRID.
        """
        fine = self.enter(seen)
        middle = self.down(fine)
        middle = self.up(torch.cat([middle, enlarged(self.deepest(middle), 2)], 1))
        return self.leave(torch.cat([fine, enlarged(middle, 2)], 1))
