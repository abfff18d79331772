"""The video panel's fields for the style of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from studio.jobs.job import NamedStyle, Source, Stylize
from studio.project.curves import Curve
from studio.ui.drawing.media_slot import MediaSlot
from studio.ui.drawing.percent import Percent
from studio.ui.fields import side_by_side
from studio.ui.panels.input_panel import AddField
from studio.ui.panels.style_choice import StyleChoice
from studio.ui.theme import tokens
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.ui.session import Session


class StyleFields(QWidget):
    changed = Signal()

    def __init__(self, session: Session, thumbnails: Thumbnails, add: AddField) -> None:
        """`add` makes a labelled field that shows the problems of the job's fields of those names."""
        super().__init__()
        self._curve: Curve | None = None
        self._style = StyleChoice()
        self._strength = Percent(1.0)
        self._colours = Percent(0.0)
        self._mask = MediaSlot(session, thumbnails, "a mask", "Everywhere; a mask says where")
        self._best = QCheckBox("Best, slow")
        self._best.setToolTip("Works every picture out for itself: for stills and short clips")
        strength = add("Strength", self._strength, "How much of the style", "strength")
        colours = add("Keep colours", self._colours, "How much of the clip's own colours", "keep_colours")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space)
        column.addWidget(add("Style", self._style, "What the clip is painted like", "look"))
        column.addWidget(side_by_side(strength, colours))
        column.addWidget(add("Where", self._mask, "The style is seen where the mask is white", "mask"))
        column.addWidget(self._best)
        for signal in (self._style.picked, self._colours.changed, self._mask.changed, self._best.toggled):
            signal.connect(lambda *_: self.changed.emit())
        self._strength.changed.connect(self._strength_moved)

    def job(self, source: Source) -> Stylize:
        style = self._style.value()
        return Stylize(
            model="style",
            source=source,
            style=style if isinstance(style, Source) else None,
            named_style=style if isinstance(style, NamedStyle) else None,
            strength=self._strength.value(),
            strength_curve=self._curve,
            keep_colours=self._colours.value(),
            mask=self._mask.source,
            best=self._best.isChecked(),
        )

    def show_job(self, job: Stylize) -> None:
        """Sets the fields as `job` has them; its keyframes of strength stay until the slider is moved."""
        style = job.style or job.named_style
        if style is not None:
            self._style.set_value(style)
        self._strength.set_value(job.strength)
        self._curve = job.strength_curve
        self._colours.set_value(job.keep_colours)
        self._mask.put(job.mask)
        self._best.setChecked(job.best)

    def choose(self, picture: str) -> None:
        """Makes the picture at that path the style."""
        self._style.set_value(Source(path=picture))

    def _strength_moved(self) -> None:
        self._curve = None
        self.changed.emit()
