"""Pictures of 8 or 16 bits, with or without alpha, as numbers to calculate with, and back.

Where a picture has alpha its colours are laid over grey first: so they may be moved and mixed together with
their alpha, and what stands out from black or from white is seen by flow as well.
"""

from __future__ import annotations

import cv2
import numpy as np

_GREY = 128.0
# 65535 / 255 exactly: what an 8-bit level is in 16 bits.
_DEEP = 257


def levels(picture: np.ndarray) -> np.ndarray:
    """`picture`, uint8 or uint16 (H, W, 3) or straight (H, W, 4), with channels of 0 to 255.

    uint8 RGB comes back as it is, all else as float32 that `stored` brings back.
    """
    if picture.dtype == np.uint8 and picture.shape[2] == 3:
        return picture
    found = picture.astype(np.float32)
    if picture.dtype == np.uint16:
        found /= _DEEP
    if picture.shape[2] == 4:
        found[..., :3] = (found[..., :3] - _GREY) * (found[..., 3:] / 255) + _GREY
    return found


def stored(found: np.ndarray, kind: np.dtype) -> np.ndarray:
    """What `levels` gave, or a mixture of such, as a picture of `kind`: uint8 or uint16."""
    if found.shape[2] == 4:
        alpha = np.clip(found[..., 3:], 0, 255)
        # Where nothing is seen the colour is anybody's guess: grey stays grey.
        colours = (found[..., :3] - _GREY) * (255 / np.maximum(alpha, 0.5)) + _GREY
        found = np.concatenate([colours, alpha], axis=2)
    if kind == np.uint8:
        return np.clip(found + 0.5, 0, 255).astype(np.uint8)
    return np.clip(found * _DEEP + 0.5, 0, 65535).astype(np.uint16)


def visible(picture: np.ndarray) -> np.ndarray:
    """`picture` as flow looks at it: uint8 RGB; the same array where it is that already."""
    if picture.dtype == np.uint8 and picture.shape[2] == 3:
        return picture
    return np.clip(levels(picture)[..., :3] + 0.5, 0, 255).astype(np.uint8)


def cross_fade(first: np.ndarray, second: np.ndarray, t: float) -> np.ndarray:
    """`first` dissolved into `second` at `t` from 0 to 1, in display values; of one size and kind."""
    if first.shape[2] == 3:
        return cv2.addWeighted(first, 1 - t, second, t, 0)
    return stored(cv2.addWeighted(levels(first), 1 - t, levels(second), t, 0), first.dtype)
