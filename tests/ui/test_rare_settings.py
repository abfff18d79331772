"""LoRAs, scheduler, flow shift and the second expert's guidance: where the model has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot
from safetensors.numpy import save_file

from studio.jobs.job import Expert, Lora
from studio.models.adding import add
from studio.ui.drawing.dropped import sorted_paths
from studio.ui.drawing.lora_list import LoraList
from studio.ui.fields import Choice, Decimal, Field
from studio.ui.panels.prompt import PromptPanel
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.ui.drawing_desk import drawing, select, shown_panel
from tests.ui.hands import button, control

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(session: Session, thumbnails: Thumbnails, qtbot: QtBot, dark: None) -> PromptPanel:
    panel = shown_panel(session, thumbnails, qtbot)
    control(panel, QToolButton, "More settings").click()
    panel.load(drawing("experts"))
    return panel


def lora(folder: Path, name: str, tensor: str = "blocks.0.self_attn.q.lora_A.weight") -> Path:
    path = folder / f"{name}.safetensors"
    save_file({tensor: np.zeros((2, 2), np.float32)}, path)
    return path


def shown(panel: PromptPanel) -> list[str]:
    wanted = ("LoRAs", "Scheduler", "Flow shift", "Guidance of the second expert")
    fields = [field for field in panel.findChildren(Field) if field.control.accessibleName() in wanted]
    return sorted(field.control.accessibleName() for field in fields if field.isVisible())


def test_each_model_shows_what_it_has(panel: PromptPanel) -> None:
    assert shown(panel) == ["Flow shift", "Guidance of the second expert", "LoRAs", "Scheduler"]
    select(panel, "words")
    assert shown(panel) == ["LoRAs", "Scheduler"]
    select(panel, "picture")
    assert shown(panel) == []


def test_only_schedulers_of_the_family_are_offered(panel: PromptPanel) -> None:
    choice = control(panel, Choice, "Scheduler")
    names = [choice.itemText(index) for index in range(choice.count())]
    assert names[:3] == ["Usual", "Euler", "LCM"] and "DPM++ SDE" in names and "DDIM" not in names
    choice.setCurrentIndex(names.index("UniPC"))
    assert panel.job().scheduler == "unipc"
    select(panel, "picture")
    assert panel.job().scheduler == ""


def test_the_usual_is_what_the_model_says(panel: PromptPanel) -> None:
    select(panel, "condition")
    select(panel, "experts")
    assert panel.job().guidance_scale_2 == 3.5 and panel.job().flow_shift is None
    shift = control(panel, Decimal, "Flow shift")
    assert shift.text() == "Usual" and "Usually 5" in shift.toolTip()
    shift.setValue(8.5)
    control(panel, Decimal, "Guidance of the second expert").setValue(-1)
    assert panel.job().flow_shift == 8.5 and panel.job().guidance_scale_2 is None


def test_a_dropped_lora_is_listed_and_weighed(panel: PromptPanel, tmp_path: Path) -> None:
    path = lora(tmp_path, "grain")
    assert panel.take(sorted_paths([str(path), str(path)]), QPoint(0, 0))
    control(panel, Decimal, "Weight of grain").setValue(0.65)
    control(panel, Choice, "Expert of grain").set_value(Expert.LOW_NOISE)
    assert panel.job().loras == (Lora(str(path), 0.65, Expert.LOW_NOISE),)
    QTest.mouseClick(control(panel, QToolButton, "Remove grain"), LEFT)
    assert panel.job().loras == ()


def test_experts_are_chosen_only_where_there_are_two(
    panel: PromptPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    select(panel, "vace")
    panel.take(sorted_paths([str(lora(tmp_path, "grain"))]), QPoint(0, 0))
    qtbot.waitUntil(control(panel, Decimal, "Weight of grain").isVisible)
    assert not control(panel, Choice, "Expert of grain").isVisible()
    select(panel, "experts")
    assert control(panel, Choice, "Expert of grain").isVisible() and len(panel.job().loras) == 1


def test_a_lora_of_another_family_is_said_under_the_list(panel: PromptPanel, tmp_path: Path) -> None:
    strange = lora(tmp_path, "strange", "transformer_blocks.0.norm1.linear.lora_A.weight")
    panel.take(sorted_paths([str(strange)]), QPoint(0, 0))
    field = next(field for field in panel.findChildren(Field) if isinstance(field.control, LoraList))
    assert "cogvideox" in field.problem_text() and not panel.primary.isEnabled()


def test_the_librarys_loras_are_offered_by_name(panel: PromptPanel, session: Session, tmp_path: Path) -> None:
    fitting, strange = lora(tmp_path, "grain"), lora(tmp_path, "other", "patch_embed.text_proj.lora_A.weight")
    for path in (fitting, strange):
        add(path, session.catalog)
    session.catalog.refresh()
    found = panel.findChild(LoraList)
    assert [own.file for own in found.fitting()] == [str(fitting)]
    found.add([str(fitting)])
    assert found.fitting() == [], "what is used is not offered again"


def test_more_loras_than_the_model_takes_cannot_be_added(panel: PromptPanel, tmp_path: Path) -> None:
    paths = [str(lora(tmp_path, f"number {n}")) for n in range(8)]
    panel.take(sorted_paths(paths), QPoint(0, 0))
    more = button(panel.findChild(LoraList), "Add…")
    assert len(panel.job().loras) == 8
    assert not more.isEnabled() and "takes 8 at once" in more.toolTip()
