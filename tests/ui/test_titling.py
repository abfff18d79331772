"""A title with one key: it stands at the playhead, and typing changes it at once."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QColorDialog, QDoubleSpinBox, QPlainTextEdit, QToolButton
from pytestqt.qtbot import QtBot

from studio.project.edits import PlaceClips, Placement
from studio.project.timeline import Clip, Title
from studio.ui.inspector.colour import ColourField
from studio.ui.main_window import MainWindow
from studio.ui.session import Session
from tests.ui.hands import control
from tests.ui.timeline_desk import footage


def only_title(session: Session) -> tuple[Clip, Title]:
    [(clip, title)] = [
        (clip, clip.take.reference)
        for _, clip in session.project.clips()
        if isinstance(clip.take.reference, Title)
    ]
    return clip, title


def text_box(window: MainWindow) -> QPlainTextEdit:
    return control(window.inspector, QPlainTextEdit, "Text of the title")


def test_t_lays_a_title_over_what_lies_there_and_typing_writes_it(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    v1 = next(track for track in session.project.tracks if track.name == "V1")
    session.apply(PlaceClips(placements=(Placement(v1.id, footage("a", 0, 200)),)))
    session.set_playhead(12)
    window.activateWindow()
    window.timeline.canvas.setFocus()
    QTest.keyClick(window.timeline.canvas, Qt.Key.Key_T)
    clip, _ = only_title(session)
    found = session.project.find(clip.id)
    assert found is not None and found[0].name == "V2"
    assert (clip.start, clip.duration) == (12, 96)
    qtbot.waitUntil(text_box(window).hasFocus)
    QTest.keyClicks(text_box(window), "Ende gut")
    assert (only_title(session)[0].name, only_title(session)[1].text) == ("Ende gut", "Ende gut")
    session.undo()
    assert only_title(session)[1].text == "Title", "the typing is one undo step"


def test_every_letter_setting_reaches_the_title(window: MainWindow, session: Session) -> None:
    window.extras.add_title()
    sheet = window.inspector
    for words, field in (("Bold", "bold"), ("Italic", "italic"), ("Shadow", "shadow")):
        box = next(b for b in sheet.findChildren(QCheckBox) if b.text() == words)
        before = getattr(only_title(session)[1], field)
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, 10))
        assert getattr(only_title(session)[1], field) is not before
    QTest.mouseClick(control(sheet, QToolButton, "Align: right"), Qt.MouseButton.LeftButton)
    size = next(b for b in sheet.findChildren(QDoubleSpinBox) if b.accessibleName() == "Size")
    size.setValue(20)
    assert (only_title(session)[1].align, only_title(session)[1].size) == ("right", 0.2)
    colour_of_box = control(sheet, ColourField, "Colour of the box")
    assert colour_of_box.toolTip() == "Switch the box on first"
    box = next(b for b in sheet.findChildren(QCheckBox) if b.text() == "Box")
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, 10))
    assert only_title(session)[1].box == "#99000000" and colour_of_box.isEnabled()


def test_a_colour_is_seen_while_it_is_chosen_and_is_one_undo_step(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    window.extras.add_title()
    field = control(window.inspector, ColourField, "Colour")
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    dialog = field.dialog()
    assert isinstance(dialog, QColorDialog)
    for colour in ("#ff0000", "#00ff00"):
        dialog.setCurrentColor(colour)
        assert only_title(session)[1].colour == colour
    dialog.accept()
    session.undo()
    assert only_title(session)[1].colour == "#ffffff"
    qtbot.waitUntil(lambda: field.dialog() is None)


def test_the_library_offers_a_title_too(window: MainWindow, session: Session) -> None:
    QTest.mouseClick(control(window.library, QToolButton, "Add title"), Qt.MouseButton.LeftButton)
    assert only_title(session)[0].start == 0
