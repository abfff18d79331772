"""One picture turns into another: dissolve, dip through a colour, wipe with a soft edge."""

from __future__ import annotations

import cv2
import numpy as np

from studio.project.timeline import Transition

# Width of a wipe's soft edge as a share of the way it goes: 26 pixels at 1280.
_SOFT_SHARE = 0.02


def crossed(transition: Transition, left: np.ndarray, right: np.ndarray, progress: float) -> np.ndarray:
    """`left` on its way to `right` at `progress` (0 to 1): uint8, the same kind as they.

    Both are whole frames of one size, uint8 (H, W, 3) RGB or (H, W, 4) with colours multiplied by alpha.
    """
    match transition.kind:
        case "dissolve":
            return mixed(left, right, progress)
        case "dip":
            colour = _coloured(transition.colour, left, right, progress)
            if progress < 0.5:
                return mixed(left, colour, 2 * progress)
            return mixed(colour, right, 2 * progress - 1)
        case "wipe":
            return _wiped(left, right, progress, transition.direction)


def mixed(first: np.ndarray, second: np.ndarray, share: float) -> np.ndarray:
    """`share` (0 to 1) of `second` and the rest of `first`, rounded to nearest."""
    return cv2.addWeighted(first, 1 - share, second, share, 0)


def _coloured(colour: str, left: np.ndarray, right: np.ndarray, progress: float) -> np.ndarray:
    """A picture of `colour` that covers what the two cover: a title's dip does not hide the film beneath."""
    if left.shape[2] == 3:
        return np.full_like(left, rgb_of(colour))
    alpha = mixed(left[..., 3], right[..., 3], progress)
    return np.round(alpha[..., None] * (np.array([*rgb_of(colour), 255]) / 255)).astype(np.uint8)


def rgb_of(colour: str) -> tuple[int, int, int]:
    """ "#rrggbb" or "#aarrggbb" as red, green and blue, 0 to 255; black for what is no colour."""
    digits = colour.removeprefix("#")[-6:]
    try:
        red, green, blue = bytes.fromhex(digits)
    except ValueError:
        return 0, 0, 0
    return red, green, blue


def _wiped(left: np.ndarray, right: np.ndarray, progress: float, direction: str) -> np.ndarray:
    """The edge moves in `direction` over the whole frame; `right` is what it leaves behind."""
    upright = direction in ("up", "down")
    length = left.shape[0] if upright else left.shape[1]
    soft = max(1.0, _SOFT_SHARE * length)
    # From just outside the frame to just outside it, so that the first and last frames are clean.
    edge = progress * (length + soft) - soft / 2
    shares = np.clip((edge - np.arange(length) - 0.5) / soft + 0.5, 0, 1)
    if direction in ("left", "up"):
        shares = shares[::-1]
    result = left.copy()
    lines = (lambda picture: picture) if upright else (lambda picture: picture.swapaxes(0, 1))
    whole = np.flatnonzero(shares >= 1)
    if len(whole):
        done = slice(whole[0], whole[-1] + 1)
        lines(result)[done] = lines(right)[done]
    partly = np.flatnonzero((shares > 0) & (shares < 1))
    if len(partly):
        share = shares[partly, None, None].astype(np.float32)
        old, new = lines(left)[partly].astype(np.float32), lines(right)[partly].astype(np.float32)
        lines(result)[partly] = np.round(old + (new - old) * share).astype(np.uint8)
    return result
