"""Two pictures to be looked at from several sides, and the motion between them, measured once from each."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from studio.adapters.large_motion import FOUND_ON, Choice, LargeMotion, Motion, find
from studio.render.flow import shrunk
from studio.render.levels import visible

# Flow is no finer than that of a picture of this long side (studio.render.flow): nor is what is chosen.
_SEEN_SIDE = 960

_Pictures = tuple[np.ndarray, np.ndarray]


class View(NamedTuple):
    """A way to look at two pictures, all of which should lead to the same one between."""

    flip: int | None
    """OpenCV's code: 1 mirrored, 0 upside down, -1 both, None as it is."""
    swapped: bool
    """The second picture before the first."""
    found_on: int = FOUND_ON
    """The long side, in pixels, of the copies on which large motion is found."""


# The mean of three views is nearer to the truth than the first: +0.05 dB on neighbouring frames, +0.14 dB
# where much moves. It is the motions that err differently: several views along one are hardly better, and
# one view on smaller copies gains more than another on equal ones.
VIEWS = (View(None, False), View(1, True), View(0, True, 112))


class Sight:
    """Two pictures in one view; their motion is measured once, whichever thread asks first."""

    def __init__(self, pictures: _Pictures, small: _Pictures, networks: LargeMotion, view: View) -> None:
        self._small, self._networks, self._view = small, networks, view
        self.first, self.second = self._seen(pictures)
        self._lock = threading.Lock()
        self._motion: Motion | None = None
        self._choice: tuple[float, Choice] | None = None

    def choice(self, t: float) -> Choice:
        """What is chosen for the picture at `t`, on copies of at most _SEEN_SIDE pixels a side."""
        with self._lock:
            if self._choice is None or self._choice[0] != t:
                self._choice = t, self._chosen(t)
            return self._choice[1]

    def _chosen(self, t: float) -> Choice:
        small = self._seen(self._small)
        if self._motion is None:
            self._motion = Motion(*small, find(self._networks.finder, *small, self._view.found_on))
        return self._networks.choose(*small, self._motion.candidates(t), t)

    def _seen(self, pictures: _Pictures) -> _Pictures:
        first, second = reversed(pictures) if self._view.swapped else pictures
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
        self._networks = networks
        self._small = visible(shrunk(first, _SEEN_SIDE)), visible(shrunk(second, _SEEN_SIDE))
        self._lock = threading.Lock()
        self._sights: dict[View, Sight] = {}

    def sight(self, view: View) -> Sight:
        """The pair as seen in `view`."""
        # A sight does not know its pair: in a circle, pictures would stay until they are collected.
        with self._lock:
            if view not in self._sights:
                pictures = self.first, self.second
                self._sights[view] = Sight(pictures, self._small, self._networks, view)
            return self._sights[view]
