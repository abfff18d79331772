"""The development clips joined at known places, with flashes and swinging cameras between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

WIDTH, HEIGHT = 320, 180
_TAKEN = 20


class Picture(NamedTuple):
    image: np.ndarray


class Joined(NamedTuple):
    pictures: list[Picture]
    cuts: set[int]
    """Numbers of the frames that are the last of their shot."""


def joined(evaluator: Any, media: Path) -> Joined:
    """`evaluator` is the module evaluate.py; `media` the folder of clips and photos."""
    pictures: list[Picture] = []
    cuts: set[int] = set()
    clips = sorted((media / "clips").iterdir())
    photos = sorted((media / "photos").iterdir())
    for number, (begin, clip) in enumerate((begin, clip) for begin in (0, 60) for clip in clips):
        frames = evaluator.read_frames(str(clip), begin, _TAKEN)
        if len(frames) < _TAKEN:
            continue
        shot = [evaluator.fit(frame, 640, 360) for frame in frames]
        shot = [cv2.resize(frame, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) for frame in shot]
        pictures += map(Picture, _with_flash(shot, 1 + number % 3) if number % 2 else shot)
        cuts.add(len(pictures) - 1)
        if number < 2 * len(photos):
            pictures += map(Picture, _swing(evaluator.imread(str(photos[number // 2])), 25 + 15 * number))
            cuts.add(len(pictures) - 1)
    cuts.discard(len(pictures) - 1)
    return Joined(pictures, cuts)


def _with_flash(shot: list[np.ndarray], length: int) -> list[np.ndarray]:
    lit = list(shot)
    for number in range(8, 8 + length):
        lit[number] = cv2.addWeighted(shot[number], 0.12, np.full_like(shot[number], 255), 0.88, 0)
    return lit


def _swing(photo: np.ndarray, step: int) -> list[np.ndarray]:
    """A camera over a photo that swings to and fro by `step` pixels a frame."""
    wide = cv2.resize(photo, (WIDTH * 3, HEIGHT * 3), interpolation=cv2.INTER_AREA)
    way = list(range(0, WIDTH * 2, step))
    way = (way + way[-2:0:-1])[:12]
    return [np.ascontiguousarray(wide[HEIGHT : 2 * HEIGHT, x : x + WIDTH]) for x in way]


def score(found: Iterator[int], wanted: set[int]) -> float:
    """The F1 measure: the harmonic mean of how many were found and how many of the found are right."""
    marked = set(found)
    right = len(marked & wanted)
    return 2 * right / max(1, len(marked) + len(wanted))
