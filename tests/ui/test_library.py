"""The library shows what the project has, and hands it to the timeline."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from studio.ui.panels.asset_view import asset_facts
from studio.ui.panels.library import LibraryPanel
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from studio.ui.timeline.drops import ASSET_MIME
from tests.render.footage import write_film
from tests.ui.hands import control, save_picture


@pytest.fixture
def panel(session: Session, thumbnails: Thumbnails, qtbot: QtBot, dark: None, tmp_path: Path) -> LibraryPanel:
    panel = LibraryPanel(session, thumbnails)
    qtbot.addWidget(panel)
    panel.resize(300, 300)
    panel.show()
    assert not panel.view.isVisible(), "an empty library teaches instead"
    paths = [write_film(tmp_path / "waves.mkv", 6), save_picture(tmp_path / "cat.png", 40, 30)]
    session.import_paths([str(path) for path in paths])
    qtbot.waitUntil(lambda: panel.assets.rowCount() == 2)
    return panel


def names(panel: LibraryPanel) -> list[str]:
    return [panel.assets.index(row).data() for row in range(panel.assets.rowCount())]


def test_imports_appear_the_newest_first(panel: LibraryPanel) -> None:
    assert panel.view.isVisible()
    assert names(panel) == ["cat.png", "waves.mkv"]


def test_search_keeps_what_fits(panel: LibraryPanel) -> None:
    QTest.keyClicks(control(panel, QLineEdit, "Search the library"), "WAV")
    assert names(panel) == ["waves.mkv"]


def test_a_drag_carries_the_asset_and_its_file(panel: LibraryPanel, session: Session, tmp_path: Path) -> None:
    mime = panel.assets.mimeData([panel.assets.index(1)])
    assert bytes(mime.data(ASSET_MIME).data()).decode() == session.project.library[0].id
    assert [url.toLocalFile() for url in mime.urls()] == [str(tmp_path / "waves.mkv")]


def test_enter_puts_it_at_the_playhead(panel: LibraryPanel, session: Session) -> None:
    session.set_playhead(10)
    panel.view.setCurrentIndex(panel.assets.index(1))
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    [(_, clip)] = list(session.project.clips())
    assert (clip.name, clip.start, clip.duration) == ("waves.mkv", 10, 6)


def test_all_that_is_chosen_goes_one_after_another(panel: LibraryPanel, session: Session) -> None:
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    mime = panel.assets.mimeData(panel.view.selectedIndexes())
    assert len(bytes(mime.data(ASSET_MIME).data()).decode().splitlines()) == len(mime.urls()) == 2
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    clips = [clip for _, clip in session.project.clips()]
    assert [(clip.name, clip.start) for clip in clips] == [("cat.png", 0), ("waves.mkv", clips[0].end)]
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert names(panel) == []
    session.undo()
    assert names(panel) == ["cat.png", "waves.mkv"]


def test_delete_takes_it_off_the_list_only(panel: LibraryPanel, session: Session, tmp_path: Path) -> None:
    panel.view.setCurrentIndex(panel.assets.index(0))
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert names(panel) == ["waves.mkv"] and (tmp_path / "cat.png").exists()
    session.undo()
    assert names(panel) == ["cat.png", "waves.mkv"]


def test_thumbnails_arrive(panel: LibraryPanel, thumbnails: Thumbnails, qtbot: QtBot, tmp_path: Path) -> None:
    for name in ("waves.mkv", "cat.png"):
        qtbot.waitUntil(lambda name=name: thumbnails.of(str(tmp_path / name)) is not None, timeout=20_000)
    image = thumbnails.of(str(tmp_path / "cat.png"))
    assert image is not None and image.width() / image.height() == pytest.approx(4 / 3, abs=0.02)


def test_facts_say_size_and_length(panel: LibraryPanel, session: Session) -> None:
    assert [asset_facts(asset) for asset in session.project.library] == ["160 × 96 px, 0.2 s", "40 × 30 px"]
