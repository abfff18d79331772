"""The images panel: pictures become moving shots, an image sequence or a film with in-betweens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout

from studio.jobs.job import Animate, Arrangement, Easing, Job, Move, Source
from studio.jobs.validate import Problem
from studio.models.catalog import Catalog
from studio.models.spec import Capability
from studio.timing import Rate, RationalTime, frames_in
from studio.ui import surfaces
from studio.ui.bridge import run_in_background
from studio.ui.fields import Choice, Decimal, SizeField, rate_options, side_by_side
from studio.ui.panels.picture_list import PictureList
from studio.ui.panels.taking_panel import TakingPanel
from studio.ui.theme import tokens
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.media.sequence import Sequence as Pictures
    from studio.ui.drawing.dropped import Dropped
    from studio.ui.session import Session

_ARRANGEMENTS = (
    ("Moving shots", Arrangement.SHOTS),
    ("Image sequence: one picture a frame", Arrangement.SEQUENCE),
    ("Film with in-betweens", Arrangement.FILM),
)
_MOVES = (
    ("Zoom in", Move.ZOOM_IN),
    ("Zoom out", Move.ZOOM_OUT),
    ("Pan left", Move.PAN_LEFT),
    ("Pan right", Move.PAN_RIGHT),
    ("Pan up", Move.PAN_UP),
    ("Pan down", Move.PAN_DOWN),
    ("Parallax", Move.PARALLAX),
    ("Still", Move.STILL),
)
_EASINGS = (
    ("Ease in and out", Easing.EASE),
    ("Steady", Easing.LINEAR),
    ("Ease in", Easing.EASE_IN),
    ("Ease out", Easing.EASE_OUT),
)
_RATES = tuple(Rate.of(rate) for rate in ("8", "12", "15", "23.976", "24", "25", "29.97", "30", "50", "60"))
_SIZES = ((1280, 720), (1920, 1080), (1080, 1080), (1080, 1920))
_MANY = 8
"""From so many pictures on they are taken for the frames of a sequence, below for pictures of their own."""


class ImageSequencePanel(TakingPanel):
    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__(
            session, "Make video", "images", "Makes the video: a clip at the playhead (Ctrl+Enter)"
        )
        self._own_length = False
        self._sources: dict[str, Source] = {}
        self._slots: tuple[tuple[str, ...], int] = (), 0
        self._pictures = PictureList(thumbnails)
        self._arrangement = Choice(_ARRANGEMENTS)
        self._move = Choice(_MOVES)
        self._easing = Choice(_EASINGS)
        self._camera = Choice((_MOVES[-1], *_MOVES[:-1]))
        self._loop = QCheckBox("Lead back to the first picture")
        self._loop.setToolTip("The film can then run round and round")
        self._rate = Choice(rate_options(_RATES))
        self._rate.set_value(Rate(24))
        self._length = Decimal(0.001, 36_000, session.settings.still_length_s, "s", 0.5)
        self._size = SizeField()
        self._empty = surfaces.EmptyState(
            "images",
            "Drop pictures here",
            "One becomes a moving shot; several, or a folder of numbered ones, become a film.",
        )
        self._build()
        self._follow()
        self._offer_sizes()
        self._pictures_changed()

    def job(self) -> Animate:
        width, height = self._size.value()
        return Animate(
            model=_model_id(self.session.catalog),
            pictures=tuple(self._sources.get(path, Source(path=path)) for path in self._pictures.paths()),
            arrangement=self._arrangement.value(),
            move=self._move.value(),
            easing=self._easing.value(),
            width=width,
            height=height,
            num_frames=self._num_frames(),
            frame_rate=self._rate.value(),
            lengths=self._lengths(),
            loop=self._loop.isChecked() and self._arrangement.value() is Arrangement.FILM,
            camera=self._camera.value(),
        )

    def load(self, job: Job) -> None:
        assert isinstance(job, Animate)
        self._own_length = True
        self._sources = {source.path: source for source in job.pictures}
        with self.all_at_once():
            self._arrangement.set_value(job.arrangement)
            self._move.set_value(job.move)
            self._easing.set_value(job.easing)
            self._rate.set_value(job.frame_rate, f"{job.frame_rate} fps")
            self._size.set_value(job.width, job.height)
            self._length.setValue(float(job.num_frames / job.frame_rate.fraction))
            self._pictures.set_paths([source.path for source in job.pictures])
            if job.lengths:
                self._pictures.set_seconds([length / job.frame_rate.fraction for length in job.lengths])
            self._loop.setChecked(job.loop)
            self._camera.set_value(job.camera)

    def send(self, job: Job) -> None:
        assert isinstance(job, Animate)
        self.session.generate(job)

    def summary(self, job: Job) -> str:
        assert isinstance(job, Animate)
        count = len(job.pictures)
        if not count:
            return ""
        seconds = float(job.num_frames / job.frame_rate.fraction)
        pictures = "1 picture" if count == 1 else f"{count} pictures"
        even = count > 1 and not job.lengths and job.arrangement is Arrangement.SHOTS
        each = f", {seconds / count:.1f} s each" if even else ""
        return f"{pictures}{each}: {job.num_frames} frames, {seconds:.1f} s at {job.frame_rate} fps."

    def is_untouched(self, problem: Problem) -> bool:
        return problem.field == "pictures" and not self._pictures.count()

    # What others ask for

    def has_pictures(self) -> bool:
        return bool(self._pictures.count())

    def choose(self, paths: Sequence[str]) -> None:
        """Makes files and folders the chosen pictures, and guesses the arrangement from their number."""

        def collected(pictures: Pictures) -> None:
            self._own_length = False
            count = len(pictures.paths)
            guess = Arrangement.FILM if 1 < count < _MANY else Arrangement.SEQUENCE
            self._arrangement.set_value(Arrangement.SHOTS if count == 1 else guess)
            self._slots = pictures.paths, len(pictures.slots)
            self._pictures.set_paths(pictures.paths)
            self._tell_notes(pictures)
            self.primary.setFocus()

        self._collect(paths, collected)

    def add(self, paths: Sequence[str], row: int | None = None) -> None:
        """Puts further pictures before the chosen one at `row`, or behind them all."""
        place = self._pictures.count() if row is None else row
        self._collect(paths, lambda pictures: self._added(pictures, place))

    def welcomes(self, dropped: Dropped) -> bool:
        return bool(dropped.pictures) and not dropped.films and not dropped.loras

    def take(self, dropped: Dropped, at: QPoint) -> bool:
        if not self.welcomes(dropped):
            return False
        paths = [picture.path for picture in dropped.pictures]
        if self.has_pictures():
            self.add(paths, self._pictures.gap_at(self._pictures.mapFromGlobal(at)))
        else:
            self.choose(paths)
        return True

    def fit_length(self, duration: RationalTime) -> None:
        """Spreads the pictures over `duration`; as one frame each they would not fill it."""
        if self._arrangement.value() is Arrangement.SEQUENCE:
            self._arrangement.set_value(Arrangement.SHOTS)
        self._own_length = True
        # To the frame, not to the field's hundredth: the film must not end before the sound does.
        frames = duration.ceil_frames(self._rate.value())
        self._length.setValue(float(frames / self._rate.value().fraction))
        self.refresh()

    # Inside

    def _build(self) -> None:
        add = self.add_field
        buttons = QHBoxLayout()
        buttons.setSpacing(tokens.space)
        plus = surfaces.button("Add…", "Adds pictures from files", self._ask_for_files, "plus")
        self._clear = surfaces.button("Clear", "Takes all pictures off this list", self._clear_all)
        buttons.addWidget(plus)
        buttons.addWidget(self._clear)
        buttons.addStretch(1)
        tip = "The chosen pictures in their order: drag to reorder, Del removes"
        self._pictures_field = add("Pictures", self._pictures, tip, "pictures", "source")
        self.body.addWidget(self._empty)
        self.body.addWidget(self._pictures_field)
        self.body.addLayout(buttons)
        arrangement = add("Arrangement", self._arrangement, "How pictures become a video", "arrangement")
        self.body.addWidget(arrangement)
        self._move_field = add("Move", self._move, "What the camera does", "move")
        self._easing_field = add("Easing", self._easing, "How the move begins and ends", "easing")
        self._camera_field = add("Camera", self._camera, "What the camera does over the film", "camera")
        self.body.addWidget(side_by_side(self._move_field, self._camera_field, self._easing_field))
        self.body.addWidget(self._loop)
        self._length_field = add("Length", self._length, "Length of the whole video", "num_frames")
        rate = add("Frame rate", self._rate, "Frames per second", "frame_rate")
        self.body.addWidget(side_by_side(self._length_field, rate))
        self.body.addWidget(add("Size", self._size, "Width and height of the video", "width", "height"))
        self.body.addStretch(1)

    def _follow(self) -> None:
        self._pictures.changed.connect(self._pictures_changed)
        self._arrangement.picked.connect(self._arrangement_changed)
        self._length.valueChanged.connect(self._length_edited)
        self._rate.picked.connect(self._arrangement_changed)
        self.session.project_opened.connect(self._offer_sizes)
        for signal in (self._move.picked, self._easing.picked, self._size.changed, self._camera.picked):
            signal.connect(self.refresh)
        self._loop.toggled.connect(lambda *_: self.refresh())

    def _offer_sizes(self) -> None:
        project = self.session.project
        own = (project.width, project.height)
        self._size.set_sizes(list(dict.fromkeys((own, *_SIZES))), 2, 8192, 2)
        self._size.set_value(*own)

    def _pictures_changed(self) -> None:
        has_any = bool(self._pictures.count())
        self._empty.setVisible(not has_any)
        self._pictures_field.setVisible(has_any)
        surfaces.enable(
            self._clear, "" if has_any else "There is no picture yet.", "Takes all pictures off this list"
        )
        self._arrangement_changed()

    def _arrangement_changed(self) -> None:
        arrangement = self._arrangement.value()
        shots = arrangement is Arrangement.SHOTS
        film, sequence = arrangement is Arrangement.FILM, arrangement is Arrangement.SEQUENCE
        self._move_field.setVisible(not film)
        self._camera_field.setVisible(film)
        self._loop.setVisible(film)
        for field in (self._move_field, self._easing_field):
            field.disable("" if shots or film else "In a sequence nothing moves but the pictures.")
        lengths = self._lengths()
        why = "One picture is one frame: the rate sets the length." if sequence else ""
        self._length_field.disable(why or ("Its pictures have lengths of their own." if lengths else ""))
        if lengths:
            with QSignalBlocker(self._length):
                self._length.setValue(float(sum(lengths) / self._rate.value().fraction))
        elif sequence or not self._own_length:
            count = self._pictures.count()
            each = 1 / self._rate.value().fraction if sequence else Fraction(f"{self._still_length_s():.2f}")
            with QSignalBlocker(self._length):
                self._length.setValue(float(max(1, count) * each))
        self.refresh()

    def _still_length_s(self) -> float:
        return self.session.settings.still_length_s

    def _length_edited(self) -> None:
        self._own_length = True
        self.refresh()

    def _lengths(self) -> tuple[int, ...]:
        """Frames for each picture, where some have a length of their own; else empty."""
        own = self._pictures.seconds()
        if self._arrangement.value() is Arrangement.SEQUENCE or not any(own):
            return ()
        usual = Fraction(f"{self._still_length_s():.2f}")
        return tuple(frames_in(seconds or usual, self._rate.value()) for seconds in own)

    def _num_frames(self) -> int:
        if lengths := self._lengths():
            return sum(lengths)
        if self._arrangement.value() is Arrangement.SEQUENCE:
            # A numbered series with holes has more frames than pictures.
            paths = self._pictures.paths()
            return self._slots[1] if self._slots[0] == paths else max(1, len(paths))
        return frames_in(self._length.exact(), self._rate.value())

    def _collect(self, paths: Sequence[str], on_done: Callable[[Pictures], None]) -> None:
        def gather() -> Pictures:
            from studio.media.sequence import collect

            return collect(list(paths))

        run_in_background(gather, on_done, self.session.tell_report, owner=self)

    def _added(self, pictures: Pictures, row: int) -> None:
        self._pictures.insert(min(row, self._pictures.count()), pictures.paths)
        self._tell_notes(pictures)

    def _tell_notes(self, pictures: Pictures) -> None:
        for note in pictures.notes:
            self.session.notify("warning", note)

    def _ask_for_files(self) -> None:
        dialog = QFileDialog(self, "Add pictures", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter("Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff)")
        dialog.filesSelected.connect(self.add)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _clear_all(self) -> None:
        self._own_length = False
        self._pictures.set_paths([])


def _model_id(catalog: Catalog) -> str:
    """The model that animates; the shipped one's id where none is found, so that validation names it."""
    able = catalog.able_to(Capability.ANIMATE)
    return able[0].id if able else "animate"
