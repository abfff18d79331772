"""The timeline's tools, by mouse and keys: blade, ripple, roll, slip, slide, and clips that hang together."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.project.edits import ChangeTrack, LiftClips, PlaceClips, Placement
from studio.ui.importing import new_track
from studio.ui.timeline.geometry import rows_of
from tests.ui.studio_session import told
from tests.ui.timeline_desk import Desk, footage

ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


def spans(desk: Desk, track: str) -> list[tuple[int, int]]:
    return [(clip.start, clip.end) for clip in desk.track(track).clips]


def source_start(desk: Desk, clip_id: str) -> int:
    return desk.clip(clip_id).take.source_start.to_frames(desk.session.project.rate)


def hover(desk: Desk, at: QPoint, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    canvas = desk.view.canvas
    event = QMouseEvent(
        QMouseEvent.Type.MouseMove,
        QPointF(at),
        QPointF(canvas.mapToGlobal(at)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        keys,
    )
    QApplication.sendEvent(canvas, event)


def test_the_blade_cuts_a_clip_and_its_sound_where_it_is_clicked(desk: Desk) -> None:
    desk.key(Key.Key_B)
    assert desk.view.canvas.tool == "blade"
    assert desk.view.commands["blade"].isChecked()
    desk.click(desk.at("V1", 20))
    assert spans(desk, "V1") == [(0, 20), (20, 48), (48, 96), (144, 192)]
    assert spans(desk, "A1") == [(0, 20), (20, 48)]
    desk.session.undo()
    assert spans(desk, "V1") == [(0, 48), (48, 96), (144, 192)]


def test_the_blade_with_shift_cuts_every_track(desk: Desk) -> None:
    track = desk.track("V2").id
    desk.session.apply(PlaceClips(placements=(Placement(track, footage("over", 0, 40)),)))
    desk.key(Key.Key_B)
    desk.click(desk.at("V1", 20), SHIFT)
    assert [len(desk.track(name).clips) for name in ("V1", "V2", "A1")] == [4, 2, 2]


def test_the_blade_snaps_to_the_playhead_and_shows_its_line(desk: Desk) -> None:
    desk.session.set_playhead(20)
    desk.key(Key.Key_B)
    hover(desk, desk.at("V1", 21))
    assert "cuts" in desk.view.status.words
    desk.click(desk.at("V1", 21))
    assert spans(desk, "V1")[0] == (0, 20)


def test_escape_puts_a_tool_away_and_then_lets_go_of_the_selection(desk: Desk) -> None:
    desk.session.select(["c"])
    desk.key(Key.Key_B)
    desk.key(Key.Key_Escape)
    assert desk.view.canvas.tool == "select"
    assert desk.view.commands["select"].isChecked()
    assert not desk.view.commands["blade"].isChecked()
    assert desk.session.selection == {"c"}
    desk.key(Key.Key_Escape)
    assert desk.session.selection == frozenset()


def test_the_cut_between_two_clips_rolls(desk: Desk) -> None:
    desk.drag(desk.at("V1", 48, 1), desk.at("V1", 58, 1))
    # The sound linked with the left clip ends at the cut and goes along.
    assert spans(desk, "V1")[:2] == [(0, 58), (58, 96)]
    assert spans(desk, "A1") == [(0, 58)]
    assert source_start(desk, "b") == 110
    desk.session.undo()
    assert spans(desk, "V1")[:2] == [(0, 48), (48, 96)]


def test_an_edge_dragged_with_shift_moves_what_follows_along(desk: Desk) -> None:
    desk.drag(desk.at("V1", 96, -5), desk.at("V1", 86, -5), SHIFT)
    assert spans(desk, "V1") == [(0, 48), (48, 86), (134, 182)]
    desk.session.undo()
    assert spans(desk, "V1") == [(0, 48), (48, 96), (144, 192)]


def test_the_ripple_tool_trims_a_start_without_moving_the_clip(desk: Desk) -> None:
    desk.key(Key.Key_R)
    desk.drag(desk.at("V1", 144, 2), desk.at("V1", 154, 2))
    assert spans(desk, "V1")[2] == (144, 182)
    assert source_start(desk, "c") == 110


def test_the_slip_tool_moves_the_content_under_the_clip(desk: Desk) -> None:
    desk.key(Key.Key_Y)
    desk.drag(desk.at("V1", 168), desk.at("V1", 158), release=False)
    assert desk.view.status.words == "Slip +00:00:00:10 (10 frames)"
    desk.release(desk.at("V1", 158))
    assert spans(desk, "V1")[2] == (144, 192)
    assert source_start(desk, "c") == 110


def test_ctrl_and_alt_slip_with_the_select_tool_as_far_as_the_source_goes(desk: Desk) -> None:
    desk.drag(desk.at("V1", 20), desk.at("V1", 200), CTRL | ALT)
    assert spans(desk, "V1")[0] == (0, 48)
    assert source_start(desk, "a") == source_start(desk, "a-sound") == 0


def test_the_slide_tool_moves_a_clip_while_its_neighbours_give_and_take(desk: Desk) -> None:
    desk.session.apply(LiftClips(clip_ids=("c",)))
    desk.session.apply(
        PlaceClips(placements=(Placement(desk.track("V1").id, footage("d", 96, 48, skip=100)),))
    )
    desk.key(Key.Key_U)
    desk.drag(desk.at("V1", 72), desk.at("V1", 82), ALT)
    assert spans(desk, "V1") == [(0, 58), (58, 106), (106, 144)]
    desk.session.undo()
    assert spans(desk, "V1") == [(0, 48), (48, 96), (96, 144)]


def test_dragging_with_ctrl_pushes_on_what_lies_there(desk: Desk) -> None:
    start, end = desk.at("V1", 168), desk.at("V1", 72)
    desk.press(start)
    for step in (1, 2, 3):
        desk.move(start + (end - start) * (step / 3), CTRL | ALT)
    desk.release(end, CTRL)
    assert spans(desk, "V1") == [(0, 48), (48, 96), (96, 144)]
    assert [clip.id for clip in desk.track("V1").clips] == ["a", "c", "b"]
    desk.session.undo()
    assert spans(desk, "V1") == [(0, 48), (48, 96), (144, 192)]


def test_a_group_is_selected_and_moved_as_one(desk: Desk) -> None:
    desk.click(desk.at("V1", 72))
    desk.click(desk.at("V1", 168), CTRL)
    desk.key(Key.Key_G, CTRL)
    desk.click(desk.at("V1", 120))
    desk.click(desk.at("V1", 168))
    assert desk.session.selection == {"b", "c"}
    desk.drag(desk.at("V1", 168), desk.at("V1", 198), ALT)
    assert (desk.clip("b").start, desk.clip("c").start) == (78, 174)
    desk.session.undo()
    desk.key(Key.Key_G, CTRL | SHIFT)
    desk.click(desk.at("V1", 120))
    desk.click(desk.at("V1", 168))
    assert desk.session.selection == {"c"}


def test_alt_click_takes_a_clip_without_its_links(desk: Desk) -> None:
    desk.click(desk.at("V1", 24), ALT)
    assert desk.session.selection == {"a"}


def test_several_clips_go_to_another_track_together(desk: Desk) -> None:
    desk.drag(desk.at("V1", 120), desk.at("V1", 60))
    desk.click(desk.at("V1", 168), CTRL)
    assert desk.session.selection == {"b", "c"}
    desk.drag(desk.at("V1", 168), desk.at("V2", 178), ALT)
    assert spans(desk, "V2") == [(58, 106), (154, 202)]
    assert spans(desk, "V1") == [(0, 48)]


def test_a_clip_dropped_above_the_tracks_gets_a_new_one(desk: Desk) -> None:
    target = desk.at("V2", 168)
    desk.drag(desk.at("V1", 168), QPoint(target.x(), 12))
    assert desk.track_of("c") == "V3"
    desk.session.undo()
    assert desk.track_of("c") == "V1"
    assert [track.name for track in desk.session.project.tracks] == ["V1", "V2", "A1"]


def test_sound_dropped_below_the_tracks_gets_a_new_one(desk: Desk) -> None:
    place = desk.at("A1", 20)
    desk.click(place, ALT)
    below = QPoint(place.x(), desk.view.canvas.height() - 4)
    desk.drag(place, below)
    assert desk.track_of("a-sound") == "A2"
    assert desk.track_of("a") == "V1"


def test_the_snap_line_stands_where_an_edge_was_caught(desk: Desk) -> None:
    desk.drag(desk.at("V1", 168), desk.at("V1", 121.5), release=False)
    assert desk.view.canvas.snap_frame == 96
    desk.key(Key.Key_Escape)
    desk.release(desk.at("V1", 121))
    assert desk.view.canvas.snap_frame is None


def test_the_hand_near_an_end_scrolls(desk: Desk, qtbot: QtBot) -> None:
    canvas = desk.view.canvas
    start = desk.at("V1", 168)
    near = QPoint(canvas.width() - 6, start.y())
    desk.press(start)
    desk.move(near)
    qtbot.waitUntil(lambda: canvas.lens.left > 20, timeout=5000)
    desk.key(Key.Key_Escape)
    desk.release(near)
    assert desk.clip("c").start == 144


def test_a_locked_track_is_not_cut_and_says_so_by_the_pointer(desk: Desk) -> None:
    desk.session.apply(ChangeTrack(track_id=desk.track("V1").id, locked=True))
    before = desk.session.project
    hover(desk, desk.at("V1", 24))
    assert desk.view.canvas.cursor().shape() == Qt.CursorShape.ForbiddenCursor
    desk.key(Key.Key_B)
    desk.click(desk.at("V1", 20))
    assert desk.session.project is before


def test_edits_at_the_very_beginning_and_far_past_the_end(desk: Desk) -> None:
    before = desk.session.project
    desk.drag(desk.at("V1", 168), QPoint(-5000, desk.at("V1", 0).y()))
    assert desk.clip("c").start == 0
    desk.session.undo()
    desk.session.set_playhead(0)
    heard = told(desk.session)
    desk.key(Key.Key_S)
    assert heard[0].hint
    desk.session.set_playhead(24 * 3600 * 24)
    desk.key(Key.Key_M)
    desk.view.canvas.fit()
    desk.session.undo()
    assert desk.session.project == before


def test_scrubbing_past_the_end_scrolls_along_time_only(desk: Desk, qtbot: QtBot) -> None:
    canvas = desk.view.canvas
    start, outside = desk.ruler(10), QPoint(canvas.width() + 30, 10)
    desk.press(start)
    desk.move(outside)
    qtbot.waitUntil(lambda: canvas.lens.left > 20, timeout=5000)
    desk.release(outside)
    assert canvas.lens.top == 0
    assert desk.session.playhead > 200


def test_a_clip_in_the_hand_scrolls_to_hidden_tracks(desk: Desk, qtbot: QtBot) -> None:
    canvas = desk.view.canvas
    for _ in range(4):
        desk.session.apply(new_track(desk.session.project, "video")[1])
    canvas.scroll_by(0, 10_000)
    lowest = canvas.lens.top
    assert lowest > 0
    start = desk.at("V1", 168)
    desk.press(start)
    top = QPoint(start.x() + 10, 20)
    desk.move(top)
    qtbot.waitUntil(lambda: canvas.lens.top == 0, timeout=5000)
    # Above the tracks a new one was offered, which goes when the hand comes down again.
    highest = rows_of(desk.session.project)[0]
    target = QPoint(start.x() + 10, round(canvas.lens.y_of(highest)) + 30)
    desk.move(target)
    desk.release(target)
    assert desk.track_of("c") == "V6"
