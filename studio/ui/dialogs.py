"""The few windows beside the window: export, about. None of them blocks the work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from studio import __version__
from studio.jobs.job import Export
from studio.jobs.validate import problems
from studio.ui import surfaces
from studio.ui.fields import Choice, Field, SizeField
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.session import Session

_FORMATS = (
    ("MP4: plays anywhere", ".mp4"),
    ("MKV: lossless master", ".mkv"),
    ("GIF: short and silent", ".gif"),
    ("PNG: numbered pictures", ".png"),
)
_QUALITIES = (("High", 18), ("Best", 12), ("Balanced", 23), ("Small file", 28))
_SIZES = ((3840, 2160), (1920, 1080), (1280, 720), (1080, 1080), (1080, 1920))


class ExportDialog(QDialog):
    """Asks where and how; the export itself is a job like any other, with its progress in the queue."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle("Export")
        self._format = Choice(_FORMATS)
        self._target = QLineEdit(str(default_target(session.project.name)))
        self._size = SizeField()
        own = (session.project.width, session.project.height)
        self._size.set_sizes(list(dict.fromkeys((own, *_SIZES))), 2, 8192, 2)
        self._size.set_value(*own)
        self._quality = Choice(_QUALITIES)
        self._range_only = QCheckBox("Only the chosen range")
        self._range_only.setToolTip("From the in point to the out point (I and O on the timeline)")
        chosen = session.project.in_point is not None or session.project.out_point is not None
        self._range_only.setVisible(chosen)
        self._range_only.setChecked(chosen)
        self._export = surfaces.button("Export", "", self.accept, "export", "primary")
        self._export.setDefault(True)
        self._build()
        self._format.picked.connect(self._format_changed)
        self._quality.picked.connect(self._refresh)
        self._size.changed.connect(self._refresh)
        self._range_only.toggled.connect(self._refresh)
        self._target.textChanged.connect(self._target_changed)
        self._target_changed()

    def job(self) -> Export:
        width, height = self._size.value()
        return Export(
            project=self._session.project,
            folder=str(self._session.folder),
            target=str(Path(self._target.text().strip()).expanduser()),
            width=width,
            height=height,
            crf=self._quality.value(),
            range_only=self._range_only.isChecked(),
        )

    def set_target(self, target: str) -> None:
        self._target.setText(target)

    def accept(self) -> None:
        if self._session.submit(self.job()) is not None:
            super().accept()

    def _build(self) -> None:
        browse = surfaces.button("Browse…", "Chooses the file", self._browse, "folder")
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._target, 1)
        row.addWidget(browse)
        place.setFocusProxy(self._target)
        self._target.setMinimumWidth(300)
        self._target.setAccessibleName("File")
        self._target_field = Field("File", place, "Where the film goes")
        self._size_field = Field("Size", self._size, "Width and height of the film")
        self._quality_field = Field("Quality", self._quality, "Better quality makes a larger file")
        cancel = surfaces.button("Cancel", "Closes this without exporting", self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._export)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[tokens.space * 3] * 4)
        column.setSpacing(tokens.space * 2)
        column.addWidget(surfaces.text("Export the film", "title"))
        column.addWidget(Field("Format", self._format, "What kind of file"))
        for field in (self._target_field, self._size_field, self._quality_field):
            column.addWidget(field)
        column.addWidget(self._range_only)
        column.addLayout(buttons)

    def _format_changed(self) -> None:
        target = Path(self._target.text())
        if target.suffix.lower() != self._format.value():
            self._target.setText(str(target.with_suffix(self._format.value())))

    def _target_changed(self) -> None:
        ending = Path(self._target.text()).suffix.lower()
        if ending in (value for _, value in _FORMATS):
            self._format.set_value(ending)
        self._refresh()

    def _refresh(self) -> None:
        lossless = self._format.value() != ".mp4"
        self._quality_field.disable("This format keeps every frame as it is." if lossless else "")
        found = problems(self.job(), None)
        fields = {"target": self._target_field, "width": self._size_field, "height": self._size_field}
        for field in dict.fromkeys(fields.values()):
            field.show_problems([problem for problem in found if fields.get(problem.field) is field])
        errors = [problem for problem in found if problem.severity == "error"]
        reason = f"{errors[0].message} {errors[0].hint}".strip() if errors else ""
        replaces = Path(self._target.text()).is_file()
        tip = (
            "Replaces the file that lies there"
            if replaces
            else "Writes the file; the queue shows how far it is"
        )
        surfaces.enable(self._export, reason, tip)

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Export to", self._target.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(self._format.value().lstrip("."))
        dialog.fileSelected.connect(self.set_target)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def default_target(name: str) -> Path:
    """Where an export goes unless told otherwise: the user's films folder."""
    films = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
    folder = Path(films) if films and Path(films).is_dir() else Path.home()
    safe = "".join("-" if letter in '\\/:*?"<>|' else letter for letter in name).strip(". ")
    return folder / f"{safe or 'Film'}.mp4"


class AboutDialog(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Kinora")
        column = QVBoxLayout(self)
        column.setContentsMargins(*[tokens.space * 4] * 4)
        column.setSpacing(tokens.space)
        column.addWidget(surfaces.IconPicture("kinora", 56, "accent"), 0, Qt.AlignmentFlag.AlignHCenter)
        lines = (
            (f"Kinora {__version__}", "title"),
            ("Makes video from words, pictures, sound and other video, on your own machine.", ""),
            ("Named after the hand-cranked home cinema of 1896. Apache-2.0.", "secondary"),
        )
        for words, role in lines:
            label = surfaces.text(words, role)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        close = surfaces.button("Close", "Closes this", self.accept)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignHCenter)
