"""Two pictures to be looked at from several sides, and the motion between them, measured once from each."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from studio.adapters.large_motion import Found, LargeMotion, Motion, find
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


# The mean of four views is nearer to the truth than the first: +0.07 dB on neighbouring frames, +0.15 dB
# where much moves.
VIEWS = (View(None, False), View(1, True), View(0, True), View(-1, False))


class Sought:
    """Small copies of two pictures, and the large motion between them: found once for all views.

    From each side anew it would cost a quarter more time, for 0.0008 of SSIM at most.
    """

    def __init__(self, first: np.ndarray, second: np.ndarray, networks: LargeMotion) -> None:
        self.first, self.second = visible(shrunk(first, _GUESS_SIDE)), visible(shrunk(second, _GUESS_SIDE))
        self.networks = networks
        self._lock = threading.Lock()
        self._found: Found | None = None

    def found(self) -> Found:
        """Found when it is first asked for."""
        with self._lock:
            if self._found is None:
                self._found = find(self.networks.finder, self.first, self.second)
            return self._found


class Sight:
    """Two pictures in one view; their motion is measured once, whichever thread asks first."""

    def __init__(self, first: np.ndarray, second: np.ndarray, sought: Sought, view: View) -> None:
        self._sought, self._view = sought, view
        self.first, self.second = self._seen(first, second)
        self._lock = threading.Lock()
        self._motion: Motion | None = None
        self._guess: tuple[float, Guess] | None = None

    def guess(self, t: float) -> Guess:
        """What the motion says of the picture at `t`, on copies of at most _GUESS_SIDE pixels a side."""
        with self._lock:
            if self._guess is None or self._guess[0] != t:
                self._guess = t, self._guessed(t)
            return self._guess[1]

    def _guessed(self, t: float) -> Guess:
        small = self._seen(self._sought.first, self._sought.second)
        if self._motion is None:
            found = self._sought.found().turned(self._view.flip, swapped=self._view.swapped)
            self._motion = Motion(*small, found)
        return self._sought.networks.choose(*small, self._motion.candidates(t), t)

    def _seen(self, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if self._view.swapped:
            first, second = second, first
        if self._view.flip is None:
            return first, second
        return cv2.flip(first, self._view.flip), cv2.flip(second, self._view.flip)


class Pair:
    """Two pictures of one size and kind, uint8 or uint16, RGB or straight RGBA, seen in `views`."""

    def __init__(
        self, first: np.ndarray, second: np.ndarray, networks: LargeMotion, views: Sequence[View]
    ) -> None:
        self.first, self.second = first, second
        self.views = views
        # The sights know this and not the pair: in a circle, pictures would stay until they are collected.
        self._sought = Sought(first, second, networks)
        self._lock = threading.Lock()
        self._sights: dict[View, Sight] = {}

    def sight(self, view: View) -> Sight:
        """The pair as seen in `view`."""
        with self._lock:
            if view not in self._sights:
                self._sights[view] = Sight(self.first, self.second, self._sought, view)
            return self._sights[view]
