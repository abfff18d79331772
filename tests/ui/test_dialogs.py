"""Export asks where and how; About says what this is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from studio.engine.queue import JobState
from studio.media.probe import probe
from studio.project.edits import SetRange
from studio.ui.dialogs import AboutDialog, ExportDialog, default_target
from studio.ui.fields import Choice
from studio.ui.session import Session
from tests.render.footage import write_film
from tests.ui.hands import button, control


@pytest.fixture
def dialog(session: Session, qtbot: QtBot, dark: None, tmp_path: Path) -> ExportDialog:
    session.import_paths([str(write_film(tmp_path / "waves.mkv", 6))], frame=0)
    qtbot.waitUntil(lambda: session.project.duration > 0)
    dialog = ExportDialog(session)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_export_makes_the_file(dialog: ExportDialog, session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    dialog.set_target(str(target))
    QTest.mouseClick(button(dialog, "Export"), Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: session.jobs()[-1].state is JobState.FINISHED, timeout=60_000)
    info = probe(target)
    assert (info.width, info.height, info.frame_count) == (160, 96, 6)


def test_a_chosen_range_is_offered_and_exported_alone(
    session: Session, dialog: ExportDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    assert not dialog.job().range_only
    session.apply(SetRange(in_point=1, out_point=4))
    ranged = ExportDialog(session)
    qtbot.addWidget(ranged)
    ranged.show()
    box = ranged.findChild(QCheckBox)
    assert box is not None and box.isVisible() and box.isChecked()
    target = tmp_path / "part.mp4"
    ranged.set_target(str(target))
    QTest.mouseClick(button(ranged, "Export"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.jobs()[-1].state is JobState.FINISHED, timeout=60_000)
    assert probe(target).frame_count == 3


def test_format_and_ending_follow_each_other(dialog: ExportDialog) -> None:
    control(dialog, Choice, "Format").set_value(".gif")
    assert Path(dialog.job().target).suffix == ".gif"
    assert not control(dialog, Choice, "Quality").isEnabled()
    dialog.set_target("/films/a.mkv")
    assert control(dialog, Choice, "Format").value() == ".mkv"


def test_an_unknown_ending_keeps_the_button_off(dialog: ExportDialog) -> None:
    dialog.set_target("/films/a.doc")
    export = button(dialog, "Export")
    assert not export.isEnabled() and "unknown ending" in export.toolTip()


def test_an_empty_timeline_cannot_be_exported(session: Session, qtbot: QtBot, dark: None) -> None:
    dialog = ExportDialog(session)
    qtbot.addWidget(dialog)
    assert "timeline is empty" in button(dialog, "Export").toolTip()


def test_the_target_is_named_after_the_project(dialog: ExportDialog) -> None:
    assert Path(control(dialog, QLineEdit, "File").text()).name == "film.mp4"
    assert default_target('a/b:c?"').name == "a-b-c--.mp4"
    assert default_target(" ..").name == "Film.mp4"


def test_about_names_the_version(qtbot: QtBot, dark: None) -> None:
    about = AboutDialog()
    qtbot.addWidget(about)
    assert any("Kinora 0.1.0" in label.text() for label in about.findChildren(QLabel))
