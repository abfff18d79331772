"""The strip of keyframes under mouse and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.jobs.job import Keyframe
from studio.ui.drawing.keyframe_strip import LAST, KeyframeStrip, Room
from studio.ui.thumbnails import Thumbnails
from tests.ui.hands import save_picture

LEFT = Qt.MouseButton.LeftButton
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def strip(thumbnails: Thumbnails, qtbot: QtBot, dark: None, tmp_path: Path) -> KeyframeStrip:
    strip = KeyframeStrip(thumbnails)
    qtbot.addWidget(strip)
    strip.resize(400, strip.height())
    strip.set_length(81)
    path = str(save_picture(tmp_path / "a.png"))
    strip.show_pictures([Keyframe(path), Keyframe(path, frame=40)])
    strip.show()
    return strip


def middle(strip: KeyframeStrip, frame: int) -> QPoint:
    return strip.place_of(frame).center().toPoint()


def drag(strip: KeyframeStrip, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(strip, LEFT, pos=start)
    for step in (1, 2, 3):
        QTest.mouseMove(strip, start + (end - start) * (step / 3))
    QTest.mouseRelease(strip, LEFT, pos=end)


def frames(strip: KeyframeStrip) -> list[int]:
    return [picture.frame for picture in strip.pictures]


def test_a_picture_is_dragged_to_its_frame(strip: KeyframeStrip) -> None:
    drag(strip, middle(strip, 40), middle(strip, 60))
    assert abs(frames(strip)[1] - 60) <= 1 and strip.current == 1
    drag(strip, middle(strip, strip.frame_of(strip.pictures[1])), middle(strip, LAST) + QPoint(4, 0))
    assert frames(strip) == [0, LAST], "near the end it becomes the last one"
    strip.set_length(49)
    assert strip.frame_of(strip.pictures[1]) == 48, "and stays it, however long the video is"


def test_another_length_keeps_each_at_its_share(strip: KeyframeStrip) -> None:
    for length in (161, 3, 41, 81):
        strip.set_length(length)
        assert strip.pictures[1].frame == (length - 1) // 2
    strip.set_length(1)
    strip.set_length(81)
    assert frames(strip) == [0, 40], "on the way through a length of one frame nothing is lost"


def test_pictures_keep_to_the_frames_that_the_model_can_show(strip: KeyframeStrip) -> None:
    strip.step = 8
    strip.current = 1
    strip.move_current(45)
    assert frames(strip) == [0, 48]
    strip.move_current(77)
    assert frames(strip) == [0, LAST]


def test_a_click_moves_nothing(strip: KeyframeStrip) -> None:
    QTest.mouseClick(strip, LEFT, pos=middle(strip, 40))
    assert frames(strip) == [0, 40] and strip.current == 1


def test_keys_choose_move_and_remove(strip: KeyframeStrip) -> None:
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_Right)
    QTest.keyClick(strip, Qt.Key.Key_Right)
    QTest.keyClick(strip, Qt.Key.Key_Right, ALT)
    assert frames(strip) == [0, 41]
    QTest.keyClick(strip, Qt.Key.Key_Left, ALT)
    QTest.keyClick(strip, Qt.Key.Key_Left)
    assert strip.current == 0 and frames(strip) == [0, 40]
    QTest.keyClick(strip, Qt.Key.Key_Delete)
    assert frames(strip) == [40]


def test_an_empty_end_asks_for_a_picture(strip: KeyframeStrip, qtbot: QtBot) -> None:
    with qtbot.waitSignal(strip.add_wanted) as asked:
        QTest.mouseClick(strip, LEFT, pos=middle(strip, LAST))
    assert asked.args == [LAST]
    with qtbot.waitSignal(strip.add_wanted) as asked:
        QTest.mouseDClick(strip, LEFT, pos=middle(strip, 62))
    assert abs(asked.args[0] - 62) <= 1


def test_a_model_of_two_ends_keeps_pictures_there(strip: KeyframeStrip) -> None:
    strip.set_room(Room(True, True, False))
    strip.show_pictures([strip.pictures[0]])
    drag(strip, middle(strip, 0), middle(strip, 60))
    assert frames(strip) == [0] and strip.free_place() == LAST
    strip.set_room(Room(True, False, False))
    assert strip.free_place() is None and strip.empty_places() == []


def test_it_paints_itself(strip: KeyframeStrip, qtbot: QtBot) -> None:
    for room in (Room(True, True, True), Room(True, True, False), Room(True, False, False)):
        strip.set_room(room)
        assert not strip.grab().isNull()
