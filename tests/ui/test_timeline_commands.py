"""The timeline's keys and menus on a real session."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.project.edits import AddTake, ChangeTrack
from studio.project.timeline import External, Generator, Take
from tests.render.footage import write_film
from tests.ui.studio_session import scripted, told
from tests.ui.timeline_desk import Desk

ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


def spans(desk: Desk, track: str) -> list[tuple[int, int]]:
    return [(clip.start, clip.end) for clip in desk.track(track).clips]


def test_s_splits_the_clip_under_the_playhead_and_its_sound(desk: Desk) -> None:
    desk.session.set_playhead(20)
    desk.key(Key.Key_S)
    assert spans(desk, "V1") == [(0, 20), (20, 48), (48, 96), (144, 192)]
    assert spans(desk, "A1") == [(0, 20), (20, 48)]


def test_shift_s_splits_every_track(desk: Desk) -> None:
    desk.session.set_playhead(20)
    desk.session.select(["a"])
    desk.key(Key.Key_S, SHIFT)
    assert len(desk.track("V1").clips) == 4
    assert len(desk.track("A1").clips) == 2


def test_splitting_where_nothing_lies_says_so(desk: Desk) -> None:
    heard = told(desk.session)
    desk.session.set_playhead(120)
    desk.key(Key.Key_K, CTRL)
    assert heard
    assert heard[0].hint


def test_delete_leaves_a_gap_and_shift_delete_closes_it(desk: Desk) -> None:
    desk.session.select(["b"])
    desk.key(Key.Key_Delete)
    assert spans(desk, "V1") == [(0, 48), (144, 192)]
    desk.session.undo()
    desk.session.select(["b"])
    desk.key(Key.Key_Delete, SHIFT)
    assert spans(desk, "V1") == [(0, 48), (96, 144)]


def test_brackets_trim_to_the_playhead(desk: Desk) -> None:
    desk.session.set_playhead(60)
    desk.key(Key.Key_BracketLeft)
    assert spans(desk, "V1")[1] == (60, 96)
    desk.session.set_playhead(80)
    desk.key(Key.Key_BracketRight)
    assert spans(desk, "V1")[1] == (60, 80)


def test_nudges_in_a_row_are_one_undo_step(desk: Desk) -> None:
    desk.session.select(["c"])
    for _ in range(3):
        desk.key(Key.Key_Right, ALT)
    desk.key(Key.Key_Left, ALT)
    assert spans(desk, "V1")[2] == (146, 194)
    desk.session.undo()
    assert spans(desk, "V1")[2] == (144, 192)


def test_duplicate_places_a_copy_behind_and_selects_it(desk: Desk) -> None:
    desk.session.select(["c"])
    desk.key(Key.Key_D, CTRL)
    assert spans(desk, "V1")[3] == (192, 240)
    assert desk.session.selection == {desk.track("V1").clips[3].id}


def test_duplicating_before_a_neighbour_makes_room(desk: Desk) -> None:
    desk.session.select(["a", "a-sound"])
    desk.key(Key.Key_D, CTRL)
    assert spans(desk, "V1") == [(0, 48), (48, 96), (96, 144), (192, 240)]
    copy, sound = desk.track("V1").clips[1], desk.track("A1").clips[1]
    assert copy.link == sound.link not in ("", "ab")


def test_m_sets_and_removes_a_marker(desk: Desk) -> None:
    desk.session.set_playhead(33)
    desk.key(Key.Key_M)
    assert [marker.frame for marker in desk.session.project.markers] == [33]
    desk.key(Key.Key_M)
    assert desk.session.project.markers == ()


def test_arrows_travel_by_frame_second_and_cut(desk: Desk) -> None:
    session = desk.session
    for key, keys, frame in (
        (Key.Key_Right, None, 1),
        (Key.Key_Right, SHIFT, 25),
        (Key.Key_Left, None, 24),
        (Key.Key_Left, SHIFT, 0),
        (Key.Key_Down, None, 48),
        (Key.Key_Down, None, 96),
        (Key.Key_Up, None, 48),
        (Key.Key_End, None, 192),
        (Key.Key_Home, None, 0),
    ):
        desk.key(key, keys or Qt.KeyboardModifier.NoModifier)
        assert session.playhead == frame


def test_zoom_keys(desk: Desk) -> None:
    canvas = desk.view.canvas
    scale = canvas.lens.scale
    desk.key(Key.Key_Equal)
    assert canvas.lens.scale > scale
    desk.key(Key.Key_Minus)
    assert canvas.lens.scale == pytest.approx(scale)
    desk.key(Key.Key_Backslash)
    assert canvas.lens.x_of(0) >= 0
    assert canvas.lens.x_of(192) <= canvas.width()


def test_commands_without_a_selection_say_what_they_need(desk: Desk) -> None:
    desk.session.select([])
    action = desk.view.commands["delete"]
    assert not action.isEnabled()
    assert "select" in action.toolTip()


def test_a_letter_in_a_text_field_is_a_letter(desk: Desk, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    field = QPlainTextEdit()
    column = QVBoxLayout(window)
    column.addWidget(field)
    column.addWidget(desk.view)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    field.setFocus()
    desk.session.set_playhead(20)
    before = desk.session.project
    QTest.keyClicks(field, "smn [x]=")
    assert field.toPlainText() == "smn [x]="
    assert desk.session.project is before
    desk.view.canvas.setFocus()
    desk.key(Key.Key_S)
    assert desk.session.project is not before
    desk.view.setParent(None)


def test_x_selects_what_is_at_the_playhead(desk: Desk) -> None:
    desk.session.set_playhead(20)
    desk.key(Key.Key_X)
    assert desk.session.selection == {"a", "a-sound"}


def entries(menu: QMenu) -> dict[str, QAction]:
    return {action.text().split("\t")[0]: action for action in menu.actions()}


def test_the_menu_of_footage_offers_looks_and_rates(desk: Desk) -> None:
    menu = desk.view.canvas.menu.build(desk.track("V1"), desk.clip("b"))
    looks = entries(menu)["Stylize"].menu()
    rates = entries(menu)["Interpolate"].menu()
    assert isinstance(looks, QMenu)
    assert isinstance(rates, QMenu)
    names = list(entries(looks))
    assert names[:6] == ["Oil", "Pencil", "Cartoon", "Watercolour", "Halftone", "Ink"]
    assert {"Night swirls", "Stained glass", "Style of a picture…"} < set(names)
    assert list(entries(rates)) == [
        "2× (48 fps)",
        "24 fps",
        "30 fps",
        "60 fps",
        "Slow motion, half",
        "Slow motion, a quarter",
    ]
    assert "New seed" not in entries(menu)


def test_the_menu_of_footage_removes_flicker(desk: Desk) -> None:
    menu = desk.view.canvas.menu.build(desk.track("V1"), desk.clip("b"))
    assert entries(menu)["Remove flicker"].isEnabled()


def test_takes_are_switched_in_the_menu(desk: Desk) -> None:
    second = Take(id="t2", name="Oil", reference=External(path="/not/there-either.mp4"))
    desk.session.apply(AddTake(clip_id="b", take=second))
    menu = desk.view.canvas.menu.build(desk.track("V1"), desk.clip("b"))
    takes = entries(menu)["Takes"].menu()
    assert isinstance(takes, QMenu)
    assert entries(takes)["Oil"].isChecked()
    entries(takes)["Original"].trigger()
    assert desk.clip("b").active == 0


def test_a_ghost_offers_to_cancel_its_job(desk: Desk) -> None:
    desk.session.set_playhead(200)
    job_id = desk.session.generate(scripted("step_s=5"))
    [clip] = [c for _, c in desk.session.project.clips() if isinstance(c.take.reference, Generator)]
    menu = desk.view.canvas.menu.build(desk.track("V1"), clip)
    assert job_id
    entries(menu)["Cancel generating"].trigger()


def test_headers_hide_lock_and_mute(desk: Desk) -> None:
    header = desk.view.headers.header(desk.track("V1").id)
    for switch in header.switches():
        switch.click()
    assert desk.track("V1").hidden
    assert desk.track("V1").locked
    desk.view.headers.header(desk.track("A1").id).switches()[0].click()
    assert desk.track("A1").muted


def test_a_new_track_appears_with_its_header(desk: Desk) -> None:
    entries(desk.view.headers.header(desk.track("V1").id).menu())["Add video track"].trigger()
    track = desk.track("V3")
    assert desk.view.headers.header(track.id).track is track
    desk.session.apply(ChangeTrack(track_id=track.id, name="Titles"))
    assert desk.row("Titles").top < desk.row("V2").top


def drop(
    desk: Desk, mime: QMimeData, at: QPointF, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    canvas, buttons = desk.view.canvas, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at.toPoint(), Qt.DropAction.CopyAction, mime, buttons, keys)
    QApplication.sendEvent(canvas, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(canvas, QDropEvent(at, Qt.DropAction.CopyAction, mime, buttons, keys))


def test_a_dropped_file_lands_at_the_pointer(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", 24)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(film))])
    drop(desk, mime, QPointF(desk.at("V2", 110)))
    qtbot.waitUntil(lambda: bool(desk.track("V2").clips), timeout=20000)
    assert spans(desk, "V2") == [(110, 134)]


def test_a_dropped_asset_lands_at_the_pointer(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", 24)
    desk.session.import_paths([str(film)])
    qtbot.waitUntil(lambda: bool(desk.session.project.library), timeout=20000)
    mime = QMimeData()
    mime.setData("application/x-kinora-asset", desk.session.project.library[0].id.encode())
    drop(desk, mime, QPointF(desk.at("V2", 118)))
    # Its end (142) was two frames from where c begins: caught.
    assert spans(desk, "V2") == [(120, 144)]


def test_ctrl_pushes_what_lies_there_out_of_the_way(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.session.import_paths([str(write_film(tmp_path / f"{name}.mp4", 24)) for name in ("one", "two")])
    qtbot.waitUntil(lambda: len(desk.session.project.library) == 2, timeout=20000)
    mime = QMimeData()
    ids = "\n".join(asset.id for asset in desk.session.project.library)
    mime.setData("application/x-kinora-asset", ids.encode())
    before, sound = desk.session.project, spans(desk, "A1")
    drop(desk, mime, QPointF(desk.at("V1", 144)), Qt.KeyboardModifier.ControlModifier)
    assert spans(desk, "V1") == [(0, 48), (48, 96), (144, 168), (168, 192), (192, 240)]
    assert spans(desk, "A1") == sound, "all of it lies before"
    desk.session.undo()
    assert desk.session.project is before


def test_a_file_dropped_with_ctrl_parts_the_clip_under_it(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(write_film(tmp_path / "film.mp4", 24)))])
    drop(desk, mime, QPointF(desk.at("V1", 168)), Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(desk.track("V1").clips) == 5, timeout=20000)
    assert spans(desk, "V1")[2:] == [(144, 168), (168, 192), (192, 216)]
