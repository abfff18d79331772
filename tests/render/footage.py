"""Small films whose every frame says its number, and projects made of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from studio.media.writer import MasterWriter, Mp4Writer
from studio.project.timeline import (
    Clip,
    External,
    Project,
    Reference,
    Take,
    Track,
    new_id,
)
from studio.timing import Rate, RationalTime

BITS = 10
SAMPLE_RATE = 48000
FPS24 = Rate(24)
START = RationalTime(0, FPS24)


def numbered(number: int, width: int = 160, height: int = 96) -> np.ndarray:
    """A grey picture, uint8 RGB, with `number` as ten black or white bars: any codec keeps them apart."""
    image = np.full((height, width, 3), 128, np.uint8)
    step = width // BITS
    for bit in range(BITS):
        image[:, bit * step : (bit + 1) * step] = 235 if number >> bit & 1 else 20
    return image


def number_of(image: np.ndarray) -> int:
    """The number that `numbered` drew, also when the picture was scaled."""
    row = image[image.shape[0] // 2].mean(axis=-1)
    step = len(row) / BITS
    bars = [row[round((bit + 0.25) * step) : round((bit + 0.75) * step)].mean() for bit in range(BITS)]
    return sum((bar > 128) << bit for bit, bar in enumerate(bars))


def write_film(
    path: Path,
    frames: int,
    rate: Rate = FPS24,
    size: tuple[int, int] = (160, 96),
    *,
    first: int = 0,
    sound: np.ndarray | None = None,
) -> Path:
    """A film with frames `first`, `first` + 1 …, as .mp4 or as a lossless .mkv by the ending of `path`."""
    kind = Mp4Writer if path.suffix == ".mp4" else MasterWriter
    with kind(path, *size, rate, audio_rate=None if sound is None else SAMPLE_RATE) as writer:
        if sound is not None:
            writer.write_audio(sound)
        for number in range(first, first + frames):
            writer.write(numbered(number, *size))
    return path


def film(path: Path, frames: int, rate: Rate = FPS24) -> External:
    return External(path=str(path), duration=RationalTime(frames, rate), rate=rate)


def picture(path: Path) -> External:
    return External(path=str(path))


def clip(
    reference: Reference,
    start: int,
    duration: int,
    source_start: RationalTime = START,
) -> Clip:
    take = Take(id=new_id(), reference=reference, source_start=source_start)
    return Clip(id=new_id(), name=f"clip at {start}", start=start, duration=duration, takes=(take,))


def video(*clips: Clip, hidden: bool = False) -> Track:
    return Track(id=new_id(), name="V", kind="video", clips=clips, hidden=hidden)


def audio(*clips: Clip, muted: bool = False) -> Track:
    return Track(id=new_id(), name="A", kind="audio", clips=clips, muted=muted)


def project(*tracks: Track, rate: Rate = FPS24, width: int = 160, height: int = 96) -> Project:
    return Project(rate=rate, width=width, height=height, tracks=tracks)
