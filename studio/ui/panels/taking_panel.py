"""An input panel on which files, things of the library and clips of the timeline can be dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent

from studio.ui import surfaces
from studio.ui.panels.input_panel import InputPanel

if TYPE_CHECKING:
    from studio.ui.drawing.dropped import Dropped
    from studio.ui.session import Session


class TakingPanel(InputPanel):
    """Subclasses say what they take: `welcomes`, `take`. What they do not take goes on to the window."""

    def __init__(self, session: Session, action: str, icon: str, tooltip: str) -> None:
        super().__init__(session, action, icon, tooltip)
        self.setAcceptDrops(True)

    def welcomes(self, dropped: Dropped) -> bool:
        """Whether something of `dropped` would be taken."""
        raise NotImplementedError

    def take(self, dropped: Dropped, at: QPoint) -> bool:
        """Takes what was dropped at the global position `at`; False: nothing of it."""
        raise NotImplementedError

    # Clips carried here from the timeline (studio.ui.timeline.carrying.ClipTaker)

    def takes_clips(self, clip_ids: Sequence[str]) -> bool:
        """Whether what these clips show would be taken."""
        return self.welcomes(self._shown_by(clip_ids))

    def take_clips(self, clip_ids: Sequence[str], at: QPoint) -> bool:
        """Takes what clips show that were dropped at the global position `at`; False: not possible."""
        return self.take(self._shown_by(clip_ids), at)

    def show_welcome(self, is_welcome: bool) -> None:
        """Puts an edge of light round the panel while something is held over it that it takes."""
        surfaces.set_role(self, "welcome", "true" if is_welcome else "false")

    # Files and things of the library

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        is_welcome = self.welcomes(_dropped_in(event))
        self.show_welcome(is_welcome)
        if is_welcome:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.show_welcome(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.show_welcome(False)
        if self.take(_dropped_in(event), self.mapToGlobal(event.position().toPoint())):
            event.acceptProposedAction()
        else:
            event.ignore()

    def _shown_by(self, clip_ids: Sequence[str]) -> Dropped:
        from studio.ui.drawing.dropped import sorted_sources  # Only where there is something to drop.

        sources = [self.session.source_of(clip_id) for clip_id in clip_ids]
        return sorted_sources(source for source in sources if source is not None)


def _dropped_in(event: QDropEvent) -> Dropped:
    from studio.ui.drawing.dropped import local_files, sorted_paths  # As above.

    return sorted_paths(local_files(event.mimeData()))
