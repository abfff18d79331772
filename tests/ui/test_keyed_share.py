"""Strength in the course of a clip: keyframes are set, moved, found and taken away at the playhead."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QSlider, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from studio.project.curves import Curve, Keyframe
from studio.project.timeline import Clip
from studio.ui.panels.clip_frames import ClipFrames
from studio.ui.panels.keyed_share import KeyedShare
from studio.ui.session import Session
from tests.ui.hands import control


@pytest.fixture
def share(session: Session, clip: Clip, qtbot: QtBot, dark: None) -> KeyedShare:
    share = KeyedShare(session, "Strength", 1.0)
    for widget in (share, share.keys):
        qtbot.addWidget(widget)
        widget.show()
    share.setAccessibleName("Strength")
    share.follow(ClipFrames(clip, session.project.rate))
    return share


def press(share: KeyedShare, name: str) -> None:
    control(share.keys, QToolButton, name).click()


def slide(share: QWidget, percent: int) -> None:
    control(share, QSlider, "Strength").setValue(percent)


def keyed(session: Session, share: KeyedShare) -> None:
    """0 % at the clip's third frame, 80 % at its ninth."""
    session.set_playhead(6)
    press(share, "Keyframe of strength")
    slide(share, 0)
    session.set_playhead(12)
    slide(share, 80)


def test_keyframes_lie_at_the_frames_of_the_file(session: Session, share: KeyedShare) -> None:
    slide(share, 30)
    assert (share.value(), share.course()) == (0.3, None)
    keyed(session, share)
    assert share.course() == Curve(0.3, (Keyframe(frame=2, value=0.0), Keyframe(frame=8, value=0.8)))
    session.set_playhead(9)
    assert control(share, QSlider, "Strength").value() == 40


def test_one_travels_from_key_to_key(session: Session, share: KeyedShare) -> None:
    keyed(session, share)
    press(share, "Previous keyframe of strength")
    assert session.playhead == 6
    assert not control(share.keys, QToolButton, "Previous keyframe of strength").isEnabled()
    press(share, "Next keyframe of strength")
    assert session.playhead == 12


def test_the_last_key_taken_away_leaves_its_value(session: Session, share: KeyedShare) -> None:
    keyed(session, share)
    press(share, "Keyframe of strength")
    press(share, "Previous keyframe of strength")
    press(share, "Keyframe of strength")
    assert (share.value(), share.course()) == (0.0, None)


def test_the_way_to_the_next_key_is_chosen(session: Session, share: KeyedShare) -> None:
    assert share.menu() is None
    keyed(session, share)
    session.set_playhead(9)
    menu = share.menu()
    assert menu is not None
    next(action for action in menu.actions() if action.text() == "Hold until the next").trigger()
    assert control(share, QSlider, "Strength").value() == 0
    next(action for action in menu.actions() if action.text() == "Remove all keyframes").trigger()
    assert share.course() is None


def test_outside_the_clip_it_says_why(session: Session, share: KeyedShare) -> None:
    session.set_playhead(2)
    slide(share, 50)
    assert share.value() == 0.5
    key = control(share.keys, QToolButton, "Keyframe of strength")
    assert not key.isEnabled() and "inside the clip" in key.toolTip()
    keyed(session, share)
    session.set_playhead(2)
    slider = control(share, QSlider, "Strength")
    assert not slider.isEnabled() and "inside the clip" in slider.toolTip()
