"""The video panel's fields for the style of a picture."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from studio.jobs.job import NamedStyle, Source, Stylize
from studio.ui.panels.input_panel import AddField
from studio.ui.panels.style_choice import StyleChoice
from studio.ui.theme import tokens


class StyleFields(QWidget):
    changed = Signal()

    def __init__(self, add: AddField) -> None:
        """`add` makes a labelled field that shows the problems of the job's fields of those names."""
        super().__init__()
        self._style = StyleChoice()
        self._best = QCheckBox("Best, slow")
        self._best.setToolTip("Works every picture out for itself: for stills and short clips")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space)
        column.addWidget(add("Style", self._style, "What the clip is painted like", "look"))
        column.addWidget(self._best)
        for signal in (self._style.picked, self._best.toggled):
            signal.connect(lambda *_: self.changed.emit())

    def job(self, source: Source) -> Stylize:
        style = self._style.value()
        return Stylize(
            model="style",
            source=source,
            style=style if isinstance(style, Source) else None,
            named_style=style if isinstance(style, NamedStyle) else None,
            best=self._best.isChecked(),
        )

    def show_job(self, job: Stylize) -> None:
        """Sets the fields as `job` has them."""
        style = job.style or job.named_style
        if style is not None:
            self._style.set_value(style)
        self._best.setChecked(job.best)

    def choose(self, picture: str) -> None:
        """Makes the picture at that path the style."""
        self._style.set_value(Source(path=picture))
