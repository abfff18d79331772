"""The inspector tells what a clip is made of and brings its settings back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QRadioButton
from pytestqt.qtbot import QtBot

from studio.jobs.job import Animate, Export, Interpolate, Look, Source, Stylize, read_recipe
from studio.project.edits import AddTake
from studio.project.timeline import Clip, External, Take, new_id, new_project
from studio.timing import Rate
from studio.ui.inspector.panel import InspectorPanel
from studio.ui.panels.recipe import recipe_lines
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.render.footage import write_film
from tests.ui.hands import button, control
from tests.ui.studio_session import scripted


@pytest.fixture
def panel(session: Session, thumbnails: Thumbnails, qtbot: QtBot, dark: None) -> InspectorPanel:
    panel = InspectorPanel(session, thumbnails)
    qtbot.addWidget(panel)
    panel.resize(280, 600)
    panel.show()
    return panel


def only_clip(session: Session) -> Clip:
    [(_, clip)] = list(session.project.clips())
    return clip


@pytest.fixture
def footage(session: Session, qtbot: QtBot, tmp_path: Path) -> Clip:
    session.import_paths([str(write_film(tmp_path / "waves.mkv", 6))], frame=0)
    qtbot.waitUntil(lambda: session.project.duration > 0)
    session.select([only_clip(session).id])
    return only_clip(session)


def words(panel: InspectorPanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


def test_without_a_selection_it_teaches(panel: InspectorPanel) -> None:
    assert "Click a clip to see what it is made of." in words(panel)


def test_footage_has_facts_but_no_recipe(panel: InspectorPanel, footage: Clip, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: {"Footage", "160 × 96 px", "24 fps", "waves.mkv"} <= set(words(panel)))
    assert not button(panel, "Use these settings").isVisible()
    qtbot.waitUntil(lambda: "ffv1, 8 bit" in words(panel))


def test_a_generated_clip_gives_its_settings_back(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    job = scripted("step_s=0.01 a boat")
    session.generate(job)
    assert not button(panel, "New seed").isEnabled()
    assert "still being made" in button(panel, "New seed").toolTip()
    qtbot.waitUntil(lambda: isinstance(only_clip(session).take.reference, External), timeout=30_000)
    # Qt shows what is added to a visible layout with the next round of the event loop.
    qtbot.waitUntil(lambda: {"step_s=0.01 a boat", "64 × 48 px", "Scripted test model"} <= set(words(panel)))
    with qtbot.waitSignal(panel.settings_wanted) as asked:
        button(panel, "Use these settings").click()
    [recipe] = asked.args or []
    assert recipe.prompt == job.prompt and recipe.seed is not None
    button(panel, "New seed").click()
    assert len(only_clip(session).takes) == 2
    qtbot.waitUntil(lambda: sum(radio.isVisible() for radio in panel.findChildren(QRadioButton)) == 2)


def test_takes_are_switched(panel: InspectorPanel, session: Session, footage: Clip) -> None:
    take = Take(id=new_id(), name="Ink", reference=footage.take.reference)
    session.apply(AddTake(clip_id=footage.id, take=take, activate=False))
    ink = next(radio for radio in panel.findChildren(QRadioButton) if radio.text() == "Ink")
    QTest.mouseClick(ink, Qt.MouseButton.LeftButton)
    assert only_clip(session).active == 1


def test_enter_renames(panel: InspectorPanel, session: Session, footage: Clip) -> None:
    line = control(panel, QLineEdit, "Name of the clip")
    line.setText("Opening")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert only_clip(session).name == "Opening"
    line.setText("  ")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert only_clip(session).name == "Opening" and line.text() == "Opening"


def test_every_kind_of_job_can_be_read(session: Session) -> None:
    source = Source(path="/films/dog.mp4")
    jobs = (
        scripted("a boat"),
        Animate(pictures=(source,), width=64, height=48, num_frames=24, frame_rate=Rate(24)),
        Interpolate(source=source, frame_rate=Rate(60)),
        Stylize(source=source, look=Look.OIL, strength=0.5),
        Export(project=new_project(), folder="/films", target="/films/out.mp4"),
    )
    for job in jobs:
        assert all(name and value for name, value in recipe_lines(job, session.catalog))
    assert ("Strength", "50%") in recipe_lines(jobs[3], session.catalog)


def test_an_unknown_recipe_is_no_recipe() -> None:
    assert read_recipe({"kind": "dream", "depth": 3}) is None
    assert read_recipe(None) is None
