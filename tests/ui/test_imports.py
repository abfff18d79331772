"""A thousand files dropped at once: progress, cancel, one undo step, and few words about what is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.ui.long_work import LongWork, Step
from studio.ui.main_window import MainWindow
from studio.ui.session import Session
from studio.ui.work_toast import WorkToast
from tests.media.films import make_sound, tone
from tests.render.footage import write_film
from tests.ui.studio_session import told

MANY = 1000


@pytest.fixture
def thousand(tmp_path: Path) -> list[Path]:
    """A thousand sounds of a hundredth of a second."""
    first = make_sound(tmp_path / "0.wav", tone(0.01), "pcm_s16le")
    copies = [tmp_path / f"{number}.wav" for number in range(1, MANY)]
    for copy in copies:
        shutil.copyfile(first, copy)
    return [first, *copies]


def drop(window: MainWindow, paths: list[Path]) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(100, 100), Qt.DropAction.CopyAction, mime, buttons, keys))


def test_a_thousand_files_are_one_undo_step(
    window: MainWindow, session: Session, qtbot: QtBot, thousand: list[Path]
) -> None:
    before = session.project
    drop(window, thousand)
    qtbot.waitUntil(lambda: len(session.project.library) == MANY, timeout=120_000)
    [track] = {track.name for track, _ in session.project.clips()}
    assert track == "A1" and len(list(session.project.clips())) == MANY
    assert not window.findChildren(WorkToast) or all(t.isHidden() for t in window.findChildren(WorkToast))
    session.undo()
    assert session.project == before


def test_a_drop_can_be_cancelled(
    window: MainWindow, session: Session, qtbot: QtBot, thousand: list[Path]
) -> None:
    before = session.project
    drop(window, thousand)
    qtbot.waitUntil(lambda: any(toast.isVisible() for toast in window.findChildren(WorkToast)))
    [toast] = window.findChildren(WorkToast)
    qtbot.waitUntil(lambda: f"of {MANY:,}" in toast.words())
    with qtbot.waitSignal(toast.destroyed, timeout=30_000):
        QTest.mouseClick(toast.cancel_button, Qt.MouseButton.LeftButton)
    assert session.project == before and not session.document.can_undo


def test_many_bad_files_are_told_in_one_message(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    letters = [tmp_path / f"{number}.mp4" for number in range(20)]
    for letter in letters:
        letter.write_text("Dear all")
    film = write_film(tmp_path / "waves.mkv", 3)
    heard = told(session)
    session.import_paths([str(path) for path in (*letters, film)], frame=0)
    qtbot.waitUntil(lambda: len(session.project.library) == 1)
    [message] = [one for one in heard if one.level == "error"]
    assert message.message == "20 of 21 files cannot be used." and "19.mp4" in message.details


def test_films_and_sounds_of_one_drop_begin_together_and_are_one_step(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    sound = make_sound(tmp_path / "tone.wav", tone(0.5), "pcm_s16le")
    session.set_playhead(5)
    drop(window, [write_film(tmp_path / "waves.mkv", 6), sound])
    qtbot.waitUntil(lambda: len(session.project.library) == 2)
    assert {clip.start for _, clip in session.project.clips()} == {5}
    session.undo()
    assert session.project.duration == 0


def test_cancelled_work_ends_without_a_result(session: Session, qtbot: QtBot) -> None:
    results: list[object] = []
    work = LongWork("Counting")

    def count(step: Step) -> int:
        for number in range(1_000_000_000):
            step(number, 1_000_000_000)
        return 1

    with qtbot.waitSignal(work.ended):
        work.run(count, results.append, results.append)
        work.cancel()
    assert results == []
