"""The few-step tick: fetched where it is missing, and what it sets by itself is out of the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QToolButton
from pytestqt.qtbot import QtBot
from safetensors.numpy import save

from studio.paths import profile_folder
from studio.ui.drawing.few_step_choice import FewStepChoice
from studio.ui.fields import Choice, Number
from studio.ui.panels.prompt import PromptPanel
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.models.hub_server import HubServer, serving
from tests.models.repositories import REPO
from tests.ui.drawing_desk import describe_models, drawing, select
from tests.ui.hands import button, control

PATIENCE_MS = 30_000
LEFT = Qt.MouseButton.LeftButton
FAST = f"""
id = "fast"
title = "Fast"
description = "A test."
family = "wan-a14b"
[licence]
name = "Test licence"
[[few_step]]
id = "four"
title = "Four steps"
repo = "{REPO}"
file = "fast/high.safetensors"
size = 1_200_000
steps = 4
"""


@pytest.fixture
def panel(
    session: Session,
    thumbnails: Thumbnails,
    qtbot: QtBot,
    dark: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[PromptPanel]:
    describe_models(session)
    folder = profile_folder() / "models" / "fast"
    folder.mkdir()
    (folder / "model.toml").write_text(FAST)
    session.catalog.refresh()
    with serving(monkeypatch, tmp_path / "hub") as server:
        offer_lora(server)
        panel = PromptPanel(session, thumbnails)
        qtbot.addWidget(panel)
        panel.resize(340, 900)
        panel.show()
        control(panel, QToolButton, "More settings").click()
        panel.load(drawing("fast"))
        yield panel


def offer_lora(server: HubServer) -> None:
    names = [f"blocks.0.self_attn.q.lora_{side}.weight" for side in "AB"]
    server.files["fast/high.safetensors"] = save({name: np.ones((2, 2), np.float32) for name in names})


def tick(panel: PromptPanel) -> QCheckBox:
    return next(box for box in panel.findChildren(QCheckBox) if box.text() == "Draw in a few steps")


def words(panel: PromptPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def test_it_is_fetched_and_used_with_one_tick(panel: PromptPanel, qtbot: QtBot) -> None:
    assert panel.job().few_step == "" and control(panel, Number, "Steps").isVisible()
    tick(panel).click()
    assert panel.job().few_step == "four" and "Four steps: 1.2 MB to fetch." in words(panel)
    assert not control(panel, Number, "Steps").isVisible()
    assert not control(panel, Choice, "Scheduler").isVisible()
    assert not panel.primary.isEnabled() and "not installed" in panel.primary.toolTip()
    QTest.mouseClick(button(panel.findChild(FewStepChoice), "Download"), LEFT)
    qtbot.waitUntil(panel.primary.isEnabled, timeout=PATIENCE_MS)
    assert "Four steps, with the settings that belong to it." in words(panel)
    tick(panel).click()
    assert panel.job().few_step == "" and control(panel, Number, "Steps").isVisible()


def test_a_job_in_few_steps_comes_back(panel: PromptPanel) -> None:
    job = replace(drawing("fast"), few_step="four", guidance_scale_2=3.0, num_inference_steps=33)
    panel.load(job)
    assert panel.job() == job and tick(panel).isChecked()


def test_models_without_it_show_no_tick(panel: PromptPanel) -> None:
    select(panel, "experts")
    assert not tick(panel).isVisible() and panel.job().few_step == ""
    select(panel, "fast")
    assert tick(panel).isVisible() and not tick(panel).isChecked()
