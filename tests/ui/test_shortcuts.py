"""The table of commands: no key twice, the user's own keys count, and actions follow at once."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.settings import Settings, load_settings
from studio.ui.main_window import MainWindow
from studio.ui.session import Session
from studio.ui.shortcuts import COMMANDS, bind, conflicts, keys_of, portable, with_keys


def test_ids_and_shipped_keys_stand_once_in_the_table() -> None:
    ids = [command.id for command in COMMANDS]
    keys = [portable(key) for command in COMMANDS for key in command.keys]
    assert len(ids) == len(set(ids))
    assert len(keys) == len(set(keys))
    assert all(keys), "every shipped key is one that Qt knows"


def test_the_users_keys_count_and_can_be_reset() -> None:
    changed = with_keys(Settings(), "edit.undo", ("F5",))
    assert keys_of(changed, "edit.undo") == ("F5",)
    assert keys_of(changed, "edit.redo") == ("Ctrl+Shift+Z", "Ctrl+Y")
    assert with_keys(changed, "edit.undo", None) == Settings()
    assert with_keys(changed, "edit.undo", ("Ctrl+Z",)) == Settings(), "the shipped keys are not stored"


def test_conflicts_name_the_other_command() -> None:
    [other] = conflicts(Settings(), "edit.undo", "ctrl+y")
    assert other.title == "Redo"
    assert conflicts(Settings(), "edit.redo", "Ctrl+Y") == ()
    freed = with_keys(Settings(), "edit.redo", ())
    assert conflicts(freed, "edit.undo", "Ctrl+Y") == ()


def test_bound_actions_follow_the_settings(session: Session, qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    action = QAction("Split", widget)
    bind(session, action, "timeline.split")
    assert action.shortcut() == QKeySequence("S") and action.toolTip() == "Split (S)"
    session.change_settings(with_keys(session.settings, "timeline.split", ("F6",)))
    assert [key.toString() for key in action.shortcuts()] == ["F6"] and action.toolTip() == "Split (F6)"
    assert keys_of(load_settings(), "timeline.split") == ("F6",)


def test_the_window_has_an_action_for_every_command(session: Session, qtbot: QtBot, dark: None) -> None:
    window = MainWindow(session)
    qtbot.addWidget(window)
    before = {action: action.shortcuts() for action in window.findChildren(QAction)}
    for command in COMMANDS:
        session.change_settings(with_keys(session.settings, command.id, ("Ctrl+Alt+F12",)))
        followers = [action for action, keys in before.items() if action.shortcuts() != keys]
        assert followers, f"no action follows the keys of {command.id}"
        session.change_settings(with_keys(session.settings, command.id, None))
    window.close()


def test_an_action_that_is_gone_does_not_disturb(session: Session, qtbot: QtBot) -> None:
    widget = QWidget()
    bind(session, QAction("Split", widget), "timeline.split")
    widget.deleteLater()
    with qtbot.waitSignal(widget.destroyed):
        pass
    session.change_settings(with_keys(session.settings, "timeline.split", ("F6",)))
