"""Filmstrip pictures and waveforms: asked for while painting, fetched in the background, kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt, QThreadPool
from pytestqt.qtbot import QtBot

from studio.ui.timeline.clip_pictures import WAVE_TILE, ClipPictures
from tests.render.footage import write_film

SIZE = QSize(82, 46)


def film_with_sound(path: Path) -> str:
    sound = np.zeros((48000 * 2, 2), np.float32)
    sound[:48000] = np.sin(np.arange(48000) / 20)[:, None] * 0.9
    return str(write_film(path, 48, sound=sound))


@pytest.fixture
def pictures(qtbot: QtBot) -> Iterator[ClipPictures]:
    made = ClipPictures()
    yield made
    # What is still under way must not find it half gone.
    QThreadPool.globalInstance().waitForDone()
    made.deleteLater()


def test_a_picture_comes_at_the_size_it_is_drawn_in(
    pictures: ClipPictures, qtbot: QtBot, tmp_path: Path
) -> None:
    path = film_with_sound(tmp_path / "film.mp4")
    assert pictures.picture(path, 0.5, 0.5, SIZE) == (None, False)
    with qtbot.waitSignal(pictures.arrived, timeout=20000):
        pass
    found, right = pictures.picture(path, 0.5, 0.5, SIZE)
    assert right
    assert found is not None
    assert found.size() == SIZE
    # The same one again is the very same pixmap: painting copies, and computes nothing.
    assert pictures.picture(path, 0.5, 0.5, SIZE)[0] is found


def test_until_the_right_picture_is_there_a_coarser_one_stands_in(
    pictures: ClipPictures, qtbot: QtBot, tmp_path: Path
) -> None:
    path = film_with_sound(tmp_path / "film.mp4")
    pictures.picture(path, 0.0, 1.0, SIZE)
    with qtbot.waitSignal(pictures.arrived, timeout=20000):
        pass
    found, right = pictures.picture(path, 0.3, 0.25, SIZE)
    assert found is not None
    assert not right


def test_a_wave_is_drawn_in_pieces_and_backwards(
    pictures: ClipPictures, qtbot: QtBot, tmp_path: Path
) -> None:
    path = film_with_sound(tmp_path / "film.mp4")
    assert pictures.wave(path, 256.0, 0, 38) == (None, False)
    with qtbot.waitSignal(pictures.arrived, timeout=20000):
        pass
    forwards, known = pictures.wave(path, 256.0, 0, 38)
    backwards, _ = pictures.wave(path, 256.0, -1, 38, backwards=True)
    assert known
    assert forwards is not None
    assert backwards is not None
    assert forwards.width() == WAVE_TILE
    # One second of sound and one of silence, in 512 pixels: mirrored, the silence comes first.
    assert backwards.toImage() == forwards.toImage().flipped(Qt.Orientation.Horizontal)
    assert forwards.toImage().pixelColor(100, 5).alpha() > 0
    assert forwards.toImage().pixelColor(400, 5).alpha() == 0


def test_a_file_without_pictures_is_a_problem_until_it_is_tried_again(
    pictures: ClipPictures, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "film.mp4"
    pictures.picture(str(path), 0.0, 1.0, SIZE)
    with qtbot.waitSignal(pictures.arrived, timeout=20000):
        pass
    report = pictures.problem(str(path))
    assert report is not None
    assert report.kind == "MissingFileError"
    film_with_sound(path)
    pictures.forget_problems()
    assert pictures.picture(str(path), 0.0, 1.0, SIZE) == (None, False)
    with qtbot.waitSignal(pictures.arrived, timeout=20000):
        pass
    assert pictures.picture(str(path), 0.0, 1.0, SIZE)[1]


def test_a_thousand_files_do_not_keep_other_work_waiting(
    pictures: ClipPictures, qtbot: QtBot, tmp_path: Path
) -> None:
    for number in range(1000):
        pictures.wave(str(tmp_path / f"{number}.wav"), 100.0, 0, 38)
    pool = QThreadPool.globalInstance()
    with qtbot.waitSignal(pictures.arrived, timeout=20000):
        pass
    assert pool.activeThreadCount() <= 2
    qtbot.waitUntil(
        lambda: all(pictures.problem(str(tmp_path / f"{n}.wav")) is not None for n in range(1000)),
        timeout=60000,
    )
