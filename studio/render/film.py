"""Several pictures as one film: moving shots one after the other, or in-betweens from picture to picture.

At most two pictures are open at a time. `load(k)` gives picture `k` as uint8 RGB.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import accumulate

import numpy as np

from studio.jobs.job import Easing, Move
from studio.render.aligning import alignment, moved, part_of
from studio.render.camera import Shot, ease
from studio.render.flow import CUT, InBetweens, alike, cross_fade
from studio.timing import Rate

Load = Callable[[int], np.ndarray]
Pairing = Callable[[np.ndarray, np.ndarray], Callable[[float], np.ndarray]]
"""Two pictures → the uint8 RGB picture at a time 0 < t < 1 between them."""

_DISSOLVE_S = Fraction(1, 2)
# Of the time from one picture to an unlike next, the share in which they cross-fade; both are held around it.
_FADE_SHARE = 0.4


def shots(
    load: Load,
    pictures: int,
    frames: int,
    rate: Rate,
    size: tuple[int, int],
    move: Move,
    easing: Easing,
    lengths: tuple[int, ...] = (),
) -> Iterator[np.ndarray]:
    """`frames` frames of `size` (width, height): one moving shot per picture, of `lengths` or alike.

    Neighbours dissolve into each other over half a second, or half a shot where that is less; both go on
    moving meanwhile. `load` may give any size. With fewer frames than pictures some pictures are left out.
    """
    cuts = list(accumulate(lengths, initial=0))
    if not lengths:
        cuts = [frames * k // pictures for k in range(pictures + 1)]
    shortest = min(lengths) // 2 if lengths else frames // (2 * pictures)
    reach = min(math.floor(rate.fraction * _DISSOLVE_S), shortest) // 2
    before: tuple[Shot, int, int] | None = None
    for k in range(pictures):
        if cuts[k] == cuts[k + 1]:
            continue
        first, last = max(0, cuts[k] - reach), min(frames, cuts[k + 1] + reach) - 1
        shot = Shot(load(k), size, move, easing), first, last
        for frame in range(
            cuts[k] - (reach if before else 0), cuts[k + 1] - (reach if last < frames - 1 else 0)
        ):
            picture = _shown(shot, frame)
            if before is not None and frame < cuts[k] + reach:
                share = (frame - cuts[k] + reach + 0.5) / (2 * reach)
                picture = cross_fade(_shown(before, frame), picture, share)
            yield picture
        before = shot


def _shown(shot: tuple[Shot, int, int], frame: int) -> np.ndarray:
    camera, first, last = shot
    return camera.at((frame - first) / max(1, last - first))


class Film:
    """Pictures that lead into one another: `at(k)` is frame `k` of `frames`, uint8 RGB.

    Between pictures of one scene things travel along their motion, each stretch with `easing`; those taken
    by hand or in other sizes are aligned first. Unlike pictures are held and cross-fade. `load` gives all
    pictures in one size; `lengths` are the frames from each picture to the next, where they are not to be
    even, the last one's how long it is held; a `loop` leads back to the first picture instead.
    """

    def __init__(
        self,
        load: Load,
        pictures: int,
        frames: int,
        easing: Easing,
        *,
        lengths: tuple[int, ...] = (),
        loop: bool = False,
        pairing: Pairing | None = None,
    ) -> None:
        self._load = load
        self._pictures, self._frames = pictures, frames
        self._easing = easing
        self._starts = list(accumulate(lengths, initial=0))
        self._loop = loop
        self._pairing = pairing or _classical
        self._stretch: tuple[int, Callable[[float], np.ndarray]] | None = None
        self._last: tuple[int, np.ndarray] | None = None

    def at(self, frame: int) -> np.ndarray:
        stretch, t = self._place(frame)
        if self._stretch is None or self._stretch[0] != stretch:
            self._stretch = stretch, self._way(stretch)
        return self._stretch[1](t)

    def _place(self, frame: int) -> tuple[int, float]:
        """Between which picture and its next `frame` lies, and where, 0 to 1."""
        if self._starts[1:]:
            number = bisect_right(self._starts, frame) - 1
            if number >= self._pictures - 1 and not self._loop:
                return max(0, self._pictures - 2), 1.0
            length = self._starts[number + 1] - self._starts[number]
            return number, (frame - self._starts[number]) / length
        ways = self._pictures if self._loop else self._pictures - 1
        at = Fraction(frame * ways, max(1, self._frames - (0 if self._loop else 1)))
        number = min(int(at), max(0, ways - 1))
        return number, float(at - number)

    def _way(self, stretch: int) -> Callable[[float], np.ndarray]:
        # The picture that this stretch begins with is the one the last stretch ended with.
        kept = self._last is not None and self._last[0] == stretch
        first = self._last[1] if self._last is not None and kept else self._load(stretch)
        following = (stretch + 1) % self._pictures
        second = self._load(following)
        self._last = following, second
        if np.array_equal(first, second):
            return lambda t: first
        matrix = alignment(first, second)
        is_torn = matrix is None and alike(first, second) < CUT
        draw = partial(cross_fade, first, second) if is_torn else self._drawing(first, second, matrix)

        def way(t: float) -> np.ndarray:
            travelled = _travelled(t, is_torn, self._easing)
            if travelled <= 0 or travelled >= 1:
                return first if travelled <= 0 else second
            return draw(travelled)

        return way

    def _drawing(
        self, first: np.ndarray, second: np.ndarray, matrix: np.ndarray | None
    ) -> Callable[[float], np.ndarray]:
        if matrix is None:
            return self._pairing(first, second)

        def draw(t: float) -> np.ndarray:
            """Both pictures brought to where the camera is at `t`; flow does what is left."""
            near, far = part_of(matrix, t), np.linalg.inv(matrix) @ part_of(matrix, t)
            # Where one picture does not reach, the other one is seen.
            one, two = moved(first, near), moved(second, far)
            one, two = moved(first, near, beneath=two), moved(second, far, beneath=one)
            return self._pairing(one, two)(t)

        return draw


def _classical(first: np.ndarray, second: np.ndarray) -> Callable[[float], np.ndarray]:
    return InBetweens(first, second, may_be_cut=False).at


def _travelled(t: float, is_cut: bool, easing: Easing) -> float:
    if not is_cut:
        return ease(t, easing)
    return ease((t - 0.5) / _FADE_SHARE + 0.5, Easing.EASE)
