"""Toasts say what there is to say, and go."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPlainTextEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from studio.ui.notifications import Toasts
from studio.ui.session import Notification
from tests.ui.hands import button, control


@pytest.fixture
def window(qtbot: QtBot, dark: None) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    return window


def test_a_toast_has_message_hint_and_details(window: QWidget, qtbot: QtBot) -> None:
    toasts = Toasts(window)
    toasts.show_notification(Notification("error", "The disk is full.", "Free some space.", "ENOSPC"))
    [toast] = toasts.toasts()
    assert toast.accessibleName() == "Error: The disk is full. Free some space."
    before = toasts.height()
    button(toast, "Details").click()
    qtbot.waitUntil(lambda: toasts.height() > before)
    assert control(toast, QPlainTextEdit, "Details").toPlainText() == "ENOSPC"
    assert toasts.geometry().bottom() < window.height(), "it grows upwards"


def test_closing_one_leaves_the_others(window: QWidget) -> None:
    toasts = Toasts(window)
    for words in ("one", "two", "three"):
        toasts.show_notification(Notification("warning", words))
    control(toasts.toasts()[1], QToolButton, "Close this message").click()
    assert [toast.message() for toast in toasts.toasts()] == ["one", "three"]
    for toast in toasts.toasts():
        toast.close()
    assert not toasts.isVisible()


def test_the_same_again_is_counted(window: QWidget) -> None:
    toasts = Toasts(window)
    for _ in range(3):
        toasts.show_notification(Notification("error", "No"))
    [toast] = toasts.toasts()
    assert toast.count == 3


def test_a_flood_does_not_cover_the_window(window: QWidget) -> None:
    toasts = Toasts(window)
    for number in range(50):
        toasts.show_notification(Notification("error", f"Trouble {number}", "Do something."))
    assert [toast.message() for toast in toasts.toasts()] == [f"Trouble {n}" for n in range(46, 50)]
    assert toasts.geometry().top() > 0


def test_an_action_is_done_once(window: QWidget) -> None:
    done: list[int] = []
    toasts = Toasts(window)
    toasts.show_notification(Notification("info", "Copied", action=("Open", lambda: done.append(1))))
    button(toasts.toasts()[0], "Open").click()
    assert done == [1] and toasts.toasts() == []


def test_only_errors_stay_for_ever(window: QWidget) -> None:
    toasts = Toasts(window)
    for level in ("info", "warning", "error"):
        toasts.show_notification(Notification(level, level))
    assert [toast._timer.isActive() for toast in toasts.toasts()] == [True, True, False]


def test_toasts_follow_the_window(window: QWidget) -> None:
    toasts = Toasts(window)
    toasts.show_notification(Notification("info", "Here"))
    window.resize(400, 300)
    assert toasts.geometry().right() <= 400 and toasts.geometry().bottom() <= 300
