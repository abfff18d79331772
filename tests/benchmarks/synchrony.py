"""Whether frames and sound of an interpolated film are where they belong, after ten minutes as well."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from studio.engine.engine import Engine
from studio.jobs.job import Export, Interpolate, Source
from studio.media.audio import AudioReader
from studio.media.reader import VideoReader
from studio.media.writer import MasterWriter
from studio.models.catalog import default_catalog
from studio.render.single import single_clip_project
from studio.timing import Rate, RationalTime, TimeRange
from tests.benchmarks.row import Row

WIDTH, HEIGHT = 64, 48
SOURCE_RATE, RATE = Rate(24000, 1001), Rate(60)
EVERY = 240
"""A flash and a click begin with every so many frames of the source."""
COUNT = 61 * EVERY


def synchrony_rows(folder: Path) -> Iterator[Row]:
    """From 23.976 to 60 frames a second, ten minutes and ten seconds, as an MP4."""
    path = _interpolated(folder)
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        assert stream.time_base is not None
        stamps = sorted(packet.pts for packet in film.demux(stream) if packet.pts is not None)
        late = [abs(stamp * stream.time_base - k / RATE.fraction) for k, stamp in enumerate(stamps)]
    worst = float(max(late) * 1_000_000)
    yield Row("timestamps, 23.976 → 60", f"{worst:.3f} µs", f"{len(stamps)} frames", worst, "<=", 1.0)
    offsets = [_offset_ms(path, number) for number in (1, 30, 60)]
    told = ", ".join(f"{offset:+.2f}" for offset in offsets)
    yield Row("sound at 0:10, 5:00, 10:00", f"{told} ms", "0", max(map(abs, offsets)), "<=", 1.0)


def _interpolated(folder: Path) -> Path:
    source, target = folder / "source.mkv", folder / "result.mp4"
    dark = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    with MasterWriter(source, WIDTH, HEIGHT, SOURCE_RATE, audio=_clicks()) as writer:
        for number in range(COUNT):
            writer.write(dark + (255 if number % EVERY < EVERY // 2 and number >= EVERY else 0))
    engine = Engine(default_catalog(), None, folder / "engine")
    try:
        job = Interpolate(model="flow", source=Source(path=str(source)), frame_rate=RATE)
        master = Path(engine.run(job).result.path)
        project = single_clip_project(master)
        engine.run(Export(project=project, folder=str(master.parent), target=str(target), preset="ultrafast"))
    finally:
        engine.close()
    return target


def _clicks() -> Iterator[np.ndarray]:
    """Two hundredths of a second of a steady tone at the beginning of every flash, in blocks."""
    length = EVERY * 48000 / SOURCE_RATE.fraction
    tone = 0.8 * np.sin(2 * np.pi * 1000 * np.arange(960) / 48000)
    for number in range(COUNT // EVERY):
        block = np.zeros((int((number + 1) * length) - int(number * length), 2), np.float32)
        if number:
            block[: len(tone)] = tone[:, None]
        yield block


def _offset_ms(path: Path, number: int) -> float:
    """By how much the sound of flash `number` comes after its picture, milliseconds.

    Both are compared with where they must be: the picture with the first frame at or after the flash, the
    sound with its first sample, found where the known tone fits best.
    """
    at = number * EVERY / SOURCE_RATE.fraction
    around = TimeRange(RationalTime.from_seconds(at - 1), RationalTime(2, Rate(1)))
    with VideoReader(path) as reader:
        lit = next(frame.time.seconds for frame in reader.frames(around) if frame.image.mean() > 100)
    expected = Fraction(-(-at * RATE.fraction // 1)) / RATE.fraction
    start = int(at * 48000)
    tone = np.sin(2 * np.pi * 1000 * np.arange(960) / 48000)
    with AudioReader(path, 48000) as reader:
        heard = reader.read(start - 480, 1920)[:, 0]
    place = int(np.correlate(heard, tone, "valid").argmax()) - 480
    return float((lit - expected) * 1000) - place / 48
