"""Three moments of a scene that is drawn: photographs as layers, moving as cameras and things do.

The ground and up to four things over it (blobs, polygons, thin lines, words) slide, turn, swell, tilt, bend
and hurry, each in its own way. Some scenes are blurred by motion, change their light, are noisy or worn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

SIDE = 352
"""Pixels of the square that is drawn; its rim is not used, for what moves in from outside is made up."""
_TIMES = (0.25, 0.75, 1 / 3, 2 / 3)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Moments(NamedTuple):
    """uint8 RGB of one size each; `middle` is at time `t` between the other two."""

    first: np.ndarray
    middle: np.ndarray
    second: np.ndarray
    t: float


class Layer:
    """A texture, with a mask where it is not the ground, and how it moves in the time from 0 to 1."""

    def __init__(self, photos: Sequence[np.ndarray], rng: np.random.Generator, *, is_ground: bool) -> None:
        self._texture = _texture(photos, rng).astype(np.float32)
        if not is_ground and rng.random() < 0.25:
            self._texture[:] = rng.uniform(0, 255, 3)
        self._mask = None if is_ground else _mask(rng)
        speed = float(np.exp(rng.uniform(np.log(0.3), np.log(30 if is_ground else 46))))
        angle = rng.uniform(0, 2 * np.pi)
        self._velocity = np.array([np.cos(angle), np.sin(angle)]) * speed
        self._hurry = rng.normal(0, 0.1 * speed, 2)
        self._turn = rng.normal(0, 0.02 if is_ground else 0.05)
        self._swell = rng.normal(0, 0.025 if is_ground else 0.05)
        self._centre = SIDE * (0.5 + rng.normal(0, 0.15, 2))
        self._tilt = rng.normal(0, 8e-5, 2) if rng.random() < 0.25 else np.zeros(2)
        self._bend = _bend(rng) if rng.random() < 0.35 else None

    def at(self, time: float) -> tuple[np.ndarray, np.ndarray | None]:
        """Colours, float32 (SIDE, SIDE, 3), and opacity (SIDE, SIDE, 1) at `time`."""
        since = time - 0.5
        moved = self._centre + self._velocity * since + self._hurry * since * since * 4
        y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
        x, y = x - moved[0], y - moved[1]
        depth = 1 + self._tilt[0] * since * x + self._tilt[1] * since * y
        angle, scale = self._turn * since * 2, 1 + self._swell * since * 2
        cos, sin = np.cos(angle) / scale, np.sin(angle) / scale
        from_x = (cos * x + sin * y) / depth + self._centre[0]
        from_y = (-sin * x + cos * y) / depth + self._centre[1]
        if self._bend is not None:
            from_x, from_y = from_x + self._bend[..., 0] * since * 2, from_y + self._bend[..., 1] * since * 2
        where = from_x.astype(np.float32), from_y.astype(np.float32)
        colours = cv2.remap(self._texture, *where, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
        if self._mask is None:
            return colours, None
        return colours, cv2.remap(self._mask, *where, cv2.INTER_LINEAR)[..., None]


def draw_moments(photos: Sequence[np.ndarray], rng: np.random.Generator) -> Moments:
    """A new scene (SIDE, SIDE, 3) of `photos` (uint8 RGB, any size).

    Seven of ten times the moment is in the middle.
    """
    things = int(rng.choice(5, p=(0.15, 0.3, 0.25, 0.2, 0.1)))
    layers = [Layer(photos, rng, is_ground=number == 0) for number in range(1 + things)]
    t = 0.5 if rng.random() < 0.7 else float(rng.choice(_TIMES))
    shutter = float(rng.uniform(0.1, 0.35)) if rng.random() < 0.25 else 0.0
    light = float(rng.normal(0, 0.05)) if rng.random() < 0.25 else 0.0
    empty = np.zeros((SIDE, SIDE, 3), np.float32)
    seen = [exposed(empty, layers, time, shutter) * (1 + light * (time - 0.5)) for time in (0.0, t, 1.0)]
    if rng.random() < 0.35:
        grain = rng.uniform(0.5, 3)
        seen[0], seen[2] = (seen[k] + rng.normal(0, grain, seen[k].shape) for k in (0, 2))
    pictures = [np.clip(picture + 0.5, 0, 255).astype(np.uint8) for picture in seen]
    if rng.random() < 0.35:
        quality = int(rng.integers(55, 95))
        # What is learnt is the clean picture between two that were worn.
        pictures[0], pictures[2] = (_compressed(pictures[k], quality) for k in (0, 2))
    return Moments(pictures[0], pictures[1], pictures[2], t)


def exposed(ground: np.ndarray, layers: Sequence[Layer], time: float, shutter: float) -> np.ndarray:
    """`layers` over `ground`, float32 (SIDE, SIDE, 3), at `time`: the ground alone is what it is at any time.

    With a `shutter` open for that share of the time, what moves is blurred by its motion.
    """
    times = [time + offset * shutter for offset in (-0.5, 0, 0.5)] if shutter else [time]
    pictures: list[np.ndarray] = []
    for moment in times:
        picture = ground
        for layer in layers:
            colours, opacity = layer.at(moment)
            picture = colours if opacity is None else picture + (colours - picture) * opacity
        pictures.append(picture)
    return np.mean(pictures, axis=0)


def _texture(photos: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """A square piece of a photograph: in its own grain where it is large enough, else or by chance scaled."""
    photo = photos[int(rng.integers(len(photos)))]
    if min(photo.shape[:2]) < SIDE * 1.2 or rng.random() < 0.5:
        scale = SIDE / min(photo.shape[:2]) * float(rng.uniform(1, 1.8))
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        photo = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=way)
    top, left = (int(rng.integers(0, max(1, side - SIDE + 1))) for side in photo.shape[:2])
    piece = photo[top : top + SIDE, left : left + SIDE]
    return cv2.resize(piece, (SIDE, SIDE)) if piece.shape[:2] != (SIDE, SIDE) else piece


def _noise(rng: np.random.Generator, cells: int) -> np.ndarray:
    coarse = rng.normal(0, 1, (cells, cells)).astype(np.float32)
    return cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)


def _bend(rng: np.random.Generator) -> np.ndarray:
    """How far an elastic thing gives way, pixels (SIDE, SIDE, 2)."""
    shape = np.dstack([_noise(rng, int(rng.integers(3, 8))) for _ in range(2)])
    return shape * float(rng.uniform(0, 4))


def _mask(rng: np.random.Generator) -> np.ndarray:
    """The outline of a thing: float32 (SIDE, SIDE), 0 to 1."""
    kind = int(rng.integers(5))
    centre, reach = rng.uniform(0.3, 0.7, 2) * SIDE, float(rng.uniform(0.08, 0.28)) * SIDE
    if kind == 2:
        y, x = np.mgrid[:SIDE, :SIDE]
        distance = np.hypot(x - centre[0], y - centre[1]) / reach
        return np.clip((1.1 - distance + 0.5 * _noise(rng, 8)) * 8, 0, 1).astype(np.float32)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    [_ellipse, _polygon, _ellipse, _lines, _word][kind](mask, centre, reach, rng)
    return mask.astype(np.float32) / 255


def _ellipse(mask: np.ndarray, centre: np.ndarray, reach: float, rng: np.random.Generator) -> None:
    axes = (int(reach), int(reach * rng.uniform(0.4, 1)))
    angle = float(rng.uniform(0, 180))
    cv2.ellipse(mask, (int(centre[0]), int(centre[1])), axes, angle, 0, 360, 255, -1, cv2.LINE_AA)


def _polygon(mask: np.ndarray, centre: np.ndarray, reach: float, rng: np.random.Generator) -> None:
    count = int(rng.integers(3, 8))
    angles, radii = np.sort(rng.uniform(0, 2 * np.pi, count)), reach * rng.uniform(0.5, 1.3, count)
    corners = np.stack([centre[0] + radii * np.cos(angles), centre[1] + radii * np.sin(angles)], axis=1)
    cv2.fillPoly(mask, [corners.astype(np.int32)], 255, cv2.LINE_AA)


def _lines(mask: np.ndarray, centre: np.ndarray, reach: float, rng: np.random.Generator) -> None:
    for _ in range(int(rng.integers(1, 5))):
        ends = (centre + rng.normal(0, reach, (2, 2))).astype(int)
        cv2.line(
            mask,
            tuple(map(int, ends[0])),
            tuple(map(int, ends[1])),
            255,
            int(rng.integers(1, 7)),
            cv2.LINE_AA,
        )


def _word(mask: np.ndarray, centre: np.ndarray, reach: float, rng: np.random.Generator) -> None:
    text = "".join(_LETTERS[int(rng.integers(26))] for _ in range(int(rng.integers(1, 6))))
    place, font = (int(centre[0] - reach), int(centre[1])), int(rng.integers(0, 8))
    cv2.putText(
        mask, text, place, font, float(rng.uniform(0.8, 3)), 255, int(rng.integers(1, 6)), cv2.LINE_AA
    )


def _compressed(picture: np.ndarray, quality: int) -> np.ndarray:
    """`picture` after a round trip through a JPEG of `quality`."""
    _, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    read = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert read is not None  # it was written a line above
    return np.ascontiguousarray(read[..., ::-1])
