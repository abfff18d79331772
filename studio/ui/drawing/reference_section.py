"""Pictures of who or what should appear in a drawing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from studio.jobs.job import Generate, Source
from studio.models.spec import ModelSpec
from studio.ui import surfaces
from studio.ui.drawing.dropped import Dropped
from studio.ui.drawing.media_slot import well
from studio.ui.drawing.section import Section
from studio.ui.panels.picture_list import PictureList
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.ui.session import Session

_FILES = "Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp);;All files (*)"


class ReferenceSection(Section):
    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__(session, thumbnails)
        self._sources: dict[str, Source] = {}
        self._list = PictureList(thumbnails, most_lines=1)
        self._list.setAccessibleName("Reference pictures")
        self._list.setToolTip("Who or what should appear; Del removes")
        self._well = well("Drop pictures of who or what should appear", self._ask)
        self._well.setAccessibleName("Choose references")
        self._more = surfaces.button("Add…", "Adds further pictures", self._ask, "plus")
        for widget in (self._well, self._list):
            self.column.addWidget(widget)
        self.column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self._well)
        self._list.changed.connect(self._changed)
        self._changed()

    def values(self) -> dict[str, Any]:
        paths = self._list.paths()
        return {"references": tuple(self._sources.get(path, Source(path=path)) for path in paths)}

    def fill(self, job: Generate) -> None:
        self._sources = {source.path: source for source in job.references}
        self._list.set_paths([source.path for source in job.references])

    def fit_to(self, spec: ModelSpec) -> None:
        """They are the same for every model that takes them."""

    def is_empty(self) -> bool:
        return not self._list.count()

    def clear(self) -> None:
        self._list.set_paths(())

    @staticmethod
    def welcomes(dropped: Dropped) -> bool:
        return bool(dropped.pictures)

    def take(self, dropped: Dropped) -> None:
        self.add([source.path for source in dropped.pictures])

    def add(self, paths: list[str]) -> None:
        """Puts pictures behind those that are there."""
        self._list.set_paths(list(dict.fromkeys((*self._list.paths(), *paths))))

    def _changed(self) -> None:
        filled = not self.is_empty()
        self._well.setVisible(not filled)
        self._list.setVisible(filled)
        self._more.setVisible(filled)
        self.changed.emit()

    def _ask(self) -> None:
        dialog = QFileDialog(self, "Choose pictures", str(Path.home()), _FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.add)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
