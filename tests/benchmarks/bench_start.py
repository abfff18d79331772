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

# The clock starts before the first import. A window answers when an event posted by its first paint arrives.
_CLOCK = """
import time
started = time.perf_counter()

def watched(window_class):
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    class Watched(window_class):
        painted = False

        def paintEvent(self, event):
            super().paintEvent(event)
            if not self.painted:
                self.painted = True
                QTimer.singleShot(0, self.answered)

        def answered(self):
            print(time.perf_counter() - started, flush=True)
            QApplication.quit()

    return Watched
"""
BARE = (
    _CLOCK
    + """
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
application = QApplication([])
window = watched(QWidget)()
button = QPushButton("Button", window)
window.resize(1280, 720)
window.show()
application.exec()
"""
)
KINORA = (
    _CLOCK
    + """
from studio import app
app.MainWindow = watched(app.MainWindow)
app.run()
"""
)


def seconds(code: str) -> float:
    """What the program `code` printed: seconds until its window answered."""
    surroundings = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    # A person's Python keeps its compiled files; a machine for tests may not.
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=surroundings | {"STUDIO_PROFILE": profile},
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
