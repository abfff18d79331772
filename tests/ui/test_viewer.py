"""The viewer: the right frame, playing in real time, live previews, and what it says when it is empty."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.project.edits import PlaceClips, Placement, TrimClip
from studio.project.timeline import Clip, External, Take
from studio.timing import RationalTime
from studio.ui.session import Session
from studio.ui.viewer.drawing import Drawn
from studio.ui.viewer.viewer import Viewer
from tests.ui.studio_session import scripted, told
from tests.ui.viewer_desk import FPS, place_film, shown_number

# What Qt's sound says on a machine without a sound server.
SOUNDLESS = ("pipewire", "PulseAudio", "Using Qt multimedia")


def place_silence(session: Session, frames: int) -> None:
    """A clip on the sound track, so that there is something to play."""
    reference = External(
        path="/not/there.wav", duration=RationalTime(frames, FPS), has_video=False, has_audio=True
    )
    clip = Clip(
        id="sound", name="sound", start=0, duration=frames, takes=(Take(id="s", reference=reference),)
    )
    session.apply(PlaceClips(placements=(Placement(session.project.tracks[-1].id, clip),)))


def test_it_shows_the_frame_at_the_playhead(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    place_film(session, tmp_path / "film.mkv", 48)
    for frame in (0, 7, 47, 3):
        session.set_playhead(frame)
        qtbot.waitUntil(lambda frame=frame: shown_number(viewer.picture.image) == frame, timeout=10000)
    assert viewer.transport.time_text == "00:00:00:03 / 00:00:02:00"


def test_after_a_quick_scrub_it_shows_where_the_hand_stopped(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    place_film(session, tmp_path / "film.mkv", 48)
    for frame in range(48):
        session.set_playhead(frame)
    session.set_playhead(20)
    qtbot.waitUntil(lambda: shown_number(viewer.picture.image) == 20, timeout=10000)


def test_an_edit_is_seen_at_once(session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path) -> None:
    place_film(session, tmp_path / "film.mkv", 48)
    session.set_playhead(10)
    qtbot.waitUntil(lambda: shown_number(viewer.picture.image) == 10, timeout=10000)
    session.apply(TrimClip(clip_id="film", edge="start", frame=5))
    session.undo()
    qtbot.waitUntil(lambda: shown_number(viewer.picture.image) == 10, timeout=10000)


def test_the_empty_viewer_teaches(viewer: Viewer) -> None:
    assert viewer.picture.lesson is not None
    assert "prompt" in viewer.picture.lesson[1]


def test_a_missing_film_is_a_slate_and_no_crash(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    film = tmp_path / "film.mkv"
    place_film(session, film, 24)
    film.unlink()
    heard: list[Drawn] = []
    viewer.frames.arrived.connect(heard.append)
    session.set_playhead(5)
    qtbot.waitUntil(lambda: bool(heard), timeout=10000)
    assert viewer.picture.lesson is None


def test_playing_is_real_time_and_every_picture_is_the_right_one(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    place_film(session, tmp_path / "film.mkv", 72)
    pictures: list[tuple[int, int]] = []
    viewer.playback.shown.connect(lambda drawn: pictures.append((drawn.frame, shown_number(drawn.image))))
    QTest.keyClick(viewer, Qt.Key.Key_Space)
    began = time.monotonic()
    qtbot.waitUntil(lambda: session.playhead >= 48, timeout=10000)
    took = time.monotonic() - began
    assert took == pytest.approx(2.0, abs=0.25)
    frames = [frame for frame, _ in pictures]
    assert frames == sorted(set(frames))
    assert all(frame == number for frame, number in pictures)


def test_it_stops_at_the_end_and_begins_again(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    place_film(session, tmp_path / "film.mkv", 12)
    viewer.playback.play()
    qtbot.waitUntil(lambda: not viewer.playback.playing, timeout=10000)
    assert session.playhead == 11
    qtbot.waitUntil(lambda: shown_number(viewer.picture.image) == 11, timeout=10000)
    viewer.playback.play()
    assert session.playhead == 0
    viewer.playback.pause()


@pytest.mark.qt_log_ignore(*SOUNDLESS)
def test_with_sound_it_plays_in_real_time_with_or_without_a_card(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    place_film(session, tmp_path / "film.mkv", 96)
    place_silence(session, 96)
    heard = told(session)
    for _ in range(2):
        session.set_playhead(0)
        viewer.playback.play()
        qtbot.waitUntil(lambda: session.playhead >= 6, timeout=10000)
        began, frame = time.monotonic(), session.playhead
        qtbot.waitUntil(lambda frame=frame: session.playhead >= frame + 24, timeout=10000)
        assert time.monotonic() - began == pytest.approx(1.0, abs=0.25)
        viewer.playback.pause()
    assert len([note for note in heard if "sound" in note.message.lower()]) <= 1


def test_moving_the_playhead_while_playing_goes_on_from_there(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    place_film(session, tmp_path / "film.mkv", 96)
    viewer.playback.play()
    qtbot.waitUntil(lambda: session.playhead >= 4, timeout=10000)
    session.set_playhead(60)
    qtbot.waitUntil(lambda: session.playhead >= 64, timeout=10000)
    assert session.playhead < 80
    assert viewer.playback.playing


def test_j_k_l(session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path) -> None:
    place_film(session, tmp_path / "film.mkv", 240)
    session.set_playhead(120)
    for key, speed in (("l", 1), ("l", 2), ("k", 0), ("j", -1), ("j", -2), ("l", 1), ("k", 0)):
        QTest.keyClick(viewer, key)
        assert viewer.playback.speed == speed
    QTest.keyClick(viewer, "j")
    at = session.playhead
    qtbot.waitUntil(lambda: session.playhead < at - 4, timeout=10000)


def test_a_running_job_is_seen_in_its_ghost(session: Session, viewer: Viewer, qtbot: QtBot) -> None:
    assert session.generate(scripted("step_s=0.3"))
    qtbot.waitUntil(lambda: viewer.picture.image is not None and "/" in viewer.picture.badge, timeout=20000)
    qtbot.waitUntil(lambda: viewer.picture.badge == "" and viewer.picture.image is not None, timeout=20000)


def test_closing_ends_its_threads(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    viewer = Viewer(session)
    assert "viewer-frames" not in {thread.name for thread in threading.enumerate()}
    place_film(session, tmp_path / "film.mkv", 12)
    names = {thread.name for thread in threading.enumerate()}
    assert "viewer-frames" in names
    viewer.close()
    assert "viewer-frames" not in {thread.name for thread in threading.enumerate()}
    viewer.deleteLater()


def test_a_viewer_deleted_while_playing_ends_its_threads(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    place_film(session, tmp_path / "film.mkv", 48)
    viewer = Viewer(session)
    viewer.playback.play()
    viewer.deleteLater()
    qtbot.waitUntil(
        lambda: "viewer-frames" not in {thread.name for thread in threading.enumerate()}, timeout=10000
    )
