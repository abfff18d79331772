"""How a worker's memory grows in a long job: told for an hour of film, from a few minutes of it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
import numpy as np
import psutil

from studio.jobs.job import Deflicker, Interpolate, Source, Stylize
from studio.jobs.messages import Event, Progress
from studio.media.writer import MasterWriter
from studio.timing import Rate
from tests.benchmarks.row import Row
from tests.engine.stage import stage
from tests.render.pictures import shifted, texture

GROWTH_FLOOR_MB = 200.0
_HOUR = 25 * 3600
_SIZE = (96, 54)


def memory_row(job: Stylize | Deflicker | Interpolate, frames: int, what: str = "") -> Row:
    """`job` on a film of so many small frames; counted over the second half, when all buffers are full."""
    sizes: list[tuple[int, int]] = []
    with tempfile.TemporaryDirectory() as place, stage(Path(place)) as (engine, _):

        def hear(event: Event) -> None:
            if isinstance(event, Progress) and event.phase == "render":
                pids = [lane.worker.pid for lane in engine._lanes.values() if lane.worker]
                sizes.append((event.step, max(psutil.Process(pid).memory_info().rss for pid in pids)))

        engine.run(msgspec.structs.replace(job, source=_film(Path(place), frames)), hear)
    steps, bytes_ = np.array(sizes[len(sizes) // 2 :], np.float64).T
    slope = float(np.polyfit(steps, bytes_ / 2**20, 1)[0]) * _HOUR
    words = f"{what}memory over an hour, from {frames} frames"
    return Row(
        words, f"{slope:+.0f} MiB", f"{bytes_.max() / 2**20:.0f} MiB held", slope, "<=", GROWTH_FLOOR_MB
    )


def _film(folder: Path, frames: int) -> Source:
    wide = texture(_SIZE[1], _SIZE[0])
    with MasterWriter(folder / "long.mkv", *_SIZE, Rate(25)) as writer:
        for number in range(frames):
            # To and fro, with a cut now and then.
            picture = shifted(wide, abs(number % 60 - 30), number % 7)
            writer.write(255 - picture if number // 250 % 2 else picture)
    return Source(path=str(folder / "long.mkv"))
