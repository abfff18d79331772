"""Fields of a form: the label above, the control, and below it what is wrong or worth knowing."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from PySide6.QtCore import QRegularExpression, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio.jobs.validate import Problem
from studio.timing import Rate
from studio.ui import surfaces
from studio.ui.theme import tokens

_TEXT_LEFT = 6
"""Where the words of a number begin: as in the other fields, which the style sheet pads."""
_NARROWEST = 64
"""Qt's own least width has room for the largest number in the range: two of them overflow a panel."""
MAX_SEED = 2**31 - 1


class Field(QWidget):
    """A label above its control, and lines below for what is worth knowing and what is wrong.

    `corner` stands beside the label, for example a button that takes the field away.
    """

    def __init__(self, label: str, control: QWidget, tooltip: str, corner: QWidget | None = None) -> None:
        super().__init__()
        self.control = control
        self._tooltip = tooltip
        self._corner = corner
        self._label = surfaces.text(label, "field")
        self._label.setBuddy(control)
        # The lines are made when there is something to say: most fields never say anything.
        self._note: QLabel | None = None
        self._problems: QLabel | None = None
        self._lines = QVBoxLayout()
        control.setToolTip(tooltip)
        control.setAccessibleName(label)
        control.setAccessibleDescription(tooltip)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        if corner is None:
            column.addWidget(self._label)
        else:
            column.addLayout(_head(self._label, corner))
        column.addWidget(control)
        column.addLayout(self._lines)

    def put_lines_into(self, column: QVBoxLayout) -> None:
        """Has what is said below the control stand in `column` instead: under a whole row, not one field."""
        self._column.removeItem(self._lines)
        column.addLayout(self._lines)

    def show_note(self, words: str) -> None:
        """Says below the control what is worth knowing before it happens; nothing when `words` is empty."""
        if self._note is None and words:
            self._note = surfaces.text("", "secondary")
            self._lines.insertWidget(0, self._note)
        if self._note is not None:
            self._note.setText(words)
            self._note.setVisible(bool(words))

    def show_corner(self, is_shown: bool) -> None:
        """Shows or hides what stands beside the label; the label keeps its height."""
        if self._corner is not None:
            policy = self._corner.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            self._corner.setSizePolicy(policy)
            self._corner.setVisible(is_shown)

    def note_text(self) -> str:
        return "" if self._note is None else self._note.text()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Says what is wrong with this field, the worst in the colour; nothing when `problems` is empty."""
        if self._problems is None and problems:
            self._problems = surfaces.text()
            self._lines.addWidget(self._problems)
        if self._problems is None:
            return
        if problems:
            surfaces.set_role(self._problems, "role", worst_role(problems))
        lines = (f"{problem.message} {problem.hint}".strip() for problem in problems)
        self._problems.setText("\n".join(lines))
        self._problems.setVisible(bool(problems))

    def problem_text(self) -> str:
        return "" if self._problems is None else self._problems.text()

    def disable(self, reason: str) -> None:
        """Disables the control and says why; an empty `reason` enables it again."""
        surfaces.enable(self.control, reason, self._tooltip)


def worst_role(problems: Sequence[Problem]) -> str:
    """The role of a text that tells `problems`: the colour of the worst of them."""
    severities = {problem.severity for problem in problems}
    return next((one for one in ("error", "warning") if one in severities), "secondary")


def _head(label: QLabel, corner: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(label, 1)
    line.addWidget(corner)
    return line


def side_by_side(*widgets: QWidget, shares: Sequence[int] = ()) -> QWidget:
    """Fields in one row: of the same width, or in the proportions of `shares`."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(tokens.space)
    for widget, share in zip(widgets, shares or [1] * len(widgets), strict=True):
        line.addWidget(widget, share, Qt.AlignmentFlag.AlignTop)
    return row


