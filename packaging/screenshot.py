"""Takes the README's picture of the real window: `python3 packaging/screenshot.py`; needs no display.

What it shows is made by Kinora itself while the picture is taken: clips from the shipped models, a sound
written here, and one more clip under way. Saves resources/screenshot.png.
"""

from __future__ import annotations

import math
import os
import struct
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import environment

if TYPE_CHECKING:
    from studio.ui.main_window import MainWindow

TARGET = environment.ROOT / "resources" / "screenshot.png"
PROMPTS = ("a red ball bouncing on the beach at sunset", "a cat playing in a field of sunflowers")
LAST_PROMPT = "a yellow bird flying over the city"
_PATIENCE_S = 900


def write_sound(path: Path, seconds: float) -> None:
    """A few plucked notes as a 16-bit WAV file."""
    rate, notes = 48_000, (220.0, 277.2, 329.6, 440.0)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        samples = bytearray()
        for k in range(int(seconds * rate)):
            beat, age = divmod(k / rate, 0.5)
            pitch = notes[int(beat) % len(notes)]
            value = 0.6 * math.exp(-5 * age) * math.sin(2 * math.pi * pitch * age)
            samples += struct.pack("<h", int(32_767 * value))
        file.writeframes(samples)


def wait_until(done: Callable[[], bool]) -> None:
    """Lets the window live until `done`; raises TimeoutError when that never comes."""
    from PySide6.QtTest import QTest

    deadline = time.monotonic() + _PATIENCE_S
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("The window did not get ready for its picture.")
        QTest.qWait(50)


def fill(window: MainWindow, folder: Path) -> None:
    """Two finished clips, a sound under them, and a third clip half made."""
    import msgspec
    from PySide6.QtTest import QTest

    session, panel = window.session, window.inputs.prompt

    def generate(prompt: str, seed: int, steps: int = 20) -> None:
        job = msgspec.structs.replace(panel.job(), prompt=prompt, seed=seed, num_inference_steps=steps)
        panel.load(job)
        session.generate(panel.job())

    for seed, prompt in enumerate(PROMPTS, 7):
        generate(prompt, seed)
        wait_until(lambda: all(job.state.has_ended for job in session.jobs()))
        session.set_playhead(session.project.duration)
    sound = folder / "Plucked.wav"
    write_sound(sound, float(session.project.duration / session.project.rate.fraction))
    session.import_paths([str(sound)], frame=0)
    wait_until(lambda: any(track.kind == "audio" and track.clips for track in session.project.tracks))
    session.set_playhead(session.project.duration // 4)
    QTest.qWait(3000)  # thumbnails and the waveform arrive from their threads
    end = session.project.duration
    session.set_playhead(end)
    # Slow enough to be caught half made.
    generate(LAST_PROMPT, 9, steps=60)
    session.set_playhead(end // 4)
    window.timeline.canvas.fit()
    wait_until(lambda: any(job.progress is not None and job.progress.step > 20 for job in session.jobs()))


def take(folder: Path) -> None:
    """Opens the window on a new project in `folder`, fills it and saves what it shows."""
    from PySide6.QtWidgets import QApplication

    from studio.engine.engine import Engine
    from studio.models.catalog import default_catalog
    from studio.project.project_file import create_project
    from studio.project.timeline import new_project
    from studio.settings import Settings
    from studio.ui import theme
    from studio.ui.main_window import MainWindow
    from studio.ui.session import Session

    application = QApplication([sys.argv[0], "-style", "Fusion"])
    theme.prepare(application, "dark")
    catalog = default_catalog()
    engine = Engine(catalog, folder / "queue.sqlite", folder / "scratch")
    opened = create_project(folder / "Film.kinora", new_project("Film"))
    session = Session(engine, catalog, Settings(), opened)
    window = MainWindow(session)
    theme.dress(application)
    window.resize(1600, 900)
    window.show()
    fill(window, folder)
    if not window.grab().save(str(TARGET)):
        raise OSError(f"{TARGET} cannot be written")
    window.close()
    session.close()
    engine.close()


def main() -> int:
    if Path(sys.prefix) != environment.VENV:
        environment.prepare("dev")
        variables = {"QT_QPA_PLATFORM": "offscreen", "HF_HUB_OFFLINE": "1", **os.environ}
        return subprocess.run([environment.python(), *sys.argv], env=variables, check=False).returncode
    with tempfile.TemporaryDirectory(prefix="kinora-screenshot-") as folder:
        os.environ["STUDIO_PROFILE"] = folder
        take(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
