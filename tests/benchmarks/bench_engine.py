"""What the engine costs beside the bare diffusers pipeline, how fast cancel and replacement are.

    python -m tests.benchmarks engine

Both sides run the same model (the shipped starter; a random pipeline of its size where that is missing) in
processes of their own, warm, with the same number of threads and the same niceness, and take turns, so that
a busy machine slows both alike. Processor seconds are printed too: they hardly depend on who else is running.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
from msgspec.structs import replace

from studio.engine.engine import Engine
from studio.engine.queue import Lane
from studio.jobs.job import Generate, encode
from studio.jobs.messages import Cancelled, Failed, Notice, Progress, Started
from studio.media.reader import VideoReader
from studio.models.catalog import Catalog, read_spec
from studio.models.spec import ModelSpec
from studio.paths import resources_folder
from tests.benchmarks.row import Row
from tests.engine.stage import Recorder, scripted

ROUNDS = 5
OVERHEAD_LIMIT = 1.05
REPLACEMENT_LIMIT_S = 5.0

# The baseline: the pipeline and nothing else. Line in: go. Line out: wall and processor seconds.
_BARE = """
import os, sys, time
import numpy as np
from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.jobs.job import decode
from studio.models.catalog import read_spec
from studio.models.folders import spec_of_folder
from pathlib import Path
adapter = DiffusersVideoAdapter()
folder = Path(sys.argv[1])
adapter.load(read_spec(folder) if (folder / "model.toml").is_file() else spec_of_folder(folder))
pipe = adapter._pipe
pipe.set_progress_bar_config(disable=True)
os.nice(5)  # as the worker does
for line in sys.stdin:
    arguments = adapter.call_arguments(decode(line))
    began, busy = time.perf_counter(), time.process_time()
    video = pipe(**arguments).frames[0]
    print(time.perf_counter() - began, time.process_time() - busy, flush=True)
    np.save(sys.argv[2], np.round(video * 255).astype(np.uint8))
    print("saved", flush=True)
"""


class Bare:
    """The pipeline in a process of its own."""

    def __init__(self, spec: ModelSpec, frames: Path) -> None:
        self._frames = frames
        self._process = subprocess.Popen(
            [sys.executable, "-c", _BARE, spec.folder, str(frames)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, job: Generate) -> tuple[float, float]:
        """Wall and processor seconds of the bare call."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(encode(job).decode() + "\n")
        self._process.stdin.flush()
        wall, busy = self._process.stdout.readline().split()
        self._process.stdout.readline()
        return float(wall), float(busy)

    def frames(self) -> np.ndarray:
        return np.load(self._frames)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def model(folder: Path) -> ModelSpec:
    spec = read_spec(resources_folder() / "models" / "starter")
    if not spec.missing_files():
        return spec
    from tests.adapters.tiny_wan import build_tiny_wan

    print("the starter is not there; a random pipeline of about its size stands in")
    path = build_tiny_wan(folder / "tiny-wan", layers=6, heads=4, base_dim=32)
    text = (path / "model.toml").read_text(encoding="utf-8")
    (path / "model.toml").write_text(text.replace("[32, 32]", "[96, 96]"), encoding="utf-8")
    return read_spec(path)


def job_for(spec: ModelSpec) -> Generate:
    width, height = spec.limits.native_size or (96, 96)
    job = scripted("a red ball bouncing on the beach", model=spec.id, steps=20, frames=25)
    return replace(job, width=width, height=height, guidance_scale=4.0, seed=7)


