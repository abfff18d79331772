"""Media that are gone, shorter or of another rate: told when the project opens, and found again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from studio.project.timeline import Clip, External
from studio.timing import Rate
from studio.ui.main_window import MainWindow
from studio.ui.missing_media import MissingMediaDialog
from studio.ui.session import Session
from tests.render.footage import write_film
from tests.ui.hands import control


@pytest.fixture
def films(session: Session, qtbot: QtBot, tmp_path: Path) -> list[Path]:
    """Two films of 24 frames on the timeline."""
    paths = [write_film(tmp_path / name, 24) for name in ("a.mkv", "b.mkv")]
    session.import_paths([str(path) for path in paths], frame=0)
    qtbot.waitUntil(lambda: len(session.project.library) == 2)
    return paths


def opened(window: MainWindow, qtbot: QtBot, troubles: int) -> MissingMediaDialog:
    window.extras.find_missing()
    dialog = window.extras.missing
    assert dialog is not None
    qtbot.waitUntil(lambda: len(dialog.rows()) == troubles)
    return dialog


def words(dialog: MissingMediaDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if not label.isHidden())


def reference(session: Session, index: int) -> External:
    clips: list[Clip] = [clip for _, clip in session.project.clips()]
    found = clips[index].take.reference
    assert isinstance(found, External)
    return found


def test_what_is_gone_is_told_when_the_project_opens(
    window: MainWindow, session: Session, qtbot: QtBot, films: list[Path]
) -> None:
    films[0].unlink()
    folder = session.folder
    assert session.create(folder.with_name("other.kinora"))
    window.extras.watch_files()
    assert session.open(folder)
    qtbot.waitUntil(lambda: any("missing" in toast.message() for toast in window.toasts().toasts()))
    [toast] = [toast for toast in window.toasts().toasts() if "missing" in toast.message()]
    assert toast.message() == "1 file is missing or cannot be read."
    QTest.mouseClick(control_button(toast, "Show"), Qt.MouseButton.LeftButton)
    dialog = window.extras.missing
    assert dialog is not None
    qtbot.waitUntil(lambda: "a.mkv (in 1 clip)" in words(dialog))


def control_button(parent: object, text: str) -> QPushButton:
    assert hasattr(parent, "findChildren")
    return next(button for button in parent.findChildren(QPushButton) if button.text() == text)


def test_one_choice_finds_all_that_moved_together(
    window: MainWindow, session: Session, qtbot: QtBot, films: list[Path], tmp_path: Path
) -> None:
    place = tmp_path / "elsewhere"
    place.mkdir()
    for film in films:
        film.rename(place / film.name)
    before = session.project
    dialog = opened(window, qtbot, 2)
    QTest.mouseClick(control(dialog, QPushButton, "Find a.mkv"), Qt.MouseButton.LeftButton)
    [chooser] = dialog.findChildren(QFileDialog)
    chooser.fileSelected.emit(str(place / "a.mkv"))
    chooser.close()
    qtbot.waitUntil(lambda: not dialog.rows())
    assert [reference(session, index).path for index in (0, 1)] == [
        str(place / name) for name in ("a.mkv", "b.mkv")
    ]
    assert "Nothing is missing" in words(dialog)
    session.undo()
    assert session.project == before, "finding is one undo step"


def test_folders_that_moved_together_are_found_from_one_file(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    for day in ("day 1", "day 2"):
        (tmp_path / "old" / day).mkdir(parents=True)
    paths = [write_film(tmp_path / "old" / day / "shot.mkv", 12) for day in ("day 1", "day 2")]
    session.import_paths([str(path) for path in paths], frame=0)
    qtbot.waitUntil(lambda: len(session.project.library) == 2)
    (tmp_path / "old").rename(tmp_path / "new")
    dialog = opened(window, qtbot, 2)
    dialog.find_file(str(paths[0]), str(tmp_path / "new" / "day 1" / "shot.mkv"))
    qtbot.waitUntil(lambda: not dialog.rows())
    found = [reference(session, index).path for index in (0, 1)]
    assert found == [str(tmp_path / "new" / day / "shot.mkv") for day in ("day 1", "day 2")]
    session.undo()
    assert reference(session, 1).path == str(paths[1])


def test_a_shorter_file_of_another_rate_is_told_and_taken(
    window: MainWindow, session: Session, qtbot: QtBot, films: list[Path]
) -> None:
    films[1].unlink()
    write_film(films[1], 10, Rate(25))
    dialog = opened(window, qtbot, 1)
    said = words(dialog)
    assert "It lasts 0.40 s, not 1.00 s. It has 25 frames per second, not 24." in said
    assert "1 clip is longer than it: the last frame is held." in said
    lengths = [clip.duration for _, clip in session.project.clips()]
    QTest.mouseClick(control(dialog, QPushButton, "Use b.mkv as it is now"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.rows())
    assert reference(session, 1).rate == Rate(25)
    assert [clip.duration for _, clip in session.project.clips()] == lengths
    messages = [toast.message() for toast in window.toasts().toasts()]
    assert any("its last frame is held" in message for message in messages)


def test_a_file_of_another_kind_is_refused(
    window: MainWindow, session: Session, qtbot: QtBot, films: list[Path], tmp_path: Path
) -> None:
    films[0].unlink()
    letter = tmp_path / "letter.mp4"
    letter.write_text("Dear all")
    dialog = opened(window, qtbot, 1)
    before = session.project
    dialog.find_file(str(films[0]), str(letter))
    qtbot.waitUntil(lambda: any(t.notification.level == "error" for t in window.toasts().toasts()))
    assert session.project == before and len(dialog.rows()) == 1


def test_when_all_is_well_nothing_is_said(
    window: MainWindow, session: Session, qtbot: QtBot, films: list[Path]
) -> None:
    dialog = opened(window, qtbot, 0)
    assert "Nothing is missing" in words(dialog)
    assert window.toasts().toasts() == []
