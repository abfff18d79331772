"""A picture dropped on a clip asks what it is meant as; elsewhere it is placed as ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.project.timeline import Clip
from studio.ui.session import Session
from studio.ui.timeline.scene import Drop
from studio.ui.timeline.style_drop import offer_style
from tests.render.footage import write_film


@pytest.fixture
def clip(session: Session, qtbot: QtBot, tmp_path: Path) -> Clip:
    path = write_film(tmp_path / "film.mkv", 6)
    session.import_paths([str(path)], frame=0)
    qtbot.waitUntil(lambda: session.project.duration > 0)
    [(_, clip)] = list(session.project.clips())
    return clip


@pytest.fixture
def painting(tmp_path: Path) -> str:
    image = QImage(64, 48, QImage.Format.Format_RGB888)
    image.fill(0x905030)
    image.save(str(tmp_path / "painting.png"))
    return str(tmp_path / "painting.png")


def dragged(*paths: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return mime


def test_the_picture_becomes_the_style_of_the_clip(
    session: Session, clip: Clip, painting: str, qtbot: QtBot
) -> None:
    owner, placed = QWidget(), []
    qtbot.addWidget(owner)
    [(track, _)] = list(session.project.clips())
    drop = Drop(clip.start, track.id, 0)
    menu = offer_style(session, dragged(painting), drop, QPoint(), owner, lambda: placed.append(1))
    assert menu is not None
    style, place = menu.actions()
    place.trigger()
    assert placed == [1]
    style.trigger()
    menu.hide()
    _, later = session.project.find(clip.id) or (None, clip)
    recipe = later.takes[1].recipe or {}
    assert (recipe["kind"], recipe["style"]["path"]) == ("stylize", painting)


def test_nothing_is_asked_beside_a_clip_or_of_other_files(
    session: Session, clip: Clip, painting: str, qtbot: QtBot
) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    [(track, _)] = list(session.project.clips())
    beside, on = Drop(clip.end + 10, track.id, 0), Drop(clip.start, track.id, 0)
    for mime, drop in (
        (dragged(painting), beside),
        (dragged(painting, painting), on),
        (dragged("/somewhere/film.mp4"), on),
    ):
        assert offer_style(session, mime, drop, QPoint(), owner, lambda: None) is None
