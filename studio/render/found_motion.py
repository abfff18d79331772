"""In-betweens along a motion that was found by other means than flow, and only roughly."""

from __future__ import annotations

import numpy as np

from studio.render.flow import Guess, better_of, carried, dense_flow, grey, mismatch, warp, weighed


def settled(first: np.ndarray, second: np.ndarray, motion: np.ndarray) -> np.ndarray:
    """`motion` made exact: with what dense flow still finds between two pictures that are aligned by it.

    Pictures are uint8 RGB; `motion` (H, W, 2) leads from first to second on the grid of the one in the
    middle, and so does the result.
    """
    greys = grey(first), grey(second)
    earlier, later = warp(greys[0], -0.5 * motion), warp(greys[1], 0.5 * motion)
    rests = carried(dense_flow(earlier, later), 0.5), -carried(dense_flow(later, earlier), 0.5)
    return better_of(*greys, (motion + rests[0], motion + rests[1]), 0.5)[0]


def nudged(
    first: np.ndarray, second: np.ndarray, motion: np.ndarray, t: float
) -> tuple[np.ndarray, np.ndarray]:
    """`motion` with what flow still finds, wherever the pictures fit better so; and the mismatch then.

    Pictures are uint8 RGB; `motion` (H, W, 2) stands on the grid of time `t`; the mismatch is in grey levels,
    float32 (H, W).
    """
    greys = grey(first), grey(second)
    rest = dense_flow(warp(greys[0], -t * motion), warp(greys[1], (1 - t) * motion), "fast")
    return better_of(*greys, (motion, motion + rest), t)


def guess_along(
    first: np.ndarray, second: np.ndarray, motion: np.ndarray, shows: np.ndarray, t: float
) -> Guess:
    """What follows for the picture at `t` from the `motion` of the one in the middle.

    `shows` (H, W), 0 to 1: how much rather the first picture shows what is there than the second.
    """
    if t != 0.5:
        shows = warp(shows, -(t - 0.5) * motion)
        motion = carried(motion, t - 0.5)
    return weighed(motion, mismatch(grey(first), grey(second), motion, t), shows, 1 - shows, t)
