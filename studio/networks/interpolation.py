"""Corrects a classical in-between: a better motion, which picture to trust where, and what neither shows."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.networks.sampling import enlarged, side_by_side, unfolded, warp

GRID = 16  # height and width of what goes in must divide by this
CONTEXT = 16  # features that the motion's correction hands on to the fusion
COARSE_SHIFTS = 3  # how far, both ways, the pictures are matched at a quarter of the resolution
FINE_SHIFTS = 2  # the same at half
CONTRAST = 4.0  # of what two pictures that fit differ by, as a network sees it best
COARSE_REACH = 4.0  # pixels of motion that an output of 1 stands for, at an eighth of the resolution
FINE_REACH = 1.0  # the same at half

_Pictures = tuple[Tensor, Tensor]


class Drawing(NamedTuple):
    """What `Refiner` makes of two pictures, (B, C, H, W) of about 0 to 1 each."""

    picture: Tensor
    """The picture between."""
    draft: Tensor
    """What the motion corrected once makes of its colours, for training."""
    moved: _Pictures
    """The two pictures as they were moved at last."""


class Refiner(nn.Module):
    """Corrects the motion at an eighth, then at half resolution, and blends and repairs at half resolution.

    No layer works at full resolution, which is what makes it quick on a processor. Untrained it gives exactly
    the classical result, hedged by half: all its corrections start at zero.
    """

    def __init__(self, width: int = 32) -> None:
        """`width` is the number of channels at half resolution; the others follow from it."""
        super().__init__()
        coarse = width * 2
        self.coarse = nn.Sequential(
            _convolutions(17 + (2 * COARSE_SHIFTS + 1) ** 2, coarse, 2, 1),
            *(_Residual(coarse) for _ in range(4)),
            nn.Conv2d(coarse, 4, 3, padding=1),
        )
        widths = [width, width * 3 // 2, width * 2, width * 3]
        steps = list(pairwise(widths))
        self.enter = _convolutions(35 + (2 * FINE_SHIFTS + 1) ** 2, width, 1)
        self.down = nn.ModuleList(_convolutions(near, far, 2) for near, far in steps)
        self.up = nn.ModuleList(_convolutions(near + far, near, 1, 1) for near, far in steps)
        self.correction = nn.Conv2d(width, 4 + CONTEXT, 3, padding=1)
        self.fusion = nn.Sequential(
            *_convolutions(69 + CONTEXT, width, 1, 3),
            _Residual(width),
            _Residual(width),
            nn.Conv2d(width, 40, 3, padding=1),
        )
        self._start_classical()

    def forward(
        self, first: Tensor, second: Tensor, motion: Tensor, hints: Tensor, rivals: Tensor, t: Tensor
    ) -> Drawing:
        """Draws the picture at time `t`.

        `first`, `second` (B, 3, H, W) in 0 to 1, sides divisible by GRID; `motion` (B, 2, H, W) pixels from
        first to second on the grid of time t; `hints` (B, 5, H, W): the classical weight of the first picture
        0 to 1, the mismatch after warping in units of 20 grey levels, and the colours to hedge by, -1 to 1;
        `rivals` (B, 9, H, W): by how much each of the three motions there were to choose from would show
        other colours, -1 to 1; `t` (B,). What pictures have behind their colours, for example alpha, is moved
        and blended as those are; the network does not see it.
        """
        t = t.view(-1, 1, 1, 1)
        colours = first[:, :3], second[:, :3]
        flows = torch.cat([-t * motion, (1 - t) * motion], 1)
        hints, hedge = hints[:, :2], hints[:, 2:]
        flows = flows + self._coarse_correction(*colours, flows, motion, hints, t)
        draft, told = self._fine_correction(colours, flows, hints, t)
        flows = flows + enlarged(told[:, :4].float() * FINE_REACH, 2)
        moved = warp(first, flows[:, :2], "bicubic"), warp(second, flows[:, 2:], "bicubic")
        seen = moved[0][:, :3], moved[1][:, :3]
        told = self._told(colours, seen, told[:, 4:], hints[:, :1], (hedge, rivals))
        picture = self._fused((first, second), moved, told, hints[:, :1], hedge, rivals)
        return Drawing(picture, draft, moved)

    def _coarse_correction(
        self, first: Tensor, second: Tensor, flows: Tensor, motion: Tensor, hints: Tensor, t: Tensor
    ) -> Tensor:
        with torch.no_grad():
            both, earlier, later, told = (
                functional.avg_pool2d(x, 4)
                for x in (
                    torch.cat([first, second], 1),
                    warp(first, flows[:, :2]),
                    warp(second, flows[:, 2:]),
                    torch.cat([motion / 16, hints], 1),
                )
            )
            costs = matching(earlier, later, COARSE_SHIFTS, both_move=True)
            seen = both - 0.5, _compared(earlier, later), told, costs, t.expand(-1, 1, *told.shape[-2:])
        told = self.coarse(side_by_side(*seen))
        return enlarged(told.float() * COARSE_REACH, 8)

    def _fine_correction(
        self, standing: _Pictures, flows: Tensor, hints: Tensor, t: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The draft, and the correction with what it hands on."""
        moved = warp(standing[0], flows[:, :2]), warp(standing[1], flows[:, 2:])
        with torch.no_grad():
            earlier, later = (functional.avg_pool2d(picture, 2) for picture in moved)
            costs = matching(earlier, later, FINE_SHIFTS, both_move=False)
            unmoved = functional.avg_pool2d(_compared(*standing), 2)
        # The flow to the first picture stands for both: the other one is nearly its continuation.
        small = functional.avg_pool2d(torch.cat([flows / 16, hints], 1), 2)[:, [0, 1, 4, 5]]
        time = t.expand(-1, 1, *small.shape[-2:])
        x = self.enter(side_by_side(*unfolded(_compared(*moved)), small, costs, time, unmoved))
        kept = [x]
        for down in self.down:
            kept.append(down(kept[-1]))
        x = kept.pop()
        for up in reversed(self.up):
            x = up(torch.cat([kept.pop(), enlarged(x, 2)], 1))
        return _blended(moved, hints[:, :1]), self.correction(x)

    def _fused(
        self,
        standing: _Pictures,
        moved: _Pictures,
        told: Tensor,
        share: Tensor,
        hedge: Tensor,
        rivals: Tensor,
    ) -> Tensor:
        """The blend of what was moved, and as much of all else as the fusion has `told`."""
        trust, hedged, repair, *shares = told.split((1, 1, 3, 1, 1, 1, 1, 1), 1)
        moved_only = blend = _blended(moved, torch.sigmoid(torch.logit(share, 1e-3) + 4 * trust))
        for taken, picture in zip(shares[:2], standing, strict=True):
            blend = torch.addcmul(blend, taken, picture - moved_only)
        colours = torch.addcmul(blend[:, :3] + repair, hedged + 0.5, hedge)
        for taken, rival in zip(shares[2:], rivals.split(3, 1), strict=True):
            colours = torch.addcmul(colours, taken, rival.float())
        return torch.cat([colours, blend[:, 3:]], 1)

    def _told(
        self, standing: _Pictures, moved: _Pictures, context: Tensor, share: Tensor, others: _Pictures
    ) -> Tensor:
        """What the fusion says of every pixel: (B, 10, H, W)."""
        earlier, later = moved
        hedge, rivals = others
        blend = _blended(moved, share)
        unmoved = torch.cat([picture - blend for picture in standing], 1)
        layers = side_by_side(_compared(earlier, later), hedge * CONTRAST, unmoved * CONTRAST)
        # The rivals are many: they are looked at in half the resolution, and taken in the whole.
        seen = functional.avg_pool2d(rivals, 2) * CONTRAST
        told = self.fusion(side_by_side(*unfolded(layers), context, seen))
        return functional.pixel_shuffle(told.float().contiguous(), 2)

    def _start_classical(self) -> None:
        for last in (self.coarse[-1], self.correction, self.fusion[-1]):
            assert isinstance(last, nn.Conv2d) and last.bias is not None
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
        # The context is no correction: it may say something from the start.
        nn.init.normal_(self.correction.weight[4:], std=0.02)


