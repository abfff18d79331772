"""How far work in the background is, how long it will take, and its Cancel; seen only when it takes long."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from studio.ui import surfaces, theme
from studio.ui.long_work import LongWork
from studio.ui.theme import tokens

_PATIENCE_MS = 200
"""What is done sooner needs no words."""
_SURE_AFTER_S = 1.0
"""Sooner, the time left would be a guess."""


class WorkToast(QFrame):
    shown = Signal()
    over = Signal(object)
    """Itself, when the work has ended."""

    def __init__(self, work: LongWork) -> None:
        super().__init__()
        self._began_s = time.monotonic()
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(work.title)
        self._bar.setToolTip("How far it is")
        self._words = surfaces.text("", "secondary", wrap=False)
        self._words.setFont(theme.font(tokens.small_font_size, figures=True))
        self._work = work
        self.cancel_button = surfaces.button("Cancel", "Stops it; nothing of it is kept", self._cancel)
        surfaces.paint_surface(self, "toast")
        self.setAccessibleName(work.title)
        head = QHBoxLayout()
        head.addWidget(surfaces.text(work.title, wrap=False), 1)
        head.addWidget(self._words)
        head.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addLayout(head)
        column.addWidget(self._bar)
        self.hide()
        work.progressed.connect(self._follow)
        work.ended.connect(self._end)
        QTimer.singleShot(_PATIENCE_MS, self, self._appear)

    def words(self) -> str:
        """Beside the title: "12 of 1,000, 0:20 left"."""
        return self._words.text()

    def _appear(self) -> None:
        self.show()
        self.shown.emit()

    def _follow(self, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        passed = time.monotonic() - self._began_s
        left = ""
        if done and passed > _SURE_AFTER_S:
            seconds = round(passed / done * (total - done))
            left = f", {seconds // 60}:{seconds % 60:02d} left"
        self._words.setText(f"{done:,} of {total:,}{left}")

    def _end(self) -> None:
        self.hide()
        self.over.emit(self)

    def _cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self.cancel_button.setToolTip("It stops at the next file")
        self._work.cancel()
