"""The pictures just before the one that was asked for: what makes walking backwards through a film quick."""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction

import numpy as np

_BYTES = 64 * 1024 * 1024
_FEWEST, _MOST = 8, 64


class Stretch:
    """Consecutive pictures of one film.

    A decoder only goes forwards: a step back is a seek to the keyframe and all the way on from there, half a
    second in a long group. The pictures passed on that way are kept, so the next steps back cost nothing.
    """

    def __init__(self) -> None:
        self._times: list[Fraction] = []
        self._images: list[np.ndarray] = []
        self._end: Fraction | None = Fraction(0)

    @staticmethod
    def capacity(width: int, height: int) -> int:
        """How many pictures of that size are kept: 64 MB of them, but at least 8 and at most 64."""
        return min(max(_BYTES // (3 * width * height), _FEWEST), _MOST)

    def add(self, time: Fraction, image: np.ndarray) -> None:
        """The next picture, shown from `time` (seconds) on."""
        self._times.append(time)
        self._images.append(image)

    def close(self, end: Fraction | None) -> None:
        """The last picture added is shown until `end`; None: for ever."""
        self._end = end

    def at(self, time: Fraction) -> np.ndarray | None:
        """The picture on the screen at `time`; None where that lies outside."""
        index = bisect_right(self._times, time) - 1
        if index < 0 or (self._end is not None and time >= self._end):
            return None
        return self._images[index]

    def clear(self) -> None:
        self._times.clear()
        self._images.clear()
