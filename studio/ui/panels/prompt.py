"""The prompt panel: words become a video."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from studio.jobs.drawing import Problem
from studio.jobs.job import Generate, Job
from studio.models.spec import Capability, ModelSpec
from studio.timing import Rate, frames_in
from studio.ui import surfaces
from studio.ui.fields import Choice, Decimal, Number, SeedField, SizeField, rate_options, side_by_side
from studio.ui.panels.input_panel import InputPanel
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.session import Session

_USUAL_RATES = tuple(Rate(rate) for rate in (8, 12, 15, 16, 24, 25, 30, 50, 60))
# What a job may say and this form does not show: kept as it came.
_CARRIED = (
    "images",
    "references",
    "video",
    "strength",
    "control",
    "mask",
    "guidance_scale_2",
    "scheduler",
    "flow_shift",
    "loras",
)
_SHAPES = ((1, 1), (16, 9), (9, 16), (4, 3))


class PromptText(QPlainTextEdit):
    """Where the prompt is typed: plain text only, Tab moves on, and files fall through to the window."""

    def __init__(self, placeholder: str, lines: int) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 2 * tokens.space + 6)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: N802 - Qt's name
        return source.hasText() and not source.hasUrls()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Ctrl+Enter belongs to Generate; a text box would put a line break here.
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)


class PromptPanel(InputPanel):
    models_wanted = Signal(str)
    """Somebody wants to see the model library, on the page of the model with this id."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, "Generate", "prompt", "Makes the video: a clip at the playhead (Ctrl+Enter)"
        )
        self._carried: dict[str, Any] = {}
        self._prompt = PromptText("What should be seen? A place, something in it, and how it moves.", 5)
        self._negative = PromptText("What should not be seen", 2)
        self._model = Choice()
        self._style = Choice()
        self._size = SizeField()
        self._length = Decimal(0.001, 600, 2.0, "s", 0.5)
        self._seed = SeedField()
        self._steps = Number(1, 200, 20)
        self._guidance = Decimal(0, 30, 4.0, "", 0.5)
        self._rate = Choice()
        self._examples = Examples()
        self._build()
        self._follow()
        with self.all_at_once():
            self._offer_models()

    def job(self) -> Generate:
        spec = self._model.value()
        width, height = self._size.value()
        return Generate(
            model=spec.id,
            prompt=self._prompt.toPlainText().strip(),
            negative_prompt=self._negative.toPlainText().strip(),
            style=self._style.value() or "",
            width=width,
            height=height,
            num_frames=self._num_frames(spec),
            frame_rate=self._rate.value(),
            num_inference_steps=self._steps.value(),
            guidance_scale=round(self._guidance.value(), 2),
            seed=self._seed.value(),
            **self._carried,
        )

    def load(self, job: Job) -> None:
        assert isinstance(job, Generate)
        with self.all_at_once():
            if (spec := self.spec(job)) is None:
                hint = "Its other settings are set; choose another model."
                self.session.notify("warning", f"The model '{job.model}' is not here.", hint)
            else:
                self._model.set_value(spec, spec.title)
            self._fill(job)

    def _fill(self, job: Generate) -> None:
        self._carried = {name: getattr(job, name) for name in _CARRIED}
        self._prompt.setPlainText(job.prompt)
        self._negative.setPlainText(job.negative_prompt)
        self._style.set_value(job.style, job.style)
        self._size.set_value(job.width, job.height)
        self._rate.set_value(job.frame_rate, f"{job.frame_rate} fps")
        self._length.setValue(float(job.num_frames / job.frame_rate.fraction))
        self._steps.setValue(job.num_inference_steps)
        self._guidance.setValue(job.guidance_scale)
        self._seed.set_value(job.seed)

    def send(self, job: Job) -> None:
        assert isinstance(job, Generate)
        self.session.generate(job)

    def blocker(self) -> str:
        return "" if self._model.value() is not None else "No model that draws from words is installed."

    def summary(self, job: Job) -> str:
        assert isinstance(job, Generate)
        seconds = float(job.num_frames / job.frame_rate.fraction)
        return f"Draws {job.num_frames} frames: {seconds:.1f} s at {job.frame_rate} fps."

    def is_untouched(self, problem: Problem) -> bool:
        return problem.field == "prompt" and not self._prompt.toPlainText().strip()

    def focus_prompt(self) -> None:
        self._prompt.setFocus()
        self._prompt.selectAll()

    # Building

    def _build(self) -> None:
        add = self.add_field
        self.body.addWidget(add("Prompt", self._prompt, "What should be seen, in plain words", "prompt"))
        self.body.addWidget(self._examples)
        self.body.addWidget(self._model_row())
        self._style_field = add("Style", self._style, "How it should look", "style")
        self._length_field = add("Length", self._length, "How long the clip lasts", "num_frames")
        self._size_field = add("Size", self._size, "Width and height of the picture", "width", "height")
        seed = add("Seed", self._seed, "Where the dice fall", "seed")
        self.body.addWidget(side_by_side(self._size_field, self._length_field, shares=(3, 2)))
        self.body.addWidget(side_by_side(self._style_field, seed))
        self.body.addWidget(surfaces.Fold("More", self._more()))
        self.body.addStretch(1)

    def _model_row(self) -> QWidget:
        """The choice of what is installed, and the way to what else there is."""
        field = self.add_field("Model", self._model, "The AI model that draws", "model")
        more = surfaces.icon_button("library", "Models", self._want_models, "All models: fetch, add, remove")
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(field, 1)
        line.addWidget(more, 0, Qt.AlignmentFlag.AlignBottom)
        return row

    def _more(self) -> QWidget:
        add = self.add_field
        rest = QWidget()
        column = QVBoxLayout(rest)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space + tokens.space // 2)
        column.addWidget(add("Negative prompt", self._negative, "What should not be seen", "negative_prompt"))
        steps_tip = "More steps: finer and slower"
        guidance_tip = "How strictly the picture follows the words"
        steps = add("Steps", self._steps, steps_tip, "num_inference_steps")
        guidance = add("Guidance", self._guidance, guidance_tip, "guidance_scale")
        self._rate_field = add("Frame rate", self._rate, "Frames per second", "frame_rate")
        column.addWidget(side_by_side(steps, guidance))
        column.addWidget(side_by_side(self._rate_field, QWidget()))
        return rest

    def _follow(self) -> None:
        self._model.picked.connect(self._model_changed)
        self.session.models_changed.connect(self._models_changed)
        self._prompt.textChanged.connect(self._prompt_changed)
        self._negative.textChanged.connect(self.refresh)
        self._examples.chosen.connect(self._prompt.setPlainText)
        for signal in (
            self._style.picked,
            self._rate.picked,
            self._size.changed,
            self._seed.changed,
            self._length.valueChanged,
            self._steps.valueChanged,
            self._guidance.valueChanged,
        ):
            signal.connect(lambda *_: self.refresh())

    # Following the model

    def _models(self) -> list[ModelSpec]:
        able = self.session.catalog.able_to(Capability.TEXT_TO_VIDEO)
        # What is not installed stands in the library. Those ready for use first: the one on top is chosen
        # at the start.
        here = [spec for spec in able if not spec.hidden and spec.is_installed]
        return sorted(here, key=lambda spec: bool(spec.missing_files()))

    def _want_models(self) -> None:
        spec: ModelSpec | None = self._model.value()
        self.models_wanted.emit("" if spec is None else spec.id)

    def _models_changed(self) -> None:
        """Something was installed, added or removed; what is chosen stays if it is still there."""
        chosen: ModelSpec | None = self._model.value()
        fresh = next((spec for spec in self._models() if chosen is not None and spec.id == chosen.id), None)
        if fresh is None:
            with self.all_at_once():
                self._offer_models()
            return
        self._list_models()
        self._model.set_value(fresh, fresh.title)
        self.refresh()

    def _offer_models(self) -> None:
        self._list_models()
        self._model_changed()

    def _list_models(self) -> None:
        options = []
        for spec in self._models():
            options.append((f"{spec.title} (not complete)" if spec.missing_files() else spec.title, spec))
        self._model.set_options(options)

    def _model_changed(self) -> None:
        spec: ModelSpec | None = self._model.value()
        with self.all_at_once():
            if spec is not None:
                self._fit_to(spec)
            self._prompt_changed()

    def _fit_to(self, spec: ModelSpec) -> None:
        limits, defaults = spec.limits, spec.defaults
        self._style.set_options([("Any", ""), *((name.capitalize(), name) for name in spec.styles)])
        self._style_field.disable("" if spec.styles else f"{spec.title} brings no styles.")
        self._size.set_sizes(usual_sizes(spec), limits.min_size, limits.max_size, limits.size_multiple)
        self._size.set_value(defaults.width, defaults.height)
        self._rate.set_options(rate_options(limits.frame_rates or _USUAL_RATES))
        self._rate.set_value(defaults.frame_rate, f"{defaults.frame_rate} fps")
        only_rate = len(limits.frame_rates) == 1
        self._rate_field.disable(
            f"{spec.title} draws at {defaults.frame_rate} fps only." if only_rate else ""
        )
        self._length.setValue(float(defaults.num_frames / defaults.frame_rate.fraction))
        only_length = limits.frames.minimum == limits.frames.maximum
        always = f"{spec.title} always draws {limits.frames.minimum} frames."
        self._length_field.disable(always if only_length else "")
        self._steps.setMaximum(limits.max_steps)
        self._steps.setValue(defaults.num_inference_steps)
        self._guidance.setValue(defaults.guidance_scale)
        self._examples.offer(spec.examples)

    def _num_frames(self, spec: ModelSpec) -> int:
        """The nearest count that the model can make: the form never asks for another."""
        return spec.limits.frames.snap(frames_in(self._length.exact(), self._rate.value()))

    def _prompt_changed(self) -> None:
        self._examples.setVisible(not self._prompt.toPlainText() and self._examples.count() > 0)
        self.refresh()


