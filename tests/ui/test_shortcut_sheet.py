"""The sheet of keys in a real window: search, change, conflicts, reset."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from studio.ui.session import Session
from studio.ui.shortcut_sheet import ShortcutSheet
from studio.ui.shortcuts import COMMANDS, keys_of
from tests.ui.hands import button, control

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def sheet(session: Session, qtbot: QtBot, dark: None) -> ShortcutSheet:
    sheet = ShortcutSheet(session)
    qtbot.addWidget(sheet)
    with qtbot.waitExposed(sheet):
        sheet.show()
    return sheet


def shown(sheet: ShortcutSheet) -> list[str]:
    return [row.command.id for row in sheet.rows if row.isVisible()]


def test_it_lists_every_command(sheet: ShortcutSheet) -> None:
    assert shown(sheet) == [command.id for command in COMMANDS]
    assert [key.text() for key in sheet.row("edit.redo").buttons()] == ["Ctrl+Shift+Z", "Ctrl+Y", "+"]


def test_words_and_keys_are_found(sheet: ShortcutSheet) -> None:
    search = control(sheet, QLineEdit, "Search commands or keys")
    QTest.keyClicks(search, "ripple trim")
    assert shown(sheet) == ["timeline.ripple-start", "timeline.ripple-end"]
    search.clear()
    QTest.keyClicks(search, "ctrl+e")
    assert "file.export" in shown(sheet) and "timeline.split" not in shown(sheet)
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert sheet.isVisible(), "Enter in the search presses nothing"


def test_a_new_key_counts_at_once(sheet: ShortcutSheet, session: Session) -> None:
    key = sheet.row("timeline.split").buttons()[0]
    QTest.mouseClick(key, Qt.MouseButton.LeftButton)
    assert key.text() == "Press keys…"
    QTest.keyClick(key, Qt.Key.Key_Shift, SHIFT)
    QTest.keyClick(key, Qt.Key.Key_F7, SHIFT)
    assert keys_of(session.settings, "timeline.split") == ("Shift+F7", "Ctrl+K")
    assert [key.text() for key in sheet.row("timeline.split").buttons()] == ["Shift+F7", "Ctrl+K", "+"]


def test_keys_are_added_and_taken_away(sheet: ShortcutSheet, session: Session) -> None:
    row = sheet.row("file.quit")
    QTest.mouseClick(row.buttons()[-1], Qt.MouseButton.LeftButton)
    QTest.keyClick(row.buttons()[-1], Qt.Key.Key_Question, SHIFT)
    assert row.trouble() == "? belongs to “Keyboard shortcuts”."
    QTest.mouseClick(button(row, "Leave it"), Qt.MouseButton.LeftButton)
    assert row.trouble() == "" and keys_of(session.settings, "file.quit") == ("Ctrl+Q",)
    QTest.mouseClick(row.buttons()[-1], Qt.MouseButton.LeftButton)
    QTest.keyClick(row.buttons()[-1], Qt.Key.Key_Tab, CTRL)
    assert keys_of(session.settings, "file.quit") == ("Ctrl+Q", "Ctrl+Tab")
    QTest.keyClick(row.buttons()[0], Qt.Key.Key_Delete)
    assert keys_of(session.settings, "file.quit") == ("Ctrl+Tab",)


def test_escape_leaves_the_key_and_the_sheet(sheet: ShortcutSheet, session: Session) -> None:
    key = sheet.row("timeline.split").buttons()[0]
    QTest.mouseClick(key, Qt.MouseButton.LeftButton)
    QTest.keyClick(key, Qt.Key.Key_Escape)
    assert key.text() == "S" and sheet.isVisible() and not session.settings.shortcuts


def test_a_conflict_names_the_other_and_can_be_won(sheet: ShortcutSheet, session: Session) -> None:
    row = sheet.row("edit.undo")
    QTest.mouseClick(row.buttons()[0], Qt.MouseButton.LeftButton)
    QTest.keyClick(row.buttons()[0], Qt.Key.Key_Y, CTRL)
    assert row.trouble() == "Ctrl+Y belongs to “Redo”."
    assert not session.settings.shortcuts
    QTest.mouseClick(button(row, "Move it here"), Qt.MouseButton.LeftButton)
    assert keys_of(session.settings, "edit.undo") == ("Ctrl+Y",)
    assert keys_of(session.settings, "edit.redo") == ("Ctrl+Shift+Z",)


def test_one_and_all_can_be_reset(sheet: ShortcutSheet, session: Session) -> None:
    everything = button(sheet, "Reset all")
    assert not everything.isEnabled() and everything.toolTip() == "All keys are as shipped."
    for command in ("edit.undo", "edit.redo"):
        QTest.keyClick(sheet.row(command).buttons()[0], Qt.Key.Key_Backspace)
    reset = control(sheet, QToolButton, "Reset Undo")
    QTest.mouseClick(reset, Qt.MouseButton.LeftButton)
    assert set(session.settings.shortcuts) == {"edit.redo"} and not reset.isVisible()
    QTest.mouseClick(everything, Qt.MouseButton.LeftButton)
    assert session.settings.shortcuts == {} and not everything.isEnabled()
