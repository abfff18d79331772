"""A moving shot over one picture: zooms, pans and a parallax move, exact to a fraction of a pixel.

A shot never shows the picture's edge. Every frame is one look-up into a copy of the picture that was shrunk
once with an area filter to about the size needed, so that nothing aliases and nothing trembles.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from studio.jobs.job import Easing, Move

# How far a zoom goes: at its far end the frame shows 1 / 1.25 of what it shows at its near end.
_ZOOM = 1.25
# A pan along a side on which the picture has nothing to spare crops by this much to gain room.
_PAN_CROP = 1.2
# A pan over a wide panorama crosses at most this many frame widths: faster is hard to look at.
_PAN_REACH = 0.6
_PARALLAX_CROP = 1.1
# Where the frame rests on a picture that is too tall for it, 0 top to 1 bottom: faces are in the upper part.
_REST = 0.2
# Shift of the nearest layer against the farthest in a parallax move, as a share of the frame's width.
_PARALLAX_SHIFT = 0.055
# The source is kept at up to this many source pixels per frame pixel: between 1 and 1.5 a Lanczos look-up
# neither blurs nor aliases visibly.
_OVERSAMPLING = 1.25


class View(NamedTuple):
    """What the camera sees: centre (x, y) and width in source pixels; the height follows the frame's."""

    x: float
    y: float
    width: float


def ease(position: float, easing: Easing) -> float:
    """Where the move stands at `position` from 0 to 1 of its time: 0 to 1, monotonous, exact at both ends."""
    p = min(max(position, 0.0), 1.0)
    match easing:
        case Easing.LINEAR:
            return p
        case Easing.EASE:
            # Smoothstep's speed starts and ends at nothing; half linear keeps it from seeming to stand.
            return 0.5 * p + 0.5 * p * p * (3 - 2 * p)
        case Easing.EASE_IN:
            return p * p
        case Easing.EASE_OUT:
            return 1 - (1 - p) * (1 - p)


def view_at(size: tuple[int, int], frame: tuple[int, int], move: Move, progress: float) -> View:
    """The view of a picture of `size` for frames of size `frame` (both (width, height)), `progress` 0 to 1.

    The view lies inside the picture for every move and progress.
    """
    width, height = size
    aspect = frame[0] / frame[1]
    whole = min(width, height * aspect)
    start, end = _ends(width, height, aspect, whole, move)
    # A zoom seems even when the width changes by equal ratios, not by equal amounts.
    mixed = start.width * (end.width / start.width) ** progress
    return View(start.x + (end.x - start.x) * progress, start.y + (end.y - start.y) * progress, mixed)


def _ends(width: int, height: int, aspect: float, whole: float, move: Move) -> tuple[View, View]:
    centre = View(width / 2, _resting(height, whole / aspect, whole / aspect), whole)
    match move:
        case Move.STILL:
            return centre, centre
        case Move.ZOOM_IN:
            return centre, centre._replace(width=whole / _ZOOM)
        case Move.ZOOM_OUT:
            return centre._replace(width=whole / _ZOOM), centre
        case Move.PARALLAX:
            near = centre._replace(width=whole / _PARALLAX_CROP)
            return near, near
        case Move.PAN_LEFT | Move.PAN_RIGHT:
            across, seen = _pan(width, whole)
            y = _resting(height, whole / aspect, seen / aspect)
            left, right = View(width / 2 - across, y, seen), View(width / 2 + across, y, seen)
            return (left, right) if move is Move.PAN_RIGHT else (right, left)
        case Move.PAN_UP | Move.PAN_DOWN:
            across, tall = _pan(height, whole / aspect)
            seen = tall * aspect
            top, bottom = (
                View(width / 2, height / 2 - across, seen),
                View(width / 2, height / 2 + across, seen),
            )
            return (top, bottom) if move is Move.PAN_DOWN else (bottom, top)


def _resting(height: float, whole: float, seen: float) -> float:
    """The height of the view's centre: the middle, or high up where even the `whole` view crops much."""
    share = _REST if height > 1.2 * whole else 0.5
    return seen / 2 + (height - seen) * share


def _pan(side: float, shown: float) -> tuple[float, float]:
    """Half the way of the view's centre along `side` pixels of which `shown` fit, and how many it shows."""
    spare = side / shown
    seen = shown if spare >= _PAN_CROP else side / _PAN_CROP
    return min((side - seen) / 2, seen * _PAN_REACH / 2), seen


