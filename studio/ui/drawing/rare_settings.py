"""What only some models can be told: LoRAs, the scheduler, the flow shift, the second expert's guidance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.jobs.job import Generate
from studio.models.spec import ModelSpec
from studio.ui.drawing.dropped import Dropped
from studio.ui.drawing.lora_list import LoraList
from studio.ui.fields import Choice, Decimal, side_by_side
from studio.ui.panels.input_panel import AddField
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.session import Session

_OWN = 0.0
_SAME = -1.0


class RareSettings(QWidget):
    changed = Signal()

    def __init__(self, session: Session, add_field: AddField) -> None:
        super().__init__()
        self._spec: ModelSpec | None = None
        self.loras = LoraList(session)
        self._scheduler = Choice((("Usual", ""),))
        self._shift = Decimal(_OWN, 100, _OWN, "", 0.5)
        self._shift.setSpecialValueText("Usual")
        self._guidance = Decimal(_SAME, 30, _SAME, "", 0.5)
        self._guidance.setSpecialValueText("The same")
        self._build(add_field)
        for signal in (self._scheduler.picked, self._shift.valueChanged, self._guidance.valueChanged):
            signal.connect(lambda *_: self.changed.emit())
        self.loras.changed.connect(self.changed)

    def values(self) -> dict[str, Any]:
        """The fields of Generate that the model of the last `fit_to` takes."""
        shift, guidance = self._shift.value(), self._guidance.value()
        found: dict[str, Any] = {}
        if not self._loras_field.isHidden():
            found["loras"] = self.loras.value()
        if not self._scheduler_field.isHidden():
            found["scheduler"] = self._scheduler.value() or ""
        if not self._shift_field.isHidden():
            found["flow_shift"] = None if shift == _OWN else round(shift, 3)
        if not self._guidance_field.isHidden():
            found["guidance_scale_2"] = None if guidance == _SAME else round(guidance, 3)
        return found

    def fill(self, job: Generate) -> None:
        self.loras.set_value(job.loras)
        self._scheduler.set_value(job.scheduler, job.scheduler)
        self._shift.setValue(_OWN if job.flow_shift is None else job.flow_shift)
        self._guidance.setValue(_SAME if job.guidance_scale_2 is None else job.guidance_scale_2)

    def fit_to(self, spec: ModelSpec) -> None:
        """Shows what the model takes, at its own settings; LoRAs stay, for another model of the family."""
        self._spec = spec
        limits, defaults = spec.limits, spec.defaults
        self._scheduler.set_options([("Usual", ""), *((_title(name), name) for name in limits.schedulers)])
        self._shift.setValue(_OWN)
        usual = f" Usually {defaults.flow_shift:g}." if defaults.flow_shift is not None else ""
        self._shift.setToolTip(f"Higher: more steps for the composition, fewer for details.{usual}")
        self._guidance.setValue(_SAME if defaults.guidance_scale_2 is None else defaults.guidance_scale_2)
        self.loras.fit_to(spec)
        self._loras_field.setVisible(bool(limits.max_loras))
        self._scheduler_field.setVisible(bool(limits.schedulers))
        self._shift_field.setVisible(defaults.flow_shift is not None)
        self._guidance_field.setVisible(spec.experts > 1)

    def show_settings(self, is_shown: bool) -> None:
        """Shows or hides what a few-step LoRA sets by itself; the values stay as they are."""
        self._settings.setVisible(is_shown)

    def welcomes(self, dropped: Dropped) -> bool:
        return bool(dropped.loras) and not self._loras_field.isHidden()

    def take(self, dropped: Dropped) -> None:
        self.loras.add(list(dropped.loras))

    def _build(self, add_field: AddField) -> None:
        guidance_tip = "How strictly the last, fine steps follow the words"
        self._guidance_field = add_field(
            "Guidance of the second expert", self._guidance, guidance_tip, "guidance_scale_2"
        )
        self._scheduler_field = add_field(
            "Scheduler", self._scheduler, "How the steps are taken; usual is the model's own way", "scheduler"
        )
        self._shift_field = add_field("Flow shift", self._shift, "Where the steps are spent", "flow_shift")
        loras_tip = "Small files that change what the model draws"
        self._loras_field = add_field("LoRAs", self.loras, loras_tip, "loras")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space + tokens.space // 2)
        self._settings = QWidget()
        settings = QVBoxLayout(self._settings)
        settings.setContentsMargins(0, 0, 0, 0)
        settings.setSpacing(tokens.space + tokens.space // 2)
        settings.addWidget(self._guidance_field)
        settings.addWidget(side_by_side(self._scheduler_field, self._shift_field))
        column.addWidget(self._settings)
        column.addWidget(self._loras_field)


def _title(scheduler: str) -> str:
    """A scheduler's name as a person writes it."""
    known = {"unipc": "UniPC", "lcm": "LCM", "deis": "DEIS", "sa-solver": "SA-Solver", "ddim": "DDIM"}
    dpm = scheduler.replace("dpm++", "DPM++").replace("sde", "SDE").replace("ddim", "DDIM")
    named = known.get(scheduler, dpm.replace("dpm", "DPM").replace("cogvideox", "CogVideoX"))
    return named[:1].upper() + named[1:]
