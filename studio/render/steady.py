"""A look over moving pictures, held still in time: what was drawn is carried along by optical flow.

Drawn frame by frame, strokes and contours jump with the camera's noise. Here each drawing is the one before,
moved as the scene moved, and only as much of the fresh one as is needed: all of it where something new is
seen or the flow fails, a share elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from studio.jobs.job import Look
from studio.render import flow
from studio.render.looks import DRAWINGS, unit_of
from studio.render.mixing import mixed

# Share of the carried drawing where the flow is sure. More hardly steadies further; repeated look-ups blur.
_CARRIED = 0.85
# Grey levels between the frame and the one before, moved onto it, at which half the trust is gone.
_CHANGED = 12.0
# Motion shorter than this (pixels) is the flow's own noise; the drawing then stays where it is, unblurred.
_STANDING = 0.12


class SteadyLook:
    """Feeds the frames of one clip in order through `look`; starts afresh at cuts by itself."""

    def __init__(self, look: Look, strength: float = 1.0) -> None:
        self._drawing = DRAWINGS[look]
        self._strength = strength
        self._steady = Steady(self._paint)

    def apply(self, frame: np.ndarray) -> np.ndarray:
        """The next frame (uint8 RGB, all of one size) in the look, uint8."""
        return mixed(frame, self.draw(frame), self._strength)

    def draw(self, frame: np.ndarray) -> np.ndarray:
        """The next frame in the whole look: float32 RGB in [0, 1]."""
        return self._drawing.finish(self._steady.draw(frame), unit_of(frame))

    def alone(self, frame: np.ndarray) -> np.ndarray:
        """`frame`, the one drawn last, as it is without the frames before it."""
        return self._drawing.finish(self._steady.alone(frame), unit_of(frame))

    def _paint(self, frame: np.ndarray) -> np.ndarray:
        return self._drawing.paint(frame.astype(np.float32) / 255, unit_of(frame))


class Steady:
    """What `paint` makes of the frames of one clip, held still; starts afresh at cuts by itself."""

    def __init__(self, paint: Callable[[np.ndarray], np.ndarray], carried: float = _CARRIED) -> None:
        """`paint`: uint8 RGB (H, W, 3) to float32 RGB in [0, 1]; `carried`: see _CARRIED."""
        self._paint = paint
        self._carried = carried
        self._before: tuple[np.ndarray, np.ndarray] | None = None
        """The frame before, and what was painted for it."""
        self._fresh = np.empty((0, 0, 3), np.float32)

    def draw(self, frame: np.ndarray) -> np.ndarray:
        """The next frame (uint8 RGB, all of one size) painted: float32 RGB in [0, 1]."""
        if self._before is not None and np.array_equal(frame, self._before[0]):
            return self._before[1]
        painted = self._fresh = self._paint(frame)
        if self._before is not None:
            painted = self._held(frame, painted, *self._before)
        self._before = frame, painted
        return painted

    def alone(self, frame: np.ndarray) -> np.ndarray:
        """`frame`, the one drawn last, as it is without the frames before it."""
        return self._fresh

    def _held(
        self, frame: np.ndarray, painted: np.ndarray, frame_before: np.ndarray, painted_before: np.ndarray
    ) -> np.ndarray:
        """`painted`, replaced by what was painted before wherever that still stands for the same thing."""
        back = flow.dense_flow(frame, frame_before, "fast")
        there = flow.dense_flow(frame_before, frame, "fast")
        changed = cv2.absdiff(frame, flow.warp(frame_before, back)).max(axis=-1).astype(np.float32)
        missed = flow.consistency(back, there)
        share = self._carried / (1 + (cv2.blur(changed, (5, 5)) / _CHANGED) ** 2) / (1 + missed**2)
        # At a cut hardly anything is found again; then nothing at all of the old picture may shine through.
        if float(share.mean()) < 0.25 * self._carried:
            return painted
        back[flow.length(back) < _STANDING] = 0
        carried = np.clip(flow.warp(painted_before, back, cv2.INTER_CUBIC), 0, 1)
        return painted + (carried - painted) * share[..., None]
