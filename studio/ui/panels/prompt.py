"""The prompt panel: words, and what else the chosen model takes, become a video."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.jobs.drawing import Problem
from studio.jobs.job import Extension, Generate, Job
from studio.media.info import MediaInfo
from studio.models.spec import Capability, ModelSpec
from studio.project.timeline import Clip
from studio.timing import frames_in
from studio.ui import surfaces
from studio.ui.fields import Choice, Decimal, SeedField, SizeField, side_by_side
from studio.ui.panels.continuing import recipe_to_continue, size_like
from studio.ui.panels.model_choice import ModelChoice
from studio.ui.panels.model_fit import length_note, usual_sizes
from studio.ui.panels.more_settings import MoreSettings
from studio.ui.panels.prompt_text import Examples, PromptText
from studio.ui.panels.taking_panel import TakingPanel
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.ui.drawing.dropped import Dropped
    from studio.ui.drawing.fetch_offer import FetchOffer
    from studio.ui.drawing.inputs import DrawingInputs
    from studio.ui.session import Session

_INPUTS = ("images", "references", "video", "control", "mask", "painted", "extend", "windows")
_CONTINUES = frozenset((Capability.EXTEND, Capability.EXTEND_BACK))
_WORDS_ONLY = frozenset((Capability.TEXT_TO_VIDEO, Capability.SOUND))


class PromptPanel(TakingPanel):
    models_wanted = Signal(str)
    """Somebody wants to see the model library, on the page of the model with this id."""

    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__(
            session, "Generate", "prompt", "Makes the video: a clip at the playhead (Ctrl+Enter)"
        )
        self._thumbnails = thumbnails
        self._prompt = PromptText("What should be seen? A place, something in it, and how it moves.", 5)
        self._model = ModelChoice(session)
        self._style = Choice()
        self._size = SizeField()
        self._length = Decimal(0.001, 600, 2.0, "s", 0.5)
        self._seed = SeedField()
        self._more = MoreSettings(session, self.add_field)
        self._examples = Examples()
        self._continued: tuple[Extension | None, str] = (None, "")
        """The clip of the timeline that was asked to be continued, as the job says it and by its id."""
        self._build()
        self._follow()
        with self.all_at_once():
            self._offer_models()

    def job(self) -> Generate:
        spec = self._model.value()
        width, height = self._size.value()
        prompt, num_frames = self._prompt.toPlainText().strip(), self._num_frames(spec)
        more = self._more.values()
        if self._has("_inputs"):
            windows = self._inputs.windows(prompt, num_frames, self._more.rate())
            num_frames = sum(window.num_frames for window in windows) or num_frames
            more |= {**self._inputs.values(), "windows": windows}
        return Generate(
            model=spec.id,
            prompt=prompt,
            style=self._style.value() or "",
            width=width,
            height=height,
            num_frames=num_frames,
            seed=self._seed.value(),
            **more,
        )

    def load(self, job: Job) -> None:
        assert isinstance(job, Generate)
        with self.all_at_once():
            if (spec := self.spec(job)) is None:
                hint = "Its other settings are set; choose another model."
                self.session.notify("warning", f"The model '{job.model}' is not here.", hint)
            else:
                self._model.choose(spec)
            self._fill(job)

    def _fill(self, job: Generate) -> None:
        first = job.windows[0].num_frames if job.windows else job.num_frames
        self._prompt.setPlainText(job.windows[0].prompt if job.windows else job.prompt)
        self._style.set_value(job.style, job.style)
        self._show_style()
        self._size.set_value(job.width, job.height)
        self._length.setValue(float(first / job.frame_rate.fraction))
        self._seed.set_value(job.seed)
        self._more.fill(job)
        if self._has("_inputs") or any(getattr(job, name) for name in _INPUTS):
            self._inputs.fill(job)

    def send(self, job: Job) -> None:
        assert isinstance(job, Generate)
        extended, clip_id = self._continued
        beside = None
        if job.extend is not None and job.extend == extended:
            beside = clip_id, "before" if job.extend.backwards else "after"
        if self.session.generate(job, beside) is not None:
            self._model.remember()

    def blocker(self) -> str:
        return "" if self._model.value() is not None else "No model that draws is installed."

    def summary(self, job: Job) -> str:
        assert isinstance(job, Generate)
        seconds = float(job.num_frames / job.frame_rate.fraction)
        return f"Draws {job.num_frames} frames: {seconds:.1f} s at {job.frame_rate} fps."

    def is_untouched(self, problem: Problem) -> bool:
        if problem.field in _INPUTS:
            return self._has("_inputs") and self._inputs.is_unfinished(problem.field)
        if problem.field == "model":
            # The offer to fetch it says so, and more.
            return self._has("_offer") and self._offer.is_offering()
        if problem.field == "few_step":
            return self._more.is_offering_few_step()
        return problem.field == "prompt" and not self._prompt.toPlainText().strip()

    def refresh(self) -> None:
        spec: ModelSpec | None = self._model.value()
        if spec is not None and not self._changing:
            rate = self._more.rate()
            asked = frames_in(self._length.exact(), rate)
            free = self._num_frames(spec) == asked
            self._length_field.show_note("" if free else length_note(spec, asked, rate))
            if self._has("_inputs"):
                self._inputs.show_timing(self.job().num_frames, rate)
        super().refresh()

    def focus_prompt(self) -> None:
        self._prompt.setFocus()
        self._prompt.selectAll()

    def extend(self, clip: Clip, backwards: bool) -> None:
        """Makes the form one that goes on from `clip` of the timeline, or leads up to it.

        Chooses a model that can, where that of the clip or the chosen one cannot; tells where none can.
        """
        source = self.session.source_of(clip.id)
        wanted = Capability.EXTEND_BACK if backwards else Capability.EXTEND
        if (made_by := recipe_to_continue(clip.take.recipe)) is not None:
            self.load(made_by)
        spec = self._model.able(wanted)
        if source is None or spec is None:
            hint = "Wait until it is finished." if source is None else "The model library has some that can."
            self.session.notify("warning", "This clip cannot be continued now.", hint)
            return
        self._model.choose(spec)
        self._inputs.extend(source, backwards)
        self._continued = self.job().extend, clip.id
        self.focus_prompt()

    def welcomes(self, dropped: Dropped) -> bool:
        takes = self._has("_inputs") and self._inputs.welcomes(dropped)
        return takes or self._more.welcomes(dropped)

    def take(self, dropped: Dropped, at: QPoint) -> bool:
        if self._more.welcomes(dropped):
            self._more_fold.set_open(True)
            self._more.take(dropped)
            return True
        return self._has("_inputs") and self._inputs.take(dropped, self._inputs.mapFromGlobal(at))

    # Parts that only some models need: imported and made when the first of these is chosen

    @cached_property
    def _inputs(self) -> DrawingInputs:
        from studio.ui.drawing.inputs import DrawingInputs

        made = DrawingInputs(self.session, self._thumbnails, self.add_field)
        made.changed.connect(self.refresh)
        made.examined.connect(self._examined)
        self._above.addWidget(made)
        return made

    @cached_property
    def _offer(self) -> FetchOffer:
        from studio.ui.drawing.fetch_offer import FetchOffer

        made = FetchOffer(self.session)
        made.library_wanted.connect(self.models_wanted)
        self._below_model.addWidget(made)
        return made

    def _has(self, part: str) -> bool:
        return part in self.__dict__

    # Building

    def _build(self) -> None:
        add = self.add_field
        self._prompt_field = add("Prompt", self._prompt, "What should be seen, in plain words", "prompt")
        self._above = QVBoxLayout()
        self._style_field = add("Style", self._style, "How it should look", "style")
        self._length_field = add("Length", self._length, "How long the clip lasts", "num_frames")
        self._size_field = add("Size", self._size, "Width and height of the picture", "width", "height")
        seed = add("Seed", self._seed, "Where the dice fall", "seed")
        self._more_fold = surfaces.Fold("More settings", self._more)
        self.body.addWidget(self._prompt_field)
        self.body.addWidget(self._examples)
        self.body.addLayout(self._above)
        self.body.addLayout(self._model_row())
        self.body.addLayout(self._shape_row())
        self.body.addWidget(side_by_side(self._style_field, seed))
        self.body.addWidget(self._more_fold)
        self.body.addStretch(1)

    def _model_row(self) -> QVBoxLayout:
        """The choice of what is installed, the way to what else there is, and below it what is to be done."""
        field = self.add_field("Model", self._model, "The AI model that draws", "model")
        more = surfaces.icon_button("library", "Models", self._want_models, "All models: fetch, add, remove")
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(field, 1)
        line.addWidget(more, 0, Qt.AlignmentFlag.AlignBottom)
        self._below_model = _column(line)
        field.put_lines_into(self._below_model)
        return self._below_model

    def _shape_row(self) -> QVBoxLayout:
        """Size and length, and below them what the model makes of these."""
        column = _column(side_by_side(self._size_field, self._length_field, shares=(3, 2)))
        for field in (self._size_field, self._length_field):
            field.put_lines_into(column)
        return column

    def _follow(self) -> None:
        self._model.picked.connect(self._model_changed)
        self.session.models_changed.connect(self._models_changed)
        self._prompt.textChanged.connect(self._prompt_changed)
        self._more.changed.connect(self.refresh)
        self._examples.chosen.connect(self._prompt.setPlainText)
        self._size.snapped.connect(self._size_field.show_note)
        for signal in (self._style.picked, self._size.changed, self._seed.changed, self._length.valueChanged):
            signal.connect(lambda *_: self.refresh())

    # Following the model

    def _want_models(self) -> None:
        spec: ModelSpec | None = self._model.value()
        self.models_wanted.emit("" if spec is None else spec.id)

    def _models_changed(self) -> None:
        """Something was installed, added or removed; what is chosen stays if it is still there."""
        chosen: ModelSpec | None = self._model.value()
        fresh = None if chosen is None else self._model.fresh(chosen.id)
        with self.all_at_once():
            if fresh is None:
                self._offer_models()
                return
            self._model.list_models()
            self._model.choose(fresh)
            self._offer_fetching(fresh)

    def _offer_models(self) -> None:
        self._model.list_models()
        self._model.choose_last()
        self._model_changed()

    def _model_changed(self) -> None:
        spec: ModelSpec | None = self._model.value()
        with self.all_at_once():
            if spec is not None:
                self._fit_to(spec)
            self._prompt_changed()

    def _fit_to(self, spec: ModelSpec) -> None:
        limits, defaults = spec.limits, spec.defaults
        self._style.set_options([("Any", ""), *((name.capitalize(), name) for name in spec.styles)])
        self._show_style()
        self._prompt_field.disable("" if spec.reads_prompt else f"{spec.title} sees its picture only.")
        self._size.set_sizes(usual_sizes(spec), limits.min_size, limits.max_size, limits.size_multiple)
        self._size.set_value(defaults.width, defaults.height)
        self._length.setValue(float(defaults.num_frames / defaults.frame_rate.fraction))
        only_length = limits.frames.minimum == limits.frames.maximum and not _CONTINUES & set(
            spec.capabilities
        )
        always = f"{spec.title} always draws {limits.frames.minimum} frames."
        self._length_field.disable(always if only_length else "")
        self._examples.offer(spec.examples)
        self._more.fit_to(spec)
        if self._has("_inputs") or set(spec.capabilities) - _WORDS_ONLY:
            self._inputs.fit_to(spec)
        self._offer_fetching(spec)

    def _offer_fetching(self, spec: ModelSpec) -> None:
        if self._has("_offer") or not spec.is_installed:
            self._offer.show_model(spec)

    def _show_style(self) -> None:
        """A choice of styles is there where the model brings some, or where a recipe names one."""
        self._style_field.setVisible(self._style.count() > 1 or bool(self._style.value()))

    def _examined(self, info: MediaInfo, seconds: float) -> None:
        """The shape of what was put in, and its length, become the video's where the model's own stood."""
        from studio.ui.drop_router import read_comment

        spec: ModelSpec = self._model.value()
        defaults = spec.defaults
        with self.all_at_once():
            if self._size.value() == (defaults.width, defaults.height):
                self._size.set_value(*size_like(spec, info.width, info.height))
            usual = float(defaults.num_frames / defaults.frame_rate.fraction)
            if seconds and abs(self._length.value() - usual) < 0.001:
                self._length.setValue(min(seconds, self._length.maximum()))
        recipe = read_comment(info.comment)
        # The results of this project show theirs in the inspector.
        if isinstance(recipe, Generate) and not Path(info.path).is_relative_to(self.session.folder):
            bring_back = ("Use its settings", lambda: self.load(recipe))
            self.session.notify("info", f"{Path(info.path).name} was made by Kinora.", action=bring_back)

    def _num_frames(self, spec: ModelSpec) -> int:
        """The nearest count that the model can make; any, where it draws a long video in windows."""
        asked = frames_in(self._length.exact(), self._more.rate())
        able = _CONTINUES & set(spec.capabilities)
        if Capability.EXTEND in able and asked > spec.limits.frames.maximum:
            return asked
        if able and self._has("_inputs") and self._inputs.goes_on():
            return asked
        return spec.limits.frames.snap(asked)

    def _prompt_changed(self) -> None:
        self._examples.setVisible(not self._prompt.toPlainText() and self._examples.count() > 0)
        self.refresh()


def _column(first: QWidget | QHBoxLayout) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(4)
    if isinstance(first, QWidget):
        column.addWidget(first)
    else:
        column.addLayout(first)
    return column
