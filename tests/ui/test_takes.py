"""The takes of a clip in the inspector: switched, renamed, put first and deleted, with pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QRadioButton, QToolButton
from pytestqt.qtbot import QtBot

from studio.project.edits import AddTake, ChangeTrack, PlaceClips, Placement
from studio.project.timeline import Clip, Generator, Take
from studio.ui.inspector.panel import InspectorPanel
from studio.ui.inspector.takes_section import TakesSection
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.render.footage import write_film
from tests.ui.hands import button, control
from tests.ui.timeline_desk import footage


@pytest.fixture
def panel(
    session: Session, thumbnails: Thumbnails, qtbot: QtBot, dark: None, tmp_path: Path
) -> InspectorPanel:
    """A clip with three takes, of which the first is shown."""
    session.import_paths([str(write_film(tmp_path / "waves.mkv", 6))], frame=0)
    qtbot.waitUntil(lambda: session.project.duration > 0)
    clip = only_clip(session)
    for name in ("Oil", "Ink"):
        take = Take(id=name, name=name, reference=clip.take.reference)
        session.apply(AddTake(clip_id=clip.id, take=take, activate=False))
    panel = InspectorPanel(session, thumbnails)
    qtbot.addWidget(panel)
    panel.resize(290, 900)
    with qtbot.waitExposed(panel):
        panel.show()
    session.select([clip.id])
    qtbot.waitUntil(lambda: radio(panel, "Ink").isVisible())
    return panel


def only_clip(session: Session) -> Clip:
    [(_, clip)] = [(track, clip) for track, clip in session.project.clips() if track.kind == "video"]
    return clip


def names(session: Session) -> list[str]:
    return [take.name for take in only_clip(session).takes]


def radio(panel: InspectorPanel, words: str) -> QRadioButton:
    return next(one for one in panel.findChildren(QRadioButton) if one.text() == words)


def menu_of(panel: InspectorPanel, index: int) -> QMenu:
    [section] = panel.findChildren(TakesSection)
    return section.menu(index)


def choose(menu: QMenu, words: str) -> None:
    next(action for action in menu.actions() if action.text() == words).trigger()


def test_a_press_switches_and_one_step_switches_back(panel: InspectorPanel, session: Session) -> None:
    QTest.mouseClick(radio(panel, "Ink"), Qt.MouseButton.LeftButton)
    assert only_clip(session).active == 2
    session.undo()
    assert only_clip(session).active == 0 and radio(panel, "waves.mkv").isChecked()


def test_a_take_is_renamed_in_its_place(panel: InspectorPanel, session: Session) -> None:
    choose(menu_of(panel, 1), "Rename")
    line = next(
        one
        for one in panel.findChildren(QLineEdit)
        if one.accessibleName() == "Name of the take" and one.isVisible()
    )
    QTest.keyClicks(line, "Canvas")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert names(session) == ["waves.mkv", "Canvas", "Ink"]
    choose(menu_of(panel, 1), "Rename")
    QTest.keyClicks(line, "Nothing")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert names(session) == ["waves.mkv", "Canvas", "Ink"] and not line.isVisible()


def test_a_take_becomes_the_first(panel: InspectorPanel, session: Session) -> None:
    choose(menu_of(panel, 2), "Make it the first")
    assert names(session) == ["Ink", "waves.mkv", "Oil"] and only_clip(session).active == 0


def test_takes_are_deleted_down_to_one(panel: InspectorPanel, session: Session) -> None:
    choose(menu_of(panel, 1), "Delete")
    choose(menu_of(panel, 1), "Delete")
    assert names(session) == ["waves.mkv"]
    assert not button(panel, "Compare").isVisible(), "one take of footage has nothing to choose"


def test_takes_have_pictures_and_say_more(panel: InspectorPanel, qtbot: QtBot) -> None:
    def middle() -> int:
        return radio(panel, "Ink").icon().pixmap(60, 34).toImage().pixelColor(30, 4).lightness()

    # The film's first frame is nearly black; the empty box is lighter.
    qtbot.waitUntil(lambda: abs(middle() - 20) < 6, timeout=10_000)
    assert control(panel, QToolButton, "More about Ink").toolTip()


def test_reasons_for_what_cannot_be_done(panel: InspectorPanel, session: Session) -> None:
    assert button(panel, "Vary × 4").toolTip() == "Only clips made from a prompt can be varied"
    assert button(panel, "Compare").isEnabled()
    session.apply(ChangeTrack(track_id=session.project.tracks[0].id, locked=True))
    session.select([])
    session.select([only_clip(session).id])
    assert radio(panel, "Ink").toolTip() == "Track V1 is locked"
    assert [action.isEnabled() for action in menu_of(panel, 1).actions()] == [False, False, False]


def test_a_take_that_is_being_made_cannot_be_compared(
    session: Session, thumbnails: Thumbnails, qtbot: QtBot, dark: None
) -> None:
    v1 = next(track for track in session.project.tracks if track.name == "V1")
    session.apply(PlaceClips(placements=(Placement(v1.id, footage("a", 0, 48)),)))
    ghost = Take(id="ghost", reference=Generator(job_id="none"))
    session.apply(AddTake(clip_id="a", take=ghost, activate=False))
    panel = InspectorPanel(session, thumbnails)
    qtbot.addWidget(panel)
    session.select(["a"])
    compare: QPushButton = button(panel, "Compare")
    assert compare.toolTip() == "There is only one finished take"
    assert radio(panel, "Take 2 (being made)")
