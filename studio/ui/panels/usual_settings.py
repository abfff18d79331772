"""The rarer settings that every drawing model has: what should not be seen, steps, guidance, rate."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.jobs.job import Generate
from studio.models.spec import ModelSpec
from studio.timing import Rate
from studio.ui.fields import Choice, Decimal, Number, rate_options, side_by_side
from studio.ui.panels.input_panel import AddField
from studio.ui.panels.prompt_text import PromptText
from studio.ui.theme import tokens

_USUAL_RATES = tuple(Rate(rate) for rate in (8, 12, 15, 16, 24, 25, 30, 50, 60))


class UsualSettings(QWidget):
    changed = Signal()

    def __init__(self, add_field: AddField) -> None:
        super().__init__()
        self._negative = PromptText("What should not be seen", 2)
        self._steps = Number(1, 200, 20)
        self._guidance = Decimal(0, 30, 4.0, "", 0.5)
        self._rate = Choice()
        self._above_steps = QVBoxLayout()
        self._build(add_field)
        for signal in (
            self._negative.textChanged,
            self._steps.valueChanged,
            self._guidance.valueChanged,
            self._rate.picked,
        ):
            signal.connect(lambda *_: self.changed.emit())

    def values(self) -> dict[str, Any]:
        """The fields of Generate that stand here."""
        return {
            "negative_prompt": self._negative.toPlainText().strip(),
            "frame_rate": self._rate.value(),
            "num_inference_steps": self._steps.value(),
            "guidance_scale": round(self._guidance.value(), 2),
        }

    def fill(self, job: Generate) -> None:
        self._negative.setPlainText(job.negative_prompt)
        self._set_rate(job.frame_rate)
        self._steps.setValue(job.num_inference_steps)
        self._guidance.setValue(job.guidance_scale)

    def fit_to(self, spec: ModelSpec) -> None:
        """Offers what the model can be told, and sets what is usual for it."""
        limits, defaults = spec.limits, spec.defaults
        self._rate.set_options(rate_options(limits.frame_rates or _USUAL_RATES))
        self._set_rate(defaults.frame_rate)
        only = (
            f"{spec.title} draws at {defaults.frame_rate} fps only." if len(limits.frame_rates) == 1 else ""
        )
        self._rate_field.disable(only)
        self._steps.setMaximum(limits.max_steps)
        self._steps.setValue(defaults.num_inference_steps)
        self._guidance.setValue(defaults.guidance_scale)

    def put_above_steps(self, widget: QWidget) -> None:
        self._above_steps.addWidget(widget)

    def show_steps(self, is_shown: bool) -> None:
        """Shows or hides steps and guidance."""
        self._steps_row.setVisible(is_shown)

    # Inside

    def _set_rate(self, rate: Rate) -> None:
        self._rate.set_value(rate, f"{rate} fps")

    def _build(self, add: AddField) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space + tokens.space // 2)
        column.addWidget(add("Negative prompt", self._negative, "What should not be seen", "negative_prompt"))
        steps_tip = "More steps: finer and slower"
        guidance_tip = "How strictly the picture follows the words"
        steps = add("Steps", self._steps, steps_tip, "num_inference_steps")
        guidance = add("Guidance", self._guidance, guidance_tip, "guidance_scale")
        self._rate_field = add("Frame rate", self._rate, "Frames per second", "frame_rate")
        self._steps_row = side_by_side(steps, guidance)
        column.addLayout(self._above_steps)
        column.addWidget(self._steps_row)
        column.addWidget(side_by_side(self._rate_field, QWidget()))
