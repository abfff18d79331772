"""Draws the sample film that ships with Kinora: `python3 packaging/sample_film.py`; needs no display.

Three landscapes are drawn here, Kinora's own camera moves make a shot of each, and a few soft notes are the
sound. Saves the project resources/sample/Sample film.kinora, at most 300 KB in all.
"""

from __future__ import annotations

import math
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import environment

if TYPE_CHECKING:
    import numpy as np

TARGET = environment.ROOT / "resources" / "sample" / "Sample film.kinora"
PICTURE = (1600, 900)
FILM = (640, 360)
SHOT_S = 3
FPS = 24
SOUND_RATE = 6_000
"""Enough for the notes below, and small."""
CHORDS = ((220.0, 277.2, 329.6), (185.0, 220.0, 277.2), (146.8, 220.0, 293.7))
Colour = tuple[int, int, int]


def sky(top: Colour, bottom: Colour, horizon: float) -> np.ndarray:
    """A sky of PICTURE's size (uint8 RGB) that fades from `top` to `bottom` at the share `horizon`."""
    import numpy as np

    width, height = PICTURE
    depth = np.clip(np.arange(height) / (height * horizon), 0, 1)[:, None]
    column = (1 - depth) * np.array(top) + depth * np.array(bottom)
    return np.repeat(column[:, None, :], width, axis=1).round().astype(np.uint8)


def disc(
    picture: np.ndarray, middle: tuple[float, float], radius: float, colour: Colour, glow: float
) -> None:
    """A sun or moon at the shares `middle`, with light around it as wide as `glow` radii."""
    import numpy as np

    width, height = PICTURE
    y, x = np.mgrid[0:height, 0:width]
    away = np.hypot(x - middle[0] * width, y - middle[1] * height) / (radius * height)
    light = np.clip(1 + (1 - away) * radius * height / 2, 0, 1) + 0.45 * np.exp(
        -np.maximum(away - 1, 0) / glow
    )
    share = np.clip(light, 0, 1)[..., None]
    picture[:] = (picture * (1 - share) + np.array(colour) * share).round().astype(np.uint8)


def hills(picture: np.ndarray, base: float, swing: float, seed: int, colour: Colour) -> None:
    """A row of hills whose tops lie `swing` around the share `base` of the height."""
    import cv2
    import numpy as np

    width, height = PICTURE
    x = np.linspace(0, 2 * math.pi, 200)
    random = np.random.default_rng(seed)
    line = sum(np.sin(x * k + random.uniform(0, 6.3)) / k for k in (1, 2, 3, 5))
    tops = np.stack([x / x[-1] * width, (base - swing * line / 2) * height], axis=1)
    outline = np.vstack([tops, [[width, height], [0, height]]]).round().astype(np.int32)
    cv2.fillPoly(picture, [outline], colour, cv2.LINE_AA)


def morning() -> np.ndarray:
    """The sun rises behind misty hills."""
    picture = sky((86, 128, 190), (255, 196, 140), 0.7)
    disc(picture, (0.64, 0.5), 0.07, (255, 236, 190), 2.2)
    for place, colour in enumerate(((196, 150, 150), (140, 112, 136), (88, 82, 112), (46, 54, 78))):
        hills(picture, 0.6 + 0.1 * place, 0.09, place + 3, colour)
    return picture


def shore() -> np.ndarray:
    """A sail on a bright sea."""
    import cv2
    import numpy as np

    width, height = PICTURE
    picture = sky((64, 148, 214), (206, 232, 240), 0.55)
    disc(picture, (0.22, 0.2), 0.055, (255, 248, 214), 1.6)
    hills(picture, 0.53, 0.05, 11, (126, 164, 170))
    for row in range(9):
        top = round(height * (0.55 + 0.05 * row))
        cv2.rectangle(picture, (0, top), (width, height), (52 - 3 * row, 138 - 9 * row, 172 - 9 * row), -1)
    for points, colour in (
        ([[1010, 640], [1190, 640], [1155, 685], [1045, 685]], (120, 62, 44)),
        ([[1090, 430], [1090, 630], [1185, 630]], (252, 246, 232)),
        ([[1080, 460], [1080, 630], [1015, 630]], (232, 92, 70)),
    ):
        cv2.fillPoly(picture, [np.array(points, np.int32)], colour, cv2.LINE_AA)
    return picture


