"""Motion between two pictures: dense optical flow, warping, in-betweens, and whether the two belong together.

Flow is dense inverse search (Kroeger et al., "Fast Optical Flow using Dense Inverse Search", ECCV 2016)
from OpenCV. Pictures are uint8 RGB (H, W, 3); a flow is float32 (H, W, 2) in pixels, `flow[y, x] = (dx, dy)`:
what lies at (x, y) in the first picture lies at (x + dx, y + dy) in the second.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

import cv2
import numpy as np

from studio.render.levels import cross_fade, levels, stored, visible

Quality = Literal["fast", "medium"]

# Flow of a larger picture is computed on a copy of this long side: beyond it the search radius of DIS runs
# out before the detail pays, and time grows with the area.
_LONG_SIDE = 960
# Whether pictures are alike is seen on copies of this long side.
_ALIKE_SIDE = 256
# Below this `alike`, two pictures are not one moving scene. Measured on thirteen real clips: frames of one
# shot up to 12 apart stay above 0.73, unrelated frames and photos below 0.62.
CUT = 0.65
# Mean difference in grey levels at which the two warped pictures count as not showing the same thing:
# from here on the in-between fades instead of following the flow. 8 loses 0.4 dB, 14 and 20 are equal.
MISMATCH = 20.0


def dense_flow(first: np.ndarray, second: np.ndarray, quality: Quality = "medium") -> np.ndarray:
    """The motion from `first` to `second` (equal sizes, uint8 RGB or grey) as float32 (H, W, 2) in pixels."""
    height, width = first.shape[:2]
    scale = min(1.0, _LONG_SIDE / max(height, width))
    grey_first, grey_second = (grey(picture, scale) for picture in (first, second))
    # DIS works on patches of 8 pixels and refuses pictures smaller than its coarsest level.
    if min(grey_first.shape) < 16:
        return np.zeros((height, width, 2), np.float32)
    flow = _search(quality).calc(grey_first, grey_second, None)  # pyright: ignore
    if scale == 1.0:
        return flow
    stretch = np.array([width / flow.shape[1], height / flow.shape[0]], np.float32)
    return cv2.resize(flow, (width, height), interpolation=cv2.INTER_LINEAR) * stretch


def _search(quality: Quality) -> cv2.DISOpticalFlow:
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    if quality == "fast":
        # For pictures that nearly fit: as good there in three fifths of the time.
        search.setPatchStride(4)
        search.setGradientDescentIterations(12)
        search.setVariationalRefinementIterations(3)
    return search


def warp(image: np.ndarray, flow: np.ndarray, interpolation: int = cv2.INTER_LINEAR) -> np.ndarray:
    """`image` looked up where `flow` points: out(p) = image(p + flow(p)); the border repeats its edge."""
    height, width = flow.shape[:2]
    where = _grid(height, width) + flow
    return cv2.remap(image, where, None, interpolation, borderMode=cv2.BORDER_REPLICATE)  # pyright: ignore


def consistency(forward: np.ndarray, backward: np.ndarray) -> np.ndarray:
    """How far going there and back misses the start, in pixels: float32 (H, W) on the grid of `forward`.

    Large where something is hidden in the other picture (Sundaram, Brox and Keutzer, ECCV 2010).
    """
    return length(forward + warp(backward, forward))


def length(flow: np.ndarray) -> np.ndarray:
    """How far each pixel of `flow` (float32 (H, W, 2)) moves, in pixels: float32 (H, W).

    Not by OpenCV's magnitude: that rounds differently with where in memory its result happens to lie, and a
    job that goes on after a kill must come to the same frames.
    """
    return np.sqrt(_length_squared(flow))


def alike(first: np.ndarray, second: np.ndarray) -> float:
    """How well `second` is explained as `first` a moment later, 0 (another scene) to 1 (the same picture).

    The mean of three measures on small copies: the share of pixels whose flow there and back agrees, the
    correlation after warping, and the overlap of the colour histograms. Under `CUT` there is a cut between.
    """
    first, second = shrunk(first, _ALIKE_SIDE), shrunk(second, _ALIKE_SIDE)
    if second.shape != first.shape:
        second = cv2.resize(second, (first.shape[1], first.shape[0]), interpolation=cv2.INTER_AREA)
    forward, backward = dense_flow(first, second), dense_flow(second, first)
    moved = _length_squared(forward) + _length_squared(warp(backward, forward))
    agreeing = float((consistency(forward, backward) ** 2 < 0.05 * moved + 1).mean())
    correlation = _correlation(grey(first), grey(warp(second, forward)))
    overlap = float(np.minimum(_histogram(first), _histogram(second)).sum())
    return (agreeing + max(0.0, correlation) + overlap) / 3


def between(first: np.ndarray, second: np.ndarray, t: float) -> np.ndarray:
    """The picture at time `t` (0 = `first`, 1 = `second`) between two uint8 RGB pictures of one size.

    Pictures that do not match cross-fade. For several `t` of one pair, keep an `InBetweens`.
    """
    return InBetweens(first, second).at(t)


class Guess(NamedTuple):
    """What optical flow knows of a picture between two: float32 (H, W) each, the motion (H, W, 2)."""

    motion: np.ndarray
    """Pixels from the first picture to the second, on the grid of the picture between."""
    share: np.ndarray
    """The weight of the first picture, 0 to 1."""
    mismatch: np.ndarray
    """Grey levels by which the two warped pictures differ."""
    outside: np.ndarray
    """1 where the motion comes from outside one of the pictures, else 0."""

    @property
    def doubt(self) -> np.ndarray:
        """The mismatch as networks see it: in units of MISMATCH, 0 to 3."""
        return np.clip(self.mismatch / MISMATCH, 0, 3)


class InBetweens:
    """The pictures between `first` and `second`; the motion is measured once, at the first `at`.

    They may be uint8 or uint16, with alpha or without: what is drawn is of the same kind, its alpha moved
    along the same motion.
    """

    def __init__(self, first: np.ndarray, second: np.ndarray, *, may_be_cut: bool = True) -> None:
        """`may_be_cut` False: the pictures are known to belong together, whatever they look like."""
        self.first = first
        self.second = second
        self.seen = visible(first), visible(second)
        """Both as motion is measured on them: uint8 RGB."""
        self.is_cut = may_be_cut and not np.array_equal(first, second) and alike(*self.seen) < CUT
        """The pictures do not show one moving scene."""
        self._flows: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None = None

    def at(self, t: float) -> np.ndarray:
        """The picture at `t` from 0 to 1; the ends are the given pictures themselves."""
        if t <= 0:
            return self.first
        if t >= 1:
            return self.second
        if self.is_cut:
            return cross_fade(self.first, self.second, t)
        return self._compensated(t)

    def guess(self, t: float) -> Guess:
        """What optical flow knows of the picture at `t`, with 0 < t < 1."""
        forward, backward, hidden_later, hidden_before = self._motion()
        greys = grey(self.seen[0]), grey(self.seen[1])
        motion, missed = better_of(*greys, (carried(forward, t), -carried(backward, 1 - t)), t)
        trust_first = _trust(warp(hidden_later, -t * motion))
        trust_second = _trust(warp(hidden_before, (1 - t) * motion))
        return weighed(motion, missed, trust_first, trust_second, t)

    def _compensated(self, t: float) -> np.ndarray:
        guess = self.guess(t)
        motion = guess.motion
        # Cubic, because bilinear look-ups blur: +0.37 dB on the real clips.
        first, second = levels(self.first), levels(self.second)
        earlier = warp(first, -t * motion, cv2.INTER_CUBIC).astype(np.float32)
        later = warp(second, (1 - t) * motion, cv2.INTER_CUBIC).astype(np.float32)
        picture = later + (earlier - later) * guess.share[..., None]
        return stored(faded_where_lost(picture, guess, first, second, t), self.first.dtype)

    def _motion(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        if self._flows is None:
            first, second = self.seen
            forward, backward = dense_flow(first, second), dense_flow(second, first)
            there, back = consistency(forward, backward), consistency(backward, forward)
            self._flows = forward, backward, there, back
        return self._flows


def mismatch(first: np.ndarray, second: np.ndarray, motion: np.ndarray, t: float) -> np.ndarray:
    """Grey levels by which two grey pictures differ that `motion` brings to `t`: float32, means of 5×5."""
    difference = cv2.absdiff(warp(first, -t * motion), warp(second, (1 - t) * motion))
    return cv2.blur(difference.astype(np.float32), (5, 5))


def better_of(
    first: np.ndarray, second: np.ndarray, motions: tuple[np.ndarray, np.ndarray], t: float
) -> tuple[np.ndarray, np.ndarray]:
    """For every pixel the one of two motions under which the grey pictures agree better, and its mismatch.

    Motions stand on the grid of time `t`. The better one wins softly.
    """
    misses = [mismatch(first, second, motion, t) for motion in motions]
    share = 1 / (1 + np.exp(np.clip((misses[0] - misses[1]) / 2, -20, 20)))
    motion = motions[1] + (motions[0] - motions[1]) * share[..., None]
    return motion, misses[1] + (misses[0] - misses[1]) * share


def weighed(
    motion: np.ndarray, missed: np.ndarray, trust_first: np.ndarray, trust_second: np.ndarray, t: float
) -> Guess:
    """The guess for `t` along `motion`: what only one picture is trusted to show is taken from that one."""
    outside_first, outside_second = outside(-t * motion), outside((1 - t) * motion)
    weight_first = (1 - t) * (1 - outside_first) * trust_first + 1e-4
    weight_second = t * (1 - outside_second) * trust_second + 1e-4
    share = weight_first / (weight_first + weight_second)
    return Guess(motion, share, missed, np.maximum(outside_first, outside_second))


def faded_where_lost(
    picture: np.ndarray, guess: Guess, first: np.ndarray, second: np.ndarray, t: float
) -> np.ndarray:
    """`picture` at `t`, but the cross-fade where the motion brings together what does not fit.

    All are what `levels` gives; `picture` and the result are float32.
    """
    lost = cv2.GaussianBlur(np.clip(guess.mismatch / MISMATCH - 1, 0, 1), (0, 0), 3)
    lost = (lost * (1 - guess.outside))[..., None]
    fade = cv2.addWeighted(first, 1 - t, second, t, 0).astype(np.float32)
    return picture + (fade - picture) * lost


def carried(flow: np.ndarray, t: float) -> np.ndarray:
    """`flow` moved along itself by `t`, so that it stands where its pixels are then (fixed-point search)."""
    motion = flow
    for _ in range(3):
        motion = warp(flow, -t * motion)
    return motion


def _trust(missed: np.ndarray) -> np.ndarray:
    """The weight of a surface whose flow misses by so many pixels; never nothing, for flows err as well."""
    return 1 / (1 + (cv2.blur(missed, (5, 5)) / 4) ** 2) + 0.2


def outside(flow: np.ndarray) -> np.ndarray:
    """1 where `flow` leads out of the picture, 0 inside, a slope of one pixel between: float32 (H, W)."""
    height, width = flow.shape[:2]
    x, y = np.moveaxis(_grid(height, width) + flow, -1, 0)
    beyond = np.maximum(np.maximum(-x, x - (width - 1)), np.maximum(-y, y - (height - 1)))
    return np.clip(beyond, 0, 1)


@lru_cache(maxsize=4)
def _grid(height: int, width: int) -> np.ndarray:
    """Every pixel's own (x, y): float32 (H, W, 2), shared and therefore read-only."""
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    grid = np.stack((x, y), axis=-1)
    grid.flags.writeable = False
    return grid


