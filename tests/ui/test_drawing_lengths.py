"""Lengths, sizes and parts of a drawing: what the model really makes of them, said before it is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.ui.fields import Decimal, Number
from studio.ui.panels.prompt import PromptPanel
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.render.footage import write_film
from tests.ui.drawing_desk import drawing, drop, press_chip, said, select, shown_panel
from tests.ui.hands import button, control, save_picture

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(session: Session, thumbnails: Thumbnails, qtbot: QtBot, dark: None) -> PromptPanel:
    return shown_panel(session, thumbnails, qtbot)


def test_lengths_and_sizes_are_snapped_and_it_is_said(panel: PromptPanel) -> None:
    select(panel, "words")
    control(panel, Decimal, "Length").setValue(3.0)
    assert panel.job().num_frames == 91 and said(panel, "91 frames, 3.03 s: this model makes 7, 13, 19 …")
    control(panel, Decimal, "Length").setValue(60.0)
    assert said(panel, "163 frames, 5.43 s: the most that this model makes at once.")
    control(panel, Decimal, "Length").setValue(85 / 30)
    assert not said(panel, "this model makes")
    panel.load(replace(panel.job(), width=400, height=304))
    width = control(panel, Number, "Width")
    width.setFocus()
    width.selectAll()
    QTest.keyClicks(width, "411")
    QTest.keyClick(width, Qt.Key.Key_Tab)
    assert panel.job().width == 416 and said(panel, "416 px instead of 411: sides go in steps of 16.")
    assert panel.primary.isEnabled() or "Say what" in panel.primary.toolTip()


def test_a_long_video_of_a_model_that_continues_has_any_length(panel: PromptPanel) -> None:
    panel.load(drawing("condition", 81))
    control(panel, Decimal, "Length").setValue(40.0)
    assert panel.job().num_frames == 640 and not said(panel, "at once")
    assert panel.primary.isEnabled()


def test_parts_go_on_one_after_the_other(panel: PromptPanel) -> None:
    panel.load(drawing("condition", 81))
    press_chip(panel, "Next part")
    QTest.keyClicks(panel.focusWidget(), "it sinks")
    control(panel, Decimal, "Length of this part").setValue(2.0)
    QTest.mouseClick(button(panel, "Add a part"), LEFT)
    job = panel.job()
    assert [(one.prompt, one.num_frames) for one in job.windows][:2] == [("a boat", 81), ("it sinks", 32)]
    assert job.windows[2].prompt == "it sinks", "where no words are, it goes on"
    assert job.num_frames == sum(one.num_frames for one in job.windows)
    assert panel.primary.isEnabled()


def test_shape_and_length_follow_what_is_put_in_unless_they_were_chosen(
    panel: PromptPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    film = write_film(tmp_path / "film.mkv", 48, size=(128, 128))
    tall = save_picture(tmp_path / "tall.png", 360, 640)
    select(panel, "redraw")
    assert drop(panel, [film])
    qtbot.waitUntil(lambda: panel.job().width == panel.job().height)
    assert panel.job().num_frames == 33, "two seconds at 16 fps, on the model's grid"
    select(panel, "experts")
    assert drop(panel, [tall])
    qtbot.waitUntil(lambda: panel.job().width / panel.job().height == pytest.approx(9 / 16, 0.03))
    panel.load(replace(drawing("vace", 41), width=1280, height=720))
    assert drop(panel, [film])
    qtbot.waitUntil(lambda: said(panel, "128 × 128 · 2.0 s"))
    assert (panel.job().width, panel.job().num_frames) == (1280, 41)
