"""What the style network learns from: frames with their ingredients, two of a shot with the motion between.

Frames are of films and photographs, styles parts of paintings: mirrored, turned, their colours exchanged,
their contrast changed. All that comes before the network's own work is done once here and kept on disk.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from studio.adapters.style_painter import LINES, Painter, StylePicture, detail
from studio.errors import StudioError
from studio.media.picture import fit_picture, load_picture
from studio.media.reader import VideoReader
from studio.networks.style import StyleNetwork
from studio.render import flow
from studio.timing import frame_time

_LONGEST = 480
_FILMED = 0.45


class Item(NamedTuple):
    """One or two frames of a scene (n = 1 or 2), all uint8 unless said otherwise."""

    content: np.ndarray
    """(n, H, W, 3)"""
    recoloured: np.ndarray
    strokes: np.ndarray
    outline: np.ndarray
    """(n, H, W, 1)"""
    detail: np.ndarray
    """(n, H, W, 3): 128 is none, one step two grey levels."""
    style: np.ndarray
    """(h, w, 3)"""
    motion: np.ndarray
    """float16 (H, W, 2): to the second frame; empty for a single one."""
    seen: np.ndarray
    """bool (H, W): what is seen in both."""


def prepare(clips: list[Path], photos: list[Path], paintings: list[Path], work: Path, count: int) -> None:
    """Writes `count` items into `work`, those that are not there yet; each is its own seed."""
    work.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        target = work / f"{number}.npz"
        if target.exists():
            continue
        rng = np.random.default_rng((7, number))
        frames = _filmed(clips, rng) if rng.random() < _FILMED else _photographed(photos, rng)
        part = target.with_suffix(".part.npz")
        np.savez(part, **make_item(frames, style_from(paintings, rng))._asdict())
        part.replace(target)


def load(path: Path) -> Item:
    with np.load(path) as arrays:
        return Item(**{name: arrays[name] for name in Item._fields})


def make_item(frames: list[np.ndarray], style: np.ndarray) -> Item:
    """From one or two uint8 RGB frames of LINES lines, and a style picture (uint8 RGB)."""
    painter = Painter(StyleNetwork().eval(), StylePicture(style), frames)
    found = [painter.ingredients(frame.astype(np.float32) / 255) for frame in frames]
    content, recoloured, strokes, outline = (
        np.stack([_eight_bit(one[index]) for one in found]) for index in range(4)
    )
    fine = np.stack([_eight_bit(detail(one.recoloured) / 2 + 0.5) for one in found])
    motion, seen = np.zeros((0, 0, 2), np.float16), np.zeros((0, 0), bool)
    if len(frames) == 2:
        forward = flow.dense_flow(frames[0], frames[1])
        backward = flow.dense_flow(frames[1], frames[0])
        seen = flow.consistency(forward, backward) < 0.7
        motion = forward.astype(np.float16)
    picture = _eight_bit(StylePicture(style).at(LINES))
    return Item(content, recoloured, strokes, outline, fine, picture, motion, seen)


def style_from(paintings: list[Path], rng: np.random.Generator) -> np.ndarray:
    """A part of a painting, its colours and contrast changed by chance: uint8 RGB."""
    image = fit_rgb(paintings[int(rng.integers(len(paintings)))])
    share = max(rng.uniform(0.45, 1), min(1.0, 200 / min(image.shape[:2])))
    image = _part(image, share, rng)
    if rng.random() < 0.5:
        image = image[:, ::-1]
    if rng.random() < 0.25:
        image = image.transpose(1, 0, 2)
    if rng.random() < 0.3:
        image = image[..., rng.permutation(3)]
    if rng.random() < 0.1:
        image = 255 - image
    if rng.random() < 0.4:
        image = np.clip((image.astype(np.float32) - 128) * rng.uniform(0.8, 1.7) + 128, 0, 255)
    return np.ascontiguousarray(image).astype(np.uint8)


def fit_rgb(path: Path) -> np.ndarray:
    """The picture at `path` as uint8 RGB, alpha over black."""
    image = load_picture(path).image
    return fit_picture(image, image.shape[1], image.shape[0])


def _filmed(clips: list[Path], rng: np.random.Generator) -> list[np.ndarray]:
    """Two frames of a film, one or two apart."""
    with closing(VideoReader(clips[int(rng.integers(len(clips)))])) as reader:
        rate, gap = reader.info.rate, int(rng.integers(1, 3))
        if rate is None:
            raise StudioError(f"{reader.info.path} has no frame rate.", "Leave it out.")
        last = min(reader.info.frame_count or 1, 400) - gap - 1
        first = int(rng.integers(0, max(1, last)))
        return [_sized(reader.at(frame_time(number, rate))) for number in (first, first + gap)]


def _photographed(photos: list[Path], rng: np.random.Generator) -> list[np.ndarray]:
    image = fit_rgb(photos[int(rng.integers(len(photos)))])
    share = rng.uniform(0.5, 1) if min(image.shape[:2]) > 500 else 1.0
    return [_sized(_part(image, share, rng))]


def _part(image: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    height, width = (int(side * share) for side in image.shape[:2])
    top = int(rng.integers(0, image.shape[0] - height + 1))
    left = int(rng.integers(0, image.shape[1] - width + 1))
    return image[top : top + height, left : left + width]


def _sized(image: np.ndarray) -> np.ndarray:
    """At LINES lines, cut off at _LONGEST."""
    factor = LINES / min(image.shape[:2])
    size = max(LINES, round(image.shape[1] * factor)), max(LINES, round(image.shape[0] * factor))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(np.ascontiguousarray(image), size, interpolation=way)
    return np.ascontiguousarray(scaled[:_LONGEST, :_LONGEST])


def _eight_bit(image: np.ndarray) -> np.ndarray:
    return np.clip(image * 255 + 0.5, 0, 255).astype(np.uint8)