def grey(image: np.ndarray, scale: float = 1.0) -> np.ndarray:
    """A picture of colours or of grey levels in grey, with its sides `scale` times as long."""
    whole = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if image.ndim == 3 else image
    if scale == 1.0:
        return whole
    return cv2.resize(whole, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def shrunk(image: np.ndarray, side: int) -> np.ndarray:
    """`image` with a long side of at most `side` pixels."""
    scale = side / max(image.shape[:2])
    if scale >= 1:
        return image
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def _length_squared(flow: np.ndarray) -> np.ndarray:
    # A sum over the last axis takes NumPy twenty times as long.
    return np.square(flow[..., 0]) + np.square(flow[..., 1])


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Pearson's, with a floor of two grey levels so that two flat pictures of one grey correlate fully."""
    a, b = (picture.astype(np.float32) for picture in (first, second))
    gap = float(abs(a.mean() - b.mean()))
    a, b = a - a.mean(), b - b.mean()
    floor = max(0.0, 4.0 - gap)
    return float(((a * b).mean() + floor) / (np.sqrt((a * a).mean() * (b * b).mean()) + 4.0))


def _histogram(image: np.ndarray) -> np.ndarray:
    counts = cv2.calcHist([image], [0, 1, 2], None, [8, 8, 8], [0, 256, 0, 256, 0, 256]).reshape(8, 64)
    counts = cv2.GaussianBlur(counts, (0, 0), 0.8)
    return counts / counts.sum()
