"""Where a prompt is typed, and the examples to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from studio.ui import surfaces
from studio.ui.theme import tokens


class PromptText(QPlainTextEdit):
    """Plain text only, Tab moves on, and dropped files fall through to the panel."""

    def __init__(self, placeholder: str, lines: int) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 2 * tokens.space + 6)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: N802 - Qt's name
        return source.hasText() and not source.hasUrls()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Ctrl+Enter belongs to Generate; a text box would put a line break here.
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)


class Examples(QWidget):
    """Prompts to begin with, as chips."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._row = surfaces.WrapLayout(4)
        self.setLayout(self._row)

    def count(self) -> int:
        return self._row.count()

    def offer(self, prompts: Sequence[str]) -> None:
        """Shows the first five of `prompts`."""
        while (item := self._row.takeAt(0)) is not None:
            if (chip := item.widget()) is not None:
                chip.deleteLater()
        for prompt in prompts[:5]:
            take = partial(self.chosen.emit, prompt)
            self._row.addWidget(surfaces.Chip(prompt, f"Takes this prompt: {prompt}", take))
