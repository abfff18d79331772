"""In-betweens by the network: the guess of a motion, corrected tile by tile in as little memory as wanted."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from studio.adapters.large_motion import Choice, LargeMotion
from studio.adapters.pair import VIEWS, Pair, Sight, View
from studio.adapters.torch_device import half_is_quicker
from studio.networks.interpolation import GRID, Refiner
from studio.render.flow import Guess, faded_where_lost
from studio.render.levels import levels, stored

# Larger pictures are cut into tiles of about so many pixels: at 1080p the whole process stays under 1.5 GB
# with two tiles in the making.
_TILE_PIXELS = 400_000
# What a tile sees beyond its own edge, besides the motion: the network's reach.
_MARGIN = 64
# Where both pictures agree to the last bit and nothing moves by more than this, nothing is drawn anew.
_STILL_PX = 0.5
# Grey levels by which a view has to fit worse than the best one to count for 0.37 of it.
_MISSED = 16.0


class Refined:
    """The trained networks of two weights files. `picture` may be called from several threads."""

    def __init__(self, weights: Path, motion_weights: Path, device: torch.device | None = None) -> None:
        self._device = device or torch.device("cpu")
        self._large_motion = LargeMotion(motion_weights)
        tensors = {name: tensor.float() for name, tensor in load_file(weights).items()}
        network = Refiner(tensors["correction.weight"].shape[1])
        network.load_state_dict(tensors)
        self._network = network.eval().to(self._device, memory_format=torch.channels_last)  # pyright: ignore
        self._half = half_is_quicker(self._device)

    def pair(self, first: np.ndarray, second: np.ndarray, views: Sequence[View] = VIEWS[:1]) -> Pair:
        """Two pictures of one size and kind, uint8 or uint16, RGB or straight RGBA, to be seen in `views`."""
        return Pair(first, second, self._large_motion, views)

    def picture(self, pair: Pair, t: float, pool: Executor | None = None) -> np.ndarray:
        """The picture at `t`, 0 < t < 1, between the two of `pair`, and of their kind.

        With a `pool` the views are drawn side by side: for one picture that is wanted soon.
        """
        result = np.empty_like(pair.first)
        shape = pair.first.shape
        for tile in _tiles(*shape[:2]):
            seen = partial(self._seen, pair, tile, t)
            drawn = list(pool.map(seen, pair.views) if pool else map(seen, pair.views))
            image = stored(_mean(drawn), pair.first.dtype)
            motion = _enlarged(pair.sight(VIEWS[0]).choice(t), tile, shape).guess.motion
            first, second = pair.first[tile.rows, tile.columns], pair.second[tile.rows, tile.columns]
            result[tile.rows, tile.columns] = _kept_still(image, first, second, motion)
        return result

    @torch.inference_mode()
    def _seen(self, pair: Pair, tile: Tile, t: float, view: View) -> Drawn:
        """`tile` of the picture as drawn in `view`, turned back."""
        sight, shape = pair.sight(view), pair.first.shape
        choice = sight.choice(1 - t if view.swapped else t)
        here = tile.flipped(view.flip, shape)
        wide = here.grown(_MARGIN + _reach(choice.guess, here, shape), shape)
        choice = _enlarged(choice, wide, shape)
        drawn = self._draw(sight, choice, wide, 1 - t if view.swapped else t)
        top, left = here.top - wide.top, here.left - wide.left
        inner = np.s_[top : top + here.height, left : left + here.width]
        missed = cv2.GaussianBlur(choice.guess.mismatch, (0, 0), 4)
        parts = (layer[inner] for layer in (drawn, missed))
        return Drawn(*(part if view.flip is None else cv2.flip(part, view.flip) for part in parts))

    def _draw(self, sight: Sight, choice: Choice, wide: Tile, t: float) -> np.ndarray:
        guess = choice.guess
        first, second = (levels(whole[wide.rows, wide.columns]) for whole in (sight.first, sight.second))
        hints = np.dstack([guess.share, guess.doubt, choice.hedge / 255])
        inputs = [self._tensor(array) for array in (first, second, guess.motion, hints)]
        inputs[0], inputs[1] = inputs[0] / 255, inputs[1] / 255
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._half):
            drawn, _ = self._network(*inputs, torch.tensor([t], device=self._device))
        picture = (drawn[0, :, : wide.height, : wide.width] * 255).permute(1, 2, 0).cpu().numpy()
        # The network was never shown what a cross-fade gives: it draws worse where nothing fits.
        return faded_where_lost(picture, guess, first, second, t)

    def _tensor(self, array: np.ndarray) -> Tensor:
        """(H, W, C) as float32 (1, C, H', W'), its edges repeated up to the network's grid."""
        height, width = array.shape[:2]
        padded = cv2.copyMakeBorder(array, 0, -height % GRID, 0, -width % GRID, cv2.BORDER_REPLICATE)
        tensor = torch.from_numpy(padded).to(self._device).permute(2, 0, 1)[None].float()
        return tensor.contiguous(memory_format=torch.channels_last)


