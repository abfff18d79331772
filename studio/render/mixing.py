"""How much of a drawing is seen over the frame it was drawn from: strength, region, and whose colours."""

from __future__ import annotations

import cv2
import numpy as np


def mixed(
    frame: np.ndarray, drawn: np.ndarray, share: float | np.ndarray, keep_colours: float = 0.0
) -> np.ndarray:
    """`share` of `drawn` (float32 RGB in [0, 1]) over `frame` (uint8 RGB, as large) as uint8.

    `share` is a number or float32 (H, W), in [0, 1]; `keep_colours` in [0, 1] is how much of the frame's own
    colours the drawing gets before, its lightness being kept.
    """
    if keep_colours > 0:
        drawn = drawn + (_recoloured(drawn, frame) - drawn) * np.float32(min(keep_colours, 1.0))
    part = np.clip(np.asarray(share, np.float32), 0, 1)
    part = part[..., None] if part.ndim == 2 else part
    return np.clip(drawn * (255 * part) + frame * (1 - part) + 0.5, 0, 255).astype(np.uint8)


def _recoloured(drawn: np.ndarray, frame: np.ndarray) -> np.ndarray:
    """`drawn` with the colours of `frame` (BT.601 colour differences) and its own lightness."""
    own = cv2.cvtColor(np.ascontiguousarray(drawn, np.float32), cv2.COLOR_RGB2YCrCb)
    other = cv2.cvtColor(frame.astype(np.float32) / 255, cv2.COLOR_RGB2YCrCb)
    own[..., 1:] = other[..., 1:]
    return np.clip(cv2.cvtColor(own, cv2.COLOR_YCrCb2RGB), 0, 1)