def _blended(pictures: _Pictures, share: Tensor) -> Tensor:
    """The first as far as its `share` (B, 1, H, W) says, 0 to 1, the second for the rest."""
    return pictures[1] + (pictures[0] - pictures[1]) * share


def _compared(earlier: Tensor, later: Tensor) -> Tensor:
    """What two warped pictures have in common and where they differ, side by side: (B, 6, H, W)."""
    return torch.cat([(earlier + later) / 2 - 0.5, (earlier - later) * CONTRAST], 1)


def matching(earlier: Tensor, later: Tensor, shifts: int, *, both_move: bool) -> Tensor:
    """How badly two pictures fit under every shift up to `shifts` pixels: (B, (2·shifts+1)², H, W).

    Pictures are (B, 3, H, W). Where `both_move` they are shifted against each other, by twice as much, else
    the second stays. Each pixel's costs are averaged over 3×3 and relative to their mean. Has no gradient.
    """
    height, width = earlier.shape[-2:]
    earlier, later = earlier.contiguous(), later.contiguous()
    around, other = (functional.pad(x, [shifts] * 4, mode="replicate") for x in (earlier, later))
    side = 2 * shifts + 1
    costs = earlier.new_empty(len(earlier), side * side, height, width)
    for y in range(side):
        for x in range(side):
            here = around[..., 2 * shifts - y :, 2 * shifts - x :][..., :height, :width]
            there = other[..., y:, x:][..., :height, :width] if both_move else later
            torch.mean((here - there).abs_(), 1, out=costs[:, y * side + x])
    # Averaging is four times quicker with the channels last.
    costs = costs.contiguous(memory_format=torch.channels_last)
    smooth = functional.avg_pool2d(costs, 3, 1, 1, count_include_pad=False)
    return (smooth - smooth.mean(1, keepdim=True)) * 8


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(width, width, 3, padding=1)
        self.activation = nn.PReLU(width)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.activation(self.convolution(x))


def _convolutions(inputs: int, outputs: int, stride: int, count: int = 2) -> nn.Sequential:
    """`count` convolutions of 3×3, each with its activation; the first one strides."""
    layers: list[nn.Module] = []
    for number in range(count):
        into, step = (inputs, stride) if number == 0 else (outputs, 1)
        layers += [nn.Conv2d(into, outputs, 3, step, 1), nn.PReLU(outputs)]
    return nn.Sequential(*layers)
