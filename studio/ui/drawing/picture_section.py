"""The pictures that a drawing passes through: the first, the last, and keyframes between them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict, replace
from PySide6.QtCore import QPoint, QSignalBlocker
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from studio.jobs.job import Generate, Keyframe, Source
from studio.media.info import MediaInfo
from studio.models.families import FAMILIES
from studio.models.spec import Capability, ModelSpec
from studio.timing import Rate
from studio.ui import surfaces
from studio.ui.bridge import run_in_background
from studio.ui.drawing.dropped import Dropped
from studio.ui.drawing.keyframe_strip import KeyframeStrip, Room
from studio.ui.drawing.section import Section
from studio.ui.drawing.stills import shown_name, still_at, still_of
from studio.ui.fields import Number
from studio.ui.theme import tokens
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.ui.session import Session

_LESSONS = {
    Room(True, False, False): "Drop the picture that the video begins with, or press its place.",
    Room(True, True, False): "Drop the first and the last picture; the video leads from one to the other.",
    Room(True, True, True): "Drop pictures; the video passes through them. Drag one to its frame.",
}
_FILES = "Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp);;All files (*)"


class PictureSection(Section):
    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__(session, thumbnails)
        self.strip = KeyframeStrip(thumbnails)
        self.strip.setAccessibleName("Picture strip")
        self.strip.setToolTip("Drag a picture to its frame (Alt with the arrows); Del removes it")
        self._lesson = surfaces.text("", "secondary")
        self._name = surfaces.ElidedText("", "secondary")
        self._frame = Number(0, 1, 0)
        self._frame.setPrefix("Frame ")
        self._frame.setAccessibleName("Frame of the picture")
        # A number is looked at when it is written, not digit by digit.
        self._frame.setKeyboardTracking(False)
        self._kept = Number(0, 100, 100, "%", 5)
        self._kept.setPrefix("Kept ")
        self._kept.setAccessibleName("How exactly the picture is kept")
        self._kept.setToolTip("How exactly the video keeps to this picture")
        self._row = self._make_row()
        for widget in (self.strip, self._lesson, self._row):
            self.column.addWidget(widget)
        self.setFocusProxy(self.strip)
        self._weighs = False
        self.strip.changed.connect(self.changed)
        self.strip.picked.connect(self._show_current)
        self.strip.add_wanted.connect(self._ask)
        self._frame.valueChanged.connect(self._move_current)
        self._kept.valueChanged.connect(self._weigh)
        self._show_current()

    def values(self) -> dict[str, Any]:
        return {"images": tuple(self.strip.pictures)}

    def fill(self, job: Generate) -> None:
        self.show_timing(job.num_frames, job.frame_rate)
        self.strip.show_pictures(job.images, 0 if job.images else -1)

    def fit_to(self, spec: ModelSpec) -> None:
        able = set(spec.capabilities)
        between = Capability.KEYFRAMES in able
        both = between or Capability.FIRST_LAST in able
        self.strip.set_room(Room(True, both, between))
        family = FAMILIES.get(spec.family)
        self._weighs = family is not None and family.weighs_pictures
        self.strip.step = 1 if family is None else family.picture_step
        self._frame.setSingleStep(self.strip.step)
        each = f", at every {self.strip.step} frames" if self.strip.step > 1 else ""
        self._frame.setToolTip(f"At which frame the video shows this picture, counted from 0{each}")
        self._lesson.setText(_LESSONS[self.strip.room])
        self._show_current()

    def is_unfinished(self) -> bool:
        return self.is_empty()

    def is_empty(self) -> bool:
        return not self.strip.pictures

    def clear(self) -> None:
        self.strip.show_pictures(())

    @staticmethod
    def welcomes(dropped: Dropped) -> bool:
        return bool(dropped.pictures or dropped.films)

    def take(self, dropped: Dropped) -> None:
        """Pictures go to the free places in their order; of a film its first frame does."""
        for source in dropped.pictures:
            self.add(source)
        folder = self.session.folder
        for film in dropped.films:
            run_in_background(
                lambda film=film: still_of(folder, film), self.add, self.session.tell_report, owner=self
            )

    def add(self, source: Source, frame: int | None = None) -> None:
        """Puts a picture at `frame`, or where there is room; where there is none, in place of the last."""
        place = self.strip.free_place() if frame is None else frame
        pictures = list(self.strip.pictures)
        if place is None:
            place = pictures.pop().frame if pictures else 0
        pictures.append(Keyframe(**asdict(source), frame=place))
        if len(pictures) == 1:
            self._examine(source.path)
        self.strip.show_pictures(pictures, len(pictures) - 1)

    def show_timing(self, num_frames: int, rate: Rate) -> None:
        if num_frames != self.strip.num_frames:
            self.strip.set_length(num_frames)
            self._show_current()

    # Inside

    def _make_row(self) -> QWidget:
        row = QWidget()
        more = surfaces.icon_button(
            "plus", "Add a picture", self._ask_for_free, "Adds a picture where there is room"
        )
        away = surfaces.icon_button("trash", "Remove the picture", self.strip.remove_current)
        first, second = QHBoxLayout(), QHBoxLayout()
        for line in (first, second):
            line.setSpacing(tokens.space // 2)
        first.addWidget(self._name, 1)
        for button in (more, away):
            first.addWidget(button)
        for number in (self._frame, self._kept):
            second.addWidget(number, 1)
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(first)
        column.addLayout(second)
        self._more = more
        return row

    def _show_current(self) -> None:
        strip = self.strip
        self._lesson.setVisible(not strip.pictures)
        is_chosen = 0 <= strip.current < len(strip.pictures)
        self._row.setVisible(bool(strip.pictures))
        self._frame.setVisible(is_chosen and strip.room.between)
        self._kept.setVisible(is_chosen and self._weighs)
        reason = "" if strip.free_place() is not None else "This model takes no further picture."
        surfaces.enable(self._more, reason, "Adds a picture where there is room")
        if not is_chosen:
            self._name.set_words("")
            return
        picture = strip.pictures[strip.current]
        self._name.set_words(shown_name(picture.path))
        with QSignalBlocker(self._frame), QSignalBlocker(self._kept):
            self._frame.setMaximum(max(strip.num_frames - 1, strip.frame_of(picture)))
            self._frame.setValue(strip.frame_of(picture))
            self._kept.setValue(round(picture.strength * 100))

    def _move_current(self, frame: int) -> None:
        self.strip.move_current(frame)
        self._show_current()

    def _examine(self, path: str) -> None:
        def found(info: MediaInfo) -> None:
            self.examined.emit(info, 0.0)

        # Whoever draws with it is told what is wrong with it; its shape is only a help.
        run_in_background(lambda: _info_of(path), found, lambda _: None, owner=self)

    def _weigh(self, percent: int) -> None:
        index = self.strip.current
        if 0 <= index < len(self.strip.pictures):
            self.strip.pictures[index] = replace(self.strip.pictures[index], strength=percent / 100)
            self.changed.emit()

    def _ask_for_free(self) -> None:
        place = self.strip.free_place()
        if place is not None:
            self._ask(place)

    def _ask(self, frame: int) -> None:
        """Offers where a picture for `frame` can come from."""
        menu = QMenu(self)
        menu.addAction("From a file…", lambda: self._ask_for_file(frame))
        still = menu.addAction("The frame at the playhead", lambda: self.add_playhead(frame))
        still.setEnabled(self.session.project.duration > 0)
        menu.aboutToHide.connect(menu.deleteLater)
        place = self.strip.place_of(frame).bottomLeft()
        menu.popup(self.strip.mapToGlobal(QPoint(round(place.x()), round(place.y()))))

    def _ask_for_file(self, frame: int) -> None:
        dialog = QFileDialog(self, "Choose a picture", str(Path.home()), _FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.add(Source(path=path), frame))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def add_playhead(self, frame: int | None = None) -> None:
        """Puts what the film shows at the playhead at `frame`, drawn at the project's size."""
        project, folder, at = self.session.project, self.session.folder, self.session.playhead
        run_in_background(
            lambda: still_at(project, folder, at),
            lambda source: self.add(source, frame),
            self.session.tell_report,
            owner=self,
        )


def _info_of(path: str) -> MediaInfo:
    from studio.media.picture import picture_info

    return picture_info(path)
