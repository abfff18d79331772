"""A clip's handles under the mouse: fades, the level line and its keyframes, transitions over cuts."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from studio.project.curves import Appearance, Curve, Keyframe
from studio.project.edits import AdjustClips
from studio.project.timeline import Clip, Transition
from studio.ui.timeline.clip_layout import NAME_HEIGHT, fade_points, key_points, level_y
from studio.ui.timeline.hits import hit
from studio.ui.timeline.levels import level_curve, level_words, share_of, value_at
from tests.ui.studio_session import told
from tests.ui.timeline_desk import Desk

ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


def handle(desk: Desk, track: str, clip_id: str, side: int) -> QPoint:
    return fade_points(desk.view.canvas.lens, desk.row(track), desk.clip(clip_id))[side].toPoint()


def line(desk: Desk, track: str, clip_id: str, frame: float) -> QPoint:
    """The level line's pixel at a timeline frame."""
    row, clip, lens = desk.row(track), desk.clip(clip_id), desk.view.canvas.lens
    value = level_curve(row.track, clip).at(frame - clip.start)
    y = level_y(row.track, lens.y_of(row) + NAME_HEIGHT, row.height - NAME_HEIGHT, value)
    return QPoint(round(lens.x_of(frame)), round(y))


def dot(desk: Desk, track: str, clip_id: str, number: int) -> QPoint:
    return key_points(desk.view.canvas.lens, desk.row(track), desk.clip(clip_id))[number][1].toPoint()


def volume(desk: Desk) -> Curve:
    return desk.clip("a-sound").volume


def transitions(desk: Desk, track: str = "V1") -> tuple[Transition, ...]:
    return desk.track(track).transitions


def test_fade_handles_are_dragged_in(desk: Desk) -> None:
    # The handle of a fade of nothing stands inside the corner; what counts is how far it goes.
    start = handle(desk, "V1", "c", 0)
    desk.drag(start, start + QPoint(40, 0))
    assert desk.clip("c").fade_in == 10
    start = handle(desk, "V1", "c", 1)
    desk.drag(start, start - QPoint(48, 0))
    assert (desk.clip("c").fade_in, desk.clip("c").fade_out) == (10, 12)
    desk.session.undo()
    assert desk.clip("c").fade_out == 0


def test_a_fade_is_dragged_on_all_that_is_selected(desk: Desk) -> None:
    desk.session.select(["a", "a-sound"])
    start = handle(desk, "V1", "a", 0)
    desk.drag(start, start + QPoint(40, 0))
    assert (desk.clip("a").fade_in, desk.clip("a-sound").fade_in, desk.clip("c").fade_in) == (10, 10, 0)
    desk.session.undo()
    assert desk.clip("a").fade_in == desk.clip("a-sound").fade_in == 0


def test_a_fade_ends_where_the_other_begins(desk: Desk) -> None:
    desk.session.apply(AdjustClips(clip_ids=("c",), fade_out=20))
    start = handle(desk, "V1", "c", 0)
    desk.drag(start, start + QPoint(1000, 0))
    assert desk.clip("c").fade_in == 28


def test_a_fade_handle_over_the_cut_becomes_a_dissolve(desk: Desk) -> None:
    start = handle(desk, "V1", "b", 0)
    desk.drag(start, start - QPoint(24, 0))
    [made] = transitions(desk)
    assert (made.left, made.right, made.before, made.after) == ("a", "b", 6, 6)
    desk.session.undo()
    assert not transitions(desk)


def test_ctrl_t_dissolves_over_the_nearest_cut(desk: Desk) -> None:
    desk.session.set_playhead(50)
    desk.key(Key.Key_T, CTRL)
    [made] = transitions(desk)
    assert (made.kind, made.before, made.after) == ("dissolve", 12, 12)


def test_ctrl_t_without_a_cut_says_why(desk: Desk) -> None:
    heard = told(desk.session)
    desk.session.select(["c"])
    desk.key(Key.Key_T, CTRL)
    assert heard[0].hint
    assert not transitions(desk)


def add_dissolve(desk: Desk) -> Transition:
    desk.session.set_playhead(48)
    desk.key(Key.Key_T, CTRL)
    [made] = transitions(desk)
    return made


def test_the_ends_of_a_transition_are_dragged(desk: Desk) -> None:
    add_dissolve(desk)
    desk.drag(desk.at("V1", 60, -1), desk.at("V1", 54, -1))
    assert [(made.before, made.after) for made in transitions(desk)] == [(6, 6)]
    desk.drag(desk.at("V1", 42, 1), desk.at("V1", 32, 1), SHIFT)
    assert [(made.before, made.after) for made in transitions(desk)] == [(16, 6)]


def test_a_transition_is_selected_and_deleted(desk: Desk) -> None:
    made = add_dissolve(desk)
    desk.click(desk.at("V1", 46))
    assert desk.session.selection == {made.id}
    desk.key(Key.Key_Delete)
    assert not transitions(desk)
    assert len(desk.track("V1").clips) == 3
    desk.session.undo()
    assert transitions(desk)


def entries(menu: QMenu) -> dict[str, QAction]:
    return {action.text().split("\t")[0]: action for action in menu.actions()}


def menu_at(desk: Desk, at: QPoint) -> QMenu:
    canvas = desk.view.canvas
    menu = canvas.menu.menu_for(hit(canvas.lens, canvas.rows, canvas.project, at.toPointF()))
    assert menu is not None
    return menu


