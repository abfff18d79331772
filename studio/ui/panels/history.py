"""The undo history: every edit by name, and a jump to any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from studio.ui import surfaces, theme
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.session import Session

Index = QModelIndex | QPersistentModelIndex
_START = "As it was opened"


class HistoryPanel(QWidget):
    """Row n is the state after n edits; undone ones stand below the current one, paler."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        surfaces.paint_surface(self, "panel")
        self.steps = _StepItemModel()
        self.view = QListView()
        self.view.setModel(self.steps)
        self.view.setUniformItemSizes(True)
        self.view.setAccessibleName("Undo history")
        self.view.setToolTip("Click a step, or press Enter on it, to go there")
        self.view.clicked.connect(lambda index: self._jump(index))
        self.view.activated.connect(lambda index: self._jump(index))
        self._empty = surfaces.EmptyState(
            "clock", "Nothing done yet", "Every edit stands here, also after a restart. Click one to go back."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(tokens.space, 0, tokens.space, tokens.space)
        column.addWidget(self._empty)
        column.addWidget(self.view)
        session.project_changed.connect(self._refresh_if_seen)
        session.project_opened.connect(self._refresh_if_seen)
        self.refresh()

    def refresh(self) -> None:
        labels, position = self._session.document.history()
        self._empty.setVisible(not labels)
        self.view.setVisible(bool(labels))
        self.steps.show_steps(labels, position)
        here = self.steps.index(position)
        self.view.setCurrentIndex(here)
        self.view.scrollTo(here)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    def _jump(self, index: Index) -> None:
        if index.row() != self.steps.position:
            self._session.jump(index.row())


class _StepItemModel(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self._labels: list[str] = []
        self.position = 0

    def show_steps(self, labels: list[str], position: int) -> None:
        if (labels, position) != (self._labels, self.position):
            self.beginResetModel()
            self._labels, self.position = labels, position
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._labels) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = index.row()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._labels[row - 1] if row else _START
            case Qt.ItemDataRole.ForegroundRole if row > self.position:
                return theme.color("disabled")
            case Qt.ItemDataRole.FontRole if row == self.position:
                return theme.font(strong=True)
            case Qt.ItemDataRole.AccessibleTextRole:
                word = "current" if row == self.position else "undone" if row > self.position else "done"
                return f"{self._labels[row - 1] if row else _START}, {word}"
            case _:
                return None
