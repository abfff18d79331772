"""In-betweens by the networks: tile by tile in as little memory as wanted, in one view or in several."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch

from studio.adapters.drawing import Drawer, Drawn, enlarged
from studio.adapters.pair import VIEWS, Pair, View
from studio.adapters.tiles import tiles
from studio.render.levels import stored

# Larger pictures are cut into tiles of about so many pixels: at 1080p the whole process stays under 1.5 GB
# with two tiles in the making.
_TILE_PIXELS = 340_000
# Where both pictures agree to the last bit and nothing moves by more than this, nothing is drawn anew.
_STILL_PX = 0.5
# Grey levels by which a view has to fit worse than the best one to count for 0.37 of it.
_MISSED = 16.0


class Refined:
    """The trained networks of two weights files. `picture` may be called from several threads."""

    def __init__(self, weights: Path, motion_weights: Path, device: torch.device | None = None) -> None:
        self._drawer = Drawer(weights, motion_weights, device or torch.device("cpu"))

    def pair(self, first: np.ndarray, second: np.ndarray, views: Sequence[View] = VIEWS[:1]) -> Pair:
        """Two pictures of one size and kind, uint8 or uint16, RGB or straight RGBA, to be seen in `views`."""
        return self._drawer.pair(first, second, views)

    def picture(self, pair: Pair, t: float, pool: Executor | None = None) -> np.ndarray:
        """The picture at `t`, 0 < t < 1, between the two of `pair`, and of their kind.

        With a `pool` the views are drawn side by side: for one picture that is wanted soon.
        """
        result = np.empty_like(pair.first)
        shape = pair.first.shape
        for tile in tiles(shape[0], shape[1], _TILE_PIXELS):
            draw = partial(self._drawer.draw, pair, tile, t)
            drawn = list(pool.map(draw, pair.views) if pool else map(draw, pair.views))
            image = stored(_mean(drawn), pair.first.dtype)
            motion = enlarged(pair.sight(VIEWS[0]).choice(t), tile, shape).guess.motion
            first, second = pair.first[tile.rows, tile.columns], pair.second[tile.rows, tile.columns]
            result[tile.rows, tile.columns] = _kept_still(image, first, second, motion)
        return result


def _mean(drawn: Sequence[Drawn]) -> np.ndarray:
    """The mean of what was drawn: a view counts the less at a place, the worse its motion fits there."""
    if len(drawn) == 1:
        return drawn[0].picture
    missed = np.stack([cv2.GaussianBlur(each.missed, (0, 0), 4) for each in drawn])
    weights = np.exp((missed.min(0) - missed) / _MISSED)[..., None]
    return sum(each.picture * weight for each, weight in zip(drawn, weights, strict=True)) / weights.sum(0)


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
