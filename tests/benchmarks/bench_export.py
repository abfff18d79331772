"""How fast the export is beside bare PyAV: 30 s of 720p with sound, two clips and one cut, the same preset.

Runs take turns, so that a busy machine slows both alike; on one that is very busy, the seconds of
processor time say more than those of the clock.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import cv2
import numpy as np

from studio.media.writer import Mp4Writer
from studio.project.timeline import Clip, External, Project, Take, Track, new_id
from studio.render.export import ExportOptions, export
from studio.timing import Rate, RationalTime
from tests.benchmarks.row import Row

FLOOR = 0.8
RATE, SIZE, SAMPLE_RATE = 30, (1280, 720), 48000
SOURCE_S, PIECE_S, OFFSET_S = 18, 15, 2
ROUNDS = 3
OPTIONS = ExportOptions()


def write_source(path: Path, seed: int) -> Path:
    """Eighteen seconds that move like a film: a textured scene that drifts and turns, grain, a sound."""
    random = np.random.default_rng(seed)
    scene = np.zeros((1100, 1800, 3), np.float32)
    for size in (8, 32, 128, 512):
        layer = random.uniform(0, 255, (size * 11 // 18, size, 3)).astype(np.float32)
        scene += cv2.resize(layer, (1800, 1100), interpolation=cv2.INTER_CUBIC) / 4
    grain = random.normal(0, 2.5, (8, SIZE[1], SIZE[0], 1)).astype(np.float32)
    sound = np.sin(np.arange(SOURCE_S * SAMPLE_RATE) * (0.03 + 0.01 * seed)).astype(np.float32)[:, None] * 0.3
    with Mp4Writer(path, *SIZE, Rate(RATE), audio_rate=SAMPLE_RATE, preset="veryfast") as writer:
        for k in range(SOURCE_S * RATE):
            view = cv2.getRotationMatrix2D((900, 550), k * 0.05, 1 + k * 0.0003)
            view[:, 2] -= (200 + k * 0.3, 150)
            picture = cv2.warpAffine(scene, view, SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            writer.write(np.clip(picture + grain[k % 8], 0, 255).astype(np.uint8))
            writer.write_audio(np.repeat(sound[k * 1600 : (k + 1) * 1600], 2, axis=1))
    return path


def cut_of(sources: list[Path]) -> Project:
    length = PIECE_S * RATE
    picture, sound = [], []
    for number, path in enumerate(sources):
        reference = External(
            path=str(path), duration=RationalTime(SOURCE_S, Rate(1)), rate=Rate(RATE), has_audio=True
        )
        take = Take(id=new_id(), reference=reference, source_start=RationalTime(OFFSET_S, Rate(1)))
        for clips in (picture, sound):
            clips.append(
                Clip(id=new_id(), name=path.stem, start=number * length, duration=length, takes=(take,))
            )
    tracks = (
        Track(id="v", name="V1", kind="video", clips=tuple(picture)),
        Track(id="a", name="A1", kind="audio", clips=tuple(sound)),
    )
    return Project(rate=Rate(RATE), width=SIZE[0], height=SIZE[1], tracks=tracks)


def export_cut(sources: list[Path], target: Path) -> None:
    export(cut_of(sources), target.parent, target, OPTIONS, lambda step, steps: None, lambda: None)


def bare_cut(sources: list[Path], target: Path) -> None:
    """The same film by the shortest PyAV program that makes it."""
    with av.open(str(target), "w", options={"movflags": "+faststart"}) as output:
        quality = {"crf": str(OPTIONS.crf), "preset": OPTIONS.preset}
        picture = output.add_stream("libx264", rate=RATE, options=quality)
        picture.width, picture.height = SIZE
        picture.pix_fmt = "yuv420p"
        picture.thread_type = "AUTO"
        sound = output.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        sound.bit_rate = 192_000
        count = samples = 0
        for frame in pieces(sources):
            if isinstance(frame, av.VideoFrame):
                frame.pts, frame.time_base, frame.pict_type = count, Fraction(1, RATE), 0
                output.mux(picture.encode(frame))
                count += 1
            else:
                frame.pts, frame.time_base = samples, Fraction(1, SAMPLE_RATE)
                output.mux(sound.encode(frame))
                samples += frame.samples
        output.mux(picture.encode(None))
        output.mux(sound.encode(None))


def pieces(sources: list[Path]) -> Iterator[av.VideoFrame | av.AudioFrame]:
    for path in sources:
        with av.open(str(path)) as container:
            container.streams.video[0].thread_type = "AUTO"
            container.seek(OFFSET_S * 1_000_000)
            for frame in container.decode(video=0, audio=0):
                if OFFSET_S <= frame.time < OFFSET_S + PIECE_S:
                    yield frame


class Run(NamedTuple):
    """What one export took, in seconds."""

    wall_s: float
    cpu_s: float
    """Of all threads."""


def timed(make: Callable[[list[Path], Path], None], sources: list[Path], target: Path) -> Run:
    wall, cpu = time.perf_counter(), time.process_time()
    make(sources, target)
    return Run(time.perf_counter() - wall, time.process_time() - cpu)


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = [write_source(folder / f"source{seed}.mp4", seed) for seed in (1, 2)]
        rounds = [
            (timed(export_cut, sources, folder / "ours.mp4"), timed(bare_cut, sources, folder / "bare.mp4"))
            for _ in range(ROUNDS)
        ]
    ours, bare = ([min(column) for column in zip(*runs, strict=True)] for runs in zip(*rounds, strict=True))
    return [
        Row(
            f"export: 30 s 720p cut, {clock}",
            f"{our:.1f} s",
            f"bare PyAV {its:.1f} s",
            its / our,
            ">=",
            FLOOR,
        )
        for clock, our, its in zip(("by the clock", "processor time"), ours, bare, strict=True)
    ]
