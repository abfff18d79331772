"""Seeking, playing, and how far picture and sound drift apart in an hour.

    python -m tests.benchmarks viewer

The film is one of 1080p30 H.264 with a keyframe every 250 pictures, and sound. Two cores, as many as the
machine it was written for has; seeks are timed in turns with bare PyAV, medians of the pairs' ratios.
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from studio.timing import Rate, RationalTime
from tests.benchmarks.long_film import FPS, HEIGHT, WIDTH, write_long_film
from tests.benchmarks.row import Row

if TYPE_CHECKING:
    from studio.ui.session import Session
    from studio.ui.viewer.viewer import Viewer

SEEKS = 24
FILM_S = 66
PLAYED_S = 60
HOUR_S = 3600
CACHED_LIMIT_MS = 5.0
_SCREEN_HZ = 60
_CARD_PPM = 150
"""How wrong the quartz of a cheap card is, in millionths."""


def run() -> list[Row]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    with tempfile.TemporaryDirectory(prefix="kinora-bench-") as folder:
        os.environ["STUDIO_PROFILE"] = folder
        film = write_long_film(Path(folder) / "film.mp4", FILM_S)
        rows = [_seeking(film)]
        with _desk(Path(folder), film) as (viewer, session):
            rows += [_cached(viewer, session), _playing(viewer, session)]
        return [*rows, _an_hour()]


def _seeking(film: Path) -> Row:
    """Ours gives the frame as RGB, at half size as the viewer shows it; the baseline only decodes."""
    import av

    from studio.media.reader import VideoReader

    container = av.open(str(film))
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    ticks = round(1 / (stream.time_base * FPS))
    ours: list[float] = []
    bare: list[float] = []
    choice = random.Random(3)
    with VideoReader(film, (WIDTH // 2, HEIGHT // 2)) as reader:
        for _ in range(SEEKS):
            wanted = choice.randrange(FILM_S * FPS)
            began = time.perf_counter()
            container.seek(wanted * ticks, stream=stream, backward=True)
            next(frame for frame in container.decode(stream) if frame.pts >= wanted * ticks)
            bare.append(time.perf_counter() - began)
            began = time.perf_counter()
            reader.at(RationalTime(wanted, Rate(FPS)))
            ours.append(time.perf_counter() - began)
    container.close()
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
    measured, baseline = (f"{statistics.median(times) * 1000:.0f} ms" for times in (ours, bare))
    return Row("seek to any frame, 1080p H.264, GOP 250", measured, f"{baseline} bare", ratio, "<=", 1.15)


def _cached(viewer: Viewer, session: Session) -> Row:
    """From a new place of the playhead until its frame, which was seen before, is painted."""
    from PySide6.QtWidgets import QApplication

    frames = range(100, 200)
    for frame in frames:
        _await(viewer, session, frame)
    times: list[float] = []
    for frame in random.Random(4).sample(frames, len(frames)):
        began = time.perf_counter()
        session.set_playhead(frame)
        QApplication.processEvents()
        viewer.picture.repaint()
        times.append((time.perf_counter() - began) * 1000)
        if viewer.frames.last_arrived != frame:
            raise RuntimeError(f"Frame {frame} was not in the cache.")
    measured = float(np.quantile(times, 0.95))
    limit = f"{CACHED_LIMIT_MS:g} ms allowed"
    what = "seek to a frame seen before, painted: 95 % of"
    return Row(what, f"{measured:.1f} ms", limit, measured / CACHED_LIMIT_MS, "<=", 1.0)


def _await(viewer: Viewer, session: Session, frame: int) -> None:
    session.set_playhead(frame)
    while viewer.frames.last_arrived != frame:
        _let_run(0.01)


def _let_run(seconds: float) -> None:
    """The event loop as the application runs it; QTest.qWait keeps the interpreter to itself."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def _playing(viewer: Viewer, session: Session) -> Row:
    """Sound is taken in real time by a simulated card; a picture that is not shown in its turn was late."""
    shown: list[int] = []
    viewer.playback.shown.connect(lambda drawn: shown.append(drawn.frame))
    session.set_playhead(0)
    _let_run(0.5)
    viewer.playback.play()
    _let_run(PLAYED_S + 1)
    viewer.playback.pause()
    late = viewer.playback.dropped
    if len(shown) + late < PLAYED_S * FPS * 0.95:
        raise RuntimeError(f"The film did not play: {len(shown)} frames in {PLAYED_S} s.")
    what = f"playing 1080p30 with sound, {PLAYED_S} s at half size"
    return Row(what, f"{late} late", f"{len(shown)} shown", float(late), "<=", 0.0)


