"""The style of a picture beside OpenCV's stylization and beside itself frame by frame; speed; memory.

Clips, style pictures and measures are the evaluator's, which lies beside the checkout and not in it; where it
is absent, that is said. Every clip takes one of the four styles in turn; with STYLE_BENCH=all
each takes each. Speed is in frames per two seconds of processor time, which is what two free cores give.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from studio.adapters.style import sample_numbers, shipped, stylize
from studio.adapters.style_best import BestPainter
from studio.adapters.style_painter import Painter, StylePicture
from studio.jobs.job import Look, NamedStyle, Source, Stylize
from studio.render.mixing import mixed
from studio.render.steady import Steady
from tests.benchmarks.evaluator import SHARED, load_evaluator
from tests.benchmarks.long_clips import memory_row
from tests.benchmarks.row import Row
from tests.render.pictures import shifted, texture

TEXTURE_FLOOR, EDGE_FLOOR, WARP_FLOOR, LONG_FLOOR = 0.15, 0.60, 0.5, 1.0
BEST_FLOOR, SPEED_FLOOR = 0.10, 3.0
_BEST_CLIPS = 2
# Of each clip; long_ratio looks four frames ahead.
_FRAMES = 12


class Figures(NamedTuple):
    """Means over one clip; warps are in the evaluator's units."""

    texture: float
    edge: float
    warp: float
    long_ratio: float


def run() -> Iterator[Row]:
    evaluator = load_evaluator("quality")
    if evaluator is not None:
        yield from quality_rows(evaluator)
    yield speed_row()
    yield memory_row(Stylize(model="style", source=Source(path=""), named_style=NamedStyle.MOSAIC), 2000)
    yield memory_row(Stylize(source=Source(path=""), look=Look.OIL), 3000, "a look: ")


def quality_rows(evaluator: Any) -> Iterator[Row]:
    options = argparse.Namespace(set=str(SHARED / "media"), clips=None)
    styles = sorted((SHARED / "media" / "styles").glob("*.jpg"))
    ours: list[Figures] = []
    alone: list[Figures] = []
    plain: list[Figures] = []
    best: list[float] = []
    for number, clip in enumerate(evaluator.clips(options, "seg")[1]):
        frames = evaluator.segment(options, clip)[:_FRAMES]
        each = os.environ.get("STYLE_BENCH") == "all"
        for path in styles if each else [styles[number % len(styles)]]:
            reference = evaluator.imread(str(path))
            versions = _versions(frames, reference)
            figures = _measured(evaluator, frames, versions, reference)
            for kept, measured in zip((ours, alone, plain), figures, strict=True):
                kept.append(measured)
        if number % 5 == 0 and len(best) < _BEST_CLIPS:
            best.append(_best_texture(evaluator, frames[0], styles[number % len(styles)]))
    held, single, opencv = (np.mean(figures, axis=0) for figures in (ours, alone, plain))
    yield Row("texture", f"{held[0]:.3f}", f"OpenCV {opencv[0]:.2f}", held[0], "<=", TEXTURE_FLOOR)
    yield Row("edge", f"{held[1]:.3f}", f"OpenCV {opencv[1]:.2f}", held[1], ">=", EDGE_FLOOR)
    said = f"frame by frame {single[2]:.1f}, OpenCV {opencv[2]:.1f}"
    yield Row("warp", f"{held[2]:.2f}", said, held[2] / single[2], "<=", WARP_FLOOR)
    said = f"frame by frame {single[3]:.2f}"
    yield Row("long_ratio", f"{held[3]:.2f}", said, held[3] / single[3], "<=", LONG_FLOOR)
    yield Row("best, slow: texture", f"{np.mean(best):.3f}", "-", float(np.mean(best)), "<=", BEST_FLOOR)


def _versions(frames: list[np.ndarray], reference: np.ndarray) -> tuple[list[np.ndarray], ...]:
    """The clip held still, the same network frame by frame, and OpenCV's stylization."""
    samples = [frames[index] for index in sample_numbers(len(frames))]
    painter = Painter(shipped(), StylePicture(reference), samples)
    painted = [painter.paint(frame) for frame in frames]
    waiting = iter(painted)
    # The very pictures that were painted for the frame by frame version, in order.
    steady = Steady(lambda _: next(waiting))
    held = [mixed(frame, steady.draw(frame), 1.0) for frame in frames]
    alone = [mixed(frame, drawn, 1.0) for frame, drawn in zip(frames, painted, strict=True)]
    plain = [
        cv2.stylization(frame[..., ::-1].copy(), sigma_s=60, sigma_r=0.45)[..., ::-1] for frame in frames
    ]
    return held, alone, [np.ascontiguousarray(frame) for frame in plain]


def _measured(
    evaluator: Any, frames: list[np.ndarray], versions: tuple[list[np.ndarray], ...], reference: np.ndarray
) -> list[Figures]:
    warps = evaluator.warp_errors(frames, [frames, *versions])
    longs = evaluator.warp_errors(frames, [frames, *versions], gap=min(4, len(frames) - 1))
    seen = range(0, len(frames), max(1, len(frames) // 4))
    figures: list[Figures] = []
    for number, version in enumerate(versions, 1):
        textures = [evaluator.style_distance(version[k], reference)[1] for k in seen]
        edges = [evaluator.edge_corr(frames[k], version[k]) for k in seen]
        ratio = longs[number] / max(longs[0], 1e-6)
        figures.append(Figures(float(np.mean(textures)), float(np.mean(edges)), warps[number], ratio))
    return figures


def _best_texture(evaluator: Any, frame: np.ndarray, style: Path) -> float:
    reference = evaluator.imread(str(style))
    drawn = BestPainter(shipped(), StylePicture(reference), [frame]).paint(frame)
    return float(evaluator.style_distance(mixed(frame, drawn, 1.0), reference)[1])


def speed_row() -> Row:
    picture, reference = texture(270, 480), texture(300, 400)
    frames = [shifted(picture, 2 * number) for number in range(24)]
    stylize(frames[:2], reference)
    began = time.process_time()
    stylize(frames, reference)
    rate = 2 * len(frames) / (time.process_time() - began)
    return Row("480x270, two cores", f"{rate:.1f} frames/s", "-", rate, ">=", SPEED_FLOOR)
