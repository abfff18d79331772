"""Asks for the access token that a gated model needs, and puts it into the system's keyring."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.errors import ErrorReport
from studio.models.access_token import has_keyring, keep_token
from studio.ui import surfaces
from studio.ui.bridge import run_in_background
from studio.ui.theme import tokens

_NO_KEYRING = "There is no keyring here to keep it in: set HF_TOKEN, or install the package 'keyring'."


class TokenField(QWidget):
    kept = Signal()
    """A token lies in the keyring now."""

    def __init__(self) -> None:
        super().__init__()
        self._text = QLineEdit()
        self._text.setEchoMode(QLineEdit.EchoMode.Password)
        self._text.setPlaceholderText("Access token (hf_…)")
        self._text.setAccessibleName("Access token")
        self._text.setToolTip("Made on the Hub under Settings, Access Tokens; goes into the system's keyring")
        self._text.textChanged.connect(self._refresh)
        self._text.returnPressed.connect(self._keep)
        self._keep_button = surfaces.button("Keep and fetch", "", self._keep)
        self._keep_button.setAutoDefault(False)
        self._problem = surfaces.text("", "error")
        row = QHBoxLayout()
        row.setSpacing(tokens.space)
        row.addWidget(self._text, 1)
        row.addWidget(self._keep_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._problem)
        self._problem.hide()
        self._refresh()

    def _refresh(self) -> None:
        reason = "" if self._text.text().strip() else "Type or paste the token first."
        surfaces.enable(self._keep_button, reason, "Puts it into the system's keyring and fetches the model")
        self._problem.hide()

    def _keep(self) -> None:
        token = self._text.text()
        if not token.strip():
            return
        if not has_keyring():
            self._say(_NO_KEYRING)
            return
        # A keyring that is locked asks its user first.
        run_in_background(lambda: keep_token(token), self._kept, self._refused, owner=self)

    def _kept(self, _: None) -> None:
        self._text.clear()
        self.kept.emit()

    def _refused(self, report: ErrorReport) -> None:
        self._say(f"{report.message} {report.hint}")

    def _say(self, words: str) -> None:
        self._problem.setText(words)
        self._problem.show()
