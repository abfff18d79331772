"""Names and values in two columns, as the inspector shows facts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from studio.ui import surfaces
from studio.ui.inspector.rows import NAMES_WIDTH
from studio.ui.theme import font, tokens


class Lines(QWidget):
    """Values can be selected and copied."""

    def __init__(self) -> None:
        super().__init__()
        # A form layout would give wrapped values the height that they had at another width.
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(tokens.space)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, NAMES_WIDTH - tokens.space)
        self._grid.setColumnStretch(1, 1)
        self._labels: list[QLabel] = []
        self._shown: list[tuple[str, str]] = []

    def show_lines(self, lines: list[tuple[str, str]]) -> None:
        if lines == self._shown:
            return
        self._shown = lines
        for old in self._labels:
            self._grid.removeWidget(old)
            old.hide()  # Deleting waits for the event loop; the old line must not be seen until then.
            old.deleteLater()
        self._labels.clear()
        for row, (name, value) in enumerate(lines):
            words = surfaces.text(value)
            words.setFont(font(figures=True))
            words.setMinimumWidth(40)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label = surfaces.text(name, "field", wrap=False)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words, row, 1)
            self._labels += [label, words]
