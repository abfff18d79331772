"""The ruler under the hand: playhead, markers, in and out."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.project.edits import AddMarker, SetRange
from studio.project.timeline import Marker
from studio.ui.timeline.geometry import RULER_HEIGHT
from studio.ui.timeline.hits import hit
from tests.ui.timeline_desk import Desk

ALT = Qt.KeyboardModifier.AltModifier
Key = Qt.Key


def marker_at(desk: Desk, frame: int) -> QPoint:
    return QPoint(round(desk.view.canvas.lens.x_of(frame)), RULER_HEIGHT - 8)


def bracket_at(desk: Desk, frame: int, dx: int) -> QPoint:
    return QPoint(round(desk.view.canvas.lens.x_of(frame)) + dx, 4)


def chosen(desk: Desk) -> tuple[int | None, int | None]:
    return desk.session.project.in_point, desk.session.project.out_point


def test_i_and_o_set_the_range_and_alt_x_clears_it(desk: Desk) -> None:
    desk.session.set_playhead(20)
    desk.key(Key.Key_I)
    desk.session.set_playhead(80)
    desk.key(Key.Key_O)
    assert chosen(desk) == (20, 80)
    desk.session.set_playhead(100)
    desk.key(Key.Key_I)
    assert chosen(desk) == (100, None)
    desk.session.undo()
    assert chosen(desk) == (20, 80)
    desk.session.set_playhead(10)
    desk.key(Key.Key_O)
    assert chosen(desk) == (None, 10)
    desk.key(Key.Key_X, ALT)
    assert chosen(desk) == (None, None)


def test_the_brackets_are_dragged_and_snap(desk: Desk) -> None:
    desk.session.apply(SetRange(in_point=20, out_point=80))
    desk.drag(bracket_at(desk, 20, 2), bracket_at(desk, 47, 2))
    assert chosen(desk) == (48, 80)
    desk.drag(bracket_at(desk, 80, -2), bracket_at(desk, 10, -2), ALT)
    assert chosen(desk) == (48, 49)
    desk.session.undo()
    desk.session.undo()
    assert chosen(desk) == (20, 80)


def test_a_marker_is_dragged_and_a_click_goes_there(desk: Desk) -> None:
    desk.session.apply(AddMarker(marker=Marker(id="m", frame=30)))
    desk.drag(marker_at(desk, 30), marker_at(desk, 61), ALT)
    assert [marker.frame for marker in desk.session.project.markers] == [61]
    desk.click(marker_at(desk, 61))
    assert desk.session.playhead == 61
    desk.session.undo()
    assert [marker.frame for marker in desk.session.project.markers] == [30]


def test_a_double_click_names_a_marker(desk: Desk) -> None:
    desk.session.apply(AddMarker(marker=Marker(id="m", frame=30)))
    QTest.mouseDClick(
        desk.view.canvas,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        marker_at(desk, 30),
    )
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClicks(editor, "Chorus")
    QTest.keyClick(editor, Key.Key_Return)
    assert desk.session.project.markers[0].name == "Chorus"


def test_the_menu_of_a_marker_removes_it(desk: Desk) -> None:
    desk.session.apply(AddMarker(marker=Marker(id="m", frame=30)))
    canvas = desk.view.canvas
    found = hit(canvas.lens, canvas.rows, canvas.project, QPointF(marker_at(desk, 30)))
    menu = canvas.menu.menu_for(found)
    assert menu is not None
    next(action for action in menu.actions() if action.text() == "Remove marker").trigger()
    assert not desk.session.project.markers


def test_edges_snap_to_in_and_out(desk: Desk) -> None:
    desk.session.apply(SetRange(in_point=110, out_point=None))
    desk.drag(desk.at("V1", 168), desk.at("V1", 135))
    assert desk.clip("c").start == 110


def test_rendered_stretches_are_marked(desk: Desk) -> None:
    desk.view.canvas.show_rendered([(10, 40)])
    image = desk.view.canvas.grab().toImage()
    x = round(desk.view.canvas.lens.x_of(25))
    bar = image.pixelColor(x, RULER_HEIGHT - 2)
    desk.view.canvas.show_rendered([])
    assert bar != desk.view.canvas.grab().toImage().pixelColor(x, RULER_HEIGHT - 2)
