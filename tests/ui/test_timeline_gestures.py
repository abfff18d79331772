"""The timeline under the hand: drags, trims, selections, snapping, all with real mouse events."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.project.edits import ChangeTrack
from tests.ui.timeline_desk import Desk

ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_dragging_a_clip_moves_it_with_one_undo_step(desk: Desk) -> None:
    desk.drag(desk.at("V1", 168), desk.at("V1", 208))
    assert desk.clip("c").start == 184
    desk.session.undo()
    assert desk.clip("c").start == 144


def test_nothing_is_edited_before_the_button_is_let_go(desk: Desk) -> None:
    before = desk.session.project
    desk.drag(desk.at("V1", 168), desk.at("V1", 208), release=False)
    assert desk.session.project is before
    desk.release(desk.at("V1", 208))
    assert desk.session.project is not before


def test_escape_puts_the_clip_back(desk: Desk) -> None:
    before = desk.session.project
    desk.drag(desk.at("V1", 168), desk.at("V1", 208), release=False)
    desk.key(Qt.Key.Key_Escape)
    desk.release(desk.at("V1", 208))
    assert desk.session.project is before


def test_a_click_of_less_than_four_pixels_moves_nothing(desk: Desk) -> None:
    before = desk.session.project
    at = desk.at("V1", 168)
    desk.drag(at, at + QPoint(3, 0))
    assert desk.session.project is before
    assert desk.session.selection == {"c"}


def test_linked_sound_moves_with_its_picture(desk: Desk) -> None:
    desk.drag(desk.at("V1", 24), desk.at("V1", 260))
    assert desk.clip("a").start == desk.clip("a-sound").start > 0
    assert desk.track_of("a-sound") == "A1"


def test_a_clip_moves_to_another_track_of_its_kind(desk: Desk) -> None:
    desk.drag(desk.at("V1", 168), desk.at("V2", 168))
    assert desk.track_of("c") == "V2"
    assert desk.clip("c").start == 144


def test_a_picture_never_lands_on_a_sound_track(desk: Desk) -> None:
    desk.drag(desk.at("V1", 168), desk.at("A1", 208))
    assert desk.track_of("c") == "V1"


def test_a_moved_clip_covers_what_lies_there(desk: Desk) -> None:
    desk.drag(desk.at("V1", 168), desk.at("V1", 96), ALT)
    assert desk.clip("c").start == 72
    assert desk.clip("b").end == 72


def test_an_edge_is_caught_within_eight_pixels(desk: Desk) -> None:
    # One pixel and a half frame short of the end of b: pulled onto it.
    desk.drag(desk.at("V1", 168), desk.at("V1", 121.5))
    assert desk.clip("c").start == 96


def test_alt_and_the_snapping_switch_let_edges_pass(desk: Desk) -> None:
    desk.drag(desk.at("V1", 168), desk.at("V1", 121), ALT)
    assert desk.clip("c").start == 97
    desk.session.undo()
    desk.key(Qt.Key.Key_N)
    assert desk.session.settings.snapping is False
    desk.drag(desk.at("V1", 168), desk.at("V1", 121))
    assert desk.clip("c").start == 97


def test_edges_snap_to_the_playhead(desk: Desk) -> None:
    desk.session.set_playhead(120)
    desk.drag(desk.at("V1", 168), desk.at("V1", 145))
    assert desk.clip("c").start == 120


def test_dragging_the_end_trims(desk: Desk) -> None:
    desk.drag(desk.at("V1", 192, -2), desk.at("V1", 180, -2))
    assert (desk.clip("c").start, desk.clip("c").duration) == (144, 36)


def test_dragging_the_start_trims_and_keeps_the_picture_in_place(desk: Desk) -> None:
    desk.drag(desk.at("V1", 144, 2), desk.at("V1", 156, 2))
    clip = desk.clip("c")
    assert (clip.start, clip.end) == (156, 192)
    assert clip.take.source_start.to_frames(desk.session.project.rate) == 112


def test_a_trim_stops_at_the_neighbour(desk: Desk) -> None:
    desk.drag(desk.at("V1", 144, 2), desk.at("V1", 60, 2), ALT)
    assert desk.clip("c").start == 96


def test_a_click_selects_the_clip_and_what_is_linked_to_it(desk: Desk) -> None:
    desk.click(desk.at("V1", 24))
    assert desk.session.selection == {"a", "a-sound"}
    desk.click(desk.at("V1", 72), CTRL)
    assert desk.session.selection == {"a", "a-sound", "b"}
    desk.click(desk.at("V1", 72), SHIFT)
    assert desk.session.selection == {"a", "a-sound"}
    desk.click(desk.at("V1", 120))
    assert desk.session.selection == frozenset()


def test_a_rubber_band_selects_what_it_touches(desk: Desk) -> None:
    desk.drag(desk.at("V2", 60), desk.at("V1", 150))
    assert desk.session.selection == {"b", "c"}


def test_the_ruler_moves_the_playhead(desk: Desk) -> None:
    desk.drag(desk.ruler(10), desk.ruler(100))
    assert desk.session.playhead == 100


def test_ctrl_wheel_keeps_the_frame_under_the_pointer(desk: Desk) -> None:
    canvas = desk.view.canvas
    at = desk.at("V1", 150)
    scale = canvas.lens.scale
    wheel(desk, at, 120, CTRL)
    assert canvas.lens.scale > scale
    assert abs(canvas.lens.x_of(150) - at.x()) <= 1


def test_the_wheel_scrolls_along_time(desk: Desk) -> None:
    wheel(desk, desk.at("V1", 100), -120)
    assert desk.view.canvas.lens.left > 0


def test_a_locked_track_cannot_be_dragged(desk: Desk) -> None:
    desk.session.apply(ChangeTrack(track_id=desk.track("V1").id, locked=True))
    before = desk.session.project
    desk.drag(desk.at("V1", 168), desk.at("V1", 208))
    desk.drag(desk.at("V1", 192, -2), desk.at("V1", 180, -2))
    assert desk.session.project is before


def test_a_double_click_renames(desk: Desk) -> None:
    QTest.mouseDClick(
        desk.view.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, desk.at("V1", 168)
    )
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClicks(editor, "Sunset")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert desk.clip("c").name == "Sunset"


def test_a_press_held_outside_scrolls_on(desk: Desk, qtbot: QtBot) -> None:
    desk.press(desk.at("V1", 168))
    outside = QPoint(desk.view.canvas.width() + 40, desk.at("V1", 168).y())
    desk.move(outside)
    qtbot.waitUntil(lambda: desk.view.canvas.lens.left > 20, timeout=3000)
    desk.release(outside)
    assert desk.clip("c").start > 190


def wheel(
    desk: Desk, at: QPoint, turn: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    canvas = desk.view.canvas
    event = QWheelEvent(
        QPointF(at),
        QPointF(canvas.mapToGlobal(at)),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)
