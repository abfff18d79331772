"""The rarer settings of the prompt panel, folded away; each part is made when it is first shown or set."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec.structs import fields
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.jobs.job import Generate
from studio.models.spec import ModelSpec
from studio.timing import Rate
from studio.ui.panels.input_panel import AddField
from studio.ui.panels.model_fit import has_rare
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.drawing.dropped import Dropped
    from studio.ui.drawing.few_step_choice import FewStepChoice
    from studio.ui.drawing.rare_settings import RareSettings
    from studio.ui.panels.usual_settings import UsualSettings
    from studio.ui.session import Session

_RARE = ("guidance_scale_2", "scheduler", "flow_shift", "loras")


class MoreSettings(QWidget):
    changed = Signal()

    def __init__(self, session: Session, add_field: AddField) -> None:
        super().__init__()
        self._session = session
        self._add_field = add_field
        self._spec: ModelSpec | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(tokens.space + tokens.space // 2)

    def setVisible(self, visible: bool) -> None:  # noqa: N802 - Qt's name
        if visible:
            self._usual.show()
        super().setVisible(visible)

    def rate(self) -> Rate:
        return self._usual_values()["frame_rate"]

    def values(self) -> dict[str, Any]:
        """The fields of Generate that stand here."""
        return {
            **self._usual_values(),
            **(self._rare.values() if self._has("_rare") else {}),
            **({"few_step": self._few_step.value()} if self._has("_few_step") else {}),
        }

    def fill(self, job: Generate) -> None:
        self._usual.fill(job)
        unset = {field.name: field.default for field in fields(Generate)}
        if self._has("_rare") or any(getattr(job, name) != unset[name] for name in _RARE):
            self._rare.fill(job)
        if self._has("_few_step"):
            self._few_step.set_value(job.few_step)

    def fit_to(self, spec: ModelSpec) -> None:
        self._spec = spec
        if self._has("_usual"):
            self._usual.fit_to(spec)
        if self._has("_rare") or has_rare(spec):
            self._rare.fit_to(spec)
        if self._has("_few_step") or spec.few_step:
            self._few_step.setVisible(bool(spec.few_step))
            self._few_step.fit_to(spec)

    def is_offering_few_step(self) -> bool:
        """Whether the few-step tick says itself that its LoRA is still to be fetched."""
        return self._has("_few_step") and self._few_step.is_offering()

    def welcomes(self, dropped: Dropped) -> bool:
        """Whether a LoRA was dropped and the model takes one."""
        return self._has("_rare") and self._rare.welcomes(dropped)

    def take(self, dropped: Dropped) -> None:
        self._rare.take(dropped)

    # The parts

    def _has(self, part: str) -> bool:
        return part in self.__dict__

    @cached_property
    def _usual(self) -> UsualSettings:
        from studio.ui.panels.usual_settings import UsualSettings

        made = UsualSettings(self._add_field)
        if self._spec is not None:
            made.fit_to(self._spec)
        made.changed.connect(self.changed)
        self._column.insertWidget(0, made)
        return made

    def _usual_values(self) -> dict[str, Any]:
        """What UsualSettings says, or would say if it were made."""
        if self._has("_usual") or self._spec is None:
            return self._usual.values()
        usual = self._spec.defaults
        return {
            "negative_prompt": "",
            "frame_rate": usual.frame_rate,
            "num_inference_steps": usual.num_inference_steps,
            "guidance_scale": round(usual.guidance_scale, 2),
        }

    @cached_property
    def _rare(self) -> RareSettings:
        """What only some models can be told."""
        from studio.ui.drawing.rare_settings import RareSettings

        made = RareSettings(self._session, self._add_field)
        made.changed.connect(self.changed)
        self._column.addWidget(made)
        return made

    @cached_property
    def _few_step(self) -> FewStepChoice:
        from studio.ui.drawing.few_step_choice import FewStepChoice

        made = FewStepChoice(self._session)
        made.changed.connect(self._few_step_changed)
        self._usual.put_above_steps(self._add_field("Speed", made, "Few steps in place of many", "few_step"))
        return made

    def _few_step_changed(self) -> None:
        """What the LoRA sets by itself is not offered beside it."""
        is_own = not self._few_step.value()
        self._usual.show_steps(is_own)
        if self._has("_rare"):
            self._rare.show_settings(is_own)
        self.changed.emit()
