"""How much a clip flickers: what changes along the motion where nothing should.

The number is the mean squared difference between a frame and the next one moved back onto it, over the
pixels that are seen in both, with values from 0 to 1, times 10,000 (the warping error of Lai et al.,
"Learning blind video temporal consistency", ECCV 2018). 0 is perfectly still; steady footage has 1 to 3.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from studio.render import flow

# Frames are compared at this long side, as the published figures are.
_SIDE = 480
# Where fewer pixels are seen again, the two frames are of different shots.
_SEEN = 0.25


def measure(frames: Sequence[np.ndarray], originals: Sequence[np.ndarray] | None = None) -> float:
    """The flicker of `frames` (uint8 RGB, one size) along the motion of `originals`, else along their own.

    To compare a clip before and after, give both the same originals. 0 for fewer than two frames.
    """
    steadiness = Steadiness()
    for frame, original in zip(frames, originals or frames, strict=True):
        steadiness.add(original, (frame,))
    return steadiness.values[0] if steadiness.values else 0.0


class Steadiness:
    """Measures several versions of one clip at once, frame by frame as they come."""

    def __init__(self) -> None:
        self._before: tuple[np.ndarray, list[np.ndarray]] | None = None
        self.sums = np.zeros(0)
        """Of the squared differences (0 to 1, times 10,000), for each version."""
        self.count = 0
        """How many pairs of neighbours are in the sums."""

    def add(self, original: np.ndarray, versions: Sequence[np.ndarray]) -> None:
        """The next frame: the one whose motion counts, and its versions, all uint8 RGB of one size."""
        original, shown = _small(original), [_small(version) for version in versions]
        if self._before is not None:
            self._compare(*self._before, original, shown)
        self._before = original, shown

    def restart(self) -> None:
        """The next frame does not follow the last one."""
        self._before = None

    @property
    def values(self) -> list[float]:
        """The flicker of each version; empty before the second frame of a shot."""
        return [float(value) / self.count for value in self.sums] if self.count else []

    def _compare(
        self, first: np.ndarray, shown: list[np.ndarray], second: np.ndarray, later: list[np.ndarray]
    ) -> None:
        forward, backward = flow.dense_flow(first, second), flow.dense_flow(second, first)
        seen = _seen(forward, backward)
        if seen.mean() < _SEEN:
            return
        if not self.count:
            self.sums = np.zeros(len(shown))
        for number, (now, then) in enumerate(zip(shown, later, strict=True)):
            missed = now.astype(np.float32) - flow.warp(then, forward).astype(np.float32)
            self.sums[number] += float(((missed / 255) ** 2)[seen].mean()) * 1e4
        self.count += 1


def _small(frame: np.ndarray) -> np.ndarray:
    scale = _SIDE / max(frame.shape[:2])
    if scale >= 1:
        return frame
    size = (max(1, round(frame.shape[1] * scale)), max(1, round(frame.shape[0] * scale)))
    return cv2.resize(frame, size, interpolation=cv2.INTER_AREA)


def _seen(forward: np.ndarray, backward: np.ndarray) -> np.ndarray:
    """Pixels of the first picture that are in the second as well: bool (H, W).

    There and back agree, no edge of the motion, and the goal inside (Sundaram et al., ECCV 2010).
    """
    back = flow.warp(backward, forward)
    length = (forward**2).sum(axis=-1)
    missed = ((forward + back) ** 2).sum(axis=-1)
    sure = missed < 0.01 * (length + (back**2).sum(axis=-1)) + 0.5
    if min(forward.shape[:2]) < 2:
        return sure
    bend = sum((np.gradient(forward, axis=axis) ** 2).sum(axis=-1) for axis in (0, 1))
    height, width = length.shape
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    x, y = x + forward[..., 0], y + forward[..., 1]
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return sure & inside & (bend < 0.01 * length + 0.02)
