"""One kind of input to a drawing: shown where the model takes it, opened when it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.jobs.job import Generate
from studio.models.spec import ModelSpec
from studio.timing import Rate
from studio.ui.drawing.dropped import Dropped
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.ui.session import Session


class Section(QWidget):
    """Stands for the fields of Generate that its kind names (studio.ui.drawing.kinds)."""

    changed = Signal()
    examined = Signal(object, float)
    """Something was put here by hand: its MediaInfo, and how many of its seconds count (0: it is a still)."""

    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.session = session
        self.thumbnails = thumbnails
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)

    def values(self) -> dict[str, Any]:
        """The fields of Generate as they stand here."""
        raise NotImplementedError

    def fill(self, job: Generate) -> None:
        """Shows what `job` says."""
        raise NotImplementedError

    def fit_to(self, spec: ModelSpec) -> None:
        """Shows what the model of `spec` can do with it."""
        raise NotImplementedError

    def is_empty(self) -> bool:
        raise NotImplementedError

    def clear(self) -> None:
        raise NotImplementedError

    @staticmethod
    def welcomes(dropped: Dropped) -> bool:
        """Whether something of `dropped` belongs here."""
        raise NotImplementedError

    def take(self, dropped: Dropped) -> None:
        """Makes what was dropped the input."""
        raise NotImplementedError

    def is_unfinished(self) -> bool:
        """Whether something is still to be done here, which the section itself says."""
        return False

    def opened(self) -> None:
        """Somebody asked for this section; it is in sight now."""

    def show_timing(self, num_frames: int, rate: Rate) -> None:
        """The video has so many frames now, at this rate."""
