"""The row of chosen pictures: thumbnails that can be dragged into another order, or removed."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QDropEvent, QIcon, QKeyEvent, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem, QMenu

from studio.ui import icons, theme
from studio.ui.thumbnails import SIZE, Thumbnails, framed

_SHOWN = SIZE * 0.75
_LENGTHS = tuple(Fraction(text) for text in ("1/2", "1", "2", "3", "5", "10"))


class _PictureItem(QListWidgetItem):
    """One picture; its thumbnail is asked for when it is painted the first time."""

    def __init__(self, path: str, thumbnails: Thumbnails, ratio: float) -> None:
        super().__init__()
        self.path = path
        self.seconds: Fraction | None = None
        """How long it is shown; None: as long as the others."""
        self._thumbnails = thumbnails
        self._ratio = ratio
        self.setToolTip(path)
        self.setData(Qt.ItemDataRole.AccessibleTextRole, Path(path).name)
        self.setSizeHint(_SHOWN + QSize(10, 10))

    def data(self, role: int) -> Any:
        if role == Qt.ItemDataRole.DecorationRole:
            image = self._thumbnails.of(self.path)
            shown = framed(image, _SHOWN, self._ratio, "picture")
            return QIcon(shown if self.seconds is None else _with_words(shown, f"{float(self.seconds):g} s"))
        return super().data(role)


class PictureList(QListWidget):
    changed = Signal()

    def __init__(self, thumbnails: Thumbnails, most_lines: int = 4) -> None:
        """As high as its pictures need, up to `most_lines`; then it scrolls."""
        super().__init__()
        self._most_lines = most_lines
        self._thumbnails = thumbnails
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setIconSize(_SHOWN)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        thumbnails.ready.connect(self._repaint)
        self.changed.connect(self._fit_height)
        self._fit_height()

    def paths(self) -> tuple[str, ...]:
        return tuple(item.path for item in self._items())

    def set_paths(self, paths: Sequence[str]) -> None:
        self.clear()
        self.insert(0, paths)

    def insert(self, row: int, paths: Sequence[str]) -> None:
        """Puts further pictures before what stands at `row` now."""
        for place, path in enumerate(paths, row):
            self.insertItem(place, _PictureItem(path, self._thumbnails, self.devicePixelRatioF()))
        self.changed.emit()

    def seconds(self) -> tuple[Fraction | None, ...]:
        """How long each picture is shown; None: as long as the others."""
        return tuple(item.seconds for item in self._items())

    def set_seconds(self, seconds: Sequence[Fraction | None]) -> None:
        for item, value in zip(self._items(), seconds, strict=True):
            item.seconds = value
        self.changed.emit()

    def show_selected_for(self, seconds: Fraction | None) -> None:
        """Gives the selected pictures a length of their own; None takes it away again."""
        for item in self.selectedItems():
            if isinstance(item, _PictureItem):
                item.seconds = seconds
        self._repaint()
        self.changed.emit()

    def remove_selected(self) -> None:
        for item in self.selectedItems():
            self.takeItem(self.row(item))
        self.changed.emit()

    def shift_selected(self, by: int) -> None:
        """Moves the current picture `by` places."""
        row = self.currentRow()
        if 0 <= row < self.count() and 0 <= row + by < self.count():
            self.insertItem(row + by, self.takeItem(row))
            self.setCurrentRow(row + by)
            self.changed.emit()

    def move_selected(self, row: int) -> None:
        """Moves the selected pictures, in their order, before what stands at `row` now."""
        rows = sorted(self.row(item) for item in self.selectedItems())
        items = [self.takeItem(place) for place in reversed(rows)]
        at = row - sum(place < row for place in rows)
        for item in items:
            self.insertItem(at, item)
            item.setSelected(True)
        self.changed.emit()

    def gap_at(self, position: QPoint) -> int:
        """The row before which a picture that is dropped at `position` comes."""
        for row in range(self.count()):
            box = self.visualItemRect(self.item(row))
            if position.y() < box.top() or (position.y() <= box.bottom() and position.x() < box.center().x()):
                return row
        return self.count()

    def startDrag(self, supported: Qt.DropAction) -> None:
        # Qt's own would take the pictures away in the end, which `dropEvent` has moved already.
        drag = QDrag(self)
        drag.setMimeData(self.mimeData(self.selectedItems()))
        drag.setPixmap(self.currentItem().icon().pixmap(_SHOWN))
        drag.exec(Qt.DropAction.MoveAction)

    def dropEvent(self, event: QDropEvent) -> None:
        if event.source() is not self:
            super().dropEvent(event)
            return
        self.move_selected(self.gap_at(event.position().toPoint()))
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_selected()
        elif alt and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.shift_selected(-1 if event.key() == Qt.Key.Key_Left else 1)
        else:
            super().keyPressEvent(event)

    def _fit_height(self) -> None:
        columns = max(1, (self.width() - 2 * self.frameWidth()) // (_SHOWN.width() + 10))
        lines = min(max(1, -(-self.count() // columns)), self._most_lines)
        self.setFixedHeight(lines * (_SHOWN.height() + 10) + 2 * self.frameWidth() + 2)

    def _items(self) -> list[_PictureItem]:
        found = (self.item(row) for row in range(self.count()))
        return [item for item in found if isinstance(item, _PictureItem)]

    def _repaint(self) -> None:
        self.viewport().update()

    def _open_menu(self, position: QPoint) -> None:
        if not self.selectedItems():
            return
        menu = QMenu(self)
        menu.addAction(icons.icon("frame-back"), "Earlier\tAlt+Left", lambda: self.shift_selected(-1))
        menu.addAction(icons.icon("frame-forward"), "Later\tAlt+Right", lambda: self.shift_selected(1))
        lengths = menu.addMenu(icons.icon("clock"), "Shown for")
        for seconds in _LENGTHS:
            words = f"{float(seconds):g} s"
            lengths.addAction(words, lambda seconds=seconds: self.show_selected_for(seconds))
        lengths.addAction("As long as the others", lambda: self.show_selected_for(None))
        menu.addAction(icons.icon("trash"), "Remove\tDel", self.remove_selected)
        menu.popup(self.viewport().mapToGlobal(position))
        menu.aboutToHide.connect(menu.deleteLater)


def _with_words(picture: QPixmap, words: str) -> QPixmap:
    """`picture` with `words` on a dark band along its lower edge."""
    painter = QPainter(picture)
    size = picture.deviceIndependentSize().toSize()
    band = QRect(0, size.height() - painter.fontMetrics().height() - 2, size.width(), size.height())
    painter.fillRect(band, theme.color("background"))
    painter.setPen(theme.color("text"))
    painter.drawText(band.adjusted(4, 1, 0, 0), Qt.AlignmentFlag.AlignTop, words)
    painter.end()
    return picture
