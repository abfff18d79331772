"""The colours of a clip carried over to those of a style picture: one table for the whole clip.

The two colour clouds are matched by iterative distribution transfer (Pitié, Kokaram and Dahyot, "Automated
colour grading using colour distribution transfer", CVIU 2007), lightness first so that light stays light. The
result is kept as a smooth table over the colour cube: neighbouring colours stay neighbours, noise is not
torn apart, and every frame of the clip goes through the same table, so colours cannot flicker.
"""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

_SIDE = 17
_SAMPLES = 12_000
_ROUNDS = 24
# A style of (nearly) one colour gets this much spread from dark to light: the scene has to stay visible.
_LEAST_SPREAD = 0.1
_GREY = np.full((1, 3), 3**-0.5)


class Palette:
    """Maps colours of the content to colours of the style."""

    def __init__(self, content: np.ndarray, style: np.ndarray) -> None:
        """`content` and `style`: float32 RGB (n, 3) in [0, 1], any number of pixels of each."""
        random = np.random.default_rng(0)
        source = content[random.integers(0, len(content), _SAMPLES)].astype(np.float64)
        # A little noise keeps flat areas from being one value that can only go to one place.
        source += random.normal(0, 0.01, source.shape)
        target = _spread_out(style[random.integers(0, len(style), _SAMPLES)].astype(np.float64), random)
        table = _as_table(source, _matched(source, target, random))
        self._table = torch.from_numpy(np.clip(table, -0.1, 1.1)).permute(3, 0, 1, 2)[None].contiguous()

    def apply(self, image: np.ndarray) -> np.ndarray:
        """`image` (float32 RGB (H, W, 3) in [0, 1]) in the style's colours, likewise."""
        # grid_sample reads coordinates from the last axis of the table, blue, to the first.
        where = torch.from_numpy(np.ascontiguousarray(image[..., ::-1]))[None, None] * 2 - 1
        found = functional.grid_sample(self._table, where, align_corners=True, padding_mode="border")
        return found[0, :, 0].permute(1, 2, 0).contiguous().numpy()


def _spread_out(colours: np.ndarray, random: np.random.Generator) -> np.ndarray:
    lightness = colours @ _GREY[0]
    lacking = max(0.0, (_LEAST_SPREAD**2 - float(lightness.var()))) ** 0.5
    return colours + random.normal(0, 1, (len(colours), 1)) * lacking * _GREY if lacking else colours


def _matched(source: np.ndarray, target: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """`source` moved until its distribution is that of `target`: sorted values along turned axes."""
    moved = source.copy()
    for round_number in range(_ROUNDS):
        if round_number == 0:
            axes = np.linalg.qr(np.concatenate([_GREY, random.normal(size=(2, 3))]).T)[0].T
        else:
            axes = np.linalg.qr(random.normal(size=(3, 3)))[0].T
        along, wanted = moved @ axes.T, np.sort(target @ axes.T, axis=0)
        places = np.argsort(along, axis=0)
        there = np.empty_like(along)
        np.put_along_axis(there, places, wanted, axis=0)
        moved += (there - along) @ axes * (1.0 if round_number == 0 else 0.5)
    return moved


def _as_table(source: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """float32 (17, 17, 17, 3): what each colour becomes; an affine rule where no sample is near."""
    shift = moved - source
    terms = np.c_[source, np.ones(len(source))]
    affine = np.linalg.solve(terms.T @ terms + 0.1 * np.eye(4), terms.T @ shift)
    near = _gathered(source, shift - terms @ affine)
    ramp = np.linspace(0, 1, _SIDE)
    lattice = np.stack(np.meshgrid(ramp, ramp, ramp, indexing="ij"), axis=-1)
    far = np.concatenate([lattice, np.ones((*lattice.shape[:3], 1))], axis=-1) @ affine
    return (lattice + far + near).astype(np.float32)


def _gathered(source: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """`rest` of all samples, averaged smoothly onto the lattice: float64 (17, 17, 17, 3)."""
    place = np.clip(source * (_SIDE - 1), 0, _SIDE - 1.001)
    cell = place.astype(np.int64)
    share = place - cell
    total = np.zeros((_SIDE, _SIDE, _SIDE, 4))
    for corner in np.ndindex(2, 2, 2):
        weight = np.abs(1 - np.array(corner) - share).prod(axis=1, keepdims=True)
        np.add.at(total, tuple((cell + corner).T), np.concatenate([rest * weight, weight], axis=1))
    distance = np.subtract.outer(np.arange(_SIDE), np.arange(_SIDE))
    blur = np.exp(-(distance**2) / (2 * 1.3**2))
    blur[np.abs(distance) > 4] = 0
    blur /= blur[_SIDE // 2].sum()
    total = np.einsum("ia,jb,kc,abcd->ijkd", blur, blur, blur, total, optimize=True)
    return total[..., :3] / (total[..., 3:] + 0.6)
