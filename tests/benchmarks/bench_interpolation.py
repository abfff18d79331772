"""Interpolation beside a blend and symmetric warping by DIS flow: quality, speed, memory, cuts, exact times.

Quality and cuts are measured on the development clips with their evaluator, both of which lie beside the
checkout and not in it; where they are absent, that is said. Speed is in pictures per two seconds of processor
time, which is what two free cores give: on a busy machine the clock would measure the others.
"""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from studio.adapters.interpolation import QualityName, between
from studio.jobs.job import Interpolate, Quality, Source
from studio.render.changes import Change, steps
from studio.timing import Rate
from tests.benchmarks.evaluator import SHARED, load_evaluator
from tests.benchmarks.joined_clips import joined, score
from tests.benchmarks.long_clips import memory_row
from tests.benchmarks.row import Row
from tests.benchmarks.synchrony import synchrony_rows

ROOT = Path(__file__).parent.parent.parent
GROUPS: dict[str, tuple[Callable[[dict[str, Any]], bool], str]] = {
    "every second frame": (lambda row: row["stride"] == 1, "clip"),
    "two of three": (lambda row: row["stride"] == 2, "clip"),
    "motion over 20 px": (lambda row: row["flow95"] >= 20, "triplet"),
}
PSNR_FLOORS = {"fast": (35.0, 32.1, 26.7), "best": (35.5, 32.6, 27.3)}
SSIM_FLOORS = {"best": (0.976, 0.960, 0.925)}
SPEED_FLOORS = {"fast": 6.0, "best": 2.0}
QUALITIES: tuple[QualityName, ...] = ("fast", "best")
# What a process of its own prints: its peak memory in KiB after two pictures of 1080p, made side by side.
# Linux counts into `ru_maxrss` what the parent held when it started the process, into VmHWM only its own.
_PEAK = """
import re, numpy as np
from concurrent.futures import ThreadPoolExecutor
from studio.adapters.interpolation import between
a = np.random.default_rng(1).integers(0, 256, (135, 240, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
with ThreadPoolExecutor(2) as pool:
    list(pool.map(lambda t: between(a, np.roll(a, 9, axis=1), t, QUALITY), (0.3, 0.6)))
print(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
"""


def run() -> Iterator[Row]:
    evaluator = load_evaluator("quality and cuts")
    if evaluator is not None:
        yield from quality_rows(evaluator)
        yield from cut_rows(evaluator)
    yield from speed_rows()
    yield from memory_rows()
    twice = Interpolate(source=Source(path=""), frame_rate=Rate(50), quality=Quality.FAST)
    yield memory_row(twice, 1500)
    with tempfile.TemporaryDirectory() as folder:
        yield from synchrony_rows(Path(folder))


def quality_rows(evaluator: Any) -> Iterator[Row]:
    for quality in QUALITIES:
        evaluator.BUILTIN["interp"][quality] = partial(_middle, quality)
    measured = {name: _measure(evaluator, name) for name in ("blend", "dis", *QUALITIES)}
    for quality in QUALITIES:
        for number, group in enumerate(GROUPS):
            ours, baseline = measured[quality][group], measured["dis"][group]
            blend = measured["blend"][group]
            said = f"DIS {baseline[0]:.2f}/{baseline[1]:.3f}"
            what = f"{quality}, {group} (blend {blend[0]:.1f}/{blend[1]:.3f})"
            told = f"{ours[0]:.2f} dB/{ours[1]:.4f}"
            yield Row(what, told, said, ours[0], ">=", PSNR_FLOORS[quality][number])
            if quality in SSIM_FLOORS:
                yield Row(f"{what}, SSIM", told, said, ours[1], ">=", SSIM_FLOORS[quality][number])


def _middle(quality: QualityName, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return between(first, second, 0.5, quality)


def _measure(evaluator: Any, name: str) -> dict[str, tuple[float, float]]:
    """For each group the mean PSNR in dB and SSIM: over the means of clips, or over the triplets."""
    asked = Namespace(set=str(SHARED / "media"), size="640x360", fn=name, cmd=None, clips=None)
    with contextlib.redirect_stdout(io.StringIO()):
        rows = evaluator.cmd_interp(asked)
    return {
        group: (_mean(rows, "psnr", *chosen), _mean(rows, "ssim", *chosen))
        for group, chosen in GROUPS.items()
    }


def _mean(
    rows: list[dict[str, Any]], measure: str, belongs: Callable[[dict[str, Any]], bool], unit: str
) -> float:
    chosen = [row for row in rows if belongs(row)]
    if unit == "triplet":
        return float(np.mean([row[measure] for row in chosen]))
    clips = sorted({row["clip"] for row in chosen})
    return float(
        np.mean([np.mean([row[measure] for row in chosen if row["clip"] == clip]) for clip in clips])
    )


def cut_rows(evaluator: Any) -> Iterator[Row]:
    film = joined(evaluator, SHARED / "media")
    changes = [step.change for step in steps(iter(film.pictures))]
    found = [number for number, change in enumerate(changes) if change is Change.CUT]
    value = score(iter(found), film.cuts)
    yield Row(
        "cuts among flashes and swinging cameras, F1",
        f"{value:.3f}",
        f"{len(film.cuts)} cuts",
        value,
        ">=",
        0.97,
    )
    morphed = sum(not changes[number].is_torn for number in film.cuts)
    yield Row("cuts that were morphed", str(morphed), f"{len(film.cuts)} cuts", morphed, "<=", 0)


def speed_rows() -> Iterator[Row]:
    rng = np.random.default_rng(2)
    scene = rng.integers(0, 256, (34, 60, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    first, second = scene[1:271], np.roll(scene, (2, 7), axis=(0, 1))[1:271]
    for quality in QUALITIES:
        draw = partial(between, first, second, quality=quality)
        # One alone, for which OpenCV's threads wait for each other; two, as a clip is drawn.
        for at_once in (1, 2):
            speed, now = _speed(draw, at_once)
            what, told = f"{quality}, 480×270, {at_once} at a time", f"{speed:.1f}/s on two cores"
            yield Row(what, told, f"now {now:.1f}/s", speed, ">=", SPEED_FLOORS[quality])


def _speed(draw: Callable[[float], np.ndarray], at_once: int) -> tuple[float, float]:
    """Pictures per two seconds of processor time, and per second of the clock as busy as it is."""
    times = [k / 9 for k in range(1, 9)]
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(draw, times[:2]))
        wall, busy = time.perf_counter(), time.process_time()
        list(pool.map(draw, times))
        wall, busy = time.perf_counter() - wall, time.process_time() - busy
    return len(times) / (busy / 2), len(times) / wall


def memory_rows() -> Iterator[Row]:
    for quality in QUALITIES:
        script = _PEAK.replace("QUALITY", repr(quality))
        told = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
        )
        gigabytes = int(told.stdout) * 1024 / 1e9
        yield Row(f"{quality}, memory at 1080p", f"{gigabytes:.2f} GB", "two at a time", gigabytes, "<=", 1.5)
