"""The rarer settings of the prompt panel, folded away: what should not be seen, steps, guidance, rate."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec.structs import fields
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.jobs.job import Generate
from studio.models.spec import ModelSpec
from studio.timing import Rate
from studio.ui.fields import Choice, Decimal, Number, rate_options, side_by_side
from studio.ui.panels.input_panel import AddField
from studio.ui.panels.model_fit import has_rare
from studio.ui.panels.prompt_text import PromptText
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.drawing.dropped import Dropped
    from studio.ui.drawing.few_step_choice import FewStepChoice
    from studio.ui.drawing.rare_settings import RareSettings
    from studio.ui.session import Session

_USUAL_RATES = tuple(Rate(rate) for rate in (8, 12, 15, 16, 24, 25, 30, 50, 60))
_RARE = ("guidance_scale_2", "scheduler", "flow_shift", "loras")
_UNSET = {field.name: field.default for field in fields(Generate)}


class MoreSettings(QWidget):
    changed = Signal()

    def __init__(self, session: Session, add_field: AddField) -> None:
        super().__init__()
        self._session = session
        self._add_field = add_field
        self._negative = PromptText("What should not be seen", 2)
        self._steps = Number(1, 200, 20)
        self._guidance = Decimal(0, 30, 4.0, "", 0.5)
        self._rate = Choice()
        self._build()
        for signal in (
            self._negative.textChanged,
            self._steps.valueChanged,
            self._guidance.valueChanged,
            self._rate.picked,
        ):
            signal.connect(lambda *_: self.changed.emit())

    def rate(self) -> Rate:
        return self._rate.value()

    def values(self) -> dict[str, Any]:
        """The fields of Generate that stand here."""
        return {
            "negative_prompt": self._negative.toPlainText().strip(),
            "frame_rate": self._rate.value(),
            "num_inference_steps": self._steps.value(),
            "guidance_scale": round(self._guidance.value(), 2),
            **(self._rare.values() if self._has_rare else {}),
            **({"few_step": self._few_step.value()} if self._has_few_step else {}),
        }

    def fill(self, job: Generate) -> None:
        self._negative.setPlainText(job.negative_prompt)
        self.set_rate(job.frame_rate)
        self._steps.setValue(job.num_inference_steps)
        self._guidance.setValue(job.guidance_scale)
        if self._has_rare or any(getattr(job, name) != _UNSET[name] for name in _RARE):
            self._rare.fill(job)
        if self._has_few_step:
            self._few_step.set_value(job.few_step)

    def set_rate(self, rate: Rate) -> None:
        self._rate.set_value(rate, f"{rate} fps")

    def fit_to(self, spec: ModelSpec) -> None:
        limits, defaults = spec.limits, spec.defaults
        self._rate.set_options(rate_options(limits.frame_rates or _USUAL_RATES))
        self.set_rate(defaults.frame_rate)
        only = (
            f"{spec.title} draws at {defaults.frame_rate} fps only." if len(limits.frame_rates) == 1 else ""
        )
        self._rate_field.disable(only)
        self._steps.setMaximum(limits.max_steps)
        self._steps.setValue(defaults.num_inference_steps)
        self._guidance.setValue(defaults.guidance_scale)
        if self._has_rare or has_rare(spec):
            self._rare.fit_to(spec)
        if self._has_few_step or spec.few_step:
            self._few_step.setVisible(bool(spec.few_step))
            self._few_step.fit_to(spec)

    def is_offering_few_step(self) -> bool:
        """Whether the few-step tick says itself that its LoRA is still to be fetched."""
        return self._has_few_step and self._few_step.is_offering()

    def welcomes(self, dropped: Dropped) -> bool:
        """Whether a LoRA was dropped and the model takes one."""
        return self._has_rare and self._rare.welcomes(dropped)

    def take(self, dropped: Dropped) -> None:
        self._rare.take(dropped)

    # Inside

    @property
    def _has_rare(self) -> bool:
        return "_rare" in self.__dict__

    @cached_property
    def _rare(self) -> RareSettings:
        """What only some models can be told: imported and made when the first of these is chosen."""
        from studio.ui.drawing.rare_settings import RareSettings

        made = RareSettings(self._session, self._add_field)
        made.changed.connect(self.changed)
        self._column.addWidget(made)
        return made

    @property
    def _has_few_step(self) -> bool:
        return "_few_step" in self.__dict__

    @cached_property
    def _few_step(self) -> FewStepChoice:
        from studio.ui.drawing.few_step_choice import FewStepChoice

        made = FewStepChoice(self._session)
        made.changed.connect(self._few_step_changed)
        self._few_step_place.addWidget(
            self._add_field("Speed", made, "Few steps in place of many", "few_step")
        )
        return made

    def _few_step_changed(self) -> None:
        """What the LoRA sets by itself is not offered beside it."""
        is_own = not self._few_step.value()
        self._steps_row.setVisible(is_own)
        if self._has_rare:
            self._rare.show_settings(is_own)
        self.changed.emit()

    def _build(self) -> None:
        add = self._add_field
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space + tokens.space // 2)
        column.addWidget(add("Negative prompt", self._negative, "What should not be seen", "negative_prompt"))
        steps_tip = "More steps: finer and slower"
        guidance_tip = "How strictly the picture follows the words"
        steps = add("Steps", self._steps, steps_tip, "num_inference_steps")
        guidance = add("Guidance", self._guidance, guidance_tip, "guidance_scale")
        self._rate_field = add("Frame rate", self._rate, "Frames per second", "frame_rate")
        self._few_step_place = QVBoxLayout()
        self._steps_row = side_by_side(steps, guidance)
        column.addLayout(self._few_step_place)
        column.addWidget(self._steps_row)
        column.addWidget(side_by_side(self._rate_field, QWidget()))
