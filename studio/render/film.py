"""Several pictures as one film: moving shots one after the other, or in-betweens from picture to picture.

Both stream: at most two pictures are open at a time. `load(k)` gives picture `k` as uint8 RGB.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

from studio.jobs.job import Easing, Move
from studio.render.camera import Shot, ease
from studio.render.flow import InBetweens, cross_fade
from studio.timing import Rate

Load = Callable[[int], np.ndarray]

_DISSOLVE_S = Fraction(1, 2)
# Of the time from one picture to an unlike next, the share in which they cross-fade; both are held around it.
_FADE_SHARE = 0.4


def shots(
    load: Load, pictures: int, frames: int, rate: Rate, size: tuple[int, int], move: Move, easing: Easing
) -> Iterator[np.ndarray]:
    """`frames` frames of `size` (width, height): one moving shot per picture, all of one length.

    Neighbours dissolve into each other over half a second, or half a shot where that is less; both go on
    moving meanwhile. `load` may give any size. With fewer frames than pictures some pictures are left out.
    """
    cuts = [frames * k // pictures for k in range(pictures + 1)]
    reach = min(math.floor(rate.fraction * _DISSOLVE_S), frames // (2 * pictures)) // 2
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


def film(load: Load, pictures: int, frames: int, easing: Easing) -> Iterator[np.ndarray]:
    """`frames` frames that lead through all pictures, which `load` gives in one size: the first to the last.

    Between pictures of one scene things travel along their motion, each stretch with `easing`; unlike
    pictures are held and cross-fade.
    """
    here, pair = -1, None
    for frame in range(frames):
        at = Fraction(frame * (pictures - 1), max(1, frames - 1))
        stretch = min(int(at), max(0, pictures - 2))
        if pair is None or stretch != here:
            # The picture that this stretch begins with is the one the last stretch ended with.
            first = pair.second if pair is not None and stretch == here + 1 else load(stretch)
            pair = InBetweens(first, load(stretch + 1) if pictures > 1 else first)
            here = stretch
        yield pair.at(_travelled(float(at - stretch), pair.is_cut, easing))


def _travelled(t: float, is_cut: bool, easing: Easing) -> float:
    if not is_cut:
        return ease(t, easing)
    return ease((t - 0.5) / _FADE_SHARE + 0.5, Easing.EASE)