def night() -> np.ndarray:
    """A lit window under the moon."""
    import cv2
    import numpy as np

    width, height = PICTURE
    picture = sky((12, 18, 44), (62, 72, 120), 0.75)
    random = np.random.default_rng(5)
    for x, y, size in zip(random.random(90), random.random(90) * 0.55, random.random(90), strict=True):
        star = (round(x * width), round(y * height))
        cv2.circle(picture, star, 1 + round(1.4 * size), (226, 230, 255), -1, cv2.LINE_AA)
    disc(picture, (0.76, 0.22), 0.065, (250, 244, 220), 1.4)
    for place, colour in enumerate(((48, 58, 100), (32, 40, 74), (16, 22, 44))):
        hills(picture, 0.66 + 0.1 * place, 0.08, place + 21, colour)
    cv2.rectangle(picture, (470, 640), (610, 745), (30, 30, 50), -1)
    roof = np.array([[450, 640], [540, 575], [630, 640]], np.int32)
    cv2.fillPoly(picture, [roof], (52, 40, 56), cv2.LINE_AA)
    cv2.rectangle(picture, (515, 668), (560, 712), (255, 200, 104), -1)
    return picture


SHOTS: tuple[tuple[str, Callable[[], np.ndarray], str], ...] = (
    ("Morning", morning, "zoom-in"),
    ("Shore", shore, "pan-right"),
    ("Night", night, "zoom-out"),
)


def write_sound(path: Path) -> None:
    """One soft chord to a shot, as a 16-bit mono WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SOUND_RATE, 0, "NONE", ""))
        samples = bytearray()
        for k in range(len(SHOTS) * SHOT_S * SOUND_RATE):
            chord, age = divmod(k / SOUND_RATE, SHOT_S)
            swell = math.sin(math.pi * age / SHOT_S) ** 2
            tone = sum(math.sin(2 * math.pi * pitch * age) for pitch in CHORDS[int(chord)])
            samples += struct.pack("<h", round(32_767 * 0.12 * swell * tone))
        file.writeframes(samples)


def write_shots(folder: Path) -> list[Path]:
    """One film to each landscape, by the camera of the Images panel."""
    from studio.jobs.job import Move
    from studio.media.mp4_writer import Mp4Writer
    from studio.render.camera import Shot
    from studio.timing import Rate

    films: list[Path] = []
    for name, draw, move in SHOTS:
        film = folder / f"{name}.mp4"
        with Mp4Writer(film, *FILM, Rate(FPS), audio_rate=None, crf=20, preset="veryslow") as writer:
            for frame in Shot(draw(), FILM, Move(move)).frames(SHOT_S * FPS):
                writer.write(frame)
        films.append(film)
    return films


def make() -> None:
    """The project around the shots and the sound, replacing the one that is there."""
    from studio.project.edits import Several
    from studio.project.project_file import create_project
    from studio.project.timeline import new_project
    from studio.ui.importing import adding_edits, examine, placing_edits

    shutil.rmtree(TARGET, ignore_errors=True)
    media = TARGET / "media"
    media.mkdir(parents=True)
    films = write_shots(media)
    write_sound(media / "Chords.wav")
    with tempfile.TemporaryDirectory() as home:
        # The journal of how it was made is nobody's history: the sample begins as it stands.
        maker = create_project(Path(home, "film.kinora"), new_project("Sample film"))
        for paths in (films, [media / "Chords.wav"]):
            found = examine([str(path) for path in paths], TARGET)
            for edits in (
                adding_edits(found.assets),
                placing_edits(maker.document.project, found.assets, 0, 4.0),
            ):
                maker.document.apply(Several(edits=tuple(edits), name="Sample"))
        project = maker.document.project
        maker.close()
    create_project(TARGET, project).close()
    for name in ("lock", "journal.jsonl"):
        (TARGET / name).unlink(missing_ok=True)
    size = sum(file.stat().st_size for file in TARGET.rglob("*") if file.is_file())
    print(f"{TARGET} has {size / 1000:.0f} KB")


def main() -> int:
    if Path(sys.prefix) != environment.VENV:
        environment.prepare()
        return subprocess.run([environment.python(), *sys.argv], check=False).returncode
    with tempfile.TemporaryDirectory(prefix="kinora-sample-") as folder:
        os.environ["STUDIO_PROFILE"] = folder
        make()
    return 0


if __name__ == "__main__":
    sys.exit(main())
