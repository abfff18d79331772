"""Painting: whatever a project holds is drawn without a complaint, and what matters can be seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from studio.project.curves import Curve
from studio.project.edits import (
    AddMarker,
    AddTake,
    AdjustClips,
    ChangeProject,
    ChangeSpeed,
    ChangeTrack,
    PlaceClips,
    Placement,
)
from studio.project.timeline import (
    Clip,
    External,
    Generator,
    ImageSequence,
    Marker,
    Missing,
    Take,
    Title,
    Track,
    new_id,
)
from studio.timing import Rate
from studio.ui import theme
from studio.ui.session import Session
from studio.ui.timeline.geometry import Lens
from studio.ui.timeline.painting import paint_timeline
from studio.ui.timeline.row_painting import seen_clips
from studio.ui.timeline.view import TimelineView
from tests.render.footage import write_film
from tests.ui.studio_session import scripted
from tests.ui.timeline_desk import Desk, footage


def painted(view: TimelineView) -> QImage:
    """The canvas with every detail, which one repaint may not have had the time for."""
    view.canvas.grab()
    while not view.canvas.sharp:
        view.canvas.grab()
    return view.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)


def has_color(image: QImage, area: QRect, color: QColor) -> bool:
    part = image.copy(area)
    rows = np.frombuffer(part.constBits(), np.uint8).reshape(part.height(), part.bytesPerLine())
    pixels = rows[:, : 3 * part.width()].reshape(-1, 3).astype(int)
    wanted = np.array([color.red(), color.green(), color.blue()])
    return bool((np.abs(pixels - wanted).max(axis=1) < 12).any())


def area_of(desk: Desk, clip_id: str) -> QRect:
    lens = desk.view.canvas.lens
    found = desk.session.project.find(clip_id)
    assert found is not None
    return lens.clip_rect(desk.row(found[0].name), found[1]).toRect()


def test_an_empty_timeline_is_painted(session: Session, qtbot: QtBot) -> None:
    view = TimelineView(session)
    qtbot.addWidget(view)
    view.resize(600, 260)
    assert not painted(view).isNull()


def test_every_kind_of_clip_is_painted(desk: Desk) -> None:
    track = desk.track("V2").id
    references = (
        Generator(job_id="unknown"),
        Missing(reason="The worker crashed twice."),
        ImageSequence(paths=("/none/1.png", "/none/2.png"), rate=Rate(12)),
    )
    for index, reference in enumerate(references):
        take = Take(id=new_id(), reference=reference)
        clip = Clip(id=f"odd{index}", name="odd", start=index * 40, duration=30, takes=(take,))
        desk.session.apply(PlaceClips(placements=(Placement(track, clip),)))
    desk.session.apply(AddTake(clip_id="b", take=Take(id="t", reference=references[0]), activate=False))
    desk.session.apply(AddMarker(marker=Marker(id="m", frame=30)))
    for scale in (0.01, 0.3, 4, 40):
        desk.view.canvas.zoom(scale / desk.view.canvas.lens.scale, 0)
        assert not painted(desk.view).isNull()
    for track_name in ("V1", "V2", "A1"):
        desk.session.apply(
            ChangeTrack(track_id=desk.track(track_name).id, locked=True, hidden=True, muted=True)
        )
    assert not painted(desk.view).isNull()


def test_a_selected_clip_has_the_accent_around_it(desk: Desk) -> None:
    accent = theme.color("accent")
    assert not has_color(painted(desk.view), area_of(desk, "c"), accent)
    desk.session.select(["c"])
    assert has_color(painted(desk.view), area_of(desk, "c"), accent)


def test_a_dragged_clip_is_seen_where_it_would_land(desk: Desk) -> None:
    empty = QRect(desk.at("V2", 200), desk.at("V2", 220))
    carried = theme.color("clip_footage")
    area = empty.adjusted(0, -30, 0, 0)
    assert not has_color(painted(desk.view), area, carried)
    desk.drag(desk.at("V1", 168), desk.at("V2", 210), release=False)
    assert has_color(painted(desk.view), area, carried)
    desk.release(desk.at("V2", 210))


def test_pictures_of_a_film_appear_on_its_clip(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", 48)
    desk.session.import_paths([str(film)], None, 200)
    white = QColor(235, 235, 235)

    def seen() -> bool:
        clips = desk.track("V1").clips
        if clips[-1].start != 200:
            return False
        area = area_of(desk, clips[-1].id).adjusted(2, 20, -2, -2)
        return has_color(painted(desk.view), area, white)

    qtbot.waitUntil(seen, timeout=20000)


def test_a_ghost_shows_how_far_its_job_is(desk: Desk, qtbot: QtBot) -> None:
    desk.session.set_playhead(200)
    desk.session.generate(scripted("step_s=0.4"))
    desk.session.select([])
    desk.session.set_playhead(0)
    [ghost] = [c for _, c in desk.session.project.clips() if isinstance(c.take.reference, Generator)]
    area = area_of(desk, ghost.id)
    bar = QRect(area.left() + 1, area.bottom() - 4, area.width() - 2, 4)
    qtbot.waitUntil(lambda: has_color(painted(desk.view), bar, theme.color("accent")), timeout=20000)


def test_of_ten_thousand_clips_only_what_can_be_seen_is_drawn() -> None:
    clips = tuple(footage(f"n{i}", i * 20, 18) for i in range(10_000))
    track = Track(id="long", name="V1", kind="video", clips=clips)
    whole = Lens(width=1200).fitted(200_000)
    drawn = list(seen_clips(track, whole, 0, 1200))
    assert 1000 < len(drawn) <= 1.1 * 1200
    near = Lens(width=1200, scale=4, left=40_000)
    assert len(list(seen_clips(track, near, 0, 1200))) <= 1200 / (20 * 4) + 2
    assert list(seen_clips(track, near, 500, 510)) == [near.frame_under(505) // 20]


def test_a_stale_clip_is_marked_once_it_is_known(desk: Desk) -> None:
    before = painted(desk.view)
    desk.session.stale = frozenset(["c"])
    desk.session.stale_changed.emit()
    after = painted(desk.view)
    assert after.copy(area_of(desk, "c")) != before.copy(area_of(desk, "c"))
    assert after.copy(area_of(desk, "b")) == before.copy(area_of(desk, "b"))


def test_what_is_painted_is_the_same_after_any_way_there(desk: Desk) -> None:
    """Kept stretches must never show an old state: the picture equals one painted from nothing."""
    canvas = desk.view.canvas
    desk.session.set_playhead(400)
    desk.drag(desk.at("V1", 168), desk.at("V2", 210))
    desk.session.apply(AdjustClips(clip_ids=("a-sound",), volume=Curve(0.4), fade_in=10))
    desk.session.apply(ChangeTrack(track_id=desk.track("V2").id, solo=True))
    canvas.zoom(2.0, 300)
    desk.session.select(["b"])
    desk.session.undo()
    canvas.zoom(0.3, 100)
    canvas.scroll_by(37, 0)
    kept = painted(desk.view)
    canvas.changeEvent(QEvent(QEvent.Type.PaletteChange))
    assert painted(desk.view) == kept


def test_speed_badges_and_titles_are_painted(desk: Desk) -> None:
    for clip_id, speed, reverse in (("b", Rate(2), False), ("c", Rate(1, 2), True)):
        desk.session.apply(ChangeSpeed(clip_ids=(clip_id,), speed=speed, reverse=reverse, ripple=False))
    take = Take(id="words", reference=Title(text="The end"))
    title = Clip(id="title", name="The end", start=0, duration=60, takes=(take,), fade_in=12, fade_out=5)
    desk.session.apply(PlaceClips(placements=(Placement(desk.track("V2").id, title),)))
    area = area_of(desk, "title")
    assert has_color(painted(desk.view), area, theme.color("clip_title"))


def test_missing_media_is_told_by_a_word(desk: Desk, qtbot: QtBot) -> None:
    canvas = desk.view.canvas
    painted(desk.view)
    qtbot.waitUntil(lambda: canvas.pictures.problem("/not/there.mp4") is not None, timeout=20000)
    report = canvas.pictures.problem("/not/there.mp4")
    assert report is not None
    assert report.kind == "MissingFileError"
    assert not painted(desk.view).isNull()


def test_while_zooming_the_old_picture_stands_in(desk: Desk) -> None:
    """Not even a repaint without any time for details leaves the tracks empty."""
    canvas = desk.view.canvas
    painted(desk.view)
    canvas.zoom(1.5, 0)
    image = QImage(canvas.size(), QImage.Format.Format_RGB888)
    painter = QPainter(image)
    complete = paint_timeline(painter, canvas.scene(), canvas.tiles, QRectF(canvas.rect()), 0.0)
    painter.end()
    assert not complete
    assert has_color(image, area_of(desk, "b"), theme.color("clip_footage"))


@pytest.mark.parametrize("rate", [Rate(1), Rate(240)])
def test_a_day_long_timeline_fits_and_is_painted_near_and_far(desk: Desk, rate: Rate) -> None:
    desk.session.apply(ChangeProject(rate=rate))
    day = 24 * 3600 * round(rate.fraction)
    still = Take(id="still", reference=External(path="/not/there.png"))
    long = Clip(id="long", name="a day", start=0, duration=day, takes=(still,), fade_out=day // 2)
    one = Clip(id="one", name="one frame", start=day, duration=1, takes=(still,))
    track = desk.track("V2").id
    desk.session.apply(PlaceClips(placements=(Placement(track, long), Placement(track, one))))
    canvas = desk.view.canvas
    canvas.fit()
    assert canvas.lens.x_of(day) <= canvas.width()
    assert has_color(painted(desk.view), area_of(desk, "long"), theme.color("clip_footage"))
    canvas.zoom(1e9, 0)
    canvas.scroll_by((day - 8) * canvas.lens.scale, 0)
    assert has_color(painted(desk.view), area_of(desk, "one"), theme.color("clip_footage"))
    desk.session.set_playhead(day)
    assert canvas.lens.x_of(day) < canvas.width()