def test_the_menu_of_a_transition_changes_its_kind_and_removes_it(desk: Desk) -> None:
    add_dissolve(desk)
    entries(menu_at(desk, desk.at("V1", 46)))["Wipe"].trigger()
    assert transitions(desk)[0].kind == "wipe"
    entries(menu_at(desk, desk.at("V1", 46)))["Remove transition"].trigger()
    assert not transitions(desk)


def test_the_volume_line_is_dragged_down(desk: Desk) -> None:
    start = line(desk, "A1", "a-sound", 24)
    desk.drag(start, start + QPoint(0, 8))
    assert 0.2 < volume(desk).value < 0.7
    desk.session.undo()
    assert volume(desk).value == 1.0


def test_a_drag_along_the_volume_line_moves_the_clip(desk: Desk) -> None:
    desk.drag(line(desk, "A1", "a-sound", 24), line(desk, "A1", "a-sound", 124), ALT)
    assert desk.clip("a-sound").start == desk.clip("a").start == 100
    assert volume(desk).value == 1.0


def test_the_opacity_line_is_dragged_down(desk: Desk) -> None:
    start = line(desk, "V1", "c", 168)
    desk.drag(start, start + QPoint(0, 20))
    assert desk.clip("c").appearance.opacity.value == pytest.approx(0.5, abs=0.06)


def test_the_lines_of_all_selected_clips_of_a_kind_go_along(desk: Desk) -> None:
    fading = Curve(1.0, keyframes=(Keyframe(frame=0, value=1.0), Keyframe(frame=40, value=0.5)))
    desk.session.apply(AdjustClips(clip_ids=("c",), appearance=Appearance(opacity=fading)))
    desk.session.select(["a", "b", "c", "a-sound"])
    start = line(desk, "V1", "b", 70)
    desk.drag(start, start + QPoint(0, 10))
    lowered = desk.clip("b").appearance.opacity.value
    assert lowered < 1 and desk.clip("a").appearance.opacity == Curve(lowered)
    first, second = desk.clip("c").appearance.opacity.keyframes
    assert first.value == lowered and second.value == pytest.approx(lowered - 0.5)
    assert volume(desk) == Curve(1.0)


def test_ctrl_click_adds_keyframes_that_can_be_dragged_and_taken_away(desk: Desk) -> None:
    desk.click(line(desk, "A1", "a-sound", 10), CTRL)
    desk.click(line(desk, "A1", "a-sound", 30), CTRL)
    assert [(key.frame, key.value) for key in volume(desk).keyframes] == [(10, 1.0), (30, 1.0)]
    desk.drag(dot(desk, "A1", "a-sound", 1), dot(desk, "A1", "a-sound", 1) + QPoint(20, 8))
    keys = volume(desk).keyframes
    assert keys[1].frame == 35
    assert keys[0].value == 1.0 > keys[1].value
    desk.click(dot(desk, "A1", "a-sound", 1), CTRL)
    assert [key.frame for key in volume(desk).keyframes] == [10]
    for _ in range(4):
        desk.session.undo()
    assert volume(desk) == Curve(1.0)


def test_the_line_between_two_keyframes_takes_both_along(desk: Desk) -> None:
    keys = tuple(Keyframe(frame=frame, value=1.0) for frame in (4, 20, 40))
    desk.session.apply(AdjustClips(clip_ids=("a-sound",), volume=Curve(1.0, keys)))
    start = line(desk, "A1", "a-sound", 30)
    desk.drag(start, start + QPoint(0, 8))
    first, second, third = (key.value for key in volume(desk).keyframes)
    assert first == 1.0
    assert second == third < 1.0


def test_the_menu_of_a_keyframe_sets_the_way_to_the_next(desk: Desk) -> None:
    keys = (Keyframe(frame=10, value=1.0), Keyframe(frame=30, value=0.5))
    desk.session.apply(AdjustClips(clip_ids=("a-sound",), volume=Curve(1.0, keys)))
    entries(menu_at(desk, dot(desk, "A1", "a-sound", 0)))["Softly to the next"].trigger()
    assert volume(desk).keyframes[0].ease == "smooth"
    entries(menu_at(desk, dot(desk, "A1", "a-sound", 0)))["Remove keyframe"].trigger()
    assert [key.frame for key in volume(desk).keyframes] == [30]


def test_levels_say_what_they_are(desk: Desk) -> None:
    sound, picture = desk.track("A1"), desk.track("V1")
    assert level_words(sound, 1.0) == "Volume +0.0 dB"
    assert level_words(sound, 0.5) == "Volume −6.0 dB"
    assert level_words(sound, 0.0) == "Silent"
    assert level_words(picture, 0.25) == "Opacity 25 %"
    for track, value in ((sound, 0.3), (sound, 2.0), (picture, 0.7)):
        assert value_at(track, share_of(track, value)) == pytest.approx(value, abs=0.001)


def test_a_clip_too_narrow_for_handles_has_none(desk: Desk) -> None:
    desk.view.canvas.zoom(0.3 / desk.view.canvas.lens.scale, 0)
    canvas = desk.view.canvas
    clip: Clip = desk.clip("c")
    at = fade_points(canvas.lens, desk.row("V1"), clip)[0]
    assert hit(canvas.lens, canvas.rows, canvas.project, at).part in ("start", "clip")
