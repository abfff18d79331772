"""The video panel's fields for another frame rate or speed."""

from __future__ import annotations

from fractions import Fraction

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from studio.jobs.job import Interpolate, Quality, Source, SpeedPoint, Tear
from studio.timing import Rate, RationalTime
from studio.ui.fields import Choice, rate_options, side_by_side
from studio.ui.panels.input_panel import AddField
from studio.ui.panels.speed_course import SpeedCourse
from studio.ui.theme import tokens

_RATES = tuple(Rate.of(rate) for rate in ("24", "25", "29.97", "30", "48", "50", "60", "120"))
_SPEEDS = (("As it is", "1"), ("Half", "1/2"), ("A quarter", "1/4"), ("An eighth", "1/8"), ("Double", "2"))
_BY_A_CURVE = "curve"
_QUALITIES = (
    ("Best", ("interpolation", Quality.BEST)),
    ("Fast", ("interpolation", Quality.FAST)),
    ("Optical flow", ("flow", Quality.BEST)),
)
_TEARS = (("Hold the picture before", Tear.HOLD), ("Fade", Tear.FADE))


class MotionFields(QWidget):
    changed = Signal()

    def __init__(self, add: AddField) -> None:
        """`add` makes a labelled field that shows the problems of the job's fields of those names."""
        super().__init__()
        self._rate = Choice(rate_options(_RATES))
        self._rate.set_value(Rate(60))
        speeds = [(words, _speed(value)) for words, value in _SPEEDS]
        self._speed = Choice((*speeds, ("By a curve", _BY_A_CURVE)))
        self._course = SpeedCourse()
        self._quality = Choice(_QUALITIES)
        self._tear = Choice(_TEARS)
        self._anew = QCheckBox("Draw repeated frames anew")
        self._anew.setToolTip("For animation that shows each drawing two or three times")
        rate = add("Frame rate", self._rate, "New frames are drawn in between", "frame_rate")
        speed = add("Speed", self._speed, "Slow motion; its sound keeps its pitch", "speed")
        quality = add("Quality", self._quality, "Best takes about three times as long as fast", "model")
        tear = add("At cuts", self._tear, "What is shown between two shots; never a morph", "at_cuts")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space)
        for widget in (side_by_side(rate, speed), self._course, side_by_side(quality, tear), self._anew):
            column.addWidget(widget)
        for choice in (self._rate, self._speed, self._quality, self._tear):
            choice.picked.connect(lambda *_: self.changed.emit())
        self._anew.toggled.connect(lambda *_: self.changed.emit())
        self._course.changed.connect(self.changed)
        self._speed.picked.connect(self._speed_picked)
        self._speed_picked()

    def job(self, source: Source) -> Interpolate:
        model, quality = self._quality.value()
        return Interpolate(
            model=model,
            source=source,
            frame_rate=self._rate.value(),
            quality=quality,
            speed=self._course.speed() if self._is_curved() else self._speed.value(),
            at_cuts=self._tear.value(),
            replace_repeats=self._anew.isChecked(),
        )

    def show_job(self, job: Interpolate) -> None:
        """Sets the fields as `job` has them; what they do not offer by themselves is added."""
        self._rate.set_value(job.frame_rate, f"{job.frame_rate} fps")
        if len(job.speed) > 1:
            self._course.show_speed(job.speed)
            self._speed.set_value(_BY_A_CURVE)
        else:
            self._speed.set_value(job.speed, f"{job.speed[0].speed}×" if job.speed else "")
        self._quality.set_value((job.model, job.quality), job.model)
        self._tear.set_value(job.at_cuts)
        self._anew.setChecked(job.replace_repeats)

    def set_length(self, seconds: Fraction) -> None:
        """So long is the clip: what a course of speeds runs over."""
        self._course.set_length(seconds)

    def _is_curved(self) -> bool:
        return self._speed.value() == _BY_A_CURVE

    def _speed_picked(self) -> None:
        self._course.setVisible(self._is_curved())


def _speed(value: str) -> tuple[SpeedPoint, ...]:
    speed = Rate.of(Fraction(value))
    return () if speed == Rate(1) else (SpeedPoint(RationalTime(0, Rate(1)), speed),)


def slowed(job: Interpolate, value: str) -> Interpolate:
    """`job` at the speed `value`, for example "1/4"."""
    return msgspec.structs.replace(job, speed=_speed(value))
