"""How far a picture is from a style, and how much of a scene is lost in it: differentiable, without weights.

The style is a distribution of small patches at three scales. Two distributions are compared along random
directions, where the distance is that of sorted values: the sliced Wasserstein distance (Rabin, Peyré, Delon
and Bernot, "Wasserstein barycenter and its application to texture mixing", SSVM 2011). Pictures are float32
(N, 3, H, W) in [0, 1]; a style has N = 1.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

_SCALES = 3
_PATCH = 7
_FILTERS = 48
_SAMPLES = 2048
# Of the second, rectified kind, which see how strokes lie beside each other: filters, and the area looked at.
_SECOND = 16
_SECOND_SIDE = 128
_LUMA = (0.299, 0.587, 0.114)


def texture_distance(picture: Tensor, style: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Of patches without their mean, and of second-order features; 0 where alike, about 1 for plain grey.

    In units of the style's own spread, along the axes of its own fine colour contrast: a green speck in a
    blue painting weighs as much as it stands out there.
    """
    first, second = picture.new_zeros(()), picture.new_zeros(())
    for scale in range(_SCALES):
        axes = _colour_axes(style)
        seen, wanted = functional.conv2d(picture, axes), functional.conv2d(style, axes)
        first = first + _linear_distance(seen, wanted, generator) / _SCALES
        second = second + _rectified_distance(seen, wanted, _SECOND_SIDE >> scale, generator) / _SCALES
        picture, style = functional.avg_pool2d(picture, 2), functional.avg_pool2d(style, 2)
    return first, second


def colour_distance(picture: Tensor, style: Tensor, generator: torch.Generator) -> Tensor:
    """Between the distributions of local mean colours, in units of the picture's range."""
    directions = torch.randn(16, 3, 1, 1, generator=generator)
    directions = directions / directions.flatten(1).norm(dim=1)[:, None, None, None]
    seen, wanted = (
        _sampled(functional.conv2d(functional.avg_pool2d(image, 7, 3), directions), 1024, generator)
        for image in (picture, style)
    )
    return (seen.sort(2)[0] - wanted.sort(2)[0]).abs().mean()


def edge_correlation(picture: Tensor, scene: Tensor) -> Tensor:
    """Pearson's correlation of the strengths of outlines: (N,), 1 where every outline is in its place."""
    a, b = _outlines(picture).flatten(1), _outlines(scene).flatten(1)
    a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    return (a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1) + 1e-4)


def layout_distance(picture: Tensor, scene: Tensor) -> Tensor:
    """Mean difference of lightness in tiles of 16 pixels: light areas should stay light."""
    seen, wanted = (functional.avg_pool2d(_luma(image), 16) for image in (picture, scene))
    return (seen - wanted).abs().mean()


def _linear_distance(seen: Tensor, wanted: Tensor, generator: torch.Generator) -> Tensor:
    """Along random patterns, half of them of one colour axis alone."""
    filters = _patterns(_FILTERS, _PATCH, generator)
    one_axis = torch.eye(3)[torch.arange(_FILTERS) % 3][:, :, None, None]
    half = _FILTERS // 2
    filters = torch.cat([filters[:half], (filters * one_axis)[half:]]).flatten(1)
    filters = filters / filters.norm(dim=1, keepdim=True)
    a, b = (_random_patches(image, generator) @ filters.T for image in (seen, wanted))
    return _sorted_distance(a.transpose(1, 2), b.transpose(1, 2), 4e-3)


def _rectified_distance(seen: Tensor, wanted: Tensor, side: int, generator: torch.Generator) -> Tensor:
    """Along random patterns of what is left of random patterns after a threshold."""
    filters = _patterns(_SECOND, 3, generator)
    a, b = (functional.conv2d(_cropped(image, side, generator), filters) for image in (seen, wanted))
    spread = b.flatten(2).std(2)[:, :, None, None] + 0.01
    later = torch.randn(2 * _SECOND, _SECOND, 5, 5, generator=generator) / math.sqrt(_SECOND * 25)
    a, b = (functional.conv2d(functional.relu(x / spread) - 0.4, later, stride=2) for x in (a, b))
    return _sorted_distance(_sampled(a, 1024, generator), _sampled(b, 1024, generator), 0.08)


def _sorted_distance(seen: Tensor, wanted: Tensor, least: float) -> Tensor:
    """Wasserstein-1 of each row of values, over the spread of the wanted ones (`least` is added)."""
    a, b = seen.sort(2)[0], wanted.sort(2)[0]
    return ((a - b).abs().mean(2) / (b.std(2) + least)).mean()


def _colour_axes(style: Tensor) -> Tensor:
    """(3, 3, 1, 1): to the principal axes of the style's fine contrast, each scaled to spread one."""
    straight = style[..., 2:, 2:] - style[..., :-2, :-2]
    crossed = style[..., 2:, :-2] - style[..., :-2, 2:]
    steps = torch.cat([straight[0].flatten(1), crossed[0].flatten(1)], 1)
    power, axes = torch.linalg.eigh(steps @ steps.T / steps.shape[1])
    spread = power.clamp_min(1e-6).sqrt()
    # Weak axes count less than in full: they are mostly noise.
    return (axes / torch.maximum(spread, 0.3 * spread.max())).T[:, :, None, None]


def _patterns(count: int, side: int, generator: torch.Generator) -> Tensor:
    """Random filters (count, 3, side, side) without a mean, of length one."""
    filters = torch.randn(count, 3, side, side, generator=generator)
    filters = filters - filters.mean((2, 3), keepdim=True)
    return filters / filters.flatten(1).norm(dim=1)[:, None, None, None]


def _random_patches(image: Tensor, generator: torch.Generator) -> Tensor:
    """(N, _SAMPLES, 3 · 7 · 7) patches from random places."""
    count, _, height, width = image.shape
    rows = torch.randint(0, height - _PATCH + 1, (_SAMPLES,), generator=generator)
    columns = torch.randint(0, width - _PATCH + 1, (_SAMPLES,), generator=generator)
    offset = torch.arange(_PATCH)
    found = image[:, :, (rows[:, None] + offset)[:, :, None], (columns[:, None] + offset)[:, None, :]]
    return found.permute(0, 2, 1, 3, 4).reshape(count, _SAMPLES, -1)


def _sampled(values: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """(N, C, H, W) → (N, C, count), from random places."""
    flat = values.flatten(2)
    return flat[:, :, torch.randint(0, flat.shape[2], (count,), generator=generator)]


def _cropped(image: Tensor, side: int, generator: torch.Generator) -> Tensor:
    height, width = image.shape[2:]
    side = min(side, height, width)
    top = int(torch.randint(0, height - side + 1, (1,), generator=generator))
    left = int(torch.randint(0, width - side + 1, (1,), generator=generator))
    return image[..., top : top + side, left : left + side]


def _luma(image: Tensor) -> Tensor:
    return (image * image.new_tensor(_LUMA)[None, :, None, None]).sum(1, keepdim=True)


def _outlines(image: Tensor) -> Tensor:
    """Sobel's strength of the lightness, smoothed before by a Gaussian of 1.5 pixels."""
    place = torch.arange(-5, 6.0)
    bell = torch.exp(-(place**2) / (2 * 1.5**2))
    bell = bell / bell.sum()
    smooth = functional.conv2d(_luma(image), bell.view(1, 1, 1, -1))
    smooth = functional.conv2d(smooth, bell.view(1, 1, -1, 1))
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    across = functional.conv2d(smooth, sobel[None, None])
    down = functional.conv2d(smooth, sobel.T[None, None])
    return torch.sqrt(across**2 + down**2 + 1e-6)