class Drawn(NamedTuple):
    """A tile as drawn in one view."""

    picture: np.ndarray
    """float32 `levels`"""
    missed: np.ndarray
    """float32 (H, W): by how many grey levels the pictures differ that it was drawn from."""


class Tile(NamedTuple):
    """A rectangle of a picture."""

    top: int
    left: int
    height: int
    width: int

    @property
    def rows(self) -> slice:
        return slice(self.top, self.top + self.height)

    @property
    def columns(self) -> slice:
        return slice(self.left, self.left + self.width)

    def flipped(self, flip: int | None, shape: tuple[int, ...]) -> Tile:
        """The same part of a picture of `shape` that was flipped by OpenCV's code."""
        top = shape[0] - self.top - self.height if flip in (0, -1) else self.top
        left = shape[1] - self.left - self.width if flip in (1, -1) else self.left
        return Tile(top, left, self.height, self.width)

    def grown(self, by: int, shape: tuple[int, ...]) -> Tile:
        """The rectangle with `by` pixels more on each side, as far as a picture of `shape` reaches."""
        top, left = max(0, self.top - by), max(0, self.left - by)
        bottom = min(shape[0], self.top + self.height + by)
        right = min(shape[1], self.left + self.width + by)
        return Tile(top, left, bottom - top, right - left)


def _mean(drawn: Sequence[Drawn]) -> np.ndarray:
    """The mean of what was drawn: a view counts the less at a place, the worse its motion fits there."""
    if len(drawn) == 1:
        return drawn[0].picture
    missed = np.stack([each.missed for each in drawn])
    weights = np.exp((missed.min(0) - missed) / _MISSED)[..., None]
    return sum(each.picture * weight for each, weight in zip(drawn, weights, strict=True)) / weights.sum(0)


def _tiles(height: int, width: int) -> list[Tile]:
    """The picture in as few, nearly square tiles of at most about _TILE_PIXELS as will do."""
    side = _TILE_PIXELS**0.5
    down = 1 if height * width <= _TILE_PIXELS else max(1, round(height / side))
    across = -(-height * width // (_TILE_PIXELS * down))
    rows = [height * k // down for k in range(down + 1)]
    columns = [width * k // across for k in range(across + 1)]
    return [
        Tile(top, left, bottom - top, right - left)
        for top, bottom in pairwise(rows)
        for left, right in pairwise(columns)
    ]


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


def _enlarged(choice: Choice, seen: Tile, shape: tuple[int, ...]) -> Choice:
    """`choice` for the rectangle `seen` of the picture of `shape`, in its pixels."""
    guess, hedge = choice
    if hedge.shape[:2] == shape[:2]:
        box = seen.rows, seen.columns
        return Choice(Guess(*(layer[box] for layer in guess)), hedge[box])
    down, across = hedge.shape[0] / shape[0], hedge.shape[1] / shape[1]
    matrix = np.array(
        [[across, 0, (seen.left + 0.5) * across - 0.5], [0, down, (seen.top + 0.5) * down - 0.5]], np.float64
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    motion, *others, hedge = (
        cv2.warpAffine(layer, matrix, (seen.width, seen.height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        for layer in (*guess, hedge)
    )
    return Choice(Guess(motion / np.array([across, down], np.float32), *others), hedge)


def _kept_still(image: np.ndarray, first: np.ndarray, second: np.ndarray, motion: np.ndarray) -> np.ndarray:
    """`image` with the very pixels of both pictures where they are equal and nothing moves near by.

    Standing text and drawings do not tremble then. Equal pixels under a moving thing are drawn, for it may
    pass over them on its way.
    """
    # OpenCV's comparison of all channels at once takes a thirtieth of NumPy's time.
    slow = cv2.inRange(motion, (-_STILL_PX,) * 2, (_STILL_PX,) * 2)
    still = cv2.bitwise_and(cv2.inRange(cv2.absdiff(first, second), (0,) * 4, (0,) * 4), slow)
    if not cv2.hasNonZero(still):
        return image
    still = cv2.erode(still, np.ones((5, 5), np.uint8), borderValue=255).astype(bool)
    return np.where(still[..., None], first, image)
