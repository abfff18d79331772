"""kill -9 of in-betweens by the network at random moments: the job goes on, to the same frames."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil

from studio.engine.engine import Engine
from studio.engine.queue import JobState
from studio.jobs.job import Interpolate, Source
from studio.jobs.messages import Finished
from studio.media.audio import read_audio
from studio.media.reader import VideoReader
from studio.media.writer import MasterWriter
from studio.timing import Rate
from tests.engine.stage import catalog, stage
from tests.faults.row import Row

ROOT = Path(__file__).parent.parent.parent
WIDTH, HEIGHT, COUNT = 96, 64, 210
PROMISED = "the same frames and sound"
MOMENTS = 20
# A busy machine may take a minute for what takes ten seconds on a free one.
PATIENCE_S = 600.0


def run() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as place:
        wanted = fingerprint(uninterrupted(Path(place)))
        outcomes = [killed(Path(place), number, wanted) for number in range(MOMENTS)]
    told = {outcome: outcomes.count(outcome) for outcome in outcomes}
    text = "; ".join(f"{count} × {outcome}" for outcome, count in told.items())
    yield Row("kill -9 of window and worker during a job", MOMENTS, PROMISED, text, set(told) == {PROMISED})


def film(folder: Path) -> Path:
    """A scene that moves, with a cut, repeated frames and sound."""
    path = folder / "film.mkv"
    if path.exists():
        return path
    rng = np.random.default_rng(4)
    scenes = [rng.integers(0, 256, (HEIGHT // 8, WIDTH // 8, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)]
    scenes.append(255 - scenes[0][::-1])
    audio = rng.uniform(-0.5, 0.5, (COUNT * 1920, 2)).astype(np.float32)
    with MasterWriter(path, WIDTH, HEIGHT, Rate(25), audio=audio) as writer:
        for number in range(COUNT):
            shift = number - number % 7 // 6
            writer.write(np.roll(scenes[number * 2 // COUNT], (shift // 3, shift * 2), axis=(0, 1)))
    return path


def job(folder: Path) -> Interpolate:
    return Interpolate(source=Source(path=str(film(folder))), frame_rate=Rate(60), seed=1)


def uninterrupted(folder: Path) -> Path:
    with stage(folder / "whole") as (engine, _):
        return Path(engine.run(job(folder)).result.path)


def fingerprint(path: Path) -> str:
    """Of every decoded frame with its time, and of the sound."""
    digest = hashlib.blake2b()
    with VideoReader(path) as reader:
        for frame in reader.frames():
            digest.update(str(frame.time.seconds).encode())
            digest.update(frame.image.tobytes())
    digest.update(read_audio(path).tobytes())
    return digest.hexdigest()


def killed(folder: Path, number: int, wanted: str) -> str:
    """One or two kills at random frames, then a run to the end; says what came of it."""
    dice = random.Random(number)
    here = folder / f"kill-{number}"
    here.mkdir()
    film(folder)
    last = COUNT * 60 // 25
    for _ in range(dice.choice([1, 1, 2])):
        kill_at(here, folder, dice.randrange(1, last))
    with stage(here, here / "queue.sqlite") as (engine, recorder):
        entry = engine.jobs()[0]
        finished = recorder.wait_for(Finished, entry.id, patience_s=PATIENCE_S)
        if engine.jobs()[0].state != JobState.FINISHED:
            return "NOT FINISHED"
    if fingerprint(Path(finished.result.path)) != wanted:
        return "OTHER FRAMES"
    left = [path for path in (here / "scratch").rglob("*") if path.is_file() and path.suffix != ".mkv"]
    return PROMISED if not left else f"LEFT BEHIND {left}"


def kill_at(here: Path, folder: Path, frame: int) -> None:
    """Starts the owner of an engine with the job in its queue, and kills it and its worker at `frame`."""
    command = [sys.executable, "-m", "tests.faults.job_owner", str(here), str(folder), str(frame)]
    owner = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    assert owner.stdout is not None
    with owner, owner.stdout:
        line = owner.stdout.readline()
        workers = [psutil.Process(int(pid)) for pid in line.split() if int(pid)]
        for process in (*workers, owner):
            process.kill()
    psutil.wait_procs(workers, timeout=60)


def own(here: Path, folder: Path) -> Engine:
    """An engine whose queue holds the job: a new one, or what the last owner left."""
    engine = Engine(catalog(here / "models"), here / "queue.sqlite", here / "scratch")
    if not engine.jobs():
        engine.submit(job(folder))
    return engine
