"""What the flicker network learns from: crops of flickering shots after the light was corrected.

Half of the shots are real footage, the others two photographs, one moving before the other. On each, a kind
of flicker is drawn (`training.flickers`), `render.light` takes back what it can, and parts of the result are
kept with the steady frames and the motion, so that a training step only has to read them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from studio.media.reader import open_reader
from studio.render import flow, light
from studio.training.flickers import SHARES, Frames, style

SIDE = 128
LENGTH = 9
_SHOT = 14
_DRAWN_SIZE = (320, 224)
_REAL_SIDE = 480
_PART = (256, 192)


class Crop(NamedTuple):
    """A part of LENGTH frames in a row, with one more before and after where they are needed."""

    lit: np.ndarray
    """uint8 (LENGTH + 1, SIDE, SIDE, 3): the frames in their corrected light, and the next."""
    steady: np.ndarray
    """uint8 (LENGTH, SIDE, SIDE, 3): what should come out."""
    guides: np.ndarray
    """uint8 (LENGTH + 2, SIDE, SIDE, 3): what the motion was read from, from one before to one after."""
    back: np.ndarray
    """float16 (LENGTH, SIDE, SIDE, 2): the motion to the frame before."""
    on: np.ndarray
    """float16 (LENGTH, SIDE, SIDE, 2): the motion to the next frame."""
    missed: np.ndarray
    """float16 (LENGTH, SIDE, SIDE, 2): how far there and back misses, to the frame before and to the next."""


def crops(clips: list[Path], pictures: list[Path], seed: int) -> Iterator[Crop]:
    """Crops without end from video files and photographs; the same seed gives the same."""
    rng = np.random.default_rng(seed)
    kinds, shares = list(SHARES), np.array(list(SHARES.values()))
    while True:
        shot = _filmed(clips, rng) if rng.random() < 0.6 else _drawn(pictures, rng)
        if shot is None:
            continue
        kind = kinds[int(rng.choice(len(kinds), p=shares))]
        flickering, steady = kind(shot, rng)
        blind = rng.random() < (0.4 if kind is style else 0.75)
        raw = kind is style and rng.random() < 0.3
        lit = flickering if raw else relit(flickering, None if blind else shot)
        yield from _cut_out(lit, steady, lit if blind else shot, rng)


def relit(frames: Frames, originals: Frames | None = None) -> Frames:
    """Every frame of a shot (uint8 RGB, one size) in its corrected light, all neighbours known."""
    sketches = [light.sketch_of(frame) for frame in frames]
    guides = sketches if originals is None else [light.sketch_of(frame) for frame in originals]
    steps = [light.step_between(one.structure, other.structure) for one, other in pairwise(guides)]
    out: Frames = []
    for k, frame in enumerate(frames):
        first, last = max(0, k - light.REACH), min(len(frames), k + light.REACH + 1)
        part = light.correction(sketches[first:last], steps[first : last - 1], k - first)
        out.append(part.applied(frame))
    return out


def _cut_out(lit: Frames, steady: Frames, guides: Frames, rng: np.random.Generator) -> Iterator[Crop]:
    first = int(rng.integers(1, _SHOT - LENGTH))
    pairs = list(pairwise(guides[first - 1 : first + LENGTH + 1]))
    on = [flow.dense_flow(one, other) for one, other in pairs]
    back = [flow.dense_flow(other, one) for one, other in pairs]
    missed = [
        np.dstack((flow.consistency(back[k], on[k]), flow.consistency(on[k + 1], back[k + 1])))
        for k in range(LENGTH)
    ]
    height, width = lit[0].shape[:2]
    for _ in range(2 if width <= _DRAWN_SIZE[0] else 3):
        top, left = int(rng.integers(0, height - SIDE + 1)), int(rng.integers(0, width - SIDE + 1))
        here = np.s_[top : top + SIDE, left : left + SIDE]
        yield Crop(
            np.stack([frame[here] for frame in lit[first : first + LENGTH + 1]]),
            np.stack([frame[here] for frame in steady[first : first + LENGTH]]),
            np.stack([frame[here] for frame in guides[first - 1 : first + LENGTH + 1]]),
            np.stack([motion[here] for motion in back[:LENGTH]]).astype(np.float16),
            np.stack([motion[here] for motion in on[1 : LENGTH + 1]]).astype(np.float16),
            np.minimum(np.stack([miss[here] for miss in missed]), 8).astype(np.float16),
        )


def _filmed(clips: list[Path], rng: np.random.Generator) -> Frames | None:
    """A shot of footage, or a part of it; None where the clip ends too soon."""
    path = clips[int(rng.integers(len(clips)))]
    first, step = int(rng.integers(0, 300)), int(rng.integers(1, 3))
    shot: Frames = []
    with closing(open_reader(path)) as reader:
        for number, frame in enumerate(reader.frames()):
            if number >= first and (number - first) % step == 0:
                shot.append(_shrunk(frame.image))
            if len(shot) == _SHOT:
                break
    if len(shot) < _SHOT or min(shot[0].shape[:2]) < SIDE:
        return None
    height, width = shot[0].shape[:2]
    if width > _PART[0] and height > _PART[1] and rng.random() < 0.6:
        top, left = int(rng.integers(0, height - _PART[1] + 1)), int(rng.integers(0, width - _PART[0] + 1))
        here = np.s_[top : top + _PART[1], left : left + _PART[0]]
        shot = [np.ascontiguousarray(frame[here]) for frame in shot]
    return shot


def _shrunk(frame: np.ndarray) -> np.ndarray:
    scale = min(1.0, _REAL_SIDE / max(frame.shape[:2]))
    size = tuple(round(side * scale) // 2 * 2 for side in (frame.shape[1], frame.shape[0]))
    return cv2.resize(frame, size, interpolation=cv2.INTER_AREA)


def _drawn(pictures: list[Path], rng: np.random.Generator) -> Frames:
    """A photograph moving before another, with a little noise: surely without flicker."""
    (width, height), number = _DRAWN_SIZE, len(pictures)
    far, near = (_picture(pictures[int(rng.integers(number))], zoom) for zoom in (1.5, 1.3))
    outline = _outline(rng)
    far_path, near_path = _Path(rng, 1.5), _Path(rng, 3.0)
    shot: Frames = []
    for k in range(_SHOT):
        time = k - _SHOT / 2
        cover = cv2.warpAffine(outline, near_path.at(time, outline), _DRAWN_SIZE)[..., None]
        layers = [
            cv2.warpAffine(
                picture,
                path.at(time, picture),
                _DRAWN_SIZE,
                flags=cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_REFLECT,
            )
            for picture, path in ((far, far_path), (near, near_path))
        ]
        image = layers[0] * (1 - cover) + layers[1] * cover + rng.normal(0, 1.2, (height, width, 1))
        shot.append(np.clip(image + 0.5, 0, 255).astype(np.uint8))
    return shot


def _picture(path: Path, zoom: float) -> np.ndarray:
    with closing(open_reader(path)) as reader:
        image = next(iter(reader.frames())).image
    scale = zoom * max(_DRAWN_SIZE[0] / image.shape[1], _DRAWN_SIZE[1] / image.shape[0])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=how)


def _outline(rng: np.random.Generator) -> np.ndarray:
    """A soft-edged blob: float32 of _DRAWN_SIZE, 1 inside."""
    width, height = _DRAWN_SIZE
    centre = rng.uniform(0.2, 0.8, 2) * (width, height)
    angles = np.arange(0, 2 * np.pi, 0.4)
    radius = rng.uniform(30, 80) * (1 + 0.3 * rng.normal(size=len(angles)))
    points = centre + radius[:, None] * np.stack((np.cos(angles), np.sin(angles)), axis=1)
    shape = cv2.fillPoly(np.zeros((height, width), np.float32), [points.astype(np.int32)], (1.0,))
    return cv2.GaussianBlur(shape, (0, 0), 0.8)


class _Path:
    """A smooth drift with a little turning, growing and shaking."""

    def __init__(self, rng: np.random.Generator, speed: float) -> None:
        self._drift = rng.normal(0, speed, 2)
        self._bend = rng.normal(0, 0.05 * speed, 2)
        self._turn, self._growth = rng.normal(0, 0.004, 2)
        self._shake, self._phase = rng.uniform(0, 0.6), rng.uniform(0, 2 * np.pi, 2)

    def at(self, time: float, picture: np.ndarray) -> np.ndarray:
        """Where `picture` lies in the shot at `time`, in frames: a matrix for warpAffine."""
        height, width = picture.shape[:2]
        matrix = cv2.getRotationMatrix2D(
            (width / 2, height / 2), float(np.degrees(self._turn * time)), 1 + self._growth * time
        )
        moved = self._drift * time + self._bend * time**2 + self._shake * np.sin(self._phase + 1.3 * time)
        matrix[:, 2] += (_DRAWN_SIZE[0] - width) / 2 + moved[0], (_DRAWN_SIZE[1] - height) / 2 + moved[1]
        return matrix
