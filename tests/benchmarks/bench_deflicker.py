"""Remove flicker beside a moving average of each channel: known flicker on clips, other kinds, speed, memory.

The known flicker, the clips and the measures are those of the evaluator that lies beside the checkout and not
in it; where it is absent, that is said. Speed is in frames per second of processor time: hardly any of the
work is on two cores at once, and on a busy machine the clock would measure the others.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from studio.adapters.deflicker import deflicker
from studio.jobs.job import Deflicker, Source
from studio.render.steadiness import measure
from studio.training import flickers
from tests.benchmarks.evaluator import SHARED, load_evaluator
from tests.benchmarks.long_clips import memory_row
from tests.benchmarks.row import Row
from tests.render.pictures import shifted, texture

PSNR_FLOOR, WARP_FLOOR, SPEED_FLOOR = 33.0, 6.0, 3.0
# Texture that is new in every frame: what is left of its flicker along the original's motion.
STYLE_FLOOR = 0.5
OTHERS = (flickers.lamp, flickers.banding, flickers.dropped, flickers.pumping, flickers.grain)
_FRAMES = 12
_CLIPS = 4


def run() -> Iterator[Row]:
    evaluator = load_evaluator("quality")
    if evaluator is not None:
        clips = dict(_clips(evaluator))
        yield from known_rows(evaluator, clips)
        chosen = [frames[:_FRAMES] for frames in list(clips.values())[::3][:_CLIPS]]
        yield from other_rows(evaluator, chosen)
        yield style_row(chosen)
    yield speed_row()
    yield memory_row(Deflicker(source=Source(path="")), 2000)


def _clips(evaluator: Any) -> Iterator[tuple[str, list[np.ndarray]]]:
    options = argparse.Namespace(set=str(SHARED / "media"), clips=None)
    for clip in evaluator.clips(options, "seg")[1]:
        frames = evaluator.segment(options, clip)
        if len(frames) >= _FRAMES:
            yield clip["id"], frames


def known_rows(evaluator: Any, clips: dict[str, list[np.ndarray]]) -> Iterator[Row]:
    """The evaluator's own flicker: gain, cast, gamma and a smooth field, all new in every frame."""
    qualities: list[np.ndarray] = []
    warps: list[np.ndarray] = []
    for name, steady in clips.items():
        given = evaluator.add_flicker(steady, sum(map(ord, name)))
        results = [given, evaluator.meangain(given), deflicker(given)]
        qualities.append(np.array([_quality(result, steady, evaluator.psnr) for result in results]))
        warps.append(evaluator.warp_errors(steady, [*results, steady]))
    before, average, ours = np.mean(qualities, axis=0)
    said = f"average {average:.2f} dB"
    yield Row(f"known flicker, {before:.1f} dB given", f"{ours:.2f} dB", said, ours, ">=", PSNR_FLOOR)
    before, average, ours, still = np.mean(warps, axis=0)
    what = f"its warp, {before:.1f} given, clean {still:.1f}"
    yield Row(what, f"{ours:.2f}", f"average {average:.2f}", ours, "<=", WARP_FLOOR)


def _quality(frames: list[np.ndarray], wanted: list[np.ndarray], psnr: Callable[..., float]) -> float:
    return float(np.mean([psnr(one, other) for one, other in zip(frames, wanted, strict=True)]))


def other_rows(evaluator: Any, clips: list[list[np.ndarray]]) -> Iterator[Row]:
    """Kinds of flicker that the training draws, on clips that it has never seen."""
    for kind in OTHERS:
        qualities: list[tuple[float, float]] = []
        warps: list[tuple[float, float]] = []
        for number, steady in enumerate(clips):
            given, wanted = kind(steady, np.random.default_rng(number))
            result = deflicker(given)
            bad, good = (_quality(frames, wanted, evaluator.psnr) for frames in (given, result))
            qualities.append((bad, good))
            warps.append((measure(given, steady), measure(result, steady)))
        (bad, good), (before, after) = np.mean(qualities, axis=0), np.mean(warps, axis=0)
        what = f"{kind.__name__}: {bad:.1f} to {good:.1f} dB, warp"
        yield Row(what, f"{after:.2f}", f"given {before:.2f}", after / before, "<=", 1)


def style_row(clips: list[list[np.ndarray]]) -> Row:
    warps: list[tuple[float, float]] = []
    for number, steady in enumerate(clips):
        given, _ = flickers.style(steady, np.random.default_rng(number))
        warps.append((measure(given, steady), measure(deflicker(given, steady), steady)))
    before, after = np.mean(warps, axis=0)
    what = "new texture in every frame, with the original"
    return Row(what, f"warp {after:.2f}", f"given {before:.2f}", after / before, "<=", STYLE_FLOOR)


def speed_row() -> Row:
    picture = texture(270, 480)
    frames = [shifted(picture, 2 * number) for number in range(24)]
    deflicker(frames[:2])
    began = time.process_time()
    deflicker(frames)
    rate = len(frames) / (time.process_time() - began)
    return Row("480x270, one core is enough", f"{rate:.1f} frames/s", "-", rate, ">=", SPEED_FLOOR)
