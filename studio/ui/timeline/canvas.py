"""The timeline's drawing surface: shows the project, turns the hand's gestures into edits."""

from __future__ import annotations

import logging

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy

from studio.errors import ProjectError
from studio.project.edits import Edit
from studio.project.timeline import Missing, Project
from studio.ui.live_jobs import LiveJobs
from studio.ui.session import Session
from studio.ui.timeline.clip_menu import ClipMenu, track_menu
from studio.ui.timeline.clip_pictures import ClipPictures
from studio.ui.timeline.drops import is_welcome, take_drop, target_of
from studio.ui.timeline.geometry import Lens
from studio.ui.timeline.gestures import Gesture, MoveSelection, Pan, RubberBand, Scrub, TrimEdge
from studio.ui.timeline.hits import Hit, hit
from studio.ui.timeline.outlook import WHEEL_STEP, ZOOM_STEP, Outlook
from studio.ui.timeline.painting import PLAYHEAD_HALF_WIDTH, paint_timeline
from studio.ui.timeline.rename import NameEditor
from studio.ui.timeline.scene import Drop, Scene

_AUTO_SCROLL_MS = 30
_log = logging.getLogger(__name__)


class Canvas(Outlook):
    """Custom-painted; only what can be seen is drawn, and only what changed is drawn again."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.live = LiveJobs(session, self)
        self.pictures = ClipPictures(self)
        self.snapping = session.settings.snapping
        self.menu = ClipMenu(session, self)
        self._names = NameEditor(session, self)
        self._gesture: Gesture | None = None
        self._proposed: Edit | None = None
        self._lifted: frozenset[str] = frozenset()
        self._snap_frame: int | None = None
        self._rubber: QRectF | None = None
        self._drop: Drop | None = None
        self._pointer = QPointF()
        self._auto_scroll = QTimer(self, interval=_AUTO_SCROLL_MS)
        self._auto_scroll.timeout.connect(self._scroll_on)
        self._drawn_playhead = session.playhead
        self._set_up()

    def _set_up(self) -> None:
        self.setAccessibleName("Timeline")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.session.project_changed.connect(self._project_changed)
        self.session.project_opened.connect(self._project_opened)
        self.session.selection_changed.connect(lambda _: self.update())
        self.session.playhead_changed.connect(self._playhead_changed)
        self.live.changed.connect(lambda _: self.update())
        self.pictures.arrived.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(720, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 96)

    # What gestures see (studio.ui.timeline.gestures.Board)

    @property
    def project(self) -> Project:
        return self.session.project

    @property
    def selection(self) -> frozenset[str]:
        return self.session.selection

    def playhead(self) -> int:
        return self.session.playhead

    def set_playhead(self, frame: int) -> None:
        self.session.set_playhead(frame)

    def select(self, clip_ids: frozenset[str]) -> None:
        self.session.select(clip_ids)

    def snaps(self, modifiers: Qt.KeyboardModifier) -> bool:
        return self.snapping and not modifiers & Qt.KeyboardModifier.AltModifier

    def propose(
        self, edit: Edit | None, lifted: frozenset[str] = frozenset(), snap_frame: int | None = None
    ) -> None:
        """Shows the project as `edit` would leave it; the last one stays where that is impossible."""
        try:
            shown = edit.apply(self.project) if edit is not None else self.project
        except ProjectError as error:
            _log.debug("gesture: %s", error.message)
            self.setCursor(Qt.CursorShape.ForbiddenCursor)
            return
        if self._gesture is not None and self._gesture.cursor is not None:
            self.setCursor(self._gesture.cursor)
        self._proposed = edit
        self._lifted = lifted
        self._snap_frame = snap_frame
        self.show_project(shown)

    def commit(self) -> None:
        """Carries out what is proposed."""
        edit = self._proposed
        self.propose(None)
        if edit is not None:
            self.session.apply(edit)

    def show_rubber(self, rect: QRectF | None) -> None:
        self._rubber = rect
        self.update()

    def look(self, lens: Lens) -> None:
        before = self.lens
        super().look(lens)
        if self.lens != before:
            # The field would stay where its clip no longer is.
            self._names.dismiss()

    def rename(self, clip_id: str) -> None:
        """Opens the clip's name for writing."""
        row_clip = next(
            ((row, clip) for row in self.rows for clip in row.track.clips if clip.id == clip_id), None
        )
        if row_clip is not None:
            rect = self.lens.clip_rect(*row_clip)
            self._names.open(row_clip[1], rect.intersected(QRectF(self.rect())))

    @property
    def busy(self) -> bool:
        """Whether a button is down."""
        return self._gesture is not None

    def _project_changed(self, project: Project) -> None:
        if self._gesture is not None and self._proposed is not None:
            # A result arrived while the hand was carrying something: show both, if both can be.
            self.propose(self._proposed, self._lifted, self._snap_frame)
            return
        was_empty = self.shown.duration == 0
        self.show_project(project)
        self.look(self.lens)
        if was_empty and self.lens.x_of(project.duration) > self.width():
            # The first thing on the timeline is seen whole.
            self.fit()

    def _project_opened(self) -> None:
        self._drop_gesture()
        self.pictures.forget_problems()

    def _drop_gesture(self) -> bool:
        """Ends what the hand is doing as if it had not begun; False when it is doing nothing."""
        gesture, self._gesture = self._gesture, None
        self._auto_scroll.stop()
        if gesture is not None:
            gesture.cancel()
            self.unsetCursor()
        return gesture is not None

    def _playhead_changed(self, frame: int) -> None:
        for position in (self._drawn_playhead, frame):
            x = round(self.lens.x_of(position))
            self.update(QRect(x - PLAYHEAD_HALF_WIDTH - 1, 0, 2 * PLAYHEAD_HALF_WIDTH + 3, self.height()))
        self._drawn_playhead = frame
        if not self.busy:
            self.reveal(frame)

    # Events

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_timeline(painter, self._scene(), QRectF(event.rect()))
        painter.end()

    def _scene(self) -> Scene:
        return Scene(
            project=self.shown,
            rows=self.rows,
            lens=self.lens,
            folder=self.session.folder,
            pictures=self.pictures,
            live=self.live,
            playhead=self.session.playhead,
            selection=self.selection,
            lifted=self._lifted,
            snap_frame=self._snap_frame,
            rubber=self._rubber,
            drop=self._drop,
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.look(replace(self.lens, width=self.width(), height=self.height()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            return
        at = event.position()
        found = hit(self.lens, self.rows, at)
        if event.button() == Qt.MouseButton.MiddleButton:
            self._gesture = Pan(self, at)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._gesture = self._gesture_for(found, at, event.modifiers())
        if self._gesture is not None:
            self._pointer = at
            if self._gesture.cursor is not None:
                self.setCursor(self._gesture.cursor)
            self._gesture.drag(at, event.modifiers())

    def _gesture_for(self, found: Hit, at: QPointF, modifiers: Qt.KeyboardModifier) -> Gesture | None:
        extend = bool(modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier))
        if found.part == "ruler":
            return Scrub(self, at)
        if found.clip is None or found.track is None:
            return RubberBand(self, at, extend)
        linked = frozenset(clip.id for clip in self.project.linked(found.clip))
        if extend:
            inside = found.clip.id in self.selection
            self.select(self.selection - linked if inside else self.selection | linked)
            return None
        if found.clip.id not in self.selection:
            self.select(linked)
        if found.track.locked:
            return None
        if found.part == "start" or found.part == "end":
            return TrimEdge(self, at, found.clip, found.part)
        return MoveSelection(self, at, found.track, found.clip, self.selection)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._gesture is None:
            self._hover(hit(self.lens, self.rows, at))
            return
        self._pointer = at
        outside = not 0 <= at.x() <= self.width()
        if outside and self._gesture.scrolls and not self._auto_scroll.isActive():
            self._auto_scroll.start()
        elif not outside:
            self._auto_scroll.stop()
        self._gesture.drag(at, event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, None
        self._auto_scroll.stop()
        if gesture is not None:
            gesture.release()
            self._hover(hit(self.lens, self.rows, event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = hit(self.lens, self.rows, event.position())
        if found.clip is not None:
            self.rename(found.clip.id)
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._gesture is None:
            self.unsetCursor()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._drop_gesture():
            return
        if event.key() == Qt.Key.Key_Escape and self.selection:
            self.select(frozenset())
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(ZOOM_STEP ** (turned.y() / 120), event.position().x())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.scroll_by(0, -(turned.y() or turned.x()) / 120 * WHEEL_STEP)
        else:
            self.scroll_by(-(turned.x() or turned.y()) / 120 * WHEEL_STEP, 0)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        chosen = self.session.selected_clips()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and chosen:
            self.menu.open(chosen[0].id, event.globalPos())
            return
        found = hit(self.lens, self.rows, QPointF(event.pos()))
        if found.clip is None:
            track_menu(self.session, found.track, self).popup(event.globalPos())
            return
        if found.clip.id not in self.selection:
            self.select(frozenset(clip.id for clip in self.project.linked(found.clip)))
        self.menu.open(found.clip.id, event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if not is_welcome(self.session, event.mimeData()):
            event.ignore()
            return
        at, snaps = event.position(), self.snaps(event.modifiers())
        self._drop, self._snap_frame = target_of(
            self.session, event.mimeData(), self.lens, self.rows, at, snaps
        )
        self.update()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop = self._snap_frame = None
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        drop, self._drop, self._snap_frame = self._drop, None, None
        self.update()
        if drop is not None:
            # Dropping never takes the file away from where it was, whatever the source offers.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            take_drop(self.session, event.mimeData(), drop)

    def _hover(self, found: Hit) -> None:
        """Shows by the cursor what a press would do, and by the tooltip what is too small to read."""
        if found.part in ("start", "end") and found.track is not None and not found.track.locked:
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        else:
            self.unsetCursor()
        self.setToolTip(_tip(found))

    def _scroll_on(self) -> None:
        """The pointer waits outside while something is in the hand."""
        if self._gesture is None:
            self._auto_scroll.stop()
            return
        beyond = self._pointer.x() if self._pointer.x() < 0 else self._pointer.x() - self.width()
        self.scroll_by(beyond / 2, 0)
        self._gesture.drag(self._pointer, QApplication.keyboardModifiers())


def _tip(found: Hit) -> str:
    if found.clip is None:
        return ""
    reference = found.clip.take.reference
    return f"{found.clip.name}\n{reference.reason}" if isinstance(reference, Missing) else found.clip.name
