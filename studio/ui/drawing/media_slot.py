"""A place for one video or sound: empty it says what to do, filled it shows what lies in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from studio.errors import ErrorReport
from studio.jobs.job import Source
from studio.media.info import MediaInfo
from studio.ui import surfaces
from studio.ui.bridge import run_in_background
from studio.ui.theme import tokens
from studio.ui.thumbnails import Thumbnails, framed

if TYPE_CHECKING:
    from studio.ui.session import Session

_PICTURE = QSize(88, 56)


class MediaSlot(QWidget):
    changed = Signal()
    examined = Signal(object, float)
    """What was put here by hand: its MediaInfo, and the seconds of the part that counts."""

    def __init__(
        self, session: Session, thumbnails: Thumbnails, name: str, lesson: str, *, of_sound: bool = False
    ) -> None:
        """`of_sound`: what counts of a file is its sound."""
        super().__init__()
        self._of_sound = of_sound
        self._session = session
        self._thumbnails = thumbnails
        self._name = name
        self.source: Source | None = None
        self._is_new = False
        self._well = well(lesson, self._ask)
        self._well.setAccessibleName(f"Choose {name}")
        self._picture = QLabel()
        self._picture.setFixedSize(_PICTURE)
        self._title = surfaces.ElidedText()
        self._facts = surfaces.ElidedText("", "secondary")
        self._sheet = self._make_sheet()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._well)
        column.addWidget(self._sheet)
        self.setFocusProxy(self._well)
        thumbnails.ready.connect(self._show_picture)
        self.put(None)

    def put(self, source: Source | None, by_hand: bool = False) -> None:
        """Makes `source` what lies here; None empties the place. What comes `by_hand` is examined."""
        self.source = source
        self._is_new = by_hand
        self._well.setVisible(source is None)
        self._sheet.setVisible(source is not None)
        if source is not None:
            self._title.set_words(Path(source.path).name)
            self._facts.set_words("")
            self._show_picture(source.path)
            path = source.path
            run_in_background(lambda: _probed(path), self._probed, self._unreadable, owner=self)
        self.changed.emit()

    def add_ways(self, menu: QMenu) -> None:
        """Fills the menu that asks where something shall come from."""
        menu.addAction("From a file…", self._ask_for_file)
        chosen = menu.addAction("The selected clip", self._take_selected)
        chosen.setEnabled(self._selected() is not None)

    # Inside

    def _make_sheet(self) -> QWidget:
        sheet = QWidget()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._facts)
        words.addStretch(1)
        away = surfaces.icon_button("trash", f"Remove {self._name}", lambda: self.put(None))
        line = QHBoxLayout(sheet)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(tokens.space)
        line.addWidget(self._picture)
        line.addLayout(words, 1)
        line.addWidget(away)
        return sheet

    def _ask(self) -> None:
        menu = QMenu(self)
        self.add_ways(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._well.mapToGlobal(self._well.rect().bottomLeft()))

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self, f"Choose {self._name}", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.put(Source(path=path), by_hand=True))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _selected(self) -> Source | None:
        sources = (self._session.source_of(clip.id) for clip in self._session.selected_clips())
        return next((source for source in sources if source is not None), None)

    def _take_selected(self) -> None:
        self.put(self._selected(), by_hand=True)

    def _show_picture(self, path: str) -> None:
        if self.source is not None and path == self.source.path:
            image = self._thumbnails.of(path)
            self._picture.setPixmap(framed(image, _PICTURE, self.devicePixelRatioF(), "video"))

    def _probed(self, found: tuple[str, MediaInfo]) -> None:
        path, info = found
        if self.source is None or self.source.path != path:
            return
        lacking = info.audio is None if self._of_sound else info.kind == "audio"
        if lacking:
            wanted = ("sound", "Choose another file.") if self._of_sound else ("picture", "Choose a video.")
            self._session.notify("warning", f"{Path(path).name} has no {wanted[0]}.", wanted[1])
            self.put(None)
            return
        part = self.source.time_range
        length = info.duration if part is None else part.duration
        seconds = 0.0 if length is None else float(length.seconds)
        whole = "" if part is None else " of it"
        size = "Sound" if self._of_sound else f"{info.width} × {info.height}"
        self._facts.set_words(f"{size} · {seconds:.1f} s{whole}" if seconds else size)
        if self._is_new:
            self._is_new = False
            self.examined.emit(info, seconds)

    def _unreadable(self, report: ErrorReport) -> None:
        self._session.tell_report(report)
        self.put(None)


def well(lesson: str, on_press: Callable[[], object]) -> QPushButton:
    """An empty place with a dashed edge that says what to drop there, or to press it."""
    made = QPushButton(lesson)
    made.setProperty("kind", "well")
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setToolTip("Drop something here, or press to choose")
    made.clicked.connect(lambda: on_press())
    return made


def _probed(path: str) -> tuple[str, MediaInfo]:
    from studio.media.probe import probe

    return path, probe(path)
