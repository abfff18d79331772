"""The video panel works on the selected clips, and each result is a new take."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from studio.jobs.job import (
    Deflicker,
    Interpolate,
    Look,
    NamedStyle,
    Quality,
    Source,
    SpeedPoint,
    Stylize,
    Tear,
)
from studio.project.curves import Curve, Keyframe
from studio.project.timeline import Clip, Generator
from studio.timing import Rate, RationalTime
from studio.ui.fields import Choice
from studio.ui.panels.look_choice import in_all_looks
from studio.ui.panels.video import VideoPanel
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.render.footage import write_film
from tests.ui.hands import control
from tests.ui.studio_session import scripted


@pytest.fixture
def panel(session: Session, thumbnails: Thumbnails, qtbot: QtBot, dark: None) -> VideoPanel:
    panel = VideoPanel(session, thumbnails)
    qtbot.addWidget(panel)
    panel.resize(320, 640)
    panel.show()
    return panel


@pytest.fixture
def film(session: Session, qtbot: QtBot, tmp_path: Path) -> Clip:
    path = write_film(tmp_path / "film.mkv", 6)
    session.import_paths([str(path)], frame=0)
    qtbot.waitUntil(lambda: session.project.duration > 0)
    [(_, clip)] = list(session.project.clips())
    return clip


def test_without_a_clip_the_button_says_what_to_do(panel: VideoPanel) -> None:
    assert not panel.primary.isEnabled()
    assert "Select a video clip" in panel.primary.toolTip()


def test_a_look_becomes_a_take(panel: VideoPanel, session: Session, film: Clip) -> None:
    session.select([film.id])
    assert panel.primary.isEnabled()
    next(tile for tile in panel.findChildren(QToolButton) if tile.text() == "Ink").click()
    panel.submit()
    _, clip = session.project.find(film.id) or (None, film)
    assert clip.active == 0 and isinstance(clip.takes[1].reference, Generator)
    recipe = clip.takes[1].recipe or {}
    assert (recipe["kind"], recipe["look"]) == ("stylize", "ink")


def test_another_rate_becomes_a_take(panel: VideoPanel, session: Session, film: Clip) -> None:
    session.select([film.id])
    panel.load(Interpolate(source=Source(path=""), frame_rate=Rate(48)))
    assert panel.primary.text() == "Interpolate"
    panel.submit()
    _, clip = session.project.find(film.id) or (None, film)
    assert (clip.takes[1].recipe or {})["kind"] == "interpolate"


@pytest.mark.parametrize(
    "job",
    [
        Stylize(source=Source(path="somewhere.mp4"), look=Look.HALFTONE, strength=0.4),
        Stylize(
            source=Source(path="somewhere.mp4"),
            look=Look.PENCIL,
            keep_colours=0.6,
            mask=Source(path="mask.png"),
            strength_curve=Curve(1.0, (Keyframe(frame=3, value=0.5, ease="smooth"),)),
        ),
        Stylize(
            model="style",
            source=Source(path="somewhere.mp4"),
            style=Source(path="painting.png"),
            keep_colours=0.25,
            best=True,
        ),
        Stylize(
            model="style",
            source=Source(path="somewhere.mp4"),
            named_style=NamedStyle.MOSAIC,
            strength_curve=Curve(0.5, (Keyframe(frame=3, value=1.0),)),
        ),
        Deflicker(source=Source(path="somewhere.mp4"), strength=0.7),
        Interpolate(source=Source(path="somewhere.mp4"), frame_rate=Rate(90)),
        Interpolate(
            quality=Quality.FAST,
            source=Source(path="somewhere.mp4"),
            frame_rate=Rate(24),
            speed=(SpeedPoint(RationalTime(0, Rate(1)), Rate(1, 3)),),
            at_cuts=Tear.FADE,
            replace_repeats=True,
        ),
    ],
)
def test_a_job_comes_back_as_it_was(panel: VideoPanel, job: Stylize | Interpolate) -> None:
    panel.load(job)
    assert panel.job() == job


def test_a_ghost_has_to_be_waited_for(panel: VideoPanel, session: Session) -> None:
    session.generate(scripted("step_s=5"))
    assert "still being made" in panel.primary.toolTip()


def test_only_the_fields_of_the_task_are_shown(panel: VideoPanel) -> None:
    task = control(panel, Choice, "What to make")
    rate = control(panel, Choice, "Frame rate")
    assert not rate.isVisible()
    task.setCurrentIndex(2)
    assert rate.isVisible()


def test_looks_are_drawn_small() -> None:
    image = QImage(96, 54, QImage.Format.Format_RGB888)
    image.fill(0x8090A0)
    drawn = in_all_looks(image)
    assert len(drawn) == len(Look)
    assert all(picture.size() == image.size() for picture in drawn)


def test_a_style_becomes_a_take(panel: VideoPanel, session: Session, film: Clip, tmp_path: Path) -> None:
    picture = tmp_path / "painting.png"
    image = QImage(64, 48, QImage.Format.Format_RGB888)
    image.fill(0x305090)
    image.save(str(picture))
    session.select([film.id])
    panel.take_style(str(picture))
    assert panel.primary.text() == "Stylize"
    panel.submit()
    _, clip = session.project.find(film.id) or (None, film)
    recipe = clip.takes[1].recipe or {}
    assert (recipe["model"], recipe["style"]["path"]) == ("style", str(picture))


def test_flicker_is_removed_as_a_take(panel: VideoPanel, session: Session, film: Clip) -> None:
    session.select([film.id])
    control(panel, Choice, "What to make").setCurrentIndex(3)
    assert panel.primary.text() == "Remove flicker"
    panel.submit()
    _, clip = session.project.find(film.id) or (None, film)
    assert (clip.takes[1].recipe or {})["kind"] == "deflicker"
