"""What part of the timeline is looked at: zoom, scroll position, rows."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.project.timeline import Project
from studio.ui.session import Session
from studio.ui.timeline.geometry import Lens, rows_of

WHEEL_STEP = 90.0
"""Pixels that one notch of the wheel scrolls."""
ZOOM_STEP = 1.25


class Outlook(QWidget):
    """The canvas without its painting and its hand."""

    view_changed = Signal()
    """Zoom, scroll position or rows are other ones now."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.lens = Lens()
        self.shown = session.project
        self.row_heights: dict[str, int] = {}
        """In pixels, by the track's id, of those that somebody made higher or lower."""
        self.rows = rows_of(session.project)

    def show_project(self, project: Project) -> None:
        """Shows `project`, the document's or what a gesture would make of it."""
        before = self.rows
        self.shown = project
        self.rows = rows_of(project, self.row_heights)
        self.update()
        if len(before) != len(self.rows) or any(
            old.track is not new.track for old, new in zip(before, self.rows, strict=True)
        ):
            self.view_changed.emit()

    def set_row_height(self, track_id: str, height: int | None) -> None:
        """Makes a track's row so many pixels high; None: as high as usual."""
        others = {other: kept for other, kept in self.row_heights.items() if other != track_id}
        self.show_row_heights(others if height is None else {**others, track_id: height})

    def show_row_heights(self, heights: Mapping[str, int]) -> None:
        """Takes over the heights of all rows."""
        if heights == self.row_heights:
            return
        self.row_heights = dict(heights)
        self.rows = rows_of(self.shown, self.row_heights)
        self.look(self.lens)
        self.update()
        self.view_changed.emit()

    def scroll_by(self, dx: float, dy: float) -> None:
        self.look(self.lens.scrolled(self.lens.left + dx, self.lens.top + round(dy), self.reach(), self.rows))

    def look(self, lens: Lens) -> None:
        """Shows that part of the timeline."""
        kept = lens.scrolled(lens.left, lens.top, self.reach(), self.rows)
        if kept != self.lens:
            self.lens = kept
            self.update()
            self.view_changed.emit()

    def resized(self) -> None:
        """The widget has another size now."""
        self.look(replace(self.lens, width=self.width(), height=self.height()))

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Zooms at canvas pixel `x`; None: at the playhead where it can be seen, else in the middle."""
        if x is None:
            x = self.lens.x_of(self.session.playhead)
            if not 0 <= x <= self.width():
                x = self.width() / 2
        self.look(self.lens.zoomed(factor, x))

    def fit(self) -> None:
        """Shows the whole timeline."""
        rate = self.session.project.rate.fraction
        self.look(self.lens.fitted(max(self.session.project.duration, round(4 * rate))))

    def reveal(self, frame: int) -> None:
        """Turns the page when `frame` is out of sight."""
        x = self.lens.x_of(frame)
        if x < 0 or x > self.width() - 2:
            self.look(replace(self.lens, left=self.lens.left + x - self.width() * 0.1))

    def reach(self) -> int:
        """Frames one can scroll over."""
        return max(self.shown.duration, self.session.playhead)
