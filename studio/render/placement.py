"""Where a clip's appearance puts its picture: moved, scaled, turned and cropped, exact to parts of a pixel.

Whole-pixel moves and crops copy; everything else is one look-up per pixel, with edges whose coverage is
computed and not blurred.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np

from studio.project.curves import UNCHANGED, Appearance
from studio.render.stacking import Box, Fitted, with_alpha

# Nearer than this to a whole pixel is on it: no eye and no 8-bit value tells the difference.
_WHOLE = 1e-4


class Pose(NamedTuple):
    """An appearance at one moment; opacity aside."""

    x: float
    y: float
    scale: float
    rotation: float
    crop: tuple[float, float, float, float]
    """Shares cut off at left, top, right, bottom."""


class View(NamedTuple):
    """The frame that is drawn: `size` (width, height), and how many times as large its sources come."""

    size: tuple[int, int]
    detail: int
    quick: bool


def pose_at(appearance: Appearance, frame: int) -> Pose | None:
    """The pose `frame` frames after the clip's first; None: as it comes."""
    if appearance == UNCHANGED:
        return None
    a = appearance
    crop = [curve.at(frame) for curve in (a.crop_left, a.crop_top, a.crop_right, a.crop_bottom)]
    left, top, right, bottom = (min(1.0, max(0.0, share)) for share in crop)
    pose = Pose(
        a.x.at(frame), a.y.at(frame), a.scale.at(frame), a.rotation.at(frame), (left, top, right, bottom)
    )
    return None if pose == _STILL else pose


_STILL = Pose(0.0, 0.0, 1.0, 0.0, (0.0, 0.0, 0.0, 0.0))


def largest_scale(appearance: Appearance) -> float:
    """The greatest enlargement that the picture ever has."""
    curve = appearance.scale
    return max([key.value for key in curve.keyframes], default=curve.value)


def posed(picture: Fitted, whole: Box, pose: Pose | None, view: View) -> Fitted | None:
    """`picture`, fitted into a canvas of `view.detail` × `view.size`, in its pose; None: nothing is seen.

    `whole` is the place of the whole picture there, of which `picture` may be a part (the lettered part of
    a title): it is turned and scaled around its middle, and crops are shares of it.
    """
    if pose is None:
        if view.detail == 1:
            return picture
        pose = _STILL
    left, top, right, bottom = _kept(picture, whole, pose)
    if right - left <= _WHOLE or bottom - top <= _WHOLE or pose.scale <= 0:
        return None
    shift = pose.x * view.size[0], pose.y * view.size[1]
    corners = (left, top, right, bottom)
    if view.detail == 1 and pose.scale == 1 and pose.rotation % 360 == 0 and _are_whole(*corners, *shift):
        first_x, first_y, last_x, last_y = (round(value) for value in corners)
        return picture._replace(
            image=picture.image[first_y:last_y, first_x:last_x],
            left=picture.left + first_x + round(shift[0]),
            top=picture.top + first_y + round(shift[1]),
        )
    matrix = _matrix(picture, whole, pose, view, shift)
    image, matrix, corners = _shrunk(picture.image, matrix, corners)
    return _drawn(picture._replace(image=image), matrix, corners, view)


def _kept(picture: Fitted, whole: Box, pose: Pose) -> tuple[float, float, float, float]:
    """The part of the picture that the crops leave, in its own pixels, whose edges lie at whole numbers."""
    cut_left, cut_top, cut_right, cut_bottom = pose.crop
    height, width = picture.image.shape[:2]
    left = whole.left + cut_left * whole.width - picture.left
    top = whole.top + cut_top * whole.height - picture.top
    right = whole.left + (1 - cut_right) * whole.width - picture.left
    bottom = whole.top + (1 - cut_bottom) * whole.height - picture.top
    return max(0.0, left), max(0.0, top), min(float(width), right), min(float(height), bottom)


def _are_whole(*values: float) -> bool:
    return all(abs(value - round(value)) < _WHOLE for value in values)


def _matrix(picture: Fitted, whole: Box, pose: Pose, view: View, shift: tuple[float, float]) -> np.ndarray:
    """Points of the picture to points of the canvas, 2×3 float64; pixels begin at whole numbers in both."""
    angle = math.radians(pose.rotation)
    scale = pose.scale / view.detail
    turn = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    middle = np.array([whole.left + whole.width / 2, whole.top + whole.height / 2])
    offset = turn @ (np.array([picture.left, picture.top]) - middle) + middle / view.detail + shift
    return np.column_stack([turn, offset])


