"""What the interpolation network learns from: crops of three moments, and what flow knows of the middle.

Half are real (frames of clips, one to six apart, many of them made harder by `training.harder_moments`), half
drawn (`training.drawn_motion`). Flow is measured once, on the whole pictures, and kept with the crops: a
training step only has to read them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from studio.media.picture import is_picture, load_picture
from studio.media.reader import VideoReader
from studio.render.flow import InBetweens
from studio.training.drawn_motion import SIDE, Moments, draw_moments
from studio.training.harder_moments import harder

CROP = 192
_RIM = 24
_DRAWN_PER_SHARD = 120
_REAL_PER_CLIP = 600
_TRIES = 1600
_MOST_FRAMES = 1500
_PHOTO_SIDE = 900
_SIZES = (480, 640, 854, 1000)
_MISMATCH = 20.0


class Crops(NamedTuple):
    """Many crops of one origin; memory-mapped, so that a training needs no more memory than it looks at."""

    pictures: np.ndarray
    """uint8 (N, 3, CROP, CROP, 3): first, middle, second."""
    motion: np.ndarray
    """float16 (N, CROP, CROP, 2)"""
    hints: np.ndarray
    """float16 (N, 2, CROP, CROP): the first picture's weight; the mismatch in units of 20 grey levels."""
    t: np.ndarray
    """float32 (N,)"""
    is_real: bool


class _Crop(NamedTuple):
    pictures: np.ndarray
    motion: np.ndarray
    hints: np.ndarray
    t: float


def prepare(clips: Path, photos: Path, work: Path, drawn_shards: int) -> list[Crops]:
    """All crops, made where they are not there yet: a shard per clip and `drawn_shards` drawn ones."""
    cv2.setNumThreads(1)
    pictures = [_photo(path) for path in sorted(photos.iterdir()) if is_picture(path)]
    for clip in sorted(clips.iterdir()):
        if clip.suffix in (".mp4", ".webm", ".mkv"):
            _keep(work / "real" / clip.name, _real(clip, pictures, np.random.default_rng(0)))
    for number in range(drawn_shards):
        _keep(work / "drawn" / f"{number:03}", _drawn(pictures, np.random.default_rng(number)))
    return [_load(shard) for shard in sorted(work.glob("*/*")) if shard.is_dir()]


def _drawn(photos: list[np.ndarray], rng: np.random.Generator) -> Iterator[_Crop]:
    for _ in range(_DRAWN_PER_SHARD):
        top, left = rng.integers(_RIM, SIDE - CROP - _RIM, 2)
        yield _crop(draw_moments(photos, rng), int(top), int(left))


def _real(clip: Path, photos: list[np.ndarray], rng: np.random.Generator) -> Iterator[_Crop]:
    """Crops where something moves, at most _REAL_PER_CLIP, each the liveliest of five places."""
    with VideoReader(clip) as reader:
        frames = [frame.image for frame, _ in zip(reader.frames(), range(_MOST_FRAMES), strict=False)]
    found = 0
    for _ in range(_TRIES):
        if found >= _REAL_PER_CLIP or len(frames) <= 12:
            return
        gap = int(rng.choice([1, 2, 3, 4, 6], p=[0.3, 0.28, 0.2, 0.12, 0.1]))
        if len(frames) <= 2 * gap:
            continue
        begin, side = int(rng.integers(0, len(frames) - 2 * gap)), int(rng.choice(_SIZES))
        moments = Moments(*(_shrunk(frames[begin + k * gap], side) for k in range(3)), t=0.5)
        if not _is_of_use(moments):
            continue
        moments = harder(moments, photos, rng)
        if min(moments.first.shape[:2]) < CROP:
            continue
        for top, left in _lively(moments, rng):
            found += 1
            yield _crop(moments, top, left)


def _lively(moments: Moments, rng: np.random.Generator) -> Iterator[tuple[int, int]]:
    """Twice the liveliest of five places, if there is any life at it."""
    difference = np.abs(moments.first.astype(np.int16) - moments.second).mean(axis=2)
    down, across = (side - CROP + 1 for side in difference.shape)
    for _ in range(2):
        places = [(int(rng.integers(down)), int(rng.integers(across))) for _ in range(5)]
        liveliness = [difference[y : y + CROP, x : x + CROP].mean() for y, x in places]
        if max(liveliness) >= 2:
            yield places[int(np.argmax(liveliness))]


def _is_of_use(moments: Moments) -> bool:
    """Whether something moves, nothing is cut, and the middle is a moment of its own."""
    first, middle, second, _ = moments
    difference = np.abs(first.astype(np.int16) - second).mean(axis=2)
    if difference.mean() < 1 or (difference < 1).mean() > 0.995:
        return False
    if np.array_equal(first, middle) or np.array_equal(second, middle):
        return False
    return min(np.abs(end.astype(np.int16) - middle).mean() for end in (first, second)) <= 45


def _crop(moments: Moments, top: int, left: int) -> _Crop:
    first, middle, second, t = moments
    guess = InBetweens(first, second, may_be_cut=False).guess(t)
    box = np.s_[top : top + CROP, left : left + CROP]
    hints = np.stack([guess.share[box], np.clip(guess.mismatch[box] / _MISMATCH, 0, 3)])
    pictures = np.stack([first[box], middle[box], second[box]])
    return _Crop(pictures, guess.motion[box].astype(np.float16), hints.astype(np.float16), t)


def _keep(shard: Path, crops: Iterator[_Crop]) -> None:
    """Writes `crops` into the folder `shard`, which appears whole or not at all."""
    if shard.is_dir():
        return
    columns = list(zip(*crops, strict=True))
    if not columns:
        return
    draft = shard.with_name(f".{shard.name}.part")
    draft.mkdir(parents=True, exist_ok=True)
    for name, column in zip(_Crop._fields, columns, strict=True):
        np.save(
            draft / f"{name}.npy", np.stack(column).astype(np.float32) if name == "t" else np.stack(column)
        )
    draft.rename(shard)
    print(f"{shard.parent.name}/{shard.name}: {len(columns[0])} crops", flush=True)


def _load(shard: Path) -> Crops:
    arrays = [np.load(shard / f"{name}.npy", mmap_mode="r") for name in _Crop._fields]
    return Crops(*arrays, is_real=shard.parent.name == "real")


def _photo(path: Path) -> np.ndarray:
    return _shrunk(load_picture(path).image[..., :3], _PHOTO_SIDE)


def _shrunk(picture: np.ndarray, side: int) -> np.ndarray:
    scale = side / max(picture.shape[:2])
    if scale >= 1:
        return picture
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
