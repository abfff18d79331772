"""The video panel: the selected clips in another look or style, at another rate, or without flicker."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QSize
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.jobs.job import Deflicker, Interpolate, Job, Source, Stylize
from studio.models.spec import Capability
from studio.project.media_paths import resolve_path
from studio.project.timeline import Clip, External, Generator
from studio.ui import icons, surfaces
from studio.ui.drawing.percent import Percent
from studio.ui.fields import Choice
from studio.ui.panels.clip_frames import ClipFrames
from studio.ui.panels.input_panel import InputPanel
from studio.ui.panels.look_choice import LookChoice
from studio.ui.panels.mixing_fields import MixingFields
from studio.ui.panels.motion_fields import MotionFields
from studio.ui.panels.style_fields import StyleFields
from studio.ui.theme import tokens
from studio.ui.thumbnails import Thumbnails, framed

if TYPE_CHECKING:
    from studio.ui.session import Session

_PICTURE = QSize(88, 56)
_LOOK, _STYLE, _RATE, _STEADY = "look", "style", "rate", "steady"
_TASKS = (
    ("Another look", _LOOK),
    ("The style of a picture", _STYLE),
    ("Another rate or speed", _RATE),
    ("Without its flicker", _STEADY),
)
_BUTTONS = {
    _LOOK: ("Stylize", "looks"),
    _STYLE: ("Stylize", "looks"),
    _RATE: ("Interpolate", "interpolate"),
    _STEADY: ("Remove flicker", "deflicker"),
}
Work = Stylize | Interpolate | Deflicker


class VideoPanel(InputPanel):
    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__(session, "Stylize", "looks", "Makes a new take of the clip; the old one stays")
        self._thumbnails = thumbnails
        self._source = Source(path="")
        self._empty = surfaces.EmptyState(
            "video", "Select a clip, or drop a video", "Give it a drawn look, or smoother motion."
        )
        self._picture = QLabel()
        self._picture.setFixedSize(_PICTURE)
        self._name = surfaces.ElidedText("", "title")
        self._facts = surfaces.text("", "secondary")
        self._task = Choice(_TASKS)
        self._looks = LookChoice()
        self._steadiness = Percent(1.0)
        self._motion = MotionFields(self.add_field)
        self._style = StyleFields(self.add_field)
        self._mixing = MixingFields(session, thumbnails, self.add_field)
        self._build()
        self._follow()
        self._selection_changed()

    def job(self) -> Work:
        match self._task.value():
            case "rate":
                return self._motion.job(self._source)
            case "style":
                return self._mixing.applied(self._style.job(self._source))
            case "steady":
                return Deflicker(source=self._source, strength=self._steadiness.value())
            case _:
                model = self._model_id(Capability.STYLIZE, "looks")
                drawn = Stylize(model=model, source=self._source, look=self._looks.value())
                return self._mixing.applied(drawn)

    def take_style(self, picture: str) -> None:
        """Makes the picture at that path the style of the selected clips."""
        self._task.set_value(_STYLE)
        self._style.choose(picture)

    def load(self, job: Job) -> None:
        with self.all_at_once():
            self._fill(job)

    def _fill(self, job: Job) -> None:
        match job:
            case Stylize() if job.look is not None:
                self._task.set_value(_LOOK)
                self._looks.set_value(job.look)
                self._mixing.show_job(job)
            case Stylize():
                self._task.set_value(_STYLE)
                self._style.show_job(job)
                self._mixing.show_job(job)
            case Deflicker():
                self._task.set_value(_STEADY)
                self._steadiness.set_value(job.strength)
            case Interpolate():
                self._task.set_value(_RATE)
                self._motion.show_job(job)
            case _:
                raise AssertionError("the video panel makes looks, rates and steady clips")
        if not self._clips():
            self._source = job.source
        self._task_changed()

    def send(self, job: Job) -> None:
        assert isinstance(job, Work)
        for clip in self._clips():
            self.session.process(clip.id, partial(_with_source, job))

    def blocker(self) -> str:
        clips = self._clips()
        if not clips:
            return "Select a video clip on the timeline first."
        if any(isinstance(clip.take.reference, Generator) for clip in clips):
            return "This clip is still being made."
        return ""

    def summary(self, job: Job) -> str:
        count = len(self._clips())
        clips = "the clip" if count == 1 else f"each of the {count} clips"
        return f"Makes a new take of {clips}; the old one stays."

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_picture()

    # Inside

    def _build(self) -> None:
        add = self.add_field
        self._sheet = QWidget()
        sheet = QHBoxLayout(self._sheet)
        sheet.setContentsMargins(0, 0, 0, 0)
        sheet.setSpacing(tokens.space)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(self._name)
        words.addWidget(self._facts)
        words.addStretch(1)
        sheet.addWidget(self._picture)
        sheet.addLayout(words, 1)
        self.body.addWidget(self._empty)
        self.body.addWidget(self._sheet)
        self.body.addWidget(add("What to make", self._task, "What to make of the clip", "model"))
        self._looks_field = add("Look", self._looks, "How the clip is drawn", "look")
        self._steadiness_field = add(
            "How much", self._steadiness, "How much of the flicker is taken out", "strength"
        )
        for field in (self._looks_field, self._style, self._mixing, self._steadiness_field, self._motion):
            self.body.addWidget(field)
        self.body.addStretch(1)

    def _follow(self) -> None:
        self.session.selection_changed.connect(self._selection_changed)
        self.session.project_changed.connect(self._selection_changed)
        self._thumbnails.ready.connect(self._show_picture)
        self._task.picked.connect(self._task_changed)
        for signal in (
            self._looks.picked,
            self._mixing.changed,
            self._steadiness.changed,
            self._motion.changed,
            self._style.changed,
        ):
            signal.connect(lambda *_: self.refresh())
        self._task_changed()

    def _clips(self) -> list[Clip]:
        """The selected clips that have a picture."""
        shown: list[Clip] = []
        for clip in self.session.selected_clips():
            track, _ = self.session.project.find(clip.id) or (None, None)
            if track is not None and track.kind == "video":
                shown.append(clip)
        return shown

    def _selection_changed(self) -> None:
        clips = self._clips()
        self._empty.setVisible(not clips)
        self._sheet.setVisible(bool(clips))
        self._mixing.follow(ClipFrames(clips[0], self.session.project.rate) if clips else None)
        if clips:
            clip = clips[0]
            self._name.set_words(clip.name if len(clips) == 1 else f"{len(clips)} clips")
            seconds = float(clip.duration / self.session.project.rate.fraction)
            self._facts.setText(f"{seconds:.1f} s on the timeline")
            reference = clip.take.reference
            if isinstance(reference, External):
                path = resolve_path(self.session.folder, reference.path)
                self._source = Source(path=str(path), content_hash=reference.content_hash)
                self._motion.set_length(clip.source_length(clip.duration, self.session.project.rate).seconds)
            self._show_picture()
        self.refresh()

    def _show_picture(self) -> None:
        clips = self._clips()
        if clips:
            is_file = isinstance(clips[0].take.reference, External)
            image = self._thumbnails.of(self._source.path) if is_file else None
            self._picture.setPixmap(framed(image, _PICTURE, self.devicePixelRatioF(), "video"))
            if self.isVisible():
                self._looks.show_clip(image)

    def _task_changed(self) -> None:
        task = self._task.value()
        self._looks_field.setVisible(task == _LOOK)
        self._style.setVisible(task == _STYLE)
        self._mixing.setVisible(task in (_LOOK, _STYLE))
        self._steadiness_field.setVisible(task == _STEADY)
        self._motion.setVisible(task == _RATE)
        words, icon = _BUTTONS[task]
        self.primary.setText(words)
        self.primary.setIcon(icons.icon(icon, "on_accent"))
        self.refresh()

    def _model_id(self, capability: Capability, shipped: str) -> str:
        able = self.session.catalog.able_to(capability)
        return able[0].id if able else shipped


def _with_source(job: Work, source: Source) -> Work:
    return msgspec.structs.replace(job, source=source)
