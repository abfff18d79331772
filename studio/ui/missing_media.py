"""The list of media that are gone or another than before, and the ways to bring them back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.project.media_paths import resolve_path
from studio.ui import surfaces
from studio.ui.media_check import MediaCheck, Trouble
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.session import Session

_SIZE = (640, 420)
_ICONS = {"missing": "error", "unreadable": "error", "changed": "warning"}
_FIND_TIP = (
    "Chooses the file; others that are missing are looked for beside it and in folders that moved alike"
)


class MissingMediaDialog(QDialog):
    """Stays open while files are found; each find is one undo step."""

    def __init__(self, session: Session, check: MediaCheck, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._check = check
        self.setWindowTitle("Missing media")
        self.resize(*_SIZE)
        self._page = surfaces.ScrollColumn()
        self._rows: list[QWidget] = []
        self._empty = surfaces.EmptyState(
            "good", "Nothing is missing", "All files of this project are there and as they were."
        )
        self._page.column.addStretch(1)
        again = surfaces.button("Look again", "Looks for all files once more", check.look, "retry")
        close = surfaces.button("Close", "Closes this", self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(again)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[tokens.space * 2] * 4)
        column.setSpacing(tokens.space)
        column.addWidget(surfaces.text("Media of this project", "title"))
        column.addWidget(self._empty, 1)
        column.addWidget(self._page, 1)
        column.addLayout(buttons)
        check.changed.connect(self._refresh)
        session.project_changed.connect(check.look_soon)
        self._refresh()

    def rows(self) -> list[QWidget]:
        """One for each trouble that is shown."""
        return list(self._rows)

    def find_file(self, path: str, file: str) -> None:
        """Shows `file` in the place of the one that the project calls `path`."""
        self._check.relink({path: Path(file)})

    def _refresh(self) -> None:
        for row in self._rows:
            self._page.column.removeWidget(row)
            row.hide()  # Deleting waits for the event loop; what was found must not be seen until then.
            row.deleteLater()
        self._rows = [self._row(trouble) for trouble in self._check.troubles]
        for place, row in enumerate(self._rows):
            self._page.column.insertWidget(place, row)
        self._empty.setVisible(not self._rows)
        self._page.setVisible(bool(self._rows))

    def _row(self, trouble: Trouble) -> QWidget:
        name = Path(trouble.path).name
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(tokens.space)
        line.addWidget(surfaces.IconPicture(_ICONS[trouble.kind], 20, _ICONS[trouble.kind]))
        words = QVBoxLayout()
        words.setSpacing(2)
        used = {0: "in the library only", 1: "in 1 clip"}.get(trouble.clips, f"in {trouble.clips} clips")
        words.addWidget(surfaces.text(f"{name} ({used})"))
        words.addWidget(surfaces.text(trouble.words, "secondary"))
        place = surfaces.ElidedText(str(resolve_path(self._session.folder, trouble.path).parent), "secondary")
        words.addWidget(place)
        line.addLayout(words, 1)
        if trouble.kind == "changed":
            tip = "The project takes the file as it is now; clips keep their length"
            take = surfaces.button("Use it", tip, lambda: self._check.accept(trouble), "check")
            take.setAccessibleName(f"Use {name} as it is now")
            line.addWidget(take)
        find = surfaces.button("Find…", _FIND_TIP, lambda: self._ask(trouble), "search")
        find.setAccessibleName(f"Find {name}")
        line.addWidget(find)
        return row

    def _ask(self, trouble: Trouble) -> None:
        start = resolve_path(self._session.folder, trouble.path).parent
        home = start if start.is_dir() else Path.home()
        dialog = QFileDialog(self, f"Find {Path(trouble.path).name}", str(home))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda file: self.find_file(trouble.path, file))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
