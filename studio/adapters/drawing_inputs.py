"""Pictures and videos of a Generate job, brought to the size that the network draws."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace
from PIL import Image

from studio.errors import InputError
from studio.jobs.job import Extension, Source
from studio.media.picture import fit_picture, load_picture
from studio.media.probe import probe
from studio.media.reader import open_reader
from studio.timing import FrameGrid, Rate, RationalTime, TimeRange, frame_time

Size = tuple[int, int]


def picture(source: Source, size: Size) -> Image.Image:
    """The picture at `source`, filling `size` (width, height); what stands over is cut off evenly."""
    return Image.fromarray(fit_picture(load_picture(source.path).image, *size))


def whole_picture(source: Source) -> Image.Image:
    """The picture at `source` in its own shape, without alpha."""
    image = load_picture(source.path).image
    return Image.fromarray(fit_picture(image, image.shape[1], image.shape[0]))


def film(source: Source, size: Size, rate: Rate, count: int) -> list[Image.Image]:
    """The first `count` frames of `source` at `rate`, filling `size`; fewer where it ends before."""
    return [Image.fromarray(fit_picture(image, *size)) for image in _images(source, rate, count)]


def held_film(source: Source, size: Size, rate: Rate, count: int) -> list[Image.Image]:
    """As `film`, always `count` frames: the last one is held."""
    frames = film(source, size, rate, count)
    return frames + frames[-1:] * (count - len(frames))


def clip_end(clip: Extension, size: Size, rate: Rate, count: int) -> np.ndarray:
    """The last `count` frames of `clip` at `rate`, or its first where a video leads up to it.

    uint8 RGB (F, height, width, 3), filling `size`; fewer where the clip is shorter.
    """
    place = clip.time_range
    if place is None:
        duration = probe(clip.path).duration or frame_time(1, rate)
        place = TimeRange(RationalTime(0, rate), duration)
    if not clip.backwards:
        start = max(place.start, place.end - frame_time(count, rate))
        place = TimeRange(start, place.end - start)
    return np.stack(
        [fit_picture(image, *size) for image in _images(replace(clip, time_range=place), rate, count)]
    )


def mask_picture(source: Source, size: Size) -> np.ndarray:
    """A painted mask, filling `size`: uint8 (height, width), its lightness."""
    picture = fit_picture(load_picture(source.path).image, *size)
    return np.asarray(Image.fromarray(picture).convert("L"))


def masks(source: Source, size: Size, rate: Rate, count: int) -> list[Image.Image]:
    """`count` masks of white and black: a picture for all frames, or a film whose last frame is held."""
    return [
        Image.fromarray(np.where(np.asarray(frame.convert("L")) > 127, 255, 0).astype(np.uint8))
        for frame in held_film(source, size, rate, count)
    ]


def fitting_count(available: int, asked: int, grid: FrameGrid) -> int:
    """The most frames on `grid` that are both there and asked for; its least where there are too few."""
    count = grid.snap(min(available, asked))
    return count if count <= available or count - grid.step < grid.minimum else count - grid.step


def _images(source: Source, rate: Rate, count: int) -> Iterator[np.ndarray]:
    reader = open_reader(source.path, rate)
    found = 0
    try:
        for frame in reader.frames(source.time_range, rate):
            if found == count:
                break
            yield frame.image
            found += 1
    finally:
        reader.close()
    if found == 0:
        raise InputError(f"There is no frame in {source.path}.", "Choose another video.")
