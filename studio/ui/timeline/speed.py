"""Asks how fast clips should play."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QWidget,
)

from studio.project.edits import ChangeSpeed
from studio.timing import Rate, timecode
from studio.ui.session import Session
from studio.ui.timeline.commands import selected_clips


class SpeedDialog(QDialog):
    """Speed in percent, direction, and whether what follows moves along."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._clip_ids = selected_clips(session.project, session.selection)
        found = session.project.find(self._clip_ids[0])
        assert found is not None
        self._clip = found[1]
        self.setWindowTitle("Speed")
        self.percent = QDoubleSpinBox()
        self.percent.setRange(1, 10_000)
        self.percent.setDecimals(1)
        self.percent.setSuffix(" %")
        self.percent.setValue(float(self._clip.speed.fraction) * 100)
        self.percent.setAccessibleName("Speed in percent")
        self.percent.setToolTip("200 % is twice as fast; the clip becomes half as long")
        self.reverse = QCheckBox("Play backwards")
        self.reverse.setChecked(self._clip.reverse)
        self.ripple = QCheckBox("What follows moves along")
        self.ripple.setChecked(True)
        self.ripple.setToolTip("Otherwise a clip that grows is cut where the next one begins")
        self._length = QLabel()
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.addRow("Speed", self.percent)
        form.addRow("Length", self._length)
        form.addRow(self.reverse)
        form.addRow(self.ripple)
        form.addRow(buttons)
        self.percent.valueChanged.connect(self._show_length)
        self._show_length()
        self.percent.selectAll()

    def accept(self) -> None:
        edit = ChangeSpeed(
            clip_ids=self._clip_ids,
            speed=self._speed(),
            reverse=self.reverse.isChecked(),
            ripple=self.ripple.isChecked(),
        )
        # Refused and told, the dialog stays open for another try.
        if self._session.apply(edit):
            super().accept()

    def _speed(self) -> Rate:
        share = Fraction(round(self.percent.value() * 10), 1000)
        return Rate(share.numerator, share.denominator)

    def _show_length(self) -> None:
        share = self._clip.speed.fraction / self._speed().fraction
        frames = max(1, round(self._clip.duration * share))
        self._length.setText(timecode(frames, self._session.project.rate))


def ask_speed(session: Session, parent: QWidget) -> SpeedDialog | None:
    """Opens the dialog for the selected clips; None where there are none."""
    if not selected_clips(session.project, session.selection):
        return None
    dialog = SpeedDialog(session, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