def _shrunk(
    image: np.ndarray, matrix: np.ndarray, corners: tuple[float, float, float, float]
) -> tuple[np.ndarray, np.ndarray, tuple[float, float, float, float]]:
    """The same picture halved, by averages, as long as less than every second pixel would be looked up."""
    height, width = image.shape[:2]
    scale = math.hypot(matrix[0, 0], matrix[1, 0])
    halvings = max(0, math.floor(math.log2(1 / scale) + 1e-9)) if scale < 1 else 0
    small = max(1, round(width / 2**halvings)), max(1, round(height / 2**halvings))
    if small == (width, height):
        return image, matrix, corners
    across, down = width / small[0], height / small[1]
    image = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
    left, top, right, bottom = corners
    corners = left / across, top / down, right / across, bottom / down
    return image, matrix @ np.diag([across, down, 1.0]), corners


def _drawn(
    picture: Fitted, matrix: np.ndarray, corners: tuple[float, float, float, float], view: View
) -> Fitted | None:
    """The canvas's part that the picture's `corners` (left, top, right, bottom) reach, looked up in it."""
    box = _reached(matrix, corners, view.size)
    if box is None:
        return None
    back = cv2.invertAffineTransform(matrix)
    # From the first point of the box, and from the middles of pixels to the middles of pixels.
    back[:, 2] += back[:, :2] @ np.array([box.left + 0.5, box.top + 0.5])
    coverage = _coverage(back, corners, box)
    back[:, 2] -= 0.5
    opaque = picture.image.shape[2] == 3 and coverage is None
    image = cv2.warpAffine(
        picture.image if opaque else with_alpha(picture.image),
        back,
        (box.width, box.height),
        flags=(cv2.INTER_LINEAR if view.quick else cv2.INTER_CUBIC) | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if coverage is not None:
        image = cv2.multiply(image, cv2.merge([coverage] * 4), scale=1 / 255)
    return Fitted(image, box.left, box.top, picture.opacity)


def _reached(
    matrix: np.ndarray, corners: tuple[float, float, float, float], size: tuple[int, int]
) -> Box | None:
    left, top, right, bottom = corners
    points = matrix @ np.array([[left, right, left, right], [top, top, bottom, bottom], [1, 1, 1, 1]])
    low, high = points.min(axis=1), points.max(axis=1)
    first_x, first_y = max(0, math.floor(low[0] + _WHOLE)), max(0, math.floor(low[1] + _WHOLE))
    last_x, last_y = min(size[0], math.ceil(high[0] - _WHOLE)), min(size[1], math.ceil(high[1] - _WHOLE))
    if first_x >= last_x or first_y >= last_y:
        return None
    return Box(first_x, first_y, last_x - first_x, last_y - first_y)


def _coverage(back: np.ndarray, corners: tuple[float, float, float, float], box: Box) -> np.ndarray | None:
    """How much of each pixel of `box` lies in the picture, uint8 (h, w); None where all of all does.

    `back` leads from the middle of the box's pixel (0, 0) to points of the picture.
    """
    left, top, right, bottom = corners
    scale = math.hypot(back[0, 0], back[1, 0])
    columns, rows = np.arange(box.width, dtype=np.float32), np.arange(box.height, dtype=np.float32)
    straight = abs(back[0, 1]) < 1e-9 and abs(back[1, 0]) < 1e-9 and back[0, 0] > 0
    if straight:
        u, v = back[0, 0] * columns + back[0, 2], (back[1, 1] * rows + back[1, 2])[:, None]
    else:
        grid_x, grid_y = np.meshgrid(columns, rows)
        u = np.float32(back[0, 0]) * grid_x + np.float32(back[0, 1]) * grid_y + np.float32(back[0, 2])
        v = np.float32(back[1, 0]) * grid_x + np.float32(back[1, 1]) * grid_y + np.float32(back[1, 2])
    share_x = _inside(u, left, right, scale)
    share_y = _inside(v, top, bottom, scale)
    if share_x.min() > 1 - 1e-3 and share_y.min() > 1 - 1e-3:
        return None
    return np.round(255 * share_x * share_y).astype(np.uint8)


def _inside(position: np.ndarray, low: float, high: float, scale: float) -> np.ndarray:
    """The share of a pixel, `scale` picture pixels wide around `position`, that lies in [low, high)."""
    half = scale / 2
    covered = np.minimum(position + half, high) - np.maximum(position - half, low)
    return np.clip(covered / scale, 0, 1)
