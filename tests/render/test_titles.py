"""Titles as clips: over the film, faded and moved like any other, and in the finished file."""

from __future__ import annotations

from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from studio.lettering import draw
from studio.media.reader import VideoReader
from studio.project.curves import Appearance, Curve
from studio.project.timeline import Clip, Title
from studio.render.compositor import Compositor
from studio.render.export import ExportOptions, export
from studio.timing import RationalTime
from tests.render.footage import FPS24, clip, picture, project, video

TITLE = Title(text="Kinora", shadow=False, size=0.3)
replace = msgspec.structs.replace


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> QApplication:
    """The tests' own, before lettering starts one."""
    return qapp


@pytest.fixture
def ground(tmp_path: Path) -> Clip:
    assert cv2.imwrite(str(tmp_path / "ground.png"), np.full((96, 160, 3), 100, np.uint8))
    return clip(picture(tmp_path / "ground.png"), 0, 10)


def title_clip(title: Title = TITLE, **curves: float) -> Clip:
    made = {name: Curve(value) for name, value in curves.items()}
    return replace(clip(title, 0, 10), appearance=Appearance(**made))


def drawn(*clips: Clip, size: tuple[int, int] | None = None, frame: int = 0) -> np.ndarray:
    with Compositor(project(*(video(each) for each in clips)), Path(), size) as compositor:
        assert compositor.problems == ()
        return compositor.frame(frame).astype(int)


def test_a_title_lies_over_the_film(ground: Clip) -> None:
    letters = draw(TITLE, 160, 96).astype(int)
    expected = letters[..., :3] + 100 * (255 - letters[..., 3:]) / 255
    assert np.abs(drawn(ground, title_clip()) - expected).max() <= 1


def test_an_empty_title_shows_nothing(ground: Clip) -> None:
    assert (drawn(ground, title_clip(Title(text=""))) == 100).all()
    assert not drawn(title_clip(Title(text=" "), scale=2)).any()


def test_a_title_fades_and_moves(ground: Clip) -> None:
    whole = drawn(ground, title_clip())
    half = drawn(ground, replace(title_clip(), fade_in=10), frame=4)
    assert np.abs(half - (100 + (whole - 100) * 0.45)).max() <= 1
    lower = drawn(ground, title_clip(y=0.25))
    assert np.array_equal(lower[30:], whole[6:-24])


def test_a_scaled_title_is_drawn_large_and_not_enlarged(ground: Clip) -> None:
    scaled = drawn(title_clip(replace(TITLE, size=0.1), scale=4))
    large = drawn(title_clip(replace(TITLE, size=0.4)))
    assert np.abs(scaled - large).mean() < 6
    assert (scaled == 255).sum() > 0.85 * (large == 255).sum()


def test_previews_letter_at_their_own_size(ground: Clip) -> None:
    assert np.abs(drawn(title_clip(), size=(80, 48)) - draw(TITLE, 80, 48)[..., :3]).max() <= 1


def test_a_font_that_is_not_there_is_told(ground: Clip, tmp_path: Path) -> None:
    made = project(video(ground), video(title_clip(replace(TITLE, family="No Such Sans"))))
    report = export(made, tmp_path, tmp_path / "film.mkv", ExportOptions(), lambda *_: None, lambda: None)
    assert report.notes == ("The font No Such Sans is not installed; a similar one was used",)


def test_an_exported_film_has_its_title(ground: Clip, tmp_path: Path) -> None:
    made = project(video(ground), video(title_clip()))
    export(made, tmp_path, tmp_path / "film.mkv", ExportOptions(), lambda *_: None, lambda: None)
    with VideoReader(tmp_path / "film.mkv") as reader:
        assert np.array_equal(reader.at(RationalTime(5, FPS24)), drawn(ground, title_clip()))
