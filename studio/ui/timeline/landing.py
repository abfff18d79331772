"""The timeline as a place to drop things on: shows where they would land, and lets them land there."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent

from studio.ui.session import Session
from studio.ui.timeline.drops import is_welcome, take_drop, target_of
from studio.ui.timeline.gestures import ALT, CTRL
from studio.ui.timeline.scene import Drop
from studio.ui.timeline.surface import Surface


class Landing(Surface):
    said = Signal(str)
    """Words for the status line."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.snapping = session.settings.snapping
        self.setAcceptDrops(True)

    def snaps(self, modifiers: Qt.KeyboardModifier) -> bool:
        return self.snapping and not modifiers & ALT

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if not is_welcome(self.session, event.mimeData()):
            event.ignore()
            return
        inserts, snaps = bool(event.modifiers() & CTRL), self.snaps(event.modifiers())
        self._drop, self._snap_frame = target_of(
            self.session, event.mimeData(), self.lens, self.rows, event.position(), snaps, inserts
        )
        self.said.emit(
            "Pushes what comes later"
            if inserts
            else "Drop here · Ctrl pushes on what lies there · Alt does not snap"
        )
        self.update()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop = self._snap_frame = None
        self.said.emit("")
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        drop, self._drop, self._snap_frame = self._drop, None, None
        self.said.emit("")
        self.update()
        if drop is not None:
            # Dropping never takes the file away from where it was, whatever the source offers.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._take(event.mimeData(), drop, event.position().toPoint())

    def _take(self, mime: QMimeData, drop: Drop, at: QPoint) -> None:
        from studio.ui.timeline.style_drop import offer_style  # Brings menus, which the start does not need.

        # What was dragged is gone once the event is over; a menu may ask later.
        kept = QMimeData()
        for kind in mime.formats():
            kept.setData(kind, mime.data(kind))

        def place() -> None:
            take_drop(self.session, kept, drop)

        if offer_style(self.session, kept, drop, self.mapToGlobal(at), self, place) is None:
            place()