@contextmanager
def _desk(home: Path, film: Path) -> Iterator[tuple[Viewer, Session]]:
    """The real viewer, half as large as the film, on a timeline with its picture and sound."""
    from PySide6.QtWidgets import QApplication

    from studio.engine.engine import Engine
    from studio.models.catalog import default_catalog
    from studio.project.project_file import create_project
    from studio.project.timeline import new_project
    from studio.settings import Settings
    from studio.ui import theme
    from studio.ui.session import Session
    from studio.ui.viewer.viewer import Viewer
    from tests.ui.simulated_card import SimulatedCard

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, "dark")
    catalog = default_catalog()
    engine = Engine(catalog, None, home / "scratch")
    opened = create_project(home / "bench.kinora", new_project("bench"))
    session = Session(engine, catalog, Settings(), opened)
    _fill(session, film)
    viewer = Viewer(session, opener=lambda lost: SimulatedCard(lost, 1 + _CARD_PPM / 1e6))
    viewer.resize(WIDTH // 2 + viewer.meters.width(), HEIGHT // 2 + viewer.transport.sizeHint().height())
    viewer.show()
    _let_run(1.5)
    try:
        yield viewer, session
    finally:
        viewer.close()
        session.close()
        engine.close()


def _an_hour() -> Row:
    """The sound's clock with a card whose quartz is wrong and whose reports are ragged.

    Everything but the computer's clock is real; that one is simulated. What is heard is known by the sound
    itself: each sample is its own number. A picture is right as long as what is heard lies within it; half
    a frame from its middle is as near as it can be.
    """
    from studio.ui.viewer.clocks import SoundClock, frame_at
    from studio.ui.viewer.shuttle_sound import ShuttleSound

    rate, buffer = 48_000, 9_600
    fps = Fraction(30_000, 1001)
    now = 0.0
    clock = SoundClock(rate, lambda: now)
    sound = ShuttleSound(_Numbers(), 0, Fraction(1))
    chance = random.Random(5)
    taken, report_at, worst = 0, 0.0, 0.0
    for tick in range(HOUR_S * _SCREEN_HZ):
        screen_at = tick / _SCREEN_HZ
        while report_at <= screen_at:
            now = report_at
            played = int(now * rate * (1 + _CARD_PPM / 1e6))
            given = sound.read(played + buffer - taken)
            taken += len(given)
            if given[-1, 0] != taken - 1:
                raise RuntimeError("The sound is not where it is counted to be.")
            clock.report(played, True)
            report_at += chance.uniform(0.01, 0.03)
        now = screen_at
        heard = now * rate * (1 + _CARD_PPM / 1e6)
        shown = frame_at(0, clock.seconds(), fps, Fraction(1))
        worst = max(worst, abs(heard / rate * float(fps) - shown - 0.5))
    return Row("picture against sound, an hour simulated", f"{worst:.2f} frames", "1 frame", worst, "<=", 1.0)


class _Numbers:
    def read(self, start_sample: int, count: int) -> np.ndarray:
        return np.repeat(np.arange(start_sample, start_sample + count, dtype=np.float64)[:, None], 2, axis=1)


def _project(film: Path):
    from studio.project.timeline import Clip, External, Project, Take, Track

    frames = FILM_S * FPS
    reference = External(
        path=str(film),
        duration=RationalTime(frames, Rate(FPS)),
        rate=Rate(FPS),
        width=WIDTH,
        height=HEIGHT,
        has_audio=True,
    )
    tracks = tuple(
        Track(
            id=kind,
            name=kind,
            kind=kind,
            clips=(
                Clip(
                    id=f"{kind} clip",
                    name="film",
                    start=0,
                    duration=frames,
                    takes=(Take(id=f"{kind} take", reference=reference),),
                ),
            ),
        )
        for kind in ("video", "audio")
    )
    return Project(rate=Rate(FPS), width=WIDTH, height=HEIGHT, tracks=tracks)


def _fill(session, film: Path) -> None:
    from studio.project.edits import ChangeProject, PlaceClips, Placement

    made = _project(film)
    session.apply(ChangeProject(width=WIDTH, height=HEIGHT, rate=Rate(FPS)))
    own = session.project.tracks
    places = ((own[0], made.tracks[0]), (own[-1], made.tracks[1]))
    session.apply(
        PlaceClips(placements=tuple(Placement(track.id, filled.clips[0]) for track, filled in places))
    )
