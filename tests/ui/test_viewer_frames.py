"""Frames at once where they were drawn before, the nearest meanwhile; proxies and pieces made in advance."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from studio.media import proxies
from studio.media.still_writer import write_png
from studio.project.curves import Appearance, Curve
from studio.project.edits import AdjustClips, ChangeProject, MoveClips, PlaceClips, Placement
from studio.project.edits import Move as MoveOf
from studio.project.timeline import External, Project
from studio.timing import Rate
from studio.ui.session import Session
from studio.ui.viewer import render_ahead
from studio.ui.viewer.drawing import Drawn, Stage
from studio.ui.viewer.frame_server import FrameServer
from studio.ui.viewer.frame_shelf import FrameShelf
from studio.ui.viewer.viewer import Viewer
from tests.render.footage import clip, film, numbered, project, video, write_film
from tests.ui.studio_session import told
from tests.ui.viewer_desk import clip as named_clip
from tests.ui.viewer_desk import place_film, shown_number

SIZE = (160, 96)


@pytest.fixture
def server(qtbot: QtBot) -> Iterator[FrameServer]:
    made = FrameServer(64 * 1024 * 1024)
    yield made
    made.close()


@pytest.fixture
def numbers(tmp_path: Path) -> Project:
    return project(video(clip(film(write_film(tmp_path / "numbers.mkv", 60), 60), 0, 60)))


def stage(made: Project, tmp_path: Path) -> Stage:
    return Stage(made, tmp_path, SIZE)


# The shelf


def test_the_shelf_gives_the_nearest_between_the_same_cuts(numbers: Project, tmp_path: Path) -> None:
    shelf = FrameShelf(10_000_000)
    source = numbers.tracks[0].clips[0].take.reference
    assert isinstance(source, External)
    place = stage(project(video(clip(source, 0, 30), clip(source, 30, 30))), tmp_path)
    for frame in (4, 20, 31):
        image = QImage(16, 16, QImage.Format.Format_RGB32)
        shelf.keep(place, frame, image)
    nearest = {frame: shelf.nearest(place, frame) for frame in (5, 13, 29, 32)}
    assert {frame: found.frame for frame, found in nearest.items() if found} == {5: 4, 13: 20, 29: 20, 32: 31}
    assert shelf.find(place, 20) is not None
    assert shelf.find(place, 21) is None


def test_a_moved_clip_keeps_its_drawn_frames(numbers: Project, tmp_path: Path) -> None:
    shelf = FrameShelf(10_000_000)
    image = QImage(16, 16, QImage.Format.Format_RGB32)
    shelf.keep(stage(numbers, tmp_path), 10, image)
    later = msgspec.structs.replace(numbers.tracks[0].clips[0], start=7)
    assert shelf.find(stage(project(video(later)), tmp_path), 17) == image


# The server


def asked(server: FrameServer, qtbot: QtBot, frame: int) -> Drawn:
    with qtbot.waitSignal(
        server.arrived, timeout=10000, check_params_cb=lambda drawn: drawn.frame == frame
    ) as got:
        server.request(frame)
    return got.args[0]


def test_a_frame_seen_before_comes_at_once(
    server: FrameServer, numbers: Project, qtbot: QtBot, tmp_path: Path
) -> None:
    server.show(stage(numbers, tmp_path))
    asked(server, qtbot, 40)
    server.request(3)
    heard: list[Drawn] = []
    server.arrived.connect(heard.append)
    server.request(40)
    assert [drawn.frame for drawn in heard] == [40]
    assert shown_number(heard[0].image) == 40


def test_the_nearest_is_shown_until_the_exact_one_is_there(
    server: FrameServer, numbers: Project, qtbot: QtBot, tmp_path: Path
) -> None:
    server.show(stage(numbers, tmp_path))
    asked(server, qtbot, 10)
    qtbot.waitUntil(lambda: server.idle, timeout=10000)
    heard: list[Drawn] = []
    server.arrived.connect(heard.append)
    server.request(30)
    assert [drawn.frame for drawn in heard] == [18]
    qtbot.waitUntil(lambda: [drawn.frame for drawn in heard] == [18, 30], timeout=10000)
    assert shown_number(heard[1].image) == 30


def test_of_many_requests_only_the_last_is_surely_drawn(
    server: FrameServer, numbers: Project, qtbot: QtBot, tmp_path: Path
) -> None:
    server.show(stage(numbers, tmp_path))
    for frame in (55, 5, 50, 8, 52, 12, 20):
        server.request(frame)
    qtbot.waitUntil(lambda: server.last_arrived == 20, timeout=10000)
    qtbot.waitUntil(lambda: server.idle, timeout=10000)
    place = stage(numbers, tmp_path)
    drawn = [frame for frame in (55, 5, 50, 8, 52, 12) if server.shelf.find(place, frame)]
    assert len(drawn) <= 2


def test_steps_are_drawn_before_they_are_taken_both_ways(
    server: FrameServer, numbers: Project, qtbot: QtBot, tmp_path: Path
) -> None:
    place = stage(numbers, tmp_path)
    server.show(place)
    asked(server, qtbot, 30)
    asked(server, qtbot, 29)
    qtbot.waitUntil(lambda: server.idle, timeout=10000)
    for frame in (28, 25, 22):
        image = server.shelf.find(place, frame)
        assert image is not None and shown_number(image) == frame


def test_playing_backwards_every_picture_is_the_right_one(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    place_film(session, tmp_path / "film.mkv", 72)
    session.set_playhead(60)
    qtbot.waitUntil(lambda: shown_number(viewer.picture.image) == 60, timeout=10000)
    pictures: list[tuple[int, int]] = []
    viewer.playback.shown.connect(lambda drawn: pictures.append((drawn.frame, shown_number(drawn.image))))
    viewer.playback.play(-1)
    qtbot.waitUntil(lambda: session.playhead <= 24, timeout=20000)
    viewer.playback.pause()
    frames = [frame for frame, _ in pictures]
    assert len(frames) > 12
    assert frames == sorted(set(frames), reverse=True)
    assert all(frame == number for frame, number in pictures)


def test_a_slate_is_not_kept_as_the_picture(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    away = tmp_path / "away.mkv"
    place_film(session, tmp_path / "film.mkv", 24)
    (tmp_path / "film.mkv").rename(away)
    session.set_playhead(5)
    qtbot.waitUntil(lambda: viewer.frames.last_arrived == 5, timeout=10000)
    away.rename(tmp_path / "film.mkv")
    session.apply(MoveClips(moves=(MoveOf("film", session.project.tracks[0].id, 1),)))
    session.undo()
    qtbot.waitUntil(lambda: shown_number(viewer.picture.image) == 5, timeout=10000)


# Made in advance


def test_heavy_parts_are_drawn_in_advance_and_played_from_the_disk(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render_ahead, "_SHARE", 0.0)  # whatever takes any time at all is heavy
    place_film(session, tmp_path / "film.mkv", 96)
    assert viewer.rendered_ranges() == ()
    source = session.project.tracks[0].clips[0].take.reference
    assert isinstance(source, External)
    upper = named_clip("upper", source, 30, start=20)
    with qtbot.waitSignal(viewer.rendered_changed, timeout=20000):
        session.apply(PlaceClips(placements=(Placement(session.project.tracks[1].id, upper),)))
        session.apply(adjusted(0.5))
    qtbot.waitUntil(lambda: viewer.rendered_ranges() == ((20, 50),), timeout=20000)
    place = viewer.frames._stage
    assert place is not None
    pictures = [viewer.preparing.ahead.frame(place, frame) for frame in (19, 20, 49, 50)]
    assert [picture is not None for picture in pictures] == [False, True, True, False]
    with qtbot.waitSignal(viewer.rendered_changed, timeout=20000):
        session.apply(adjusted(0.4))
    qtbot.waitUntil(lambda: viewer.rendered_ranges() == ((20, 50),), timeout=20000)
    session.undo()
    qtbot.waitUntil(lambda: viewer.rendered_ranges() == ((20, 50),), timeout=20000)


def adjusted(opacity: float) -> AdjustClips:
    appearance = Appearance(opacity=Curve(opacity))
    return AdjustClips(clip_ids=("upper",), appearance=appearance)


def test_light_parts_are_left_alone(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render_ahead, "_SHARE", 1000.0)
    place_film(session, tmp_path / "film.mkv", 48)
    source = session.project.tracks[0].clips[0].take.reference
    assert isinstance(source, External)
    upper = named_clip("upper", source, 30, start=10)
    session.apply(PlaceClips(placements=(Placement(session.project.tracks[1].id, upper),)))
    session.apply(adjusted(0.5))
    qtbot.waitUntil(lambda: len(viewer.preparing.ahead._light) > 0, timeout=20000)
    assert viewer.rendered_ranges() == ()


def test_heavy_films_get_proxies_that_the_viewer_shows(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proxies, "_LARGE", 100 * 60)
    heard = told(session)
    source = tmp_path / "film.mkv"
    words: list[str] = []
    action = viewer.commands["viewer.proxies"]
    action.changed.connect(lambda: words.append(action.text()))
    with qtbot.waitSignal(viewer.preparing.maker.made, timeout=30000):
        place_film(session, source, 24)
    assert "Proxies for heavy films (film.mkv: 100 %)" in words
    assert action.text() == "Proxies for heavy films"
    assert proxies.proxy_of(source) is not None
    assert [note.message for note in heard] == ["Making a proxy of film.mkv"]
    session.set_playhead(7)
    qtbot.waitUntil(lambda: shown_number(viewer.picture.image) == 7, timeout=10000)
    viewer.commands["viewer.proxies"].trigger()
    assert not session.settings.proxies
    session.set_playhead(9)
    qtbot.waitUntil(lambda: shown_number(viewer.picture.image) == 9, timeout=10000)


def test_without_heavy_films_there_are_no_proxies(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path
) -> None:
    place_film(session, tmp_path / "film.mkv", 24)
    qtbot.waitUntil(lambda: tmp_path / "film.mkv" in viewer.preparing.maker._settled, timeout=10000)
    assert proxies.proxy_of(tmp_path / "film.mkv") is None


def test_closing_does_not_wait_for_work_in_advance(
    session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proxies, "_LARGE", 100 * 60)
    viewer = Viewer(session)
    qtbot.addWidget(viewer)
    with qtbot.waitSignal(viewer.preparing.maker.begun, timeout=20000):
        place_film(session, tmp_path / "film.mkv", 240)
    began = time.monotonic()
    viewer.close()
    assert time.monotonic() - began < 3
    assert proxies.proxy_of(tmp_path / "film.mkv") is None


@pytest.mark.parametrize("rate", [Rate(1), Rate(240)])
def test_a_day_at_the_slowest_and_the_fastest_rate(
    session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path, rate: Rate
) -> None:
    write_png(tmp_path / "still.png", numbered(5))
    day = 24 * 3600 * rate.numerator
    still = External(path=str(tmp_path / "still.png"))
    session.apply(ChangeProject(width=160, height=96, rate=rate))
    tracks = session.project.tracks
    lower, upper = named_clip("film", still, day), named_clip("upper", still, day)
    session.apply(PlaceClips(placements=(Placement(tracks[0].id, lower), Placement(tracks[1].id, upper))))
    session.apply(adjusted(0.5))
    session.set_playhead(day - 1)
    qtbot.waitUntil(lambda: shown_number(viewer.picture.image) == 5, timeout=10000)
    assert viewer.transport.time_text.endswith("/ 24:00:00:00")
    session.set_playhead(day // 2)
    viewer.playback.play()
    qtbot.waitUntil(lambda: session.playhead >= day // 2 + rate.numerator, timeout=20000)
    viewer.playback.play(-8)
    qtbot.waitUntil(lambda: session.playhead < day // 2, timeout=20000)
    viewer.playback.pause()


def test_one_frame_alone(session: Session, viewer: Viewer, qtbot: QtBot, tmp_path: Path) -> None:
    place_film(session, tmp_path / "film.mkv", 1)
    qtbot.waitUntil(lambda: shown_number(viewer.picture.image) == 0, timeout=10000)
    for speed in (1, -1, 8):
        viewer.playback.play(speed)
        qtbot.waitUntil(lambda: not viewer.playback.playing, timeout=10000)
        assert session.playhead == 0
