"""How long the timeline takes per painted frame under the hand, with 10,000 clips in 20 tracks.

    python -m tests.benchmarks timeline_view

Each frame is one event (a move of a drag or of a trim, a notch of zoom or scroll) with all that is painted
because of it, near, in the middle and far; frames that only bring details after it count as well. Beside
it: the same number of bare rectangles with names, drawn by QPainter onto the same area, which is what any
painted timeline must at least do.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from studio.engine.engine import Engine
from studio.models.catalog import default_catalog
from studio.project.project_file import create_project
from studio.project.timeline import Clip, External, Project, Take, Track
from studio.settings import Settings
from studio.timing import Rate, RationalTime
from tests.benchmarks.row import Row
from tests.render.footage import write_film

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint, QPointF

    from studio.ui.timeline.view import TimelineView

Frame = tuple[float, float]
"""Seconds on the clock, and of the thread's own work."""
Measured = dict[str, tuple[list[Frame], list[float]]]
P95_LIMIT_MS = 16.0
VIDEO_TRACKS, SOUND_TRACKS, CLIPS = 12, 8, 500
LENGTH = 45
"""Frames from one clip's start to the next one's."""
WIDTH, HEIGHT = 1600, 900
SCALES = {"near": 6.0, "middle": 0.8, "far": 0.065}
"""Pixels per frame: some five clips a row, fifty, and all of them."""
MOVES = 60
FPS = Rate(24)
FILM_FRAMES = 120


