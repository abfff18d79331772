"""Numbers of the inspector in the real panel: typed, dragged, keyed and reset, one undo step a gesture."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.project.curves import Keyframe
from studio.project.edits import ChangeTrack, PlaceClips, Placement
from studio.project.timeline import Clip, Take, Title
from studio.timing import Rate
from studio.ui.fields import Choice
from studio.ui.inspector.curve_section import CurveRow
from studio.ui.inspector.panel import InspectorPanel
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.ui.hands import button, control
from tests.ui.timeline_desk import footage


@pytest.fixture
def panel(session: Session, thumbnails: Thumbnails, qtbot: QtBot, dark: None) -> InspectorPanel:
    """Two films that meet on V1 and a sound on A1; the first film is selected."""
    tracks = {track.name: track.id for track in session.project.tracks}
    placements = (
        Placement(tracks["V1"], footage("a", 0, 48, skip=100)),
        Placement(tracks["V1"], footage("b", 48, 48, skip=100)),
        Placement(tracks["A1"], footage("s", 0, 48, skip=100)),
    )
    session.apply(PlaceClips(placements=placements))
    panel = InspectorPanel(session, thumbnails)
    qtbot.addWidget(panel)
    panel.resize(290, 1400)
    with qtbot.waitExposed(panel):
        panel.show()
    session.select(["a"])
    return panel


def clip(session: Session, clip_id: str) -> Clip:
    found = session.project.find(clip_id)
    assert found is not None
    return found[1]


def number(panel: QWidget, name: str) -> QDoubleSpinBox:
    return control(panel, QDoubleSpinBox, name)


def enter(box: QDoubleSpinBox, words: str) -> None:
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, words)
    QTest.keyClick(box, Qt.Key.Key_Return)


def press(panel: QWidget, name: str) -> None:
    QTest.mouseClick(control(panel, QToolButton, name), Qt.MouseButton.LeftButton)


def drag_name(panel: QWidget, name: str, pixels: int) -> None:
    [label] = [one for one in panel.findChildren(QLabel) if one.text() == name]
    start = QPoint(10, 8)
    QTest.mousePress(label, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 5):
        at = QPointF(start) + QPointF(pixels * step / 4, 0)
        moved = QMouseEvent(
            QEvent.Type.MouseMove,
            at,
            QPointF(label.mapToGlobal(at)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(label, moved)
    QTest.mouseRelease(label, Qt.MouseButton.LeftButton, pos=start + QPoint(pixels, 0))


@pytest.mark.parametrize(
    ("name", "typed", "field", "stored"),
    [
        ("Opacity", "50", "opacity", 0.5),
        ("Position X", "128", "x", 0.1),
        ("Position Y", "-72", "y", -0.1),
        ("Scale", "150", "scale", 1.5),
        ("Rotation", "-90", "rotation", -90.0),
    ],
)
def test_typed_numbers_are_stored_in_the_projects_units(
    panel: InspectorPanel, session: Session, name: str, typed: str, field: str, stored: float
) -> None:
    enter(number(panel, name), typed)
    curve = getattr(clip(session, "a").appearance, field)
    assert curve.value == pytest.approx(stored) and not curve.keyframes
    press(panel, f"Reset {name.lower()}")
    assert clip(session, "a").appearance == clip(session, "b").appearance


def test_a_drag_of_the_name_is_one_undo_step(panel: InspectorPanel, session: Session) -> None:
    drag_name(panel, "Rotation", 40)
    assert clip(session, "a").appearance.rotation.value == 40
    drag_name(panel, "Rotation", -20)
    assert clip(session, "a").appearance.rotation.value == 20
    session.undo()
    assert clip(session, "a").appearance.rotation.value == 40
    session.undo()
    assert clip(session, "a").appearance.rotation.value == 0


def test_crop_is_folded_at_first(panel: InspectorPanel, session: Session) -> None:
    crop = number(panel, "Crop left")
    assert not crop.isVisible()
    [heading] = [one for one in panel.findChildren(QToolButton) if one.text() == "Crop"]
    QTest.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert crop.isVisible()
    enter(crop, "25")
    assert clip(session, "a").appearance.crop_left.value == 0.25


def test_keyframes_are_set_changed_visited_and_removed(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    press(panel, "Keyframe of opacity")
    session.set_playhead(24)
    qtbot.waitUntil(lambda: not control(panel, QToolButton, "Next keyframe of opacity").isEnabled())
    enter(number(panel, "Opacity"), "0")
    keys = clip(session, "a").appearance.opacity.keyframes
    assert keys == (Keyframe(frame=0, value=1.0), Keyframe(frame=24, value=0.0))
    session.set_playhead(12)
    qtbot.waitUntil(lambda: number(panel, "Opacity").value() == 50)
    press(panel, "Previous keyframe of opacity")
    assert session.playhead == 0
    qtbot.waitUntil(lambda: not control(panel, QToolButton, "Previous keyframe of opacity").isEnabled())
    press(panel, "Keyframe of opacity")
    assert clip(session, "a").appearance.opacity.keyframes == (Keyframe(frame=24, value=0.0),)


def test_the_way_to_the_next_keyframe_is_chosen(panel: InspectorPanel, session: Session) -> None:
    [row] = [one for one in panel.findChildren(CurveRow) if one.number.accessibleName() == "Scale"]
    assert row.ease_menu() is None, "there is no keyframe yet"
    for frame, typed in ((0, "100"), (20, "200")):
        session.set_playhead(frame)
        if not frame:
            press(panel, "Keyframe of scale")
        enter(number(panel, "Scale"), typed)
    session.set_playhead(10)
    menu = row.ease_menu()
    assert menu is not None
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Straight to the next"]
    next(action for action in menu.actions() if action.text() == "Hold until the next").trigger()
    scale = clip(session, "a").appearance.scale
    assert [key.ease for key in scale.keyframes] == ["hold", "linear"] and scale.at(19) == 1.0


def test_outside_the_clip_a_keyed_number_says_why_it_is_off(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    press(panel, "Keyframe of scale")
    session.set_playhead(60)
    qtbot.waitUntil(lambda: not number(panel, "Scale").isEnabled())
    assert number(panel, "Scale").toolTip() == "Put the playhead inside the clip"
    assert number(panel, "Opacity").isEnabled(), "a number without keyframes counts everywhere"


def test_several_clips_change_together_in_one_step(panel: InspectorPanel, session: Session) -> None:
    enter(number(panel, "Scale"), "50")
    session.select(["a", "b"])
    enter(number(panel, "Opacity"), "25")
    assert {clip(session, name).appearance.opacity.value for name in "ab"} == {0.25}
    assert [clip(session, name).appearance.scale.value for name in "ab"] == [0.5, 1.0]
    session.undo()
    assert {clip(session, name).appearance.opacity.value for name in "ab"} == {1.0}


def test_volume_is_in_decibels_down_to_silence(panel: InspectorPanel, session: Session) -> None:
    session.select(["s"])
    enter(number(panel, "Volume"), "-6")
    assert clip(session, "s").volume.value == pytest.approx(0.501, abs=0.001)
    enter(number(panel, "Volume"), "-60")
    assert clip(session, "s").volume.value == 0 and number(panel, "Volume").text() == "−∞ dB"


def test_fades_are_frames_of_the_project(panel: InspectorPanel, session: Session) -> None:
    enter(next(box for box in panel.findChildren(QDoubleSpinBox) if box.accessibleName() == "Fade in"), "0.5")
    assert clip(session, "a").fade_in == 12
    press(panel, "Reset fade in")
    assert clip(session, "a").fade_in == 0


def test_speed_and_reverse(panel: InspectorPanel, session: Session) -> None:
    enter(number(panel, "Speed"), "200")
    assert clip(session, "a").speed == Rate(2) and clip(session, "a").duration == 24
    assert clip(session, "b").start == 24, "what follows moves along"
    control_reverse = next(box for box in panel.findChildren(QCheckBox) if box.text() == "Reverse")
    QTest.mouseClick(control_reverse, Qt.MouseButton.LeftButton, pos=QPoint(8, 10))
    assert clip(session, "a").reverse
    press(panel, "Reset speed")
    assert (clip(session, "a").speed, clip(session, "a").reverse) == (Rate(1), False)
    assert clip(session, "a").duration == 48


def test_a_transition_is_laid_changed_and_removed(panel: InspectorPanel, session: Session) -> None:
    QTest.mouseClick(button(panel, "Add dissolve at the end"), Qt.MouseButton.LeftButton)
    track = session.project.tracks[0]
    [transition] = track.transitions
    assert (transition.left, transition.right, transition.kind) == ("a", "b", "dissolve")
    control(panel, Choice, "At the end").set_value("wipe")
    boxes = [b for b in panel.findChildren(Choice) if b.accessibleName() == "Direction" and b.isVisible()]
    boxes[0].set_value("up")
    lengths = [b for b in panel.findChildren(QDoubleSpinBox) if b.accessibleName() == "Length"]
    enter(next(box for box in lengths if box.isVisible()), "0.5")
    [transition] = session.project.tracks[0].transitions
    assert (transition.kind, transition.direction) == ("wipe", "up")
    assert transition.before + transition.after == 12
    press(panel, "Remove the transition at the end")
    assert session.project.tracks[0].transitions == ()
    session.select(["b"])
    assert button(panel, "Add dissolve at the start").isVisible()
    assert not button(panel, "Add dissolve at the end").isVisible()


def test_a_selected_transition_stands_alone(panel: InspectorPanel, session: Session) -> None:
    QTest.mouseClick(button(panel, "Add dissolve at the end"), Qt.MouseButton.LeftButton)
    [transition] = session.project.tracks[0].transitions
    session.select([transition.id])
    assert not number(panel, "Opacity").isVisible()
    control(panel, Choice, "At the end").set_value("dip")
    assert session.project.tracks[0].transitions[0].kind == "dip"
    session.undo()
    session.undo()
    assert not session.selection and control(panel, QWidget, "At the end").isVisible() is False


def test_every_control_of_the_inspector_says_what_it_is(panel: InspectorPanel, session: Session) -> None:
    QTest.mouseClick(button(panel, "Add dissolve at the end"), Qt.MouseButton.LeftButton)
    title = Take(id="t", reference=Title(text="Hello", box="#80000000"))
    clip = Clip(id="title", name="Title", start=0, duration=24, takes=(title, title))
    v2 = next(track for track in session.project.tracks if track.name == "V2")
    session.apply(PlaceClips(placements=(Placement(v2.id, clip),)))
    kinds = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit, QPlainTextEdit)
    for chosen in (["a"], ["s"], ["title"], ["a", "b", "s"]):
        session.select(chosen)
        for control_ in panel.findChildren(QWidget):
            own = isinstance(control_, kinds) and not control_.objectName().startswith("qt_")
            if own and control_.isVisibleTo(panel) and not isinstance(control_.parent(), QAbstractSpinBox):
                words = control_.text() if isinstance(control_, QAbstractButton) else ""
                assert control_.accessibleName() or words, control_
                assert control_.toolTip(), (control_, control_.accessibleName() or words)


def test_the_name_of_a_locked_clips_row_is_off_too(panel: InspectorPanel, session: Session) -> None:
    session.apply(ChangeTrack(track_id=session.project.tracks[0].id, locked=True))
    session.select([])
    session.select(["a"])
    drag_name(panel, "Rotation", 40)
    assert clip(session, "a").appearance.rotation.value == 0


def test_locked_tracks_say_so(panel: InspectorPanel, session: Session) -> None:
    session.apply(ChangeTrack(track_id=session.project.tracks[0].id, locked=True))
    session.select([])
    session.select(["a"])
    assert number(panel, "Opacity").toolTip() == "Track V1 is locked"
    assert not number(panel, "Speed").isEnabled()
