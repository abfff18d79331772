"""How fast and which way a clip plays."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox

from studio.project.edits import ChangeSpeed
from studio.project.timeline import Clip, External, ImageSequence, Title
from studio.timing import Rate
from studio.ui import surfaces
from studio.ui.fields import Decimal
from studio.ui.inspector.rows import NumberRow, reset_button
from studio.ui.inspector.section import Section

if TYPE_CHECKING:
    from studio.ui.session import Session

_SLOWEST, _FASTEST = 1, 10_000
_SPEED_TIP = "Twice the speed is half the length; what follows moves along"


class SpeedSection(Section):
    title = "Speed"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._speed = NumberRow("Speed", Decimal(_SLOWEST, _FASTEST, 100, "%", 5), _SPEED_TIP)
        self._reverse = QCheckBox("Reverse")
        self._ripple = QCheckBox("Move what follows")
        self._ripple.setToolTip("Off: the clip ends at its neighbour, and nothing else moves")
        self._ripple.setChecked(True)
        self._reset = reset_button("Speed", lambda: self._change(Rate(1), False, None))
        self._speed.append(self._reset)
        for row in (self._speed, self._reverse, self._ripple):
            self.rows.addWidget(row)
        self._speed.changed.connect(self._change_speed)
        self._reverse.toggled.connect(lambda on: self._change(self.clips[0].speed, on, None))

    def mine(self, clips: tuple[Clip, ...]) -> tuple[Clip, ...]:
        """Films and sounds; a title or a picture shows the same at any speed."""
        return tuple(clip for clip in clips if _has_time(clip))

    def refresh(self) -> None:
        clip = self.clips[0]
        reason = self.locked() or ("This clip is a frozen frame" if clip.frozen else "")
        self._speed.show_value(float(clip.speed.fraction * 100))
        self._speed.allow(reason)
        with QSignalBlocker(self._reverse):
            self._reverse.setChecked(clip.reverse)
        surfaces.enable(self._reverse, reason, "Plays the same stretch from its end")
        surfaces.enable(
            self._ripple,
            reason,
            "Later clips move with the end; off: the clip ends where its neighbour begins",
        )
        self._reset.setVisible(not reason and (clip.speed != Rate(1) or clip.reverse))

    def _change_speed(self, percent: float, merge_key: str) -> None:
        share = Fraction(f"{percent:.2f}") / 100
        self._change(Rate.of(share), self.clips[0].reverse, merge_key)

    def _change(self, speed: Rate, reverse: bool, merge_key: str | None) -> None:
        ids = tuple(clip.id for clip in self.clips)
        edit = ChangeSpeed(clip_ids=ids, speed=speed, reverse=reverse, ripple=self._ripple.isChecked())
        self.apply(edit, merge_key)


def _has_time(clip: Clip) -> bool:
    match clip.take.reference:
        case External(duration=None) | Title():
            return False
        case External() | ImageSequence():
            return True
        case _:
            return False
