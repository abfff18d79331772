"""One line of the model library's list."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from studio.jobs.messages import Progress
from studio.ui import surfaces
from studio.ui.model_library.shelf import Entry, Standing, fetching_words, state_words
from studio.ui.theme import tokens

_ICONS = {
    Standing.READY: ("good", "good"),
    Standing.INCOMPLETE: ("warning", "warning"),
    Standing.WAITING: ("clock", "secondary"),
    Standing.FETCHING: ("import", "accent_text"),
    Standing.PAUSED: ("pause", "secondary"),
    Standing.FAILED: ("error", "error"),
    Standing.ABSENT: ("import", "disabled"),
}
# A bar's steps are 32-bit numbers, which bytes outgrow.
BAR_STEPS = 10_000


class ModelRow(QWidget):
    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry
        # The list shows what is selected and pressed; the row lets everything through to it.
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._icon = surfaces.IconPicture("good", tokens.icon)
        self._title = surfaces.ElidedText("")
        self._state = surfaces.ElidedText("", "secondary")
        self._bar = progress_bar()
        words = QVBoxLayout()
        words.setSpacing(2)
        for widget in (self._title, self._state, self._bar):
            words.addWidget(widget)
        line = QHBoxLayout(self)
        line.setContentsMargins(tokens.space, 2, tokens.space, 2)
        line.setSpacing(tokens.space)
        line.addLayout(self._beside_words())
        line.addLayout(words, 1)
        self.show_entry(entry)

    def _beside_words(self) -> QVBoxLayout:
        """The icon in the middle of the two lines of words, however high the bar below them."""
        column = QVBoxLayout()
        column.addStretch(1)
        column.addWidget(self._icon)
        column.addStretch(1)
        column.addSpacing(self._bar.sizeHint().height() // 2)
        return column

    def show_entry(self, entry: Entry) -> None:
        self.entry = entry
        self._icon.show_icon(*_ICONS[entry.standing])
        self._title.set_words(entry.title)
        self._state.set_words(state_words(entry))
        surfaces.set_role(self._state, "role", "error" if entry.standing is Standing.FAILED else "secondary")
        self._bar.setVisible(entry.is_under_way)
        show_progress(self._bar, entry.progress)

    def show_progress(self, progress: Progress) -> None:
        self._state.set_words(fetching_words(progress))
        show_progress(self._bar, progress)

    def state(self) -> str:
        return self._state.words()


def progress_bar() -> QProgressBar:
    bar = QProgressBar()
    bar.setTextVisible(False)
    policy = bar.sizePolicy()
    policy.setRetainSizeWhenHidden(True)  # Nothing jumps when a download begins or ends.
    bar.setSizePolicy(policy)
    return bar


def show_progress(bar: QProgressBar, progress: Progress | None) -> None:
    if progress is None or progress.phase != "download" or not progress.steps:
        bar.setRange(0, 0)
    else:
        bar.setRange(0, BAR_STEPS)
        bar.setValue(progress.step * BAR_STEPS // progress.steps)
