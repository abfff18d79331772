"""New, open, the sample, save a copy: where projects lie, asked without blocking the window."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from studio.errors import storage_error
from studio.paths import profile_folder, resources_folder
from studio.project.project_file import ENDING
from studio.ui.bridge import run_in_background

if TYPE_CHECKING:
    from studio.ui.session import Session

_SAMPLE = Path("sample", "Sample film.kinora")
"""In the resources, which are never opened themselves: they may be read-only, and belong to all users."""
_LEFT_OUT = shutil.ignore_patterns("lock", ".*.partial")


class ProjectFiles:
    def __init__(self, session: Session, window: QWidget) -> None:
        self._session = session
        self._window = window

    def ask_new(self) -> None:
        self._ask_save("New project", lambda path: self._session.create(with_ending(path)))

    def ask_open(self) -> None:
        dialog = QFileDialog(self._window, "Open project", str(_home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self._session.open(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def open_sample(self) -> None:
        """Opens the user's own copy of the sample film, which the first call makes."""
        target = _home() / _SAMPLE.name
        if target == self._session.folder:
            self._session.notify("info", "This is the sample film.")
        elif target.exists():
            self._open(target)
        else:
            run_in_background(lambda: _copied_sample(target), self._open, self._session.tell_report)

    def ask_copy(self) -> None:
        self._ask_save("Save a copy", lambda path: self.copy_to(with_ending(path)))

    def copy_to(self, target: Path) -> None:
        """Copies the project, its results included, in the background; the open one stays open."""
        source = self._session.folder

        def copy() -> Path:
            try:
                shutil.copytree(source, target, ignore=_LEFT_OUT)
            except OSError as error:
                raise storage_error(error, target) from error
            return target

        def copied(where: Path) -> None:
            action = ("Open the copy", lambda: self._open(where))
            self._session.notify("info", f"A copy lies in {where}.", action=action)

        run_in_background(copy, copied, self._session.tell_report)

    def _open(self, folder: Path) -> None:
        self._session.open(folder)

    def _ask_save(self, title: str, then: Callable[[Path], object]) -> None:
        dialog = QFileDialog(self._window, title, str(_home() / f"Untitled{ENDING}"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"Kinora project (*{ENDING})")
        dialog.fileSelected.connect(lambda path: then(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _copied_sample(target: Path) -> Path:
    """A copy of the sample at `target`, whole or not at all; raises StorageError."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(resources_folder() / _SAMPLE, partial)
        partial.replace(target)
    except OSError as error:
        raise storage_error(error, target) from error
    return target


def with_ending(path: Path) -> Path:
    return path if path.suffix == ENDING else path.with_name(path.name + ENDING)


def _home() -> Path:
    folder = profile_folder() / "projects"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
