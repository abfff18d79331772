"""The undo history in the real window: it lists, it jumps, it follows."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.ui.main_window import MainWindow
from studio.ui.panels.history import HistoryPanel
from studio.ui.session import Session

CTRL = Qt.KeyboardModifier.ControlModifier


def opened(window: MainWindow) -> HistoryPanel:
    QTest.keyClick(window, Qt.Key.Key_H, CTRL)
    dock = window.extras.history_dock
    assert dock is not None
    panel = dock.widget()
    assert isinstance(panel, HistoryPanel)
    return panel


def rows(panel: HistoryPanel) -> list[str]:
    return [panel.steps.index(row).data() for row in range(panel.steps.rowCount())]


def click(panel: HistoryPanel, row: int) -> None:
    at = panel.view.visualRect(panel.steps.index(row)).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at or QPoint())


def test_a_click_jumps_back_and_on(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    panel = opened(window)
    for frame in (1, 2, 3):
        session.set_playhead(frame)
        window.timeline.commands["marker"].trigger()
    assert rows(panel) == ["As it was opened", *["Add marker"] * 3]
    qtbot.waitUntil(panel.view.isVisible)
    click(panel, 1)
    assert [marker.frame for marker in session.project.markers] == [1]
    assert panel.steps.position == 1
    click(panel, 3)
    assert len(session.project.markers) == 3
    click(panel, 0)
    assert session.project.markers == ()


def test_the_keyboard_jumps_too(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    window.timeline.commands["marker"].trigger()
    panel = opened(window)
    qtbot.waitUntil(panel.view.isVisible)
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_Up)
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    assert session.project.markers == ()


def test_ctrl_h_hides_it_again(window: MainWindow) -> None:
    panel = opened(window)
    QTest.keyClick(window, Qt.Key.Key_H, CTRL)
    assert not panel.isVisible()
