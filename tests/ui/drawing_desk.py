"""Models of several families that count as installed, and a hand on the panel that asks what they take."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from studio.jobs.job import Generate
from studio.paths import profile_folder
from studio.timing import Rate
from studio.ui.panels.model_choice import ModelChoice
from studio.ui.panels.prompt import PromptPanel
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails

LEFT = Qt.MouseButton.LeftButton
_TOML = """
id = "{id}"
title = "{title}"
description = "A test."
family = "{family}"
{rest}
[licence]
name = "Test licence"
"""
# One that can do no more than it says: it does not go on from anything.
_WORDS_ONLY = """
capabilities = ["text-to-video"]
adapter = "studio.adapters.diffusers_video:DiffusersVideoAdapter"
[limits]
min_size = 64
max_size = 848
size_multiple = 16
frames = { step = 6, offset = 1, minimum = 7, maximum = 163 }
schedulers = ["euler", "lcm"]
max_loras = 8
[defaults]
width = 848
height = 480
num_frames = 85
frame_rate = [30, 1]
num_inference_steps = 64
guidance_scale = 4.5
"""
FAMILIES = {
    "words": "mochi",
    "vace": "wan-vace",
    "condition": "ltx-condition",
    "experts": "wan-a14b-i2v",
    "redraw": "wan",
    "picture": "stable-video",
    "sounding": "ltx-2",
}


def describe_models(session: Session) -> None:
    """Writes a description of each of `FAMILIES` into the profile, as a package or a person would."""
    for name, family in FAMILIES.items():
        folder = profile_folder() / "models" / name
        folder.mkdir(parents=True)
        rest = _WORDS_ONLY if name == "words" else ""
        text = _TOML.format(id=name, title=name.capitalize(), family=family, rest=rest)
        (folder / "model.toml").write_text(text)
    session.catalog.refresh()


def shown_panel(session: Session, thumbnails: Thumbnails, qtbot: QtBot) -> PromptPanel:
    """The prompt panel with those models to choose from."""
    describe_models(session)
    panel = PromptPanel(session, thumbnails)
    qtbot.addWidget(panel)
    panel.resize(340, 900)
    panel.show()
    return panel


def drawing(model: str, frames: int = 81) -> Generate:
    return Generate(
        model=model,
        prompt="a boat",
        width=832,
        height=480,
        num_frames=frames,
        frame_rate=Rate(16),
        num_inference_steps=20,
        guidance_scale=5.0,
    )


def press_chip(panel: PromptPanel, words: str) -> None:
    chip = next(one for one in panel.findChildren(QPushButton) if one.accessibleName() == f"+ {words}")
    QTest.mouseClick(chip, LEFT)


def drop(panel: PromptPanel, paths: list[Path], at: QPoint = QPoint(10, 10)) -> bool:  # noqa: B008 - a constant
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy = Qt.DropAction.CopyAction
    event = QDropEvent(QPointF(at), copy, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    panel.dropEvent(event)
    return event.isAccepted()


def select(panel: PromptPanel, title: str) -> None:
    choice = panel.findChild(ModelChoice)
    choice.setCurrentIndex(choice.findText(title.capitalize()))


def said(panel: PromptPanel, words: str) -> bool:
    return any(words in label.text() for label in panel.findChildren(QLabel) if label.isVisible())
