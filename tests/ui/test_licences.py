"""The licences of the film, asked for from the menu."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from studio.ui.licences import LicencesDialog
from studio.ui.session import Session
from tests.ui.hands import button, control
from tests.ui.studio_session import told


def test_the_report_is_shown_and_saved(session: Session, qtbot: QtBot, dark: None, tmp_path: Path) -> None:
    dialog = LicencesDialog(session)
    qtbot.addWidget(dialog)
    dialog.show()
    text = control(dialog, QPlainTextEdit, "Licences")
    qtbot.waitUntil(lambda: "The film is empty." in text.toPlainText(), timeout=30_000)
    assert button(dialog, "Save…").isEnabled()
    dialog.save(str(tmp_path / "licences.txt"))
    assert (tmp_path / "licences.txt").read_text("utf-8").startswith("Licences of film")
    heard = told(session)
    dialog.save(str(tmp_path / "gone" / "licences.txt"))
    assert heard and heard[0].level == "error"