def measure_overhead(folder: Path, spec: ModelSpec) -> list[Row]:
    job = job_for(spec)
    bare = Bare(spec, folder / "bare.npy")
    engine = Engine(Catalog([Path(spec.folder).parent]), None, folder / "scratch")
    try:
        bare.run(job)
        finished = engine.run(job)
        walls, busies = [], []
        for _ in range(ROUNDS):
            bare_wall, bare_busy = bare.run(job)
            began, busy = time.perf_counter(), processor_s(engine)
            finished = engine.run(job)
            walls.append((bare_wall, time.perf_counter() - began))
            busies.append((bare_busy, processor_s(engine) - busy))
        with VideoReader(finished.result.path) as reader:
            frames = np.stack([frame.image for frame in reader.frames()])
        same = np.array_equal(frames, bare.frames())
    finally:
        bare.close()
        engine.close()
    rows = [
        overhead("engine: a starter job, wall", walls, OVERHEAD_LIMIT),
        overhead("engine: a starter job, processor", busies, OVERHEAD_LIMIT),
    ]
    return [*rows, Row("engine: frames equal the bare call's", str(same), "True", float(same), ">=", 1.0)]


def overhead(what: str, times: list[tuple[float, float]], limit: float) -> Row:
    """The best of each side: (bare, engine) seconds."""
    bare, engine = min(one for one, _ in times), min(two for _, two in times)
    return Row(what, f"{engine:.3f} s", f"bare {bare:.3f} s", engine / bare, "<=", limit)


def processor_s(engine: Engine) -> float:
    """Processor seconds that the engine and its torch worker have used so far."""
    worker = engine._lanes[Lane.TORCH].worker
    assert worker is not None
    times = psutil.Process(worker.pid).cpu_times()
    return times.user + times.system + time.process_time()


def measure_cancel(folder: Path, spec: ModelSpec) -> Row:
    engine = Engine(Catalog([Path(spec.folder).parent]), None, folder / "scratch")
    recorder = Recorder(engine)
    try:
        engine.run(job_for(spec))
        waits, steps = [], []
        for _ in range(ROUNDS):
            job_id = engine.submit(replace(job_for(spec), num_inference_steps=60))
            recorder.wait_for(Progress, job_id, _at_step(2))
            began = time.perf_counter()
            recorder.wait_for(Progress, job_id, _at_step(6))
            steps.append((time.perf_counter() - began) / 4)
            began = time.perf_counter()
            engine.cancel(job_id)
            recorder.wait_for(Cancelled, job_id)
            waits.append(time.perf_counter() - began)
    finally:
        engine.close()
    step, wait = statistics.median(steps), statistics.median(waits)
    took, one_step = f"{wait * 1000:.0f} ms", f"step {step * 1000:.0f} ms"
    return Row("engine: cancel beside a denoising step", took, one_step, wait / step, "<=", 1.0)


def measure_replacement(folder: Path) -> list[Row]:
    engine = Engine(Catalog([resources_folder() / "models"]), None, folder / "scratch")
    recorder = Recorder(engine)
    try:
        engine.run(scripted())
        hung, waiting = engine.submit(scripted("hold-gil=2")), engine.submit(scripted())
        recorder.wait_for(Progress, hung, lambda event: event.phase == "denoise")
        began = time.perf_counter()
        recorder.wait_for(Failed, hung)
        recorder.wait_for(Started, waiting)
        silent = time.perf_counter() - began
        deaf = engine.submit(scripted("hang-at=1"))
        recorder.wait_for(Notice, deaf)
        began = time.perf_counter()
        engine.cancel(deaf)
        recorder.wait_for(Cancelled, deaf)
        recorder.wait_for(Started, engine.submit(scripted()))
        stuck = time.perf_counter() - began
    finally:
        engine.close()
    times = (("engine: a silent worker replaced", silent), ("engine: one that ignores cancel", stuck))
    limit = REPLACEMENT_LIMIT_S
    return [Row(what, f"{took:.2f} s", f"limit {limit:g} s", took / limit, "<=", 1.0) for what, took in times]


def _at_step(step: int):
    return lambda event: event.phase == "denoise" and event.step >= step


def run() -> list[Row]:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spec = model(folder)
        overhead = measure_overhead(folder, spec)
        return [*overhead, measure_cancel(folder, spec), *measure_replacement(folder)]
