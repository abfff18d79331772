"""What the interpolation networks learn from: crops of three moments, and what is known of the middle.

Half are real (frames of clips, one to six apart, many of them made harder by `training.harder_moments`), half
drawn (`training.drawn_motion`). Motion is measured once, on the whole pictures, in every way that the chooser
is offered, and kept with the crops: a training step only has to read them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from studio.adapters.large_motion import LargeMotion, Motion, find
from studio.media.reader import VideoReader
from studio.networks.motion import MotionFinder
from studio.render.flow import MISMATCH, Guess, shrunk
from studio.training.drawn_motion import SIDE, Moments, draw_moments
from studio.training.footage import films, photographs
from studio.training.harder_moments import harder

CROP = 192
_RIM = 24
_DRAWN_PER_SHARD = 120
_REAL_PER_CLIP = 600
_TRIES = 1600
_MOST_FRAMES = 1500
_PHOTO_SIDE = 900
_SIZES = (480, 640, 854, 1000)
_CHOSEN = ("motion", "hints")
_MIRRORED, _FLIPPED = np.array([-1, 1], np.float16), np.array([1, -1], np.float16)


class Crop(NamedTuple):
    """Three moments and several motions between them (K of them, in one order)."""

    pictures: np.ndarray
    """uint8 (3, H, W, 3): first, middle, second."""
    motion: np.ndarray
    """float16 (K, H, W, 2)"""
    hints: np.ndarray
    """float16 (K, 2, H, W): the first picture's weight; the mismatch in units of 20 grey levels. Once one is
    chosen there are twelve more: the colours to hedge it by, and by how much each of the motions would show
    other colours, -1 to 1."""
    t: float


class Crops(NamedTuple):
    """Many crops of one origin; memory-mapped, so that a training needs no more memory than it looks at."""

    pictures: np.ndarray
    motion: np.ndarray
    hints: np.ndarray
    t: np.ndarray
    """float32 (N,)"""
    is_real: bool
    name: str


def prepare(clips: Path, photos: Path, work: Path, drawn_shards: int, finder: MotionFinder) -> list[Crops]:
    """All crops, made where they are not there yet: a shard per clip and `drawn_shards` drawn ones."""
    cv2.setNumThreads(1)
    pictures = photographs(photos, _PHOTO_SIDE)
    for clip in films(clips):
        keep(work / "real" / clip.name, Crop._fields, _real(clip, pictures, finder, np.random.default_rng(0)))
    for number in range(drawn_shards):
        shard = work / "drawn" / f"{number:03}"
        keep(shard, Crop._fields, _drawn(pictures, finder, np.random.default_rng(number)))
    return [load(shard) for origin in ("drawn", "real") for shard in sorted((work / origin).glob("[!.]*"))]


def _drawn(photos: list[np.ndarray], finder: MotionFinder, rng: np.random.Generator) -> Iterator[Crop]:
    for _ in range(_DRAWN_PER_SHARD):
        top, left = rng.integers(_RIM, SIDE - CROP - _RIM, 2)
        yield from _crops(draw_moments(photos, rng), finder, [(int(top), int(left))])


def _real(
    clip: Path, photos: list[np.ndarray], finder: MotionFinder, rng: np.random.Generator
) -> Iterator[Crop]:
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
        moments = Moments(*(shrunk(frames[begin + k * gap], side) for k in range(3)), t=0.5)
        if not _is_of_use(moments):
            continue
        moments = harder(moments, photos, rng)
        if min(moments.first.shape[:2]) < CROP:
            continue
        places = list(_lively(moments, rng))
        found += len(places)
        yield from _crops(moments, finder, places)


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


def _crops(moments: Moments, finder: MotionFinder, places: Sequence[tuple[int, int]]) -> Iterator[Crop]:
    """A crop at each of `places` (top, left)."""
    first, middle, second, t = moments
    guesses = Motion(first, second, find(finder, first, second)).candidates(t) if places else []
    for top, left in places:
        box = np.s_[top : top + CROP, left : left + CROP]
        here = [Guess(*(layer[box] for layer in guess)) for guess in guesses]
        yield crop_of(np.stack([first[box], middle[box], second[box]]), here, t)


def crop_of(pictures: np.ndarray, guesses: Sequence[Guess], t: float) -> Crop:
    """As crops are kept."""
    hints = [np.stack([guess.share, guess.doubt]) for guess in guesses]
    motion = np.stack([guess.motion for guess in guesses]).astype(np.float16)
    return Crop(pictures, motion, np.stack(hints).astype(np.float16), t)


def guesses_of(crop: Crop) -> list[Guess]:
    """What `crop_of` was given, but for its `outside`, of which nothing is kept."""
    nowhere = np.zeros(crop.motion.shape[1:3], np.float32)
    motion, hints = crop.motion.astype(np.float32), crop.hints.astype(np.float32)
    return [
        Guess(moved, share, doubt * MISMATCH, nowhere)
        for moved, (share, doubt) in zip(motion, hints, strict=True)
    ]


def decided(crops: list[Crops], networks: LargeMotion, work: Path) -> list[Crops]:
    """The same crops with the one motion that is chosen (K = 1), which is kept in `work`."""
    result: list[Crops] = []
    for shard in crops:
        kept = work / shard.name
        keep(kept, _CHOSEN, (_chosen(crop, networks) for crop in _each(shard)))
        result.append(shard._replace(**_mapped(kept, _CHOSEN)))
    return result


def _each(shard: Crops) -> Iterator[Crop]:
    for pictures, motion, hints, t in zip(shard.pictures, shard.motion, shard.hints, shard.t, strict=True):
        yield Crop(pictures, motion, hints, float(t))


def _chosen(crop: Crop, networks: LargeMotion) -> tuple[np.ndarray, np.ndarray]:
    first, _, second = crop.pictures
    choice = networks.choose(first, second, guesses_of(crop), crop.t)
    made = crop_of(crop.pictures, [choice.guess], crop.t)
    colours = np.dstack([choice.hedge, *choice.rivals]).transpose(2, 0, 1)[None] / 255
    return made.motion, np.concatenate([made.hints, colours.astype(np.float16)], axis=1)


def draw(crops: list[Crops], rng: np.random.Generator, side: int, real_share: float) -> Crop:
    """A part of `side` pixels of some crop, by chance mirrored, turned, run backwards or in other colours."""
    real = rng.random() < real_share
    pool = [shard for shard in crops if shard.is_real is real] or crops
    counts = np.array([len(shard.t) for shard in pool], float)
    shard = pool[int(rng.choice(len(pool), p=counts / counts.sum()))]
    number = int(rng.integers(len(shard.t)))
    top, left = rng.integers(0, shard.pictures.shape[2] - side + 1, 2)
    rows, columns = slice(top, top + side), slice(left, left + side)
    pictures, hints = shard.pictures[number][:, rows, columns], shard.hints[number][..., rows, columns]
    return _turned(Crop(pictures, shard.motion[number][:, rows, columns], hints, float(shard.t[number])), rng)


def _turned(crop: Crop, rng: np.random.Generator) -> Crop:
    pictures, motion, hints, t = crop
    if rng.random() < 0.5:
        pictures, motion, hints = pictures[:, :, ::-1], motion[:, :, ::-1] * _MIRRORED, hints[..., ::-1]
    if rng.random() < 0.5:
        pictures, motion, hints = pictures[:, ::-1], motion[:, ::-1] * _FLIPPED, hints[..., ::-1, :]
    if rng.random() < 0.5:
        pictures, hints = pictures.transpose(0, 2, 1, 3), hints.swapaxes(2, 3)
        motion = motion.transpose(0, 2, 1, 3)[..., ::-1]
    if rng.random() < 0.5:
        pictures, motion, t = pictures[::-1], -motion, 1 - t
        hints = np.concatenate([1 - hints[:, :1], hints[:, 1:]], axis=1)
    if rng.random() < 0.5:
        order = rng.permutation(3)
        pictures, hints = pictures[..., order], _recoloured(hints, order)
    pictures, motion, hints = (np.ascontiguousarray(array) for array in (pictures, motion, hints))
    return Crop(pictures, motion, hints, t)


def _recoloured(hints: np.ndarray, order: np.ndarray) -> np.ndarray:
    colours = hints[:, 2:].reshape(len(hints), -1, 3, *hints.shape[2:])[:, :, order]
    return np.concatenate([hints[:, :2], colours.reshape(len(hints), -1, *hints.shape[2:])], axis=1)


def keep(shard: Path, names: Sequence[str], rows: Iterator[tuple[np.ndarray | float, ...]]) -> None:
    """Writes `rows`, a column to a name, into the folder `shard`, which appears whole or not at all."""
    if shard.is_dir():
        return
    columns = list(zip(*rows, strict=True))
    if not columns:
        return
    draft = shard.with_name(f".{shard.name}.part")
    draft.mkdir(parents=True, exist_ok=True)
    for name, column in zip(names, columns, strict=True):
        array = np.stack(column)
        np.save(draft / f"{name}.npy", array.astype(np.float32) if name == "t" else array)
    draft.rename(shard)
    print(f"{shard.parent.name}/{shard.name}: {len(columns[0])} crops", flush=True)


def load(shard: Path) -> Crops:
    """The crops that `keep` has written."""
    is_real = shard.parent.name == "real"
    return Crops(**_mapped(shard, Crop._fields), is_real=is_real, name=f"{shard.parent.name}/{shard.name}")


def _mapped(shard: Path, names: Sequence[str]) -> dict[str, np.ndarray]:
    return {name: np.load(shard / f"{name}.npy", mmap_mode="r") for name in names}