def run() -> list[Row]:
    """One row per gesture, over all zooms."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="kinora-bench-") as folder:
        os.environ["STUDIO_PROFILE"] = folder
        measured = _measure(Path(folder))
    rows: list[Row] = []
    for gesture, (ours, bare) in measured.items():
        mine, cpu = (float(np.quantile(times, 0.95)) * 1000 for times in zip(*ours, strict=True))
        base = float(np.quantile(bare, 0.95)) * 1000
        what = f"timeline, 10,000 clips: p95 frame, {gesture}"
        # Other work on the machine makes frames late; the thread's own time tells how much of it is ours.
        words = f"{mine:.1f} ms (cpu {cpu:.1f})"
        rows.append(Row(what, words, f"{base:.1f} ms bare", mine / P95_LIMIT_MS, "<=", 1.0))
    return rows


def _measure(home: Path) -> Measured:
    from PySide6.QtCore import QThreadPool
    from PySide6.QtWidgets import QApplication

    from studio.ui import theme
    from studio.ui.session import Session
    from studio.ui.timeline.view import TimelineView

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application, "dark")
    catalog = default_catalog()
    engine = Engine(catalog, home / "queue.sqlite", home / "scratch")
    session = Session(engine, catalog, Settings(), create_project(home / "big.kinora", big_project(home)))
    view = TimelineView(session)
    try:
        view.resize(WIDTH, HEIGHT)
        view.show()
        return _all_gestures(view)
    finally:
        QThreadPool.globalInstance().waitForDone()
        view.close()
        session.close()
        engine.close()


def big_project(home: Path) -> Project:
    """10,000 clips of a few films with sound; every second clip of a track is linked with a sound's."""
    sound = (0.5 * np.sin(np.arange(48000 * FILM_FRAMES // 24) / 30)).astype(np.float32)
    stereo = np.stack([sound, sound], axis=1)
    films = [write_film(home / f"film {i}.mp4", FILM_FRAMES, sound=stereo, first=200 * i) for i in range(4)]
    tracks: list[Track] = []
    for number in range(VIDEO_TRACKS + SOUND_TRACKS):
        kind = "video" if number < VIDEO_TRACKS else "audio"
        of_kind = number if kind == "video" else number - VIDEO_TRACKS
        clips = tuple(_clip(kind, of_kind, place, films[place % len(films)]) for place in range(CLIPS))
        tracks.append(
            Track(id=f"{kind}{of_kind}", name=f"{kind[0].upper()}{of_kind}", kind=kind, clips=clips)
        )
    return Project(name="big", rate=FPS, tracks=tuple(tracks))


def _clip(kind: str, track: int, place: int, film: Path) -> Clip:
    reference = External(path=str(film), duration=RationalTime(FILM_FRAMES, FPS), rate=FPS, has_audio=True)
    skip = RationalTime(20 + place % 40, FPS)
    return Clip(
        id=f"{kind} {track} {place}",
        name=f"shot {place} of a day",
        start=place * LENGTH,
        duration=LENGTH - place % 3,
        takes=(Take(id=f"take {kind} {track} {place}", reference=reference, source_start=skip),),
        link=f"pair {track} {place}" if track < SOUND_TRACKS and place % 2 else "",
    )


def _all_gestures(view: TimelineView) -> Measured:
    gestures = {"drag": _drag, "trim": _trim, "zoom": _zoom, "scroll": _scroll}
    measured: Measured = {name: ([], []) for name in gestures}
    for scale in SCALES.values():
        for name, gesture in gestures.items():
            _look(view, scale)
            _warm(view)
            ours, bare = measured[name]
            ours += _timed(view, gesture(view))
            bare += [_bare_frame(view) for _ in range(MOVES // 4)]
            view.grab()
    return measured


def _timed(view: TimelineView, steps: Iterator[Callable[[], object]]) -> list[Frame]:
    """Every event with the repaint that it causes, and each repaint after it that brings details."""
    frames: list[Frame] = []
    for step in steps:
        frames.append(_frame(step))
        if not view.canvas.sharp:
            frames.append(_frame(view.canvas.update))
    return frames


def _frame(step: Callable[[], object]) -> Frame:
    from PySide6.QtCore import QCoreApplication

    clock, work = time.perf_counter(), time.thread_time()
    step()
    QCoreApplication.sendPostedEvents()
    return time.perf_counter() - clock, time.thread_time() - work


def _look(view: TimelineView, scale: float) -> None:
    """Half-way along the project at `scale` pixels per frame."""
    canvas = view.canvas
    canvas.zoom(scale / canvas.lens.scale, 0)
    middle = CLIPS * LENGTH / 2 * scale if scale > 0.1 else 0
    canvas.scroll_by(middle - canvas.lens.left, -canvas.lens.top)


def _warm(view: TimelineView) -> None:
    """Paints until the pictures that were asked for have come, as they have when the hand arrives."""
    from PySide6.QtCore import QThreadPool
    from PySide6.QtTest import QTest

    for _ in range(3):
        view.grab()
        QTest.qWait(50)
        QThreadPool.globalInstance().waitForDone()
        QTest.qWait(1)


def _clip_in_sight(view: TimelineView) -> tuple[QPointF, QPointF]:
    """The middle and the end of a clip of the second row, in canvas pixels."""
    from PySide6.QtCore import QPointF

    from studio.ui.timeline.geometry import RULER_HEIGHT

    canvas = view.canvas
    row = canvas.rows[1]
    clip = row.track.clip_at(canvas.lens.frame_under(WIDTH / 3)) or row.track.clips[CLIPS // 3]
    assert canvas.lens.y_of(row) > RULER_HEIGHT
    rect = canvas.lens.clip_rect(row, clip)
    return rect.center(), QPointF(rect.right() - 1, rect.center().y())


def _drag(view: TimelineView) -> Iterator[Callable[[], object]]:
    middle, _ = _clip_in_sight(view)
    yield from _pressed(view, middle, across=True)


def _trim(view: TimelineView) -> Iterator[Callable[[], object]]:
    _, edge = _clip_in_sight(view)
    yield from _pressed(view, edge, across=False)


def _pressed(view: TimelineView, at: QPointF, *, across: bool) -> Iterator[Callable[[], object]]:
    """A press, moves to and fro (and through the rows), Escape: the next measurement begins alike."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    canvas, start = view.canvas, at.toPoint()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for step in range(1, MOVES + 1):
        sideways = -abs(step % 40 - 20) * 6 if across else -abs(step % 20 - 10) * 3 - 4
        down = step * 4 if across else 0
        yield lambda right=sideways, down=down: _move(view, start + QPoint(right, down))
    assert canvas.held, "nothing was in the hand"
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)


def _move(view: TimelineView, at: QPoint) -> None:
    from PySide6.QtCore import QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(at),
        QPointF(view.canvas.mapToGlobal(at)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view.canvas, event)


def _zoom(view: TimelineView) -> Iterator[Callable[[], object]]:
    for step in range(MOVES):
        factor = 1.06 if step < MOVES // 2 else 1 / 1.06
        yield lambda factor=factor: view.canvas.zoom(factor, WIDTH / 2)


def _scroll(view: TimelineView) -> Iterator[Callable[[], object]]:
    for step in range(MOVES):
        down = 20 if step % 10 == 0 else 0
        yield lambda down=down: view.canvas.scroll_by(90, down)


def _bare_frame(view: TimelineView) -> float:
    """Seconds for one rectangle and one name per clip that is drawn now, nothing else."""
    from PySide6.QtGui import QColor, QImage, QPainter

    from studio.ui.timeline.row_painting import seen_clips

    canvas = view.canvas
    lens = canvas.lens
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    before = time.perf_counter()
    painter = QPainter(image)
    painter.fillRect(image.rect(), QColor("#15171b"))
    for row in canvas.rows:
        if lens.y_of(row) < canvas.height():
            for index in seen_clips(row.track, lens, 0, canvas.width()):
                clip = row.track.clips[index]
                rect = lens.clip_rect(row, clip)
                painter.fillRect(rect, QColor("#3d6ea8"))
                painter.drawText(rect, 0, clip.name)
    painter.end()
    return time.perf_counter() - before