class Shot:
    """One moving shot: `picture` (uint8 RGB) seen by the camera for `frame` = (width, height)."""

    def __init__(
        self, picture: np.ndarray, frame: tuple[int, int], move: Move, easing: Easing = Easing.EASE
    ) -> None:
        self._frame = frame
        self._move = move
        self._easing = easing
        self._size = (picture.shape[1], picture.shape[0])
        self._source = _prepared(picture, frame, move)
        self._depth = depth_of(self._source) if move is Move.PARALLAX else None

    def at(self, position: float) -> np.ndarray:
        """The frame at `position` from 0 (first) to 1 (last): uint8 RGB (height, width, 3)."""
        progress = ease(position, self._easing)
        view = view_at(self._size, self._frame, self._move, progress)
        if self._depth is not None:
            return self._parallax(view, self._depth, progress)
        return cv2.warpAffine(
            self._source,
            self._matrix(view),
            self._frame,
            flags=cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REFLECT_101,
        )

    def frames(self, count: int) -> Iterator[np.ndarray]:
        """The shot as `count` frames from its first to its last position."""
        for k in range(count):
            yield self.at(k / max(1, count - 1))

    def _matrix(self, view: View) -> np.ndarray:
        """Frame pixel → source pixel, 2×3; pixel centres lie at half numbers on both sides."""
        width, height = self._frame
        step = view.width / width
        # The two differ by the rounding of the shrunk size to whole pixels.
        across, down = self._source.shape[1] / self._size[0], self._source.shape[0] / self._size[1]
        left = (view.x - step * (width - 1) / 2) * across - 0.5
        top = (view.y - step * (height - 1) / 2) * down - 0.5
        return np.array([[step * across, 0, left], [0, step * down, top]], np.float64)

    def _parallax(self, view: View, depth: np.ndarray, progress: float) -> np.ndarray:
        """The source seen from a little to the side: near things move more than far ones.

        Looked up backwards through a smooth depth, so nothing tears and no hole opens.
        """
        (step, _, left), (_, step_down, top) = self._matrix(view)
        width, height = self._frame
        x = (np.arange(width) * step + left).astype(np.float32)
        y = (np.arange(height) * step_down + top).astype(np.float32)
        grid_x, grid_y = np.meshgrid(x, y)
        nearness = cv2.remap(depth, grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        # The middle layer stands still, so that the move turns about the subject; a slow push-in goes along.
        sideways = (progress - 0.5) * _PARALLAX_SHIFT * width * step
        push = 1 - 0.05 * (progress - 0.5) * nearness
        middle_x, middle_y = (x[0] + x[-1]) / 2, (y[0] + y[-1]) / 2
        look_x = middle_x + (grid_x - middle_x) * push + (nearness - 0.5) * np.float32(sideways)
        look_y = middle_y + (grid_y - middle_y) * push
        return cv2.remap(self._source, look_x, look_y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT_101)


def _prepared(picture: np.ndarray, frame: tuple[int, int], move: Move) -> np.ndarray:
    """`picture` shrunk, never enlarged, to about one source pixel per frame pixel in the closest view."""
    size = (picture.shape[1], picture.shape[0])
    closest = min(view_at(size, frame, move, progress).width for progress in (0.0, 1.0))
    scale = frame[0] * _OVERSAMPLING / closest
    if scale >= 1:
        return picture
    # One scale for both sides, in whole pixels of the width, keeps the picture's shape to half a pixel.
    shrunk = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    return cv2.resize(picture, shrunk, interpolation=cv2.INTER_AREA)


def depth_of(picture: np.ndarray) -> np.ndarray:
    """A guess of how near each pixel of a uint8 RGB picture is: float32 (H, W), 0 far, 1 near.

    Without a network. Three cues, joined and smoothed along the picture's own edges by a guided filter (He,
    Sun and Tang, ECCV 2010): the lower, the nearer; what is sharp is in focus; what stands out in colour
    against the picture's border is the subject.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, 320 / max(height, width))
    small_size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(picture, small_size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
    lower = np.broadcast_to(np.linspace(0, 1, small_size[1], dtype=np.float32)[:, None], lab.shape[:2])
    guess = 0.45 * lower + 0.25 * _sharpness(lab[..., 0]) + 0.30 * _salience(lab)
    smooth = guided_filter(
        lab[..., 0] / 255, guess.astype(np.float32), radius=max(4, small_size[0] // 20), eps=4e-3
    )
    # Slopes, not cliffs: a step of depth would stretch what lies behind it.
    smooth = cv2.GaussianBlur(smooth, (0, 0), max(small_size) / 45)
    low, high = np.percentile(smooth, (2, 98))
    near = np.clip((smooth - low) / max(high - low, 1e-6), 0, 1).astype(np.float32)
    return cv2.resize(near, (width, height), interpolation=cv2.INTER_CUBIC)


def _sharpness(lightness: np.ndarray) -> np.ndarray:
    """Local fine detail, 0 to 1."""
    detail = np.abs(lightness - cv2.GaussianBlur(lightness, (0, 0), 1.5))
    spread = cv2.GaussianBlur(detail, (0, 0), max(lightness.shape) / 25)
    return spread / max(float(spread.max()), 1e-6)


def _salience(lab: np.ndarray) -> np.ndarray:
    """How far each colour lies from those along the top and sides, weighted towards the middle, 0 to 1."""
    height, width = lab.shape[:2]
    rim = max(1, min(height, width) // 12)
    border = np.concatenate(
        [lab[:rim].reshape(-1, 3), lab[:, :rim].reshape(-1, 3), lab[:, -rim:].reshape(-1, 3)]
    )
    spread = border.std(axis=0) + 12
    distance = np.sqrt(np.square((lab - border.mean(axis=0)) / spread).sum(axis=-1))
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    middle = np.exp(-(x * x + y * y) / 0.9)
    salience = cv2.GaussianBlur(
        (np.clip(distance / 3, 0, 1) * middle).astype(np.float32), (0, 0), max(width, height) / 60
    )
    return salience / max(float(salience.max()), 1e-6)


def guided_filter(guide: np.ndarray, image: np.ndarray, radius: int, eps: float) -> np.ndarray:
    """`image` smoothed, keeping the edges of `guide` (He et al.): both float32 (H, W), `guide` 0 to 1."""
    window = (2 * radius + 1, 2 * radius + 1)
    mean_guide, mean_image = cv2.blur(guide, window), cv2.blur(image, window)
    covariance = cv2.blur(guide * image, window) - mean_guide * mean_image
    variance = cv2.blur(guide * guide, window) - mean_guide * mean_guide
    slope = covariance / (variance + eps)
    offset = mean_image - slope * mean_guide
    return cv2.blur(slope, window) * guide + cv2.blur(offset, window)
