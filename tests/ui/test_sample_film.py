"""The sample film: one click in an empty window, and the user's own copy plays."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from studio.paths import profile_folder, resources_folder
from studio.project.edits import PlaceClips, Placement
from studio.project.timeline import External
from studio.ui.main_window import MainWindow
from studio.ui.session import Session
from tests.project.examples import clip

SHIPPED = resources_folder() / "sample" / "Sample film.kinora"


def offer(window: MainWindow) -> QAbstractButton:
    buttons = window.viewer.findChildren(QAbstractButton)
    return next(button for button in buttons if button.text() == "Open the sample film")


def test_one_click_opens_a_copy_that_can_be_seen_and_cut(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    shipped = {file.name: file.read_bytes() for file in SHIPPED.rglob("*") if file.is_file()}
    assert offer(window).isVisible()
    QTest.mouseClick(offer(window), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.project.name == "Sample film")
    assert session.folder == profile_folder() / "projects" / SHIPPED.name
    assert not offer(window).isVisible()
    assert session.project.duration == 3 * 72
    for _, shot in session.project.clips():
        reference = shot.take.reference
        assert isinstance(reference, External) and (session.folder / reference.path).is_file()
    session.set_playhead(100)
    qtbot.waitUntil(lambda: window.viewer.picture.image is not None)
    before = session.project
    window.timeline.commands["split-all"].trigger()
    assert len(list(session.project.clips())) > len(list(before.clips()))
    # It is the user's now: what ships is as it was, and asking again brings back what was cut.
    assert {file.name: file.read_bytes() for file in SHIPPED.rglob("*") if file.is_file()} == shipped
    cut = session.project
    assert session.create(session.folder.with_name("Other.kinora"))
    assert offer(window).isVisible()
    next(found for found in window.findChildren(QAction) if "sample film" in found.text()).trigger()
    assert session.project == cut


def test_the_offer_goes_when_something_lies_on_the_timeline(window: MainWindow, session: Session) -> None:
    placed = clip(0, 10)
    assert session.apply(PlaceClips(placements=(Placement(session.project.tracks[0].id, placed),)))
    assert not offer(window).isVisible()
    session.undo()
    assert offer(window).isVisible()


def test_what_ships_is_small() -> None:
    assert sum(file.stat().st_size for file in SHIPPED.rglob("*") if file.is_file()) < 300_000
    assert not (SHIPPED / "lock").exists() and not (SHIPPED / "journal.jsonl").exists()
