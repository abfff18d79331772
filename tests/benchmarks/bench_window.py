"""How long the window's event loop is late while a job keeps both cores busy and a clip plays.

    python -m tests.benchmarks.bench_window

A timer of 5 ms in the real window, shown and playing, beside the same timer in a bare window of another
process at the same time: what the machine itself is late is in both.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from studio.engine.engine import Engine
from studio.jobs.job import Generate, Look, Source, Stylize
from studio.models.catalog import Catalog, default_catalog
from studio.project.edits import ChangeProject, PlaceClips, Placement
from studio.project.project_file import create_project
from studio.project.timeline import Clip, External, Take, new_project
from studio.settings import Settings
from studio.timing import Rate, RationalTime
from tests.benchmarks.row import Row
from tests.render.footage import write_film

P95_LIMIT_MS = 16.0
WORST_LIMIT_MS = 100.0
INTERVAL_MS = 5
SECONDS = 12
FILM_S = 40
FPS = Rate(24)

# The baseline: a window with nothing in it and the same timer.
_BARE = """
import sys, time
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
window = QWidget()
window.resize(1280, 720)
window.show()
delays, last = [], time.perf_counter()
def tick():
    global last
    now = time.perf_counter()
    delays.append(max(0.0, (now - last) * 1000 - int(sys.argv[1])))
    last = now
timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=int(sys.argv[1]))
timer.timeout.connect(tick)
timer.start()
QTimer.singleShot(int(float(sys.argv[2]) * 1000), app.quit)
app.exec()
print(*delays)
"""


def run() -> list[Row]:
    """The real window's lateness, measured while the bare one's is."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="kinora-bench-") as folder:
        os.environ["STUDIO_PROFILE"] = folder
        ours, bare, pictures = _measure(Path(folder))
    rows: list[Row] = []
    for name, share, limit in (("95 % of", 0.95, P95_LIMIT_MS), ("worst of", 1.0, WORST_LIMIT_MS)):
        mine, base = _quantile(ours, share), _quantile(bare, share)
        what = f"window, job + playing ({pictures}): {name} delays"
        rows.append(Row(what, f"{mine:.1f} ms", f"{base:.1f} ms bare", mine / limit, "<=", 1.0))
    return rows


def _measure(home: Path) -> tuple[list[float], list[float], str]:
    from PySide6.QtCore import QThreadPool
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from studio.ui import theme
    from studio.ui.main_window import MainWindow
    from studio.ui.session import Session

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, "dark")
    catalog = default_catalog()
    engine = Engine(catalog, None, home / "scratch")
    session = Session(
        engine, catalog, Settings(), create_project(home / "bench.kinora", new_project("bench"))
    )
    film = write_film(home / "film.mp4", FILM_S * FPS.numerator, size=(640, 360))
    _place(session, film)
    window = MainWindow(session)
    window.resize(1280, 720)
    window.show()
    QTest.qWait(1500)
    _keep_busy(session, catalog, film)
    QTest.qWait(1500)
    try:
        return _beside_bare(window)
    finally:
        window.close()
        QThreadPool.globalInstance().waitForDone()
        session.close()
        engine.close()


def _place(session, film: Path) -> None:
    frames = FILM_S * FPS.numerator
    reference = External(path=str(film), duration=RationalTime(frames, FPS), rate=FPS, width=640, height=360)
    take = Take(id="take", reference=reference)
    clip = Clip(id="clip", name="film", start=0, duration=frames, takes=(take,))
    session.apply(ChangeProject(width=640, height=360, rate=FPS))
    session.apply(PlaceClips(placements=(Placement(session.project.tracks[0].id, clip),)))


def _keep_busy(session, catalog: Catalog, film: Path) -> None:
    """Both lanes at work for longer than the measurement: the starter where it is there, and a look."""
    starter = catalog.get("starter")
    if not starter.missing_files():
        usual = starter.defaults
        for _ in range(6):
            job = Generate(
                prompt=starter.examples[0],
                width=usual.width,
                height=usual.height,
                num_frames=usual.num_frames,
                frame_rate=usual.frame_rate,
                num_inference_steps=starter.limits.max_steps,
                guidance_scale=usual.guidance_scale,
            )
            session.submit(job)
    session.submit(Stylize(source=Source(path=str(film)), look=Look.OIL))


def _beside_bare(window) -> tuple[list[float], list[float], str]:
    """Both windows' delays in ms, and how many pictures the playing clip has shown."""
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtTest import QTest

    command = [sys.executable, "-c", _BARE, str(INTERVAL_MS), str(SECONDS)]
    bare = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    delays: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        delays.append(max(0.0, (now - last) * 1000 - INTERVAL_MS))
        last = now

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=INTERVAL_MS)
    timer.timeout.connect(tick)
    shown: list[int] = []
    window.viewer.playback.shown.connect(lambda drawn: shown.append(drawn.frame))
    window.viewer.playback.play()
    timer.start()
    QTest.qWait(SECONDS * 1000)
    timer.stop()
    window.viewer.playback.pause()
    out, _ = bare.communicate()
    due = window.session.playhead
    if due < 0.8 * SECONDS * FPS.numerator:
        raise RuntimeError(f"The clip did not play: the playhead is at frame {due}.")
    return delays, [float(delay) for delay in out.split()], f"{len(shown)}/{due} fr"


def _quantile(delays: list[float], share: float) -> float:
    return float(np.quantile(delays, share))


if __name__ == "__main__":
    for row in run():
        print(f"{row.what}: {row.measured} ({row.baseline}), {row.ratio:.2f} of the limit")
