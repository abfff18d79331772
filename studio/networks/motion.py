"""Finds how two small pictures of one scene moved, however far: a pyramid that matches around the middle.

Three known ideas: costs between features that are warped by what the coarser level found (Sun et al.,
"PWC-Net", CVPR 2018), shifts of both pictures about the one between them instead of about one of the two
(Park et al., "BMBC", ECCV 2020), features that are normalised before they are compared (Jonschkowski et al.,
"What Matters in Unsupervised Optical Flow", ECCV 2020).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.networks.sampling import enlarged, warp

GRID = 8  # height and width of what goes in must divide by this
STEP = 2  # pixels of what goes in to one pixel of the finest motion
_WIDTHS = (16, 32, 48, 64)  # of the features at 1, 1/2, 1/4 and 1/8 of what goes in
_DAMPED = 0.1  # of the mean energy of a feature: what is flat shall not be made to look like something
_SPREAD = 2.0  # of the costs and of the motions, as a network sees and says them best
_FAR = 16.0  # pixels of what goes in that count as much motion
_SLOPE = 0.1


class _Level(NamedTuple):
    features: int
    matched: int
    """Channels the costs are taken of."""
    shifts: int
    """How far, in pixels of this level, both pictures together are shifted against each other."""
    told: int
    """Channels handed on to the next level besides the motion."""
    widths: tuple[int, int]
    scale: int
    """Pixels of what goes in to one pixel here."""


LEVELS = (
    _Level(64, 24, 4, 32, (64, 48), 8),
    _Level(48, 24, 4, 32, (64, 48), 4),
    _Level(32, 16, 3, 24, (48, 48), 2),
)


class MotionFinder(nn.Module):
    """0.54 million parameters: features at four resolutions, motion at the three lower ones."""

    def __init__(self) -> None:
        super().__init__()
        inputs = (3, *_WIDTHS)
        self.features = nn.ModuleList(
            nn.Sequential(*convolution(inputs[k], width, 1 if k == 0 else 2), *convolution(width, width))
            for k, width in enumerate(_WIDTHS)
        )
        self.matched = nn.ModuleList(nn.Conv2d(level.features, level.matched, 1) for level in LEVELS)
        self.decoders = nn.ModuleList()
        told = 0
        for level in LEVELS:
            seen = (2 * level.shifts + 1) ** 2 + 2 * level.features + told
            last = nn.Conv2d(level.widths[1], 3 + level.told, 3, padding=1)
            nn.init.normal_(last.weight, std=0.01)
            nn.init.zeros_(last.bias)  # pyright: ignore[reportArgumentType]
            self.decoders.append(
                nn.Sequential(
                    *convolution(seen, level.widths[0]),
                    *convolution(level.widths[0], level.widths[1]),
                    last,
                )
            )
            told = level.told + 3  # the motion and the share

    def forward(self, first: Tensor, second: Tensor) -> list[Tensor]:
        """What each level finds, coarse to fine: (B, 3, H/8, W/8), (B, 3, H/4, W/4), (B, 3, H/2, W/2).

        `first`, `second` (B, 3, H, W) in -0.5 to 0.5, sides divisible by GRID. Of the three channels two are
        the motion (x, y) from the first picture to the second in pixels of that level, on the grid of the
        picture in the middle between them; the third is the logit of the share of the first picture there.
        """
        pyramid: list[tuple[Tensor, Tensor]] = []
        both = torch.cat([first, second])
        for layer in self.features:
            both = layer(both)
            pyramid.append((both[: len(first)], both[len(first) :]))
        found: list[Tensor] = []
        told = torch.empty(0)
        for level, matched, decoder in zip(LEVELS, self.matched, self.decoders, strict=True):
            here = pyramid.pop()
            coarser = _twice_as_large(found[-1].detach() if self.training else found[-1]) if found else None
            if coarser is not None:
                here = _looked_up(here[0], -0.5 * coarser), _looked_up(here[1], 0.5 * coarser)
            costs = Matching.apply(*_normalised(*(matched(x).float() for x in here)), level.shifts)
            seen = [costs * _SPREAD, (here[0] + here[1]) / 2, here[0] - here[1]]
            if coarser is not None:
                seen += [enlarged(told, 2), coarser[:, :2] / _FAR * level.scale, coarser[:, 2:]]
            said = decoder(torch.cat([x.float() for x in seen], 1)).float()
            more = torch.cat([said[:, :2] * _SPREAD, said[:, 2:3]], 1)
            found.append(more if coarser is None else coarser + more)
            told = said[:, 3:]
        return found


class Matching(torch.autograd.Function):
    """Products of the features of two pictures (B, C, H, W) under every shift: (B, (2·shifts+1)², H, W).

    For each shift the first is moved by half of it one way, the second by the rest the other way, so that
    what is compared stands on the grid of the middle. Written out, because all products at once would take
    a hundred times the memory of the features.
    """

    @staticmethod
    def forward(ctx: Any, first: Tensor, second: Tensor, shifts: int) -> Tensor:
        height, width = first.shape[-2:]
        margin = (shifts + 1) // 2
        first, second = (functional.pad(x, [margin] * 4) for x in (first, second))
        ctx.save_for_backward(first, second)
        ctx.shifts = shifts
        costs = first.new_empty(len(first), (2 * shifts + 1) ** 2, height, width)
        for number, (here, there) in enumerate(_shifted(shifts, height, width)):
            torch.sum(first[here] * second[there], 1, out=costs[:, number])
        return costs

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None]:
        first, second = ctx.saved_tensors
        (gradient,) = gradients
        height, width = gradient.shape[-2:]
        margin = (ctx.shifts + 1) // 2
        of_first, of_second = torch.zeros_like(first), torch.zeros_like(second)
        for number, (here, there) in enumerate(_shifted(ctx.shifts, height, width)):
            one = gradient[:, number : number + 1]
            of_first[here].addcmul_(one, second[there])
            of_second[there].addcmul_(one, first[here])
        inner = (..., slice(margin, margin + height), slice(margin, margin + width))
        return of_first[inner], of_second[inner], None


def _shifted(shifts: int, height: int, width: int) -> Iterator[tuple[Any, Any]]:
    """Where to look in the first and in the second padded picture, for every shift, row by row."""
    margin = (shifts + 1) // 2

    def window(down: int, across: int) -> tuple[Any, ...]:
        top, left = margin + down, margin + across
        return (..., slice(top, top + height), slice(left, left + width))

    for down in range(-shifts, shifts + 1):
        for across in range(-shifts, shifts + 1):
            back = -(down // 2), -(across // 2)
            yield window(*back), window(down + back[0], across + back[1])


def _normalised(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Each channel with mean 0 and deviation 1 over both pictures, then each pixel of about length 1.

    Without it the features of an untrained network are all alike, and nothing is learnt for a long time.
    """
    both = torch.cat([first, second], 3)
    mean = both.mean((2, 3), keepdim=True)
    deviation = both.std((2, 3), keepdim=True) + 1e-3
    first, second = ((x - mean) / deviation for x in (first, second))
    length = [(x.square().sum(1, keepdim=True) + _DAMPED * x.shape[1]).sqrt() for x in (first, second)]
    return first / length[0], second / length[1]


def convolution(inputs: int, outputs: int, stride: int = 1) -> tuple[nn.Module, nn.Module]:
    """3×3, and its activation."""
    return nn.Conv2d(inputs, outputs, 3, stride, 1), nn.LeakyReLU(_SLOPE, inplace=True)


def _looked_up(features: Tensor, found: Tensor) -> Tensor:
    """Where `found` says; nothing beyond the rim, which is how the network knows of it."""
    return warp(features.float(), found[:, :2], beyond="zeros")


def _twice_as_large(found: Tensor) -> Tensor:
    """What a level found, for the next one: in its pixels."""
    larger = enlarged(found, 2)
    return torch.cat([larger[:, :2] * 2, larger[:, 2:]], 1)
