"""The sample film, one click away: a button in the middle of a viewer that has nothing to show yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui import surfaces

if TYPE_CHECKING:
    from studio.ui.session import Session

_BELOW = 120
"""Pixels above the button that belong to the lesson painted in the middle of the empty viewer."""


class SampleOffer(QObject):
    """Keeps the button on `place` as long as the timeline is empty; `accept` opens the sample."""

    def __init__(self, session: Session, place: QWidget, accept: Callable[[], object]) -> None:
        super().__init__(place)
        self._session = session
        self.button = surfaces.button(
            "Open the sample film", "Three short shots with sound, to try everything on", accept, "film"
        )
        column = QVBoxLayout(place)
        column.addStretch(1)
        column.addSpacing(_BELOW)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        session.project_changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.button.setVisible(self._session.project.duration == 0)
