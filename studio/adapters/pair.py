"""Two pictures to be looked at from several sides, and the motion between them, measured once from each."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from studio.adapters.large_motion import LargeMotion, Motion
from studio.render.flow import Guess, shrunk
from studio.render.levels import visible

# Flow is no finer than that of a picture of this long side (studio.render.flow), so neither is its guess.
_GUESS_SIDE = 960


class View(NamedTuple):
    """A way to look at two pictures, all of which should lead to the same one between."""

    flip: int | None
    """OpenCV's code: 1 mirrored, 0 upside down, -1 both, None as it is."""
    swapped: bool
    """The second picture before the first."""


# The mean of four views is nearer to the truth than any of them: +0.13 dB on neighbouring frames, +0.22 dB
# where much moves.
VIEWS = (View(None, False), View(1, True), View(0, True), View(-1, False))


class Sight:
    """Two pictures in one view; their motion is measured once, whichever thread asks first."""

    def __init__(self, first: np.ndarray, second: np.ndarray, networks: LargeMotion) -> None:
        self.first, self.second = first, second
        self._networks = networks
        self._small = visible(shrunk(first, _GUESS_SIDE)), visible(shrunk(second, _GUESS_SIDE))
        self._motion = Motion(*self._small, networks.finder)
        self._lock = threading.Lock()
        self._guess: tuple[float, Guess] | None = None

    def guess(self, t: float) -> Guess:
        """What the motion says of the picture at `t`, on copies of at most _GUESS_SIDE pixels a side."""
        with self._lock:
            if self._guess is None or self._guess[0] != t:
                self._guess = t, self._networks.choose(*self._small, self._motion.candidates(t), t)
            return self._guess[1]


class Pair:
    """Two pictures of one size and kind, uint8 or uint16, RGB or straight RGBA, seen in `views`."""

    def __init__(
        self, first: np.ndarray, second: np.ndarray, networks: LargeMotion, views: Sequence[View]
    ) -> None:
        self.first, self.second = first, second
        self.views = views
        self._networks = networks
        self._lock = threading.Lock()
        self._sights: dict[View, Sight] = {}

    def sight(self, view: View) -> Sight:
        """The pair as seen in `view`."""
        with self._lock:
            if view not in self._sights:
                pictures = (self.second, self.first) if view.swapped else (self.first, self.second)
                if view.flip is not None:
                    pictures = (cv2.flip(pictures[0], view.flip), cv2.flip(pictures[1], view.flip))
                self._sights[view] = Sight(*pictures, self._networks)
            return self._sights[view]
