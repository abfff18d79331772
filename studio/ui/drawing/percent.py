"""A share from nothing to all, as a slider with its figure."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from studio.ui import surfaces, theme
from studio.ui.theme import tokens


class Percent(QWidget):
    changed = Signal()

    def __init__(self, value: float) -> None:
        super().__init__()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, 100)
        self._slider.setPageStep(10)
        self._figure = surfaces.text("", wrap=False)
        self._figure.setFont(theme.font(figures=True))
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._figure.setFixedWidth(self._figure.fontMetrics().horizontalAdvance("100 %") + 2)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(tokens.space)
        line.addWidget(self._slider, 1)
        line.addWidget(self._figure)
        self.setFocusProxy(self._slider)
        self._slider.valueChanged.connect(self._moved)
        self._value = value
        self.set_value(value)

    def value(self) -> float:
        """0 … 1, exactly as it was set where the slider has not been moved."""
        return self._value

    def set_value(self, value: float) -> None:
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(value * 100))
        self._value = value
        self._show()

    def setAccessibleName(self, name: str) -> None:  # noqa: N802 - Qt's name
        super().setAccessibleName(name)
        self._slider.setAccessibleName(name)

    def setToolTip(self, tip: str) -> None:  # noqa: N802 - Qt's name
        super().setToolTip(tip)
        self._slider.setToolTip(tip)

    def _moved(self, percent: int) -> None:
        self._value = percent / 100
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self._figure.setText(f"{self._slider.value()} %")