class Examples(QWidget):
    """Prompts to begin with, as chips."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._row = surfaces.WrapLayout(4)
        self.setLayout(self._row)

    def count(self) -> int:
        return self._row.count()

    def offer(self, prompts: Sequence[str]) -> None:
        """Shows the first five of `prompts`."""
        while (item := self._row.takeAt(0)) is not None:
            if (chip := item.widget()) is not None:
                chip.deleteLater()
        for prompt in prompts[:5]:
            take = partial(self.chosen.emit, prompt)
            self._row.addWidget(surfaces.Chip(prompt, f"Takes this prompt: {prompt}", take))


def usual_sizes(spec: ModelSpec) -> list[tuple[int, int]]:
    """The default size and the usual shapes with about its area, as far as the model's limits allow."""
    limits, defaults = spec.limits, spec.defaults
    sizes = [(defaults.width, defaults.height)]
    area = defaults.width * defaults.height
    for across, down in _SHAPES:
        scale = (area / (across * down)) ** 0.5
        step = max(limits.size_multiple, 16 if limits.size_multiple <= 16 else limits.size_multiple)
        size = (round(across * scale / step) * step, round(down * scale / step) * step)
        if size not in sizes and all(limits.min_size <= side <= limits.max_size for side in size):
            sizes.append(size)
    return sizes
