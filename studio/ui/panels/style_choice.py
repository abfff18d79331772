"""The named styles as little pictures, and a place for a picture of one's own; one of them is chosen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QIcon, QImage
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QGridLayout, QSizePolicy, QToolButton, QWidget

from studio.jobs.job import NamedStyle, Source
from studio.paths import resources_folder
from studio.ui.drawing.dropped import is_picture_name, local_files
from studio.ui.thumbnails import framed

_PICTURE = QSize(80, 50)
_COLUMNS = 3
_OWN = len(NamedStyle)
_KINDS = "Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp);;All files (*)"


class StyleChoice(QWidget):
    picked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._own: Source | None = None
        self._group = QButtonGroup(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for index, style in enumerate(NamedStyle):
            name = words_for(style)
            button = self._tile(grid, index, name, f"Paints the clip in the style “{name}”")
            image = QImage(str(resources_folder() / "styles" / f"{style.value}.jpg"))
            button.setIcon(QIcon(framed(image, _PICTURE, self.devicePixelRatioF(), "looks")))
        own = self._tile(grid, _OWN, "Your picture…", "Click to choose a picture, or drop one here")
        own.clicked.connect(self._ask)
        self._group.button(0).setChecked(True)
        self._show_own()
        self._group.idToggled.connect(lambda _, is_on: self.picked.emit() if is_on else None)
        self.setAcceptDrops(True)

    def value(self) -> NamedStyle | Source | None:
        """The named style, or the picture; None where a picture is wanted and none was chosen."""
        index = self._group.checkedId()
        return self._own if index == _OWN else list(NamedStyle)[index]

    def set_value(self, style: NamedStyle | Source) -> None:
        if isinstance(style, NamedStyle):
            self._group.button(list(NamedStyle).index(style)).setChecked(True)
            return
        self._own = style
        self._show_own()
        self._group.button(_OWN).setChecked(True)
        self.picked.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _picture_in(event) is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _picture_in(event)
        if path is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.set_value(Source(path=path))

    # Inside

    def _tile(self, grid: QGridLayout, index: int, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(name)
        button.setCheckable(True)
        button.setProperty("kind", "tile")
        button.setToolTip(tip)
        button.setIconSize(_PICTURE)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        # Columns of one width, whatever the names: else the longest one would widen the panel.
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._group.addButton(button, index)
        grid.addWidget(button, index // _COLUMNS, index % _COLUMNS)
        return button

    def _show_own(self) -> None:
        image = QImage(self._own.path) if self._own is not None else None
        button = self._group.button(_OWN)
        button.setIcon(QIcon(framed(image, _PICTURE, self.devicePixelRatioF(), "images")))
        if self._own is not None:
            button.setToolTip(
                f"{Path(self._own.path).name}: click to choose another picture, or drop one here"
            )

    def _ask(self) -> None:
        ask_for_style(self, lambda path: self.set_value(Source(path=path)))


def ask_for_style(owner: QWidget, chosen: Callable[[str], None]) -> None:
    """Lets the user choose a picture file; `chosen` gets its path."""
    dialog = QFileDialog(owner, "Choose a style", str(Path.home()), _KINDS)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def words_for(style: NamedStyle) -> str:
    """How a named style is called in the window."""
    return style.value.replace("-", " ").capitalize()


def _picture_in(event: QDropEvent) -> str | None:
    paths = [path for path in local_files(event.mimeData()) if is_picture_name(path)]
    return paths[0] if len(paths) == 1 else None
