"""A tile of an in-between, as the network draws it along the motion that is seen in one view."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from studio.adapters.large_motion import Choice, LargeMotion
from studio.adapters.pair import Pair, Sight, View
from studio.adapters.tiles import Tile
from studio.adapters.torch_device import half_is_quicker
from studio.networks.interpolation import GRID, Refiner
from studio.render.flow import Guess
from studio.render.levels import levels

# What a tile sees beyond its own edge, besides the motion: the network's reach.
_MARGIN = 64


class Drawn(NamedTuple):
    """A tile as drawn in one view."""

    picture: np.ndarray
    """float32 `levels`"""
    missed: np.ndarray
    """float32 (H, W): by how many grey levels the pictures differ, as moved at last, that it was made of."""


class Drawer:
    """The networks that see and draw one view, of two weights files; may be used from several threads."""

    def __init__(self, weights: Path, motion_weights: Path, device: torch.device) -> None:
        self._device = device
        self._large_motion = LargeMotion(motion_weights)
        tensors = {name: tensor.float() for name, tensor in load_file(weights).items()}
        network = Refiner(tensors["correction.weight"].shape[1])
        network.load_state_dict(tensors)
        self._network = network.eval().to(device, memory_format=torch.channels_last)  # pyright: ignore
        self._half = half_is_quicker(device)

    def pair(self, first: np.ndarray, second: np.ndarray, views: Sequence[View]) -> Pair:
        """Two pictures of one size and kind, uint8 or uint16, RGB or straight RGBA, to be seen in `views`."""
        return Pair(first, second, self._large_motion, views)

    @torch.inference_mode()
    def draw(self, pair: Pair, tile: Tile, t: float, view: View) -> Drawn:
        """`tile` of the picture at `t`, 0 < t < 1, as drawn in `view` and turned back."""
        sight, shape = pair.sight(view), pair.first.shape
        t = 1 - t if view.swapped else t
        choice = sight.choice(t)
        here = tile.flipped(view.flip, shape)
        wide = here.grown(_MARGIN + _reach(choice.guess, here, shape), shape)
        parts = (layer[here.inside(wide)] for layer in self._drawn(self._seen(sight, choice, wide), wide, t))
        return Drawn(*(part if view.flip is None else cv2.flip(part, view.flip) for part in parts))

    def _seen(self, sight: Sight, choice: Choice, wide: Tile) -> list[Tensor]:
        """What the network is shown of `wide`, but for the time; made apart, so that nothing else is held
        while it draws."""
        first, second = (levels(whole[wide.rows, wide.columns]) for whole in (sight.first, sight.second))
        guess, hedge, rivals = enlarged(choice, wide, sight.first.shape)
        hints = np.dstack([guess.share, guess.doubt, hedge / 255])
        pictures = [self._tensor(picture) / 255 for picture in (first, second)]
        precision = torch.bfloat16 if self._half else torch.float32
        colours = torch.cat([(self._tensor(rival) / 255).to(precision) for rival in rivals], 1)
        return [*pictures, self._tensor(guess.motion), self._tensor(hints), colours]

    def _drawn(self, seen: list[Tensor], wide: Tile, t: float) -> Drawn:
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._half):
            drawing = self._network(*seen, torch.tensor([t], device=self._device))
        earlier, later = (picture[:, :3] for picture in drawing.moved)
        missed = (earlier - later).abs_().mean(1, keepdim=True)
        whole = (_array(tensor)[: wide.height, : wide.width] for tensor in (drawing.picture, missed))
        picture, missed = (array * np.float32(255) for array in whole)
        return Drawn(picture, missed[..., 0])

    def _tensor(self, array: np.ndarray) -> Tensor:
        """(H, W, C) as float32 (1, C, H', W'), its edges repeated up to GRID."""
        height, width = array.shape[:2]
        padded = cv2.copyMakeBorder(array, 0, -height % GRID, 0, -width % GRID, cv2.BORDER_REPLICATE)
        # One channel after the other: what is done to whole pictures is quicker so than with channels last.
        return torch.from_numpy(padded).to(self._device).permute(2, 0, 1)[None].float().contiguous()


def _array(tensor: Tensor) -> np.ndarray:
    """float32 (1, C, H, W) as (H, W, C)."""
    return tensor[0].permute(1, 2, 0).cpu().numpy()


def enlarged(choice: Choice, seen: Tile, shape: tuple[int, ...]) -> Choice:
    """`choice` for the rectangle `seen` of the picture of `shape`, in its pixels."""
    guess, hedge, rivals = choice
    if hedge.shape[:2] == shape[:2]:
        box = seen.rows, seen.columns
        return Choice(Guess(*(layer[box] for layer in guess)), hedge[box], tuple(r[box] for r in rivals))
    down, across = hedge.shape[0] / shape[0], hedge.shape[1] / shape[1]
    matrix = np.array(
        [[across, 0, (seen.left + 0.5) * across - 0.5], [0, down, (seen.top + 0.5) * down - 0.5]], np.float64
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    layers = [
        cv2.warpAffine(layer, matrix, (seen.width, seen.height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        for layer in (*guess, hedge, *rivals)
    ]
    motion, *others = layers[:4]
    return Choice(Guess(motion / np.array([across, down], np.float32), *others), layers[4], tuple(layers[5:]))


def _small_box(guess: Guess, tile: Tile, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """The part of `guess` that covers `tile` of a picture of `shape`, with a pixel to spare."""
    down, across = guess.share.shape[0] / shape[0], guess.share.shape[1] / shape[1]
    rows = slice(max(0, int(tile.top * down) - 1), int((tile.top + tile.height) * down) + 2)
    columns = slice(max(0, int(tile.left * across) - 1), int((tile.left + tile.width) * across) + 2)
    return rows, columns


def _reach(guess: Guess, tile: Tile, shape: tuple[int, ...]) -> int:
    """How many pixels of the picture the motion goes beyond `tile` at most."""
    if tile.height * tile.width == shape[0] * shape[1]:
        return 0
    moved = np.abs(guess.motion[_small_box(guess, tile, shape)]).max()
    return int(moved * shape[1] / guess.share.shape[1]) + 1
