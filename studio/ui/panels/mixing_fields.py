"""The video panel's fields for how much of a look or style is seen: strength, own colours, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.jobs.job import Stylize
from studio.ui.drawing.percent import Percent
from studio.ui.panels.clip_frames import ClipFrames
from studio.ui.panels.input_panel import AddField
from studio.ui.panels.keyed_share import KeyedShare
from studio.ui.panels.mask_slot import MaskSlot
from studio.ui.theme import tokens
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.ui.session import Session


class MixingFields(QWidget):
    changed = Signal()

    def __init__(self, session: Session, thumbnails: Thumbnails, add: AddField) -> None:
        """`add` makes a labelled field that shows the problems of the job's fields of those names."""
        super().__init__()
        self._strength = KeyedShare(session, "Strength", 1.0)
        self._colours = Percent(0.0)
        self._mask = MaskSlot(session, thumbnails)
        strength = add(
            "Strength", self._strength, "How much of it is seen", "strength", corner=self._strength.keys
        )
        colours = add("Keep colours", self._colours, "How much of the clip's own colours", "keep_colours")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space)
        column.addWidget(strength)
        column.addWidget(colours)
        column.addWidget(add("Where", self._mask, "It is seen where the mask is white", "mask"))
        for signal in (self._strength.changed, self._colours.changed, self._mask.changed):
            signal.connect(lambda *_: self.changed.emit())

    def applied(self, job: Stylize) -> Stylize:
        """`job` with what the fields say."""
        return replace(
            job,
            strength=self._strength.value(),
            strength_curve=self._strength.course(),
            keep_colours=self._colours.value(),
            mask=self._mask.source,
        )

    def show_job(self, job: Stylize) -> None:
        self._strength.set_value(job.strength, job.strength_curve)
        self._colours.set_value(job.keep_colours)
        self._mask.put(job.mask)

    def follow(self, frames: ClipFrames | None) -> None:
        """The clip in whose course the strength may change, and over which a mask is painted."""
        self._strength.follow(frames)
        self._mask.follow(frames)
