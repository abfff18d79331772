"""How the picture is looked at: zoom and pan, full screen, safe areas, timecode, loop, saving."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from studio.errors import InputError
from studio.media.picture import load_picture
from studio.project.edits import SetRange
from studio.timing import Rate
from studio.ui.session import Session
from studio.ui.shortcuts import keys_of
from studio.ui.viewer.frame_saving import save
from studio.ui.viewer.sight import Sight
from studio.ui.viewer.timecode_field import meant_frame
from studio.ui.viewer.viewer import Viewer
from tests.render.footage import number_of
from tests.ui.studio_session import told
from tests.ui.viewer_desk import place_film, shown_number

# Zoom and pan


def test_zooming_keeps_what_is_under_the_pointer() -> None:
    fitted, point = QRectF(10, 20, 400, 200), QPointF(300, 60)
    sight = Sight()
    share = (point - fitted.topLeft()).x() / fitted.width()
    for factor in (1.5, 2.0, 0.8):
        sight = sight.zoomed(factor, point, fitted)
        place = sight.place(fitted)
        assert (point - place.topLeft()).x() / place.width() == pytest.approx(share)
    assert sight.zoom == pytest.approx(2.4)
    assert sight.zoomed(0.1, point, fitted) == Sight()


def test_panning_ends_where_the_picture_does() -> None:
    fitted = QRectF(0, 0, 400, 200)
    sight = Sight().zoomed(3, QPointF(200, 100), fitted).moved(QPointF(10_000, -10_000), fitted)
    place = sight.place(fitted)
    assert place.left() == pytest.approx(0)
    assert place.bottom() == pytest.approx(200)


def turn_wheel(viewer: Viewer, notches: int) -> None:
    at = QPointF(viewer.picture.rect().center())
    event = QWheelEvent(
        at,
        viewer.picture.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewer.picture, event)


def test_ctrl_wheel_zooms_the_middle_button_moves_and_fit_shows_all(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    place_film(session, tmp_path / "film.mkv", 12)
    picture = viewer.picture
    whole = picture.place()
    turn_wheel(viewer, 6)
    assert picture.zoom == pytest.approx(1.25**6)
    left = picture.place().left()
    QTest.mousePress(picture, Qt.MouseButton.MiddleButton, pos=QPoint(100, 100))
    QTest.mouseMove(picture, QPoint(130, 90))
    QTest.mouseRelease(picture, Qt.MouseButton.MiddleButton, pos=QPoint(130, 90))
    assert picture.place().left() == pytest.approx(left + 30)
    viewer.commands["viewer.zoom-fit"].trigger()
    assert picture.place() == whole


def test_zoomed_in_frames_are_drawn_larger_but_not_larger_than_the_project(viewer: Viewer) -> None:
    viewer.picture.set_shape(1280, 720)
    fitted = viewer.picture.pixels()
    viewer.picture.zoom_at(1.5, QPointF(50, 50))
    assert viewer.picture.pixels()[0] == pytest.approx(1.5 * fitted[0], abs=2)
    viewer.picture.zoom_at(20, QPointF(50, 50))
    assert viewer.picture.pixels() == (1280, 720)


def test_safe_areas_are_seen(session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path) -> None:
    place_film(session, tmp_path / "film.mkv", 12)
    qtbot.waitUntil(lambda: shown_number(viewer.picture.image) == 0, timeout=10000)
    before = viewer.picture.grab().toImage()
    viewer.commands["viewer.safe-areas"].trigger()
    assert viewer.picture.grab().toImage() != before
    viewer.commands["viewer.safe-areas"].trigger()
    assert viewer.picture.grab().toImage() == before


# Full screen


def test_full_screen_and_back_by_keys_and_mouse(session: Session, viewer: Viewer, qtbot: QtBot) -> None:
    QTest.keyClick(viewer, Qt.Key.Key_F11)
    window = viewer.full_screen
    assert window is not None and window.isFullScreen()
    assert window.isAncestorOf(viewer.picture)
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert viewer.full_screen is None
    assert viewer.isAncestorOf(viewer.picture)
    QTest.mouseDClick(viewer.picture, Qt.MouseButton.LeftButton)
    assert viewer.full_screen is not None
    QTest.mouseDClick(viewer.picture, Qt.MouseButton.LeftButton)
    assert viewer.full_screen is None
    assert viewer.picture.isVisible() and viewer.transport.isVisible()


def test_in_full_screen_the_keys_play_and_controls_hide_at_rest(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    place_film(session, tmp_path / "film.mkv", 240)
    viewer.toggle_full_screen()
    window = viewer.full_screen
    assert window is not None
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert viewer.playback.playing
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert not viewer.playback.playing
    qtbot.waitUntil(lambda: not viewer.transport.isVisible(), timeout=10000)
    QTest.mouseMove(viewer.picture, QPoint(40, 40))
    QTest.mouseMove(viewer.picture, QPoint(60, 60))
    qtbot.waitUntil(viewer.transport.isVisible, timeout=5000)
    viewer.shutdown()
    assert viewer.full_screen is None


# Timecode


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("00:00:02:12", 60),
        ("2:12", 60),
        ("212", 60),
        ("1000000", 86_400),
        ("+12", 112),
        ("-1:00", 76),
        ("-9:00:00", 0),
        ("0:01:00;00", 1440),
        ("48", 48),
    ],
)
def test_what_a_timecode_means(text: str, frame: int) -> None:
    assert meant_frame(text, 100, Rate(24)) == frame


def test_words_are_no_timecode() -> None:
    with pytest.raises(InputError):
        meant_frame("tomorrow", 0, Rate(24))


def test_typing_a_timecode_goes_there(session: Session, viewer: Viewer, tmp_path: Path) -> None:
    place_film(session, tmp_path / "film.mkv", 96)
    field = viewer.transport.timecode
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    assert field.selectedText() == "00:00:00:00"
    QTest.keyClicks(field, "1:12")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert session.playhead == 36
    assert field.text() == "00:00:01:12 / 00:00:04:00"
    assert not field.typing


def test_a_wrong_timecode_is_said_and_esc_leaves_all_as_it_was(session: Session, viewer: Viewer) -> None:
    field = viewer.transport.timecode
    viewer.commands["viewer.timecode"].trigger()
    QTest.keyClicks(field, "noon")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.typing
    assert "is not a timecode" in field.toolTip()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.typing
    assert field.text() == viewer.transport.time_text
    assert session.playhead == 0


# Playing


def test_looping_stays_between_in_and_out(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    place_film(session, tmp_path / "film.mkv", 48)
    session.apply(SetRange(in_point=10, out_point=16))
    viewer.commands["viewer.loop"].trigger()
    seen: list[int] = []
    session.playhead_changed.connect(seen.append)
    viewer.playback.play()
    qtbot.waitUntil(lambda: seen.count(10) >= 3, timeout=20000)
    viewer.playback.pause()
    assert set(seen) <= set(range(10, 16))


def test_k_held_makes_j_and_l_slow(session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path) -> None:
    place_film(session, tmp_path / "film.mkv", 240)
    session.set_playhead(120)
    QTest.keyPress(viewer, "k")
    QTest.keyClick(viewer, "l")
    assert viewer.playback.speed == Fraction(1, 4)
    QTest.keyClick(viewer, "j")
    assert viewer.playback.speed == Fraction(-1, 4)
    qtbot.waitUntil(lambda: session.playhead < 120, timeout=10000)
    assert viewer.picture.badge == "−1/4×"
    QTest.keyRelease(viewer, "k")
    assert not viewer.playback.playing
    QTest.keyClick(viewer, "l")
    assert viewer.playback.speed == 1
    viewer.playback.pause()


def test_every_command_of_the_viewer_has_its_keys(session: Session, viewer: Viewer) -> None:
    for name, action in viewer.commands.items():
        shown = [key.toString() for key in action.shortcuts()]
        assert shown == list(keys_of(session.settings, name)), name


# Saving


def test_this_frame_is_saved_in_full_quality(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place_film(session, tmp_path / "film.mkv", 48)
    session.set_playhead(37)
    heard = told(session)
    target = tmp_path / "still.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    viewer.commands["viewer.save-frame"].trigger()
    qtbot.waitUntil(lambda: bool(heard), timeout=20000)
    assert heard[0].message == "Saved still.png"
    image = load_picture(target).image
    assert image.shape == (96, 160, 3)
    assert number_of(image) == 37


def test_a_frame_that_cannot_be_saved_is_told(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    heard = told(session)
    save(session, tmp_path / "nowhere" / "still.png")
    qtbot.waitUntil(lambda: bool(heard), timeout=20000)
    assert heard[0].level == "error" and heard[0].hint


def test_preview_size_halves_what_is_drawn(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    place_film(session, tmp_path / "film.mkv", 12)
    qtbot.waitUntil(lambda: shown_number(viewer.picture.image) == 0, timeout=10000)
    full = viewer.picture.image
    viewer.menu.aboutToShow.emit()
    sizes = next(action.menu() for action in viewer.menu.actions() if action.text() == "Preview size")
    half = next(action for action in sizes.actions() if action.text().startswith("Half"))
    half.trigger()
    assert full is not None
    qtbot.waitUntil(
        lambda: viewer.picture.image is not None and viewer.picture.image.width() == full.width() // 2,
        timeout=10000,
    )
    assert shown_number(viewer.picture.image) == 0
    assert np.isclose(viewer.picture.place().width(), full.width(), atol=2)
