"""The prompt panel: what is typed becomes the job, and a job comes back as it was."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from studio.jobs.job import Generate
from studio.project.timeline import Generator
from studio.timing import Rate
from studio.ui.fields import Choice, Field
from studio.ui.panels.model_fit import usual_sizes
from studio.ui.panels.prompt import PromptPanel
from studio.ui.panels.prompt_text import Examples
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.ui.hands import control
from tests.ui.studio_session import scripted


@pytest.fixture
def panel(session: Session, qtbot: QtBot, dark: None) -> PromptPanel:
    panel = PromptPanel(session, Thumbnails())
    panel.load(scripted(""))
    qtbot.addWidget(panel)
    panel.resize(320, 640)
    panel.show()
    return panel


def typed(panel: PromptPanel, words: str) -> None:
    box = control(panel, QPlainTextEdit, "Prompt")
    box.setFocus()
    QTest.keyClicks(box, words)


def test_typing_makes_the_job(panel: PromptPanel) -> None:
    assert not panel.primary.isEnabled()
    assert "Say what should be seen" in panel.primary.toolTip(), "a disabled button says why"
    typed(panel, "a red ball")
    assert panel.primary.isEnabled()
    assert panel.job().prompt == "a red ball"
    assert panel.job().seed is None


@pytest.mark.parametrize("rate", [Rate(12), Rate(24), Rate(30000, 1001), Rate(60)])
@pytest.mark.parametrize("frames", [1, 25, 97])
def test_a_job_comes_back_as_it_was(panel: PromptPanel, rate: Rate, frames: int) -> None:
    job = Generate(
        model="scripted",
        prompt="two lines\nof words",
        negative_prompt="fog",
        width=130,
        height=94,
        num_frames=frames,
        frame_rate=rate,
        num_inference_steps=7,
        guidance_scale=3.5,
        seed=2**31 - 2,
    )
    panel.load(job)
    assert panel.job() == job
    panel.load(replace(job, seed=None, width=64, height=48))
    assert panel.job() == replace(job, seed=None, width=64, height=48)


def test_ctrl_enter_is_no_line_break(panel: PromptPanel) -> None:
    typed(panel, "a ball")
    box = control(panel, QPlainTextEdit, "Prompt")
    QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert box.toPlainText() == "a ball"


def test_tab_leaves_the_prompt(panel: PromptPanel, qtbot: QtBot) -> None:
    box = control(panel, QPlainTextEdit, "Prompt")
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    QTest.keyClick(box, Qt.Key.Key_Tab)
    assert not box.hasFocus() and box.toPlainText() == ""


def test_generate_puts_a_ghost_on_the_timeline(panel: PromptPanel, session: Session) -> None:
    typed(panel, "step_s=0.01")
    QTest.mouseClick(panel.primary, Qt.MouseButton.LeftButton)
    [(_, clip)] = list(session.project.clips())
    assert isinstance(clip.take.reference, Generator)


def test_an_example_becomes_the_prompt(panel: PromptPanel) -> None:
    examples = panel.findChild(Examples)
    examples.offer([f"prompt {number}" for number in range(7)])
    assert examples.count() == 5
    chip = next(chip for chip in examples.findChildren(QPushButton) if chip.text() == "prompt 3")
    chip.click()
    assert panel.job().prompt == "prompt 3"
    assert not examples.isVisible(), "examples make room for what is written"


def test_test_models_are_not_offered(session: Session, qtbot: QtBot) -> None:
    panel = PromptPanel(session, Thumbnails())
    qtbot.addWidget(panel)
    model = control(panel, Choice, "Model")
    assert "Scripted test model" not in [model.itemText(index) for index in range(model.count())]


def test_a_wrong_size_is_said_under_its_field(panel: PromptPanel) -> None:
    typed(panel, "a ball")
    panel.load(replace(panel.job(), width=65))
    field = next(field for field in panel.findChildren(Field) if field.control.accessibleName() == "Size")
    assert "divide by 2" in field.problem_text()
    assert not panel.primary.isEnabled()


def test_an_unknown_model_is_told_and_the_rest_is_set(panel: PromptPanel, session: Session) -> None:
    heard = []
    session.notified.connect(heard.append)
    panel.load(replace(scripted("a boat"), model="gone"))
    assert "'gone' is not here" in heard[0].message
    assert panel.job().prompt == "a boat"


def test_sizes_keep_to_the_model(session: Session) -> None:
    for spec in session.catalog.all():
        for width, height in usual_sizes(spec)[1:]:
            limits = spec.limits
            assert limits.min_size <= min(width, height) <= max(width, height) <= limits.max_size
            assert width % limits.size_multiple == height % limits.size_multiple == 0


def test_every_control_has_a_name_and_a_tooltip(panel: PromptPanel) -> None:
    for field in panel.findChildren(Field):
        assert field.control.accessibleName() and field.control.toolTip()


def test_a_long_example_is_shortened_and_widens_no_panel(qtbot: QtBot, dark: None) -> None:
    taken: list[str] = []
    examples = Examples()
    qtbot.addWidget(examples)
    examples.chosen.connect(taken.append)
    long = "a white boat swaying on the waves in the evening light of a very long day"
    examples.offer([long, "a cat"])
    examples.resize(240, 80)
    examples.show()
    chip, short = examples.findChildren(QPushButton)
    assert examples.minimumSizeHint().width() < 240
    assert chip.width() <= 240 and chip.text().endswith("…") and short.text() == "a cat"
    chip.click()
    assert taken == [long] and chip.accessibleName() == long
    examples.resize(900, 80)
    qtbot.waitUntil(lambda: chip.text() == long)
