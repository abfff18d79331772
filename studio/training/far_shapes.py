"""What far-moving things look like: outlines of bodies, limbs and boxes, and surfaces with little on them."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np


def mask_of(shape: tuple[int, int], centre: np.ndarray, reach: float, rng: np.random.Generator) -> np.ndarray:
    """An outline about `centre` (x, y) of about `reach` pixels: uint8 of `shape` (H, W), 0 or 255."""
    mask = np.zeros(shape, np.uint8)
    _OUTLINES[int(rng.integers(len(_OUTLINES)))](mask, centre.astype(int), reach, rng)
    return mask


def smooth(texture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A colour with a slope of light and little of `texture` (uint8 RGB): as skin and cloth are."""
    height, width = texture.shape[:2]
    across = np.linspace(-1, 1, width)[None, :, None] * rng.uniform(-40, 40)
    down = np.linspace(-1, 1, height)[:, None, None] * rng.uniform(-40, 40)
    detail = (texture.astype(np.float32) - texture.mean((0, 1))) * rng.uniform(0, 0.35)
    return np.clip(rng.uniform(20, 235, 3) + across + down + detail, 0, 255).astype(np.uint8)


def _ellipse(mask: np.ndarray, centre: np.ndarray, reach: float, rng: np.random.Generator) -> None:
    axes = max(1, int(reach)), max(1, int(reach * rng.uniform(0.3, 1)))
    cv2.ellipse(mask, _point(centre), axes, float(rng.uniform(0, 180)), 0, 360, 255, -1)


def _polygon(mask: np.ndarray, centre: np.ndarray, reach: float, rng: np.random.Generator) -> None:
    count = int(rng.integers(3, 9))
    angles, radii = np.sort(rng.uniform(0, 2 * np.pi, count)), reach * rng.uniform(0.4, 1.4, count)
    corners = centre + np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1)
    cv2.fillPoly(mask, [corners.astype(np.int32)], 255)


def _body(mask: np.ndarray, centre: np.ndarray, reach: float, rng: np.random.Generator) -> None:
    """A round trunk with two to six limbs, of which some go on from the end of another."""
    joint = centre.astype(float)
    for _ in range(int(rng.integers(2, 7))):
        root = centre if rng.random() < 0.5 else joint
        end = root + rng.normal(0, reach * 0.7, 2)
        thickness = max(1, int(reach * rng.uniform(0.05, 0.4)))
        cv2.line(mask, _point(joint), _point(end), 255, thickness)
        joint = end if rng.random() < 0.6 else centre.astype(float)
    cv2.circle(mask, _point(centre), max(1, int(reach * rng.uniform(0.1, 0.5))), 255, -1)


def _box(mask: np.ndarray, centre: np.ndarray, reach: float, rng: np.random.Generator) -> None:
    half = np.array([max(1, int(reach)), max(1, int(reach * rng.uniform(0.2, 1.5)))])
    cv2.rectangle(mask, _point(centre - half), _point(centre + half), 255, -1)


def _blob(mask: np.ndarray, centre: np.ndarray, reach: float, rng: np.random.Generator) -> None:
    height, width = mask.shape
    y, x = np.ogrid[:height, :width]
    coarse = rng.normal(0, 1, (8, 8)).astype(np.float32)
    uneven = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    distance = np.hypot(x - centre[0], y - centre[1]) / max(2, reach)
    mask[0.8 - distance + 0.5 * uneven > 0] = 255


def _point(place: np.ndarray) -> tuple[int, int]:
    return int(place[0]), int(place[1])


_OUTLINES: tuple[Callable[[np.ndarray, np.ndarray, float, np.random.Generator], None], ...] = (
    _ellipse,
    _polygon,
    _body,
    _box,
    _blob,
)
