"""A place for the mask of a clip: painted over one of its frames, or a picture or video; it takes drops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu

from studio.jobs.job import Source
from studio.ui.drawing.dropped import local_files, sorted_paths
from studio.ui.drawing.media_slot import MediaSlot
from studio.ui.panels.clip_frames import ClipFrames
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.ui.session import Session

_HINT = "The look is seen where it is amber. The mask stays where it is while the clip moves."


class MaskSlot(MediaSlot):
    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__(session, thumbnails, "a mask", "Everywhere. A mask says where")
        self._session = session
        self._frames: ClipFrames | None = None
        self.setAcceptDrops(True)

    def follow(self, frames: ClipFrames | None) -> None:
        """The clip that a mask is painted over."""
        self._frames = frames

    def add_ways(self, menu: QMenu) -> None:
        paint = menu.addAction("Paint it…", self.paint)
        paint.setEnabled(self._painted_over() is not None)
        super().add_ways(menu)

    def paint(self) -> None:
        """Opens the window in which the mask is painted, at the frame under the playhead."""
        from studio.ui.masking.window import MaskWindow

        over = self._painted_over()
        if self._frames is None or over is None or over.time_range is None:
            return
        count = max(1, over.time_range.duration.floor_frames(self._frames.rate))
        here = self._frames.at(self._session.playhead)
        frame = min(here.start, count - 1)
        rate, parent = self._frames.rate, self.window()
        opened = MaskWindow(self._session, over, count, rate, {}, frame, parent, hint=_HINT)
        opened.painted.connect(lambda path, _: self.put(Source(path=path)))
        opened.finished.connect(opened.deleteLater)
        opened.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _one_file(event) is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        if (source := _one_file(event)) is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.put(source, by_hand=True)

    # Inside

    def _painted_over(self) -> Source | None:
        return self._session.source_of(self._frames.clip.id) if self._frames is not None else None


def _one_file(event: QDropEvent) -> Source | None:
    """The picture or film that is dragged, when it is the only file."""
    dropped = sorted_paths(local_files(event.mimeData()))
    files = (*dropped.pictures, *dropped.films)
    return files[0] if len(files) == 1 and not dropped.loras else None
