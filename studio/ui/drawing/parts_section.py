"""What comes next in a long video: further prompts, each with its length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from studio.jobs.job import Generate, Window
from studio.models.spec import ModelSpec
from studio.timing import Rate, frames_in
from studio.ui import surfaces
from studio.ui.drawing.dropped import Dropped
from studio.ui.drawing.section import Section
from studio.ui.fields import Decimal
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.ui.session import Session


class PartRow(QWidget):
    """One part: its words and how long it lasts."""

    changed = Signal()
    removed = Signal()

    def __init__(self, prompt: str, seconds: float) -> None:
        super().__init__()
        self.prompt = QLineEdit(prompt)
        self.prompt.setPlaceholderText("And then? (Empty: it goes on)")
        self.prompt.setAccessibleName("What happens next")
        self.prompt.setToolTip("What should be seen in this part")
        self.length = Decimal(0.04, 600, seconds, "s", 0.5)
        self.length.setAccessibleName("Length of this part")
        self.length.setToolTip("How long this part lasts")
        self.length.setFixedWidth(76)
        away = surfaces.icon_button("trash", "Remove this part", self.removed.emit)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self.prompt, 1)
        line.addWidget(self.length)
        line.addWidget(away)
        self.prompt.textChanged.connect(lambda _: self.changed.emit())
        self.length.valueChanged.connect(lambda _: self.changed.emit())


class PartsSection(Section):
    """The prompt above is the first part; these follow it."""

    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__(session, thumbnails)
        self._usual_s = 2.0
        self._lesson = surfaces.text(
            "The prompt above is the first part and Length is how long it lasts. Each part goes on from "
            "the one before it.",
            "secondary",
        )
        self._more = surfaces.button("Add a part", "Adds what comes next", self.add, "plus")
        self.column.addWidget(self._lesson)
        self.column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self._more)

    def values(self) -> dict[str, Any]:
        """Nothing by itself: the first part stands in the form above. See `parts`."""
        return {}

    def parts(self, first: str, rate: Rate) -> tuple[Window, ...]:
        """The further parts, in frames at `rate`; where no words are, what was before goes on (`first`)."""
        found: list[Window] = []
        for row in self.rows():
            words = row.prompt.text().strip() or (found[-1].prompt if found else first)
            found.append(Window(words, frames_in(row.length.exact(), rate)))
        return tuple(found)

    def fill(self, job: Generate) -> None:
        self.clear()
        for window in job.windows[1:]:
            self._append(window.prompt, float(window.num_frames / job.frame_rate.fraction))
        self.changed.emit()

    def fit_to(self, spec: ModelSpec) -> None:
        self._usual_s = round(float(spec.defaults.num_frames / spec.defaults.frame_rate.fraction), 1)

    def is_empty(self) -> bool:
        return not self.rows()

    def clear(self) -> None:
        for row in self.rows():
            self._remove(row)

    @staticmethod
    def welcomes(dropped: Dropped) -> bool:
        return False

    def take(self, dropped: Dropped) -> None:
        """Nothing that can be dropped is a prompt."""

    def opened(self) -> None:
        """Somebody asked for it: one part is there to be written."""
        if self.is_empty():
            self.add()

    def add(self) -> None:
        """One more part at the end, with the cursor in it."""
        self._append("", self._usual_s).prompt.setFocus()
        self.changed.emit()

    def rows(self) -> list[PartRow]:
        """The further parts, in their order."""
        items = (self.column.itemAt(index) for index in range(self.column.count()))
        found = (item.widget() for item in items if item is not None)
        return [row for row in found if isinstance(row, PartRow)]

    def _append(self, prompt: str, seconds: float) -> PartRow:
        row = PartRow(prompt, seconds)
        row.changed.connect(self.changed)
        row.removed.connect(lambda: self._remove(row))
        self.column.insertWidget(self.column.count() - 1, row)
        return row

    def _remove(self, row: PartRow) -> None:
        self.column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.changed.emit()
