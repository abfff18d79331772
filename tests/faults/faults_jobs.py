"""kill -9 of long jobs at random moments: they go on from their last finished segment, to the same frames."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import psutil

from studio.engine.engine import Engine
from studio.engine.queue import JobState
from studio.jobs.job import Deflicker, Interpolate, Look, NamedStyle, Source, Stylize
from studio.jobs.messages import Finished, Result
from studio.media.audio import read_audio
from studio.media.reader import VideoReader
from studio.media.writer import MasterWriter
from studio.project.curves import Curve, Keyframe
from studio.timing import Rate
from tests.engine.stage import catalog, stage
from tests.faults.row import Row

ROOT = Path(__file__).parent.parent.parent
WIDTH, HEIGHT = 96, 64
PROMISED = "the same frames and sound"
# A busy machine may take a minute for what takes ten seconds on a free one.
PATIENCE_S = 600.0
_NOTHING = Source(path="")
_COURSE = Curve(0.2, (Keyframe(frame=10, value=0.2), Keyframe(frame=125, value=1.0)))


class Work(NamedTuple):
    """A job to be killed at so many moments; its film has so many frames, its result another number."""

    job: Interpolate | Stylize | Deflicker
    moments: int
    frames: int
    results: int


WORKS = {
    "in-betweens": Work(Interpolate(source=_NOTHING, frame_rate=Rate(60), seed=1), 20, 210, 504),
    "a look": Work(Stylize(source=_NOTHING, look=Look.OIL, strength_curve=_COURSE, seed=1), 8, 250, 250),
    "a style": Work(
        Stylize(
            model="style", source=_NOTHING, named_style=NamedStyle.PASTEL, strength_curve=_COURSE, seed=1
        ),
        6,
        150,
        150,
    ),
    "flicker removal": Work(Deflicker(source=_NOTHING, seed=1), 6, 150, 150),
}


def run() -> Iterator[Row]:
    for name, work in WORKS.items():
        yield row_of(name, work.moments)


def row_of(name: str, moments: int) -> Row:
    """A job of one kind, killed at so many random moments."""
    with tempfile.TemporaryDirectory() as place:
        wanted = fingerprint(uninterrupted(Path(place), name))
        outcomes = [killed(Path(place), name, number, wanted) for number in range(moments)]
    told = {outcome: outcomes.count(outcome) for outcome in outcomes}
    text = "; ".join(f"{count} × {outcome}" for outcome, count in told.items())
    what = f"kill -9 of window and worker: {name}"
    return Row(what, moments, PROMISED, text, set(told) == {PROMISED})


def film(folder: Path, count: int) -> Path:
    """A scene of `count` frames that moves, with a cut, repeated frames and sound."""
    path = folder / "film.mkv"
    if path.exists():
        return path
    rng = np.random.default_rng(4)
    scenes = [rng.integers(0, 256, (HEIGHT // 8, WIDTH // 8, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)]
    scenes.append(255 - scenes[0][::-1])
    audio = rng.uniform(-0.5, 0.5, (count * 1920, 2)).astype(np.float32)
    with MasterWriter(path, WIDTH, HEIGHT, Rate(25), audio=audio) as writer:
        for number in range(count):
            shift = number - number % 7 // 6
            writer.write(np.roll(scenes[number * 2 // count], (shift // 3, shift * 2), axis=(0, 1)))
    return path


def job(folder: Path, name: str) -> Interpolate | Stylize | Deflicker:
    work = WORKS[name]
    return msgspec.structs.replace(work.job, source=Source(path=str(film(folder, work.frames))))


def uninterrupted(folder: Path, name: str) -> Result:
    with stage(folder / "whole") as (engine, _):
        return engine.run(job(folder, name)).result


def fingerprint(result: Result) -> str:
    """Of every decoded frame with its time, of the sound, and of the flicker that was measured."""
    digest = hashlib.blake2b(str(result.flicker).encode())
    path = Path(result.path)
    with VideoReader(path) as reader:
        for frame in reader.frames():
            digest.update(str(frame.time.seconds).encode())
            digest.update(frame.image.tobytes())
    digest.update(read_audio(path).tobytes())
    return digest.hexdigest()


def killed(folder: Path, name: str, number: int, wanted: str) -> str:
    """One or two kills at random frames, then a run to the end; says what came of it."""
    dice = random.Random(number)
    here = folder / f"kill-{number}"
    here.mkdir()
    for _ in range(dice.choice([1, 1, 2])):
        kill_at(here, folder, name, dice.randrange(1, WORKS[name].results))
    with stage(here, here / "queue.sqlite") as (engine, recorder):
        entry = engine.jobs()[0]
        finished = recorder.wait_for(Finished, entry.id, patience_s=PATIENCE_S)
        if engine.jobs()[0].state != JobState.FINISHED:
            return "NOT FINISHED"
    if fingerprint(finished.result) != wanted:
        return "OTHER FRAMES"
    left = [path for path in (here / "scratch").rglob("*") if path.is_file() and path.suffix != ".mkv"]
    return PROMISED if not left else f"LEFT BEHIND {left}"


def kill_at(here: Path, folder: Path, name: str, frame: int) -> None:
    """Starts the owner of an engine with the job in its queue, and kills it and its worker at `frame`."""
    command = [sys.executable, "-m", "tests.faults.job_owner", str(here), str(folder), name, str(frame)]
    owner = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    assert owner.stdout is not None
    with owner, owner.stdout:
        line = owner.stdout.readline()
        workers = [psutil.Process(int(pid)) for pid in line.split() if int(pid)]
        for process in (*workers, owner):
            process.kill()
    psutil.wait_procs(workers, timeout=60)


def own(here: Path, folder: Path, name: str) -> Engine:
    """An engine whose queue holds the job: a new one, or what the last owner left."""
    engine = Engine(catalog(here / "models"), here / "queue.sqlite", here / "scratch")
    if not engine.jobs():
        engine.submit(job(folder, name))
    return engine
