"""A model that is not here is fetched from the prompt panel: a small Hub on loopback, real downloads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel
from pytestqt.qtbot import QtBot

from studio.paths import profile_folder
from studio.ui.drawing.fetch_offer import FetchOffer
from studio.ui.panels.model_choice import ModelChoice
from studio.ui.panels.prompt import PromptPanel
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.cli.test_library import LISTED
from tests.models.hub_server import HubServer, serving
from tests.ui.hands import button, control

PATIENCE_MS = 30_000
LEFT = Qt.MouseButton.LeftButton
BARRED = 'restrictions = ["No use in space."]\n'


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubServer]:
    with serving(monkeypatch, tmp_path / "hub") as server:
        yield server


@pytest.fixture
def panel(hub: HubServer, session: Session, thumbnails: Thumbnails, qtbot: QtBot, dark: None) -> PromptPanel:
    folder = profile_folder() / "models" / "tiny"
    folder.mkdir(parents=True)
    (folder / "model.toml").write_text(LISTED + BARRED)
    session.catalog.refresh()
    panel = PromptPanel(session, thumbnails)
    qtbot.addWidget(panel)
    panel.resize(340, 900)
    panel.show()
    return panel


def open_list(panel: PromptPanel) -> list[str]:
    choice = panel.findChild(ModelChoice)
    choice.showPopup()
    choice.hidePopup()
    return [choice.itemText(index) for index in range(choice.count())]


def words(panel: PromptPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def test_the_list_shows_what_could_be_fetched_only_when_it_is_opened(panel: PromptPanel) -> None:
    choice = panel.findChild(ModelChoice)
    assert choice.findText("Tiny Video · 3.0 MB") < 0 and panel.findChild(FetchOffer) is None
    listed = open_list(panel)
    assert listed.index("Kinora Starter") < listed.index("") < listed.index("Tiny Video · 3.0 MB")
    assert open_list(panel) == listed, "opened again it is the same list"


def test_a_model_is_fetched_right_there(panel: PromptPanel, session: Session, qtbot: QtBot) -> None:
    open_list(panel)
    choice = panel.findChild(ModelChoice)
    choice.setCurrentIndex(choice.findText("Tiny Video · 3.0 MB"))
    assert "3.0 MB to fetch" in words(panel) and "No use in space." in words(panel)
    assert button(panel, "Tiny Licence").toolTip() == "https://example.org/licence"
    assert not panel.primary.isEnabled() and "not installed" in panel.primary.toolTip()
    download = button(panel, "Download")
    assert not download.isEnabled() and "tick the box" in download.toolTip()
    QTest.mouseClick(control_box(panel), LEFT, pos=control_box(panel).rect().center())
    control_box(panel).setChecked(True)
    QTest.mouseClick(download, LEFT)
    qtbot.waitUntil(lambda: not panel.findChild(FetchOffer).isVisible(), timeout=PATIENCE_MS)
    chosen = choice.value()
    assert chosen.id == "tiny" and chosen.is_installed and choice.currentText() == "Tiny Video"
    assert session.catalog.get("tiny").is_installed


def control_box(panel: PromptPanel) -> QCheckBox:
    return next(box for box in panel.findChildren(QCheckBox) if "bars" in box.text())


def test_another_model_takes_the_offer_away(panel: PromptPanel) -> None:
    open_list(panel)
    choice = panel.findChild(ModelChoice)
    choice.setCurrentIndex(choice.findText("Tiny Video · 3.0 MB"))
    assert panel.findChild(FetchOffer).isVisible()
    choice.setCurrentIndex(choice.findText("Kinora Starter"))
    assert not panel.findChild(FetchOffer).isVisible()
    assert control(panel, ModelChoice, "Model").currentText() == "Kinora Starter"
