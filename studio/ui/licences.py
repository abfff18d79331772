"""The dialog that tells under which licences the film was made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from studio.errors import ErrorReport, storage_error
from studio.ui import surfaces
from studio.ui.bridge import run_in_background
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.session import Session

_SIZE = (640, 480)


class LicencesDialog(QDialog):
    """Looks into the film's files in the background, since each carries how it was made."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle("Licences of this film")
        self.resize(*_SIZE)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Licences")
        self.text.setPlainText("Looking into the film's files…")
        self._copy = surfaces.button("Copy", "Copies the text", self._copy_text, "copy")
        self._save = surfaces.button("Save…", "Saves the text as a file", self._ask_where, "export")
        close = surfaces.button("Close", "Closes this", self.accept)
        buttons = QHBoxLayout()
        for made in (self._copy, self._save):
            buttons.addWidget(made)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[tokens.space * 2] * 4)
        column.setSpacing(tokens.space)
        column.addWidget(self.text, 1)
        column.addLayout(buttons)
        self._look()

    def save(self, path: str) -> None:
        """Writes the text to `path`; what goes wrong is told."""
        try:
            Path(path).write_text(self.text.toPlainText(), "utf-8")
        except OSError as error:
            self._session.tell(storage_error(error, path))

    # Inside

    def _look(self) -> None:
        self._offer("It is still being looked up.")
        project, folder, catalog = self._session.project, self._session.folder, self._session.catalog

        def look() -> str:
            # Only here: it opens films, for which the window's start does not load what it takes.
            from studio.jobs.licences import as_text, licences_of

            return as_text(licences_of(project, folder, catalog))

        run_in_background(look, self._show_text, self._show_error, owner=self)

    def _show_text(self, text: str) -> None:
        self.text.setPlainText(text)
        self._offer("")

    def _show_error(self, report: ErrorReport) -> None:
        self.text.setPlainText(f"{report.message}\n{report.hint}")

    def _offer(self, reason: str) -> None:
        surfaces.enable(self._copy, reason, "Copies the text")
        surfaces.enable(self._save, reason, "Saves the text as a file")

    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, "Save the licences", f"{self._session.project.name} licences.txt")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(self.save)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