class Choice(QComboBox):
    """A choice between values of any kind; the wheel scrolls the panel unless the choice has the focus."""

    picked = Signal()

    def __init__(self, options: Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__()
        self._values: list[Any] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_options(options)
        self.currentIndexChanged.connect(lambda _: self.picked.emit())

    def set_options(self, options: Iterable[tuple[str, Any]]) -> None:
        """Replaces the options, keeping the chosen value where it is still among them."""
        held = self.value()
        with QSignalBlocker(self):
            self.clear()
            self._values = []
            for label, value in options:
                self.addItem(label)
                self._values.append(value)
            if held in self._values:
                self.setCurrentIndex(self._values.index(held))

    def value(self) -> Any:
        index = self.currentIndex()
        return self._values[index] if 0 <= index < len(self._values) else None

    def set_value(self, value: Any, label: str = "") -> None:
        """Chooses `value`; one that is not among the options is added, called `label`."""
        if value not in self._values:
            self._values.append(value)
            self.addItem(label or str(value))
        self.setCurrentIndex(self._values.index(value))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Number(QSpinBox):
    """A whole number with its unit; typing changes it when the field is left or Enter pressed."""

    def __init__(self, low: int, high: int, value: int, unit: str = "", step: int = 1) -> None:
        super().__init__()
        self.setRange(low, high)
        self.setValue(value)
        self.setSingleStep(step)
        self.setSuffix(f" {unit}" if unit else "")
        self.lineEdit().setTextMargins(_TEXT_LEFT, 0, 0, 0)
        self.setMinimumWidth(_NARROWEST)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Decimal(QDoubleSpinBox):
    """A number with a fraction and its unit."""

    def __init__(self, low: float, high: float, value: float, unit: str = "", step: float = 0.5) -> None:
        super().__init__()
        self.setDecimals(3)
        self.setRange(low, high)
        self.setValue(value)
        self.setSingleStep(step)
        self.setSuffix(f" {unit}" if unit else "")
        self.lineEdit().setTextMargins(_TEXT_LEFT, 0, 0, 0)
        self.setMinimumWidth(_NARROWEST)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def exact(self) -> Fraction:
        """The value as it is written, without a binary rest."""
        return Fraction(f"{self.value():.3f}")

    def textFromValue(self, value: float) -> str:  # noqa: N802 - Qt's name
        """Without zeros at the end: "2 s", not "2.000 s"."""
        words = self.locale().toString(value, "f", 3)
        return words.rstrip("0").rstrip(self.locale().decimalPoint())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class SeedField(QWidget):
    """The seed of the dice: empty means a new one for each job."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._line = QLineEdit()
        self._line.setPlaceholderText("Random")
        self._line.setAccessibleName("Seed")
        self._line.setToolTip("The same seed and settings make the same video. Empty: a new one each time.")
        self._line.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{0,10}"), self))
        self._line.textChanged.connect(self._text_changed)
        dice = surfaces.icon_button("dice", "Roll a seed", self.roll, "Puts a random seed here and keeps it")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self._line, 1)
        line.addWidget(dice)
        self.setFocusProxy(self._line)

    def value(self) -> int | None:
        words = self._line.text()
        return min(int(words), MAX_SEED) if words else None

    def set_value(self, seed: int | None) -> None:
        self._line.setText("" if seed is None else str(seed))

    def _text_changed(self, words: str) -> None:
        # Only now: looking for the button's icon in the system's themes takes a millisecond of the start.
        self._line.setClearButtonEnabled(bool(words))
        self.changed.emit()

    def roll(self) -> None:
        self.set_value(random.randrange(MAX_SEED))


class SizeField(QWidget):
    """The size of the picture: a list of usual ones, or any width and height.

    What is typed goes to the nearest size that can be had; `snapped` says so, or "" when it was one.
    """

    changed = Signal()
    snapped = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._choice = Choice()
        self._width = Number(2, 8192, 1280, "px", 2)
        self._height = Number(2, 8192, 720, "px", 2)
        self._width.setAccessibleName("Width")
        self._height.setAccessibleName("Height")
        self._width.setToolTip("Width of the picture in pixels")
        self._height.setToolTip("Height of the picture in pixels")
        self._multiple = 2
        for box in (self._width, self._height):
            # A number is looked at when it is written, not digit by digit.
            box.setKeyboardTracking(False)
        self._own = side_by_side(self._width, self._height)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._choice)
        column.addWidget(self._own)
        self.setFocusProxy(self._choice)
        self._choice.setAccessibleName("Size")
        self._choice.setToolTip("A usual size, or one of your own")
        self._choice.picked.connect(self._picked)
        self._width.valueChanged.connect(lambda typed: self._snap(self._width, typed))
        self._height.valueChanged.connect(lambda typed: self._snap(self._height, typed))

    def set_sizes(self, sizes: Sequence[tuple[int, int]], low: int, high: int, multiple: int) -> None:
        """Offers `sizes`, and own ones from `low` to `high` pixels a side in steps of `multiple`."""
        self._multiple = multiple
        for box in (self._width, self._height):
            with QSignalBlocker(box):
                box.setRange(low, high)
                box.setSingleStep(multiple)
        self._choice.set_options([*((size_label(*size), size) for size in sizes), ("Custom…", None)])
        self._picked()

    def value(self) -> tuple[int, int]:
        return self._choice.value() or (self._width.value(), self._height.value())

    def set_value(self, width: int, height: int) -> None:
        with QSignalBlocker(self), QSignalBlocker(self._width), QSignalBlocker(self._height):
            self._width.setValue(width)
            self._height.setValue(height)
            known = [self._choice.itemText(index) for index in range(self._choice.count() - 1)]
            label = size_label(width, height)
            self._choice.setCurrentIndex(known.index(label) if label in known else self._choice.count() - 1)
            self._own.setVisible(self._choice.value() is None)
        self.changed.emit()

    def _snap(self, box: Number, typed: int) -> None:
        step, low, high = self._multiple, box.minimum(), box.maximum()
        nearest = round(typed / step) * step
        value = min(max(nearest, -(-low // step) * step), high // step * step)
        with QSignalBlocker(box):
            box.setValue(value)
        words = f"{value} px instead of {typed}: sides go in steps of {step}."
        self.snapped.emit("" if value == typed else words)
        self.changed.emit()

    def _picked(self) -> None:
        self.snapped.emit("")
        size = self._choice.value()
        self._own.setVisible(size is None)
        if size is not None:
            with QSignalBlocker(self._width), QSignalBlocker(self._height):
                self._width.setValue(size[0])
                self._height.setValue(size[1])
        self.changed.emit()


def size_label(width: int, height: int) -> str:
    """ "Wide 1280 × 720"."""
    shape = "Square" if width == height else "Wide" if width > height else "Tall"
    return f"{shape} {width} × {height}"


def rate_options(rates: Iterable[Rate]) -> list[tuple[str, Rate]]:
    return [(f"{rate} fps", rate) for rate in rates]
