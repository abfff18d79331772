"""The LoRAs of a drawing: each with its weight, and with its expert where the model has two."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from studio.jobs.job import Expert, Lora
from studio.models.own import OwnLora
from studio.models.spec import ModelSpec
from studio.models.weights_kind import suits
from studio.ui import surfaces
from studio.ui.drawing.media_slot import well
from studio.ui.fields import Choice, Decimal
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.session import Session

_EXPERTS = (("Both", Expert.BOTH), ("High noise", Expert.HIGH_NOISE), ("Low noise", Expert.LOW_NOISE))
_LARGEST = 10


class LoraRow(QWidget):
    changed = Signal()
    removed = Signal()

    def __init__(self, lora: Lora, title: str, experts: int) -> None:
        super().__init__()
        self._lora = lora
        self._weight = Decimal(-_LARGEST, _LARGEST, lora.weight, "", 0.1)
        self._weight.setFixedWidth(64)
        self._weight.setAccessibleName(f"Weight of {title}")
        self._weight.setToolTip("How strongly it counts: 1 is usual, less is weaker, below 0 the opposite")
        self._expert = Choice(_EXPERTS)
        self._expert.setAccessibleName(f"Expert of {title}")
        self._expert.setToolTip("Which of the model's two networks it changes")
        with QSignalBlocker(self._expert):
            self._expert.set_value(lora.expert)
        name = surfaces.ElidedText(title)
        name.setToolTip(lora.path)
        away = surfaces.icon_button("trash", f"Remove {title}", self.removed.emit)
        first = QHBoxLayout()
        first.setSpacing(4)
        for widget, share in ((name, 1), (self._weight, 0), (away, 0)):
            first.addWidget(widget, share)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(first)
        column.addWidget(self._expert)
        self.show_experts(experts)
        self._weight.valueChanged.connect(lambda _: self.changed.emit())
        self._expert.picked.connect(self.changed)

    def show_experts(self, count: int) -> None:
        """Offers the choice between experts where there are two."""
        self._expert.setVisible(count > 1 or self._lora.expert is not Expert.BOTH)

    def value(self) -> Lora:
        return replace(self._lora, weight=round(self._weight.value(), 3), expert=self._expert.value())


class LoraList(QWidget):
    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._spec: ModelSpec | None = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(tokens.space)
        self._well = well("Drop LoRA files here", self._ask)
        self._well.setAccessibleName("Choose a LoRA")
        self._more = surfaces.button("Add…", "Adds another LoRA", self._ask, "plus")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._well)
        column.addLayout(self._rows)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self._well)
        self._show()

    def value(self) -> tuple[Lora, ...]:
        return tuple(row.value() for row in self.rows())

    def set_value(self, loras: tuple[Lora, ...]) -> None:
        for row in self.rows():
            self._take_out(row)
        for lora in loras:
            self._append(lora)
        self._show()

    def fit_to(self, spec: ModelSpec) -> None:
        self._spec = spec
        for row in self.rows():
            row.show_experts(spec.experts)
        self._show()

    def add(self, paths: list[str]) -> None:
        """Adds files at their full weight; those that are here already stay as they are."""
        there = {lora.path for lora in self.value()}
        for path in dict.fromkeys(paths):
            if path not in there:
                self._append(Lora(path=path))
        self._show()

    def rows(self) -> list[LoraRow]:
        items = (self._rows.itemAt(index) for index in range(self._rows.count()))
        found = (item.widget() for item in items if item is not None)
        return [row for row in found if isinstance(row, LoraRow)]

    def fitting(self) -> list[OwnLora]:
        """The LoRAs of the library that are not used yet and, as far as their names tell, fit the model."""
        used = {lora.path for lora in self.value()}
        family = "" if self._spec is None else self._spec.family
        return [
            own
            for own in self._session.catalog.loras()
            if own.file not in used and (not own.family or suits(own.family, family))
        ]

    # Inside

    def _append(self, lora: Lora) -> None:
        titles = {own.file: own.title for own in self._session.catalog.loras()}
        experts = 1 if self._spec is None else self._spec.experts
        row = LoraRow(lora, titles.get(lora.path, Path(lora.path).stem), experts)
        row.changed.connect(self.changed)
        row.removed.connect(lambda: self._remove(row))
        self._rows.addWidget(row)

    def _take_out(self, row: LoraRow) -> None:
        self._rows.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _remove(self, row: LoraRow) -> None:
        self._take_out(row)
        self._show()

    def _show(self) -> None:
        count = len(self.rows())
        most = 0 if self._spec is None else self._spec.limits.max_loras
        self._well.setVisible(not count)
        self._more.setVisible(bool(count))
        reason = f"This model takes {most} at once." if count >= most else ""
        surfaces.enable(self._more, reason, "Adds another LoRA")
        self.changed.emit()

    def _ask(self) -> None:
        menu = QMenu(self)
        for own in self.fitting():
            menu.addAction(own.title, lambda file=own.file: self.add([file]))
        menu.addSeparator()
        menu.addAction("From a file…", self._ask_for_file)
        menu.aboutToHide.connect(menu.deleteLater)
        anchor = self._well if self._well.isVisible() else self._more
        menu.popup(anchor.mapToGlobal(anchor.rect().bottomLeft()))

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self, "Choose LoRAs", str(Path.home()), "LoRAs (*.safetensors)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.add)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
