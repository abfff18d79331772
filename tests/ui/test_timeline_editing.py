"""The keys of an editor's day: clipboard, ripple to the playhead, gaps, speed, freeze frame, tracks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from studio.project.edits import ChangeTrack
from studio.project.timeline import Title
from studio.timing import Rate
from studio.ui.timeline.geometry import HIGHEST_ROW, LOWEST_ROW, VIDEO_ROW_HEIGHT
from studio.ui.timeline.hits import hit
from studio.ui.timeline.scene import color_name_of
from studio.ui.timeline.speed import SpeedDialog
from studio.ui.timeline.track_headers import TrackHeader
from tests.render.footage import write_film
from tests.ui.studio_session import running_session, told
from tests.ui.timeline_desk import Desk, set_up_desk

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


def spans(desk: Desk, track: str) -> list[tuple[int, int]]:
    return [(clip.start, clip.end) for clip in desk.track(track).clips]


def test_copy_and_paste_at_the_playhead(desk: Desk) -> None:
    desk.session.select(["a", "a-sound"])
    desk.key(Key.Key_C, CTRL)
    desk.session.set_playhead(200)
    desk.key(Key.Key_V, CTRL)
    assert spans(desk, "V1")[-1] == (200, 248)
    assert spans(desk, "A1")[-1] == (200, 248)
    pasted, sound = desk.track("V1").clips[-1], desk.track("A1").clips[-1]
    assert desk.session.selection == {pasted.id, sound.id}
    assert pasted.link == sound.link not in ("", "ab")
    assert desk.session.playhead == 248
    desk.session.undo()
    assert len(desk.track("V1").clips) == 3


def test_cut_takes_clips_to_another_project(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.session.select(["c"])
    desk.key(Key.Key_X, CTRL)
    assert spans(desk, "V1") == [(0, 48), (48, 96)]
    with running_session(tmp_path / "other") as session:
        other = set_up_desk(session, qtbot)
        session.set_playhead(300)
        other.key(Key.Key_V, CTRL)
        assert spans(other, "V1")[-1] == (300, 348)
        assert other.track("V1").clips[-1].name == "c"


def test_pasting_something_else_says_so(desk: Desk) -> None:
    QGuiApplication.clipboard().setText("just words")
    heard = told(desk.session)
    before = desk.session.project
    desk.key(Key.Key_V, CTRL)
    assert desk.session.project is before
    assert heard[0].hint


def test_q_and_w_ripple_to_the_playhead(desk: Desk) -> None:
    desk.session.set_playhead(60)
    desk.key(Key.Key_Q)
    assert spans(desk, "V1") == [(0, 48), (48, 84), (132, 180)]
    assert desk.session.playhead == 48
    desk.session.set_playhead(70)
    desk.key(Key.Key_W)
    assert spans(desk, "V1") == [(0, 48), (48, 70), (118, 166)]
    desk.session.undo()
    desk.session.undo()
    assert spans(desk, "V1") == [(0, 48), (48, 96), (144, 192)]


def test_q_beside_all_clips_says_what_it_needs(desk: Desk) -> None:
    heard = told(desk.session)
    desk.session.set_playhead(120)
    desk.key(Key.Key_Q)
    assert heard[0].hint


def entries(menu: QMenu) -> dict[str, QAction]:
    return {action.text().split("\t")[0]: action for action in menu.actions()}


def menu_at(desk: Desk, at: QPoint) -> dict[str, QAction]:
    canvas = desk.view.canvas
    menu = canvas.menu.menu_for(hit(canvas.lens, canvas.rows, canvas.project, QPointF(at)))
    assert menu is not None
    return entries(menu)


def test_a_gap_is_closed_by_key_and_by_its_menu(desk: Desk) -> None:
    desk.session.set_playhead(120)
    desk.key(Key.Key_Backspace, SHIFT)
    assert spans(desk, "V1")[2] == (96, 144)
    desk.session.undo()
    found = menu_at(desk, desk.at("V1", 120))
    assert found["Close gap"].isEnabled()
    found["Close gap"].trigger()
    assert spans(desk, "V1")[2] == (96, 144)
    assert not menu_at(desk, desk.at("V1", 300))["Close gap"].isEnabled()


def test_the_menu_of_a_gap_pastes_there(desk: Desk) -> None:
    desk.session.select(["c"])
    desk.key(Key.Key_C, CTRL)
    at = desk.at("V1", 110)
    frame = desk.view.canvas.lens.frame_under(at.x())
    menu_at(desk, at)["Paste here"].trigger()
    assert spans(desk, "V1")[2] == (frame, frame + 48)


def speed_dialog(desk: Desk) -> SpeedDialog:
    desk.key(Key.Key_R, CTRL)
    [dialog] = desk.view.findChildren(SpeedDialog)
    return dialog


def test_speed_is_asked_for_and_ripples(desk: Desk) -> None:
    desk.session.select(["b"])
    dialog = speed_dialog(desk)
    dialog.percent.setValue(200)
    dialog.reverse.setChecked(True)
    dialog.accept()
    clip = desk.clip("b")
    assert (clip.speed, clip.reverse, clip.duration) == (Rate(2), True, 24)
    assert desk.clip("c").start == 120
    desk.session.undo()
    assert spans(desk, "V1") == [(0, 48), (48, 96), (144, 192)]


def test_speed_without_ripple_is_cut_at_the_neighbour(desk: Desk) -> None:
    desk.session.select(["b"])
    dialog = speed_dialog(desk)
    dialog.percent.setValue(25)
    dialog.ripple.setChecked(False)
    dialog.accept()
    assert spans(desk, "V1") == [(0, 48), (48, 144), (144, 192)]


def test_freeze_frame_holds_the_picture_at_the_playhead(desk: Desk) -> None:
    desk.session.set_playhead(72)
    desk.key(Key.Key_F, SHIFT)
    assert spans(desk, "V1") == [(0, 48), (48, 72), (72, 120), (120, 144), (192, 240)]
    assert desk.track("V1").clips[2].frozen
    desk.session.undo()
    assert spans(desk, "V1") == [(0, 48), (48, 96), (144, 192)]


def test_freezing_where_nothing_lies_says_so(desk: Desk) -> None:
    heard = told(desk.session)
    desk.session.set_playhead(120)
    desk.key(Key.Key_F, SHIFT)
    assert heard[0].hint


def test_delete_and_the_other_keys_do_nothing_without_clips(desk: Desk) -> None:
    before = desk.session.project
    for key, keys in ((Key.Key_Delete, None), (Key.Key_C, CTRL), (Key.Key_G, CTRL), (Key.Key_R, CTRL)):
        desk.key(key, keys or Qt.KeyboardModifier.NoModifier)
    assert desk.session.project is before


def header(desk: Desk, name: str) -> TrackHeader:
    return desk.view.headers.header(desk.track(name).id)


def test_solo_leaves_one_track_alone(desk: Desk) -> None:
    header(desk, "V2").switches()[1].click()
    assert desk.track("V2").solo
    assert desk.session.project.playing_tracks("video") == [desk.track("V2")]
    assert "End the solo" in header(desk, "V2").switches()[1].toolTip()


def drag_header(desk: Desk, name: str, dy: int) -> None:
    widget = header(desk, name)
    start = QPoint(5, widget.height() // 2)
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(widget, start + QPoint(0, dy))
    QTest.mouseRelease(
        widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start + QPoint(0, dy)
    )


def test_dragging_a_header_moves_its_track(desk: Desk) -> None:
    drag_header(desk, "V2", 70)
    assert [track.name for track in desk.session.project.tracks] == ["V2", "V1", "A1"]
    assert [row.track.name for row in desk.view.canvas.rows] == ["V1", "V2", "A1"]
    drag_header(desk, "V2", -70)
    assert [track.name for track in desk.session.project.tracks] == ["V1", "V2", "A1"]
    before = desk.session.project
    drag_header(desk, "V2", 10)
    assert desk.session.project is before


def drag_edge(desk: Desk, name: str, dy: int) -> None:
    edge, start = header(desk, name).edge, QPoint(40, 2)
    QTest.mousePress(edge, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    # The edge follows the hand: each event is told where it lies by then.
    at = QPointF(start + QPoint(0, dy))
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        QPointF(edge.mapToGlobal(at)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(edge, event)
    QTest.mouseRelease(edge, Qt.MouseButton.LeftButton)


def test_a_track_is_made_higher_at_its_headers_edge(desk: Desk) -> None:
    before, below = desk.session.project, desk.row("A1").top
    drag_edge(desk, "V1", 50)
    assert desk.row("V1").height == VIDEO_ROW_HEIGHT + 50 == header(desk, "V1").height()
    assert desk.row("A1").top == below + 50 and desk.row("V2").height == VIDEO_ROW_HEIGHT
    assert not desk.view.grab().isNull()
    drag_edge(desk, "V1", -1000)
    assert desk.row("V1").height == LOWEST_ROW
    drag_edge(desk, "V1", 5000)
    assert desk.row("V1").height == HIGHEST_ROW
    QTest.mouseDClick(header(desk, "V1").edge, Qt.MouseButton.LeftButton)
    assert desk.row("V1").height == VIDEO_ROW_HEIGHT
    assert desk.session.project is before, "how high a track is drawn is no edit"


def test_the_menu_of_a_header_moves_and_removes(desk: Desk) -> None:
    menu = entries(header(desk, "V1").menu())
    assert not menu["Move down"].isEnabled()
    assert menu["Move down"].toolTip()
    menu["Move up"].trigger()
    assert [track.name for track in desk.session.project.tracks] == ["V2", "V1", "A1"]
    entries(header(desk, "V2").menu())["Remove V2"].trigger()
    assert [track.name for track in desk.session.project.tracks] == ["V1", "A1"]


def test_a_track_is_renamed_in_its_header(desk: Desk) -> None:
    header(desk, "V2").begin_rename()
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "Titles")
    QTest.keyClick(field, Key.Key_Return)
    assert desk.track("Titles").kind == "video"


def test_titles_have_their_own_colour(desk: Desk) -> None:
    clip = desk.clip("c")
    assert color_name_of(desk.track("V1"), clip) == "clip_footage"
    take = replace(clip.take, reference=Title(text="The end"))
    titled = replace(clip, takes=(take,))
    assert color_name_of(desk.track("V1"), titled) == "clip_title"


def test_beats_become_markers_that_edges_snap_to(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    sound = np.zeros((48000 * 4, 2), np.float32)
    for second in (1, 2, 3):
        sound[48000 * second : 48000 * second + 4800] = np.sin(np.arange(4800) / 5)[:, None] * 0.8
    film = write_film(tmp_path / "clicks.mp4", 96, sound=sound)
    desk.session.import_paths([str(film)], None, 240)
    qtbot.waitUntil(lambda: len(desk.track("A1").clips) == 2, timeout=20000)
    clip = desk.track("A1").clips[1]
    before = desk.session.project
    entries(desk.view.canvas.menu.build(desk.track("A1"), clip))["Mark the beats"].trigger()
    qtbot.waitUntil(lambda: bool(desk.session.project.markers), timeout=20000)
    frames = [marker.frame - clip.start for marker in desk.session.project.markers]
    for beat in (24, 48, 72):
        assert min(abs(frame - beat) for frame in frames) <= 1
    desk.session.undo()
    assert desk.session.project is before


def test_escape_in_a_name_leaves_it_and_the_selection(desk: Desk) -> None:
    desk.session.select(["c"])
    desk.key(Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, "other")
    QTest.keyClick(editor, Key.Key_Escape)
    assert desk.clip("c").name == "c"
    assert desk.session.selection == {"c"}
    assert not editor.isVisible()


def test_deleting_what_is_locked_says_why_not(desk: Desk) -> None:
    desk.session.apply(ChangeTrack(track_id=desk.track("V1").id, locked=True))
    desk.session.select(["c"])
    heard = told(desk.session)
    desk.key(Key.Key_Delete)
    assert "locked" in heard[0].message
    assert len(desk.track("V1").clips) == 3
