"""From the first import to a painted window that answers, beside a bare PySide6 window with one button.

Both run in processes of their own that take turns, with a fresh profile for Kinora; the median counts.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile

from tests.benchmarks.row import Row

FLOOR = 2.5
ROUNDS = 7

# The clock starts before the first import. A window answers when an event posted at its first paint arrives.
_WATCH = """
import time
started = time.perf_counter()
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, {widgets}

class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, {window}):
            application.removeEventFilter(self)
            QTimer.singleShot(0, self.answered)
        return False

    def answered(self):
        print(time.perf_counter() - started, flush=True)
        application.quit()

application = QApplication([])
first_paint = FirstPaint()
application.installEventFilter(first_paint)
"""
BARE = (
    _WATCH.format(widgets="QPushButton, QWidget", window="QWidget")
    + """
window = QWidget()
button = QPushButton("Button", window)
window.resize(1280, 720)
window.show()
application.exec()
"""
)
KINORA = (
    _WATCH.format(widgets="QMainWindow", window="QMainWindow")
    + """
from studio import app
app.run()
"""
)


def seconds(code: str) -> float:
    """What the program `code` printed: seconds until its window answered."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "STUDIO_PROFILE": profile},
            capture_output=True,
            text=True,
            check=True,
        )
    return float(done.stdout.split()[0])


def run() -> list[Row]:
    seconds(KINORA)  # fills the caches of compiled files and of the disk for both
    rounds = [(seconds(KINORA), seconds(BARE)) for _ in range(ROUNDS)]
    ours, bare = (statistics.median(column) for column in zip(*rounds, strict=True))
    return [
        Row(
            "start: import to first answering window",
            f"{ours * 1000:.0f} ms",
            f"bare Qt {bare * 1000:.0f} ms",
            ours / bare,
            "<=",
            FLOOR,
        )
    ]
