"""Two pictures of one place, taken by hand or in other sizes, laid over each other."""

from __future__ import annotations

import cv2
import numpy as np

from studio.render.flow import alike

_FEATURES = 2000
# So many matches must agree on one transform: four points always do.
_LEAST_MATCHES = 25
_SIDE = 800
# A transform that turns, shrinks or shears more than this is a mistake, not a hand.
_LARGEST_SCALE = 2.0
# Pictures whose corners lie closer than this share of the width need no aligning: flow follows that.
_SMALL_SHIFT = 0.03


def alignment(first: np.ndarray, second: np.ndarray) -> np.ndarray | None:
    """The similarity (float64, 3×3) that takes pixels of `first` to those of `second`: uint8 RGB of one size.

    ORB features (Rublee et al., ICCV 2011), matched both ways, and a robust fit. None where the pictures show
    no common place, or lie over each other already.
    """
    scale = min(1.0, _SIDE / max(first.shape[:2]))
    points = _matches(_grey(first, scale), _grey(second, scale))
    if points is None:
        return None
    found, inside = cv2.estimateAffinePartial2D(
        points[0], points[1], method=cv2.RANSAC, ransacReprojThreshold=3.0
    )
    if found is None or int(inside.sum()) < _LEAST_MATCHES or not _is_sensible(found):
        return None
    matrix = np.vstack([found, [0, 0, 1]])
    matrix[:2, 2] /= scale
    height, width = first.shape[:2]
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], np.float64).T
    shift = np.abs((matrix @ corners - corners)[:2]).max()
    if shift < _SMALL_SHIFT * width or alike(moved(first, matrix), _cut_to(second, matrix)) < alike(
        first, second
    ):
        return None
    return matrix


def part_of(matrix: np.ndarray, share: float) -> np.ndarray:
    """A `share` of the way of a similarity: 0 the identity, 1 all of it; turned and scaled evenly."""
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0])) ** share
    angle = float(np.arctan2(matrix[1, 0], matrix[0, 0])) * share
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.array([[*turn[0], matrix[0, 2] * share], [*turn[1], matrix[1, 2] * share], [0, 0, 1]])


def moved(picture: np.ndarray, matrix: np.ndarray, beneath: np.ndarray | None = None) -> np.ndarray:
    """`picture` with every pixel p at `matrix` · p; where it does not reach, `beneath`, else its own edge."""
    height, width = picture.shape[:2]
    mode = cv2.BORDER_REPLICATE if beneath is None else cv2.BORDER_TRANSPARENT
    under = None if beneath is None else beneath.copy()
    return cv2.warpAffine(picture, matrix[:2], (width, height), under, flags=cv2.INTER_CUBIC, borderMode=mode)  # pyright: ignore


def _cut_to(second: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """`second`, repeating its edge where the first picture, moved onto it, repeats its own."""
    return moved(moved(second, np.linalg.inv(matrix)), matrix)


def _matches(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    orb = cv2.ORB.create(_FEATURES)
    (keys_first, told_first), (keys_second, told_second) = (
        orb.detectAndCompute(picture, None)  # pyright: ignore[reportArgumentType, reportCallIssue]
        for picture in (first, second)
    )
    if told_first is None or told_second is None:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(told_first, told_second)
    if len(pairs) < _LEAST_MATCHES:
        return None
    there = np.array([keys_first[pair.queryIdx].pt for pair in pairs], np.float32)
    here = np.array([keys_second[pair.trainIdx].pt for pair in pairs], np.float32)
    return there, here


def _is_sensible(matrix: np.ndarray) -> bool:
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    return 1 / _LARGEST_SCALE < scale < _LARGEST_SCALE


def _grey(picture: np.ndarray, scale: float) -> np.ndarray:
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
