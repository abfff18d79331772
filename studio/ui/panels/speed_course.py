"""The editor for a course of speeds: the curve, usual courses to begin with, and exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.jobs.job import SpeedPoint
from studio.jobs.validate import FASTEST, SLOWEST
from studio.render.retiming import Retiming
from studio.timing import Rate, RationalTime
from studio.ui import surfaces
from studio.ui.fields import Decimal, side_by_side
from studio.ui.panels.course_canvas import CourseCanvas, CoursePoint
from studio.ui.theme import tokens

_QUARTER = Fraction(1, 4)
# Shares of the clip's length, and the speed there.
_COURSES: dict[str, tuple[str, tuple[tuple[Fraction, Fraction], ...]]] = {
    "Ease in": (
        "Begins slowly and comes to normal speed",
        ((Fraction(0), _QUARTER), (Fraction(3, 4), Fraction(1))),
    ),
    "Ease out": (
        "Begins at normal speed and slows down",
        ((Fraction(1, 4), Fraction(1)), (Fraction(1), _QUARTER)),
    ),
    "Ramp": (
        "Slow in the middle: the moment that counts",
        (
            (Fraction(3, 10), Fraction(1)),
            (Fraction(9, 20), _QUARTER),
            (Fraction(11, 20), _QUARTER),
            (Fraction(7, 10), Fraction(1)),
        ),
    ),
}


class SpeedCourse(QWidget):
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._canvas = CourseCanvas()
        self._canvas.setAccessibleName("Curve of speeds")
        self._canvas.setAccessibleDescription(
            "Left and right choose a point, up and down change its speed, Alt with left and right moves it, "
            "Enter adds one, Delete removes it"
        )
        self._canvas.setToolTip("Drag a point; double-click adds one, Del removes it")
        self._at = Decimal(0, 36_000, 0, "s", 0.1)
        self._at.setAccessibleName("Moment of the point")
        self._at.setToolTip("Where in the clip the chosen point lies")
        self._speed = Decimal(float(SLOWEST), FASTEST, 1, "×", 0.05)
        self._speed.setAccessibleName("Speed at the point")
        self._speed.setToolTip("The clip's speed at that moment; 0.25 is four times as long")
        self._told = surfaces.text("", "secondary")
        self._usual = ""
        """The usual course that the curve still is: it follows the clip's length."""
        self._build()
        self._canvas.changed.connect(self._curve_changed)
        self._canvas.picked.connect(self._show_current)
        self._at.valueChanged.connect(self._moment_typed)
        self._speed.valueChanged.connect(self._speed_typed)
        self._take("Ramp")

    def speed(self) -> tuple[SpeedPoint, ...]:
        """The course as a job has it."""
        return tuple(
            SpeedPoint(RationalTime.from_seconds(point.at), Rate.of(point.speed))
            for point in self._canvas.points
        )

    def show_speed(self, points: Sequence[SpeedPoint]) -> None:
        self._canvas.show_points([CoursePoint(point.at.seconds, point.speed.fraction) for point in points])

    def set_length(self, seconds: Fraction) -> None:
        """The clip's length: the scale below the curve."""
        self._canvas.set_length(seconds)
        if self._usual:
            self._take(self._usual)
        else:
            self._curve_changed()

    # Inside

    def _build(self) -> None:
        begin = QHBoxLayout()
        begin.setSpacing(tokens.space)
        for name, (tip, _) in _COURSES.items():
            begin.addWidget(surfaces.button(name, tip, lambda name=name: self._take(name)))
        begin.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space)
        column.addLayout(begin)
        for widget in (self._canvas, side_by_side(self._at, self._speed), self._told):
            column.addWidget(widget)

    def _take(self, name: str) -> None:
        length = self._canvas.length
        places = [(Fraction(round(share * length * 100), 100), speed) for share, speed in _COURSES[name][1]]
        # In a clip of a few hundredths points would fall together.
        self._canvas.show_points([CoursePoint(*place) for place in dict(places).items()])
        self._usual = name

    def _curve_changed(self) -> None:
        self._usual = ""
        made = float(Retiming(self.speed(), self._canvas.length).duration)
        self._told.setText(f"{float(self._canvas.length):.2f} s become {made:.2f} s.")
        self.changed.emit()

    def _show_current(self) -> None:
        point = self._canvas.points[self._canvas.current]
        with QSignalBlocker(self._at), QSignalBlocker(self._speed):
            self._at.setValue(float(point.at))
            self._speed.setValue(float(point.speed))

    def _moment_typed(self) -> None:
        self._canvas.move_current(self._at.exact(), self._canvas.points[self._canvas.current].speed)

    def _speed_typed(self) -> None:
        self._canvas.move_current(self._canvas.points[self._canvas.current].at, self._speed.exact())
