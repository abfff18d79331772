"""The timeline's drawing surface: shows the project, turns the hand's gestures into edits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QCursor,
    QFocusEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication

from studio.errors import ProjectError
from studio.project.curves import Keyframe
from studio.project.edits import ChangeClip, ChangeMarker, Edit, SplitClips
from studio.project.timeline import Marker, Missing, Project
from studio.ui.session import Session
from studio.ui.timeline.commands import clips_under
from studio.ui.timeline.geometry import RULER_HEIGHT, Lens
from studio.ui.timeline.gestures import SHIFT, Gesture, Pan, together
from studio.ui.timeline.hits import Hit, hit
from studio.ui.timeline.landing import Landing
from studio.ui.timeline.levels import level_curve
from studio.ui.timeline.outlook import WHEEL_STEP, ZOOM_STEP
from studio.ui.timeline.scene import ToolName
from studio.ui.timeline.snapping import snap

if TYPE_CHECKING:
    from studio.ui.timeline.clip_menu import ClipMenu
    from studio.ui.timeline.rename import NameEditor

_AUTO_SCROLL_MS = 30
_SCROLL_MARGIN = 24
"""Pixels inside the ends where something in the hand makes the canvas scroll."""


class Canvas(Landing):
    """Everything that mouse and wheel do to the timeline; keys are studio.ui.timeline.actions."""

    tool_changed = Signal()
    extend_wanted = Signal(str, bool)
    """Somebody wants the clip of this id to be continued; True: backwards."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.commands: Mapping[str, QAction] = {}
        """The timeline's commands by name, for its menus; whoever makes them puts them here."""
        self._gesture: Gesture | None = None
        self._proposed: Edit | None = None
        self._pointer = QPointF()
        self._auto_scroll = QTimer(self, interval=_AUTO_SCROLL_MS)
        self._auto_scroll.timeout.connect(self._scroll_on)
        self.setAccessibleName("Timeline")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.session.project_changed.connect(self._project_changed)
        self.session.project_opened.connect(self._project_opened)
        self.session.selection_changed.connect(self._selection_changed)
        self.session.playhead_changed.connect(self._playhead_changed)

    # Made when they are first opened: the start needs neither them nor what they import

    @cached_property
    def menu(self) -> ClipMenu:
        from studio.ui.timeline.clip_menu import ClipMenu

        return ClipMenu(self.session, self)

    @cached_property
    def _names(self) -> NameEditor:
        from studio.ui.timeline.rename import NameEditor

        return NameEditor(self.session, self)

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

    def propose(self, edit: Edit | None, snap_frame: int | None = None) -> None:
        """Shows the project as `edit` would leave it; the last one stays where that is impossible."""
        try:
            shown = edit.apply(self.project) if edit is not None else self.project
        except ProjectError as error:
            self.say(error.message)
            self.setCursor(Qt.CursorShape.ForbiddenCursor)
            return
        if self._gesture is not None and self._gesture.cursor is not None:
            self.setCursor(self._gesture.cursor)
        self._proposed = edit
        self._snap_frame = snap_frame
        self.show_project(shown)

    def say(self, words: str) -> None:
        """Tells in the status line, and in a gesture beside the pointer too, what the hand is doing."""
        self.said.emit(words)
        held = self._gesture is not None and self._gesture.moved
        self._measure = (words.split(" · ")[0], self._pointer) if held else None

    def commit(self) -> None:
        """Carries out what is proposed."""
        edit = self._proposed
        self.propose(None)
        if edit is not None:
            self.session.apply(edit)

    def look(self, lens: Lens) -> None:
        before = self.lens
        super().look(lens)
        if self.lens != before and "_names" in self.__dict__:
            # The field would stay where its clip no longer is.
            self._names.dismiss()

    def rename(self, clip_id: str) -> None:
        """Opens the clip's name for writing."""
        row_clip = next(
            ((row, clip) for row in self.rows for clip in row.track.clips if clip.id == clip_id), None
        )
        if row_clip is not None:
            row, clip = row_clip
            rect = self.lens.clip_rect(row, clip).intersected(QRectF(self.rect()))
            self._names.open(clip.name, rect, lambda name: ChangeClip(clip_id=clip_id, name=name))

    def rename_marker(self, marker: Marker) -> None:
        """Opens the marker's name for writing."""
        place = QRectF(self.lens.x_of(marker.frame), 2, 1, RULER_HEIGHT - 4)
        self._names.open(marker.name, place, lambda name: ChangeMarker(marker_id=marker.id, name=name))

    def take_tool(self, tool: ToolName) -> None:
        """Puts `tool` into the hand."""
        # Here and below imported late, as it brings all gestures: the start needs none of them.
        from studio.ui.timeline import tools

        self.tool: ToolName = tool
        self._show_blade(QPointF(self.mapFromGlobal(QCursor.pos())), Qt.KeyboardModifier.NoModifier)
        self.unsetCursor()
        self.say(tools.HINTS[tool])
        self.update()
        self.tool_changed.emit()

    def cut_at(self, at: QPointF, every_track: bool) -> None:
        """Cuts with the blade: the clip at `at` with its links, or all tracks."""
        frame = self._blade_frame(at, Qt.KeyboardModifier.NoModifier)
        found = hit(self.lens, self.rows, self.project, at)
        chosen = frozenset[str]()
        if found.clip is not None and found.track is not None and not found.track.locked:
            chosen = together(self.project, found.clip)
        under = [clip.id for _, clip in clips_under(self.project, frame)]
        cut = tuple(clip_id for clip_id in under if every_track or clip_id in chosen)
        if cut:
            self.session.apply(SplitClips(clip_ids=cut, frame=frame))

    def toggle_keyframe(self, found: Hit, at: QPointF) -> None:
        """Takes the keyframe at `found` away, or adds one to the level line there."""
        assert found.clip is not None
        assert found.track is not None
        curve = level_curve(found.track, found.clip)
        if found.part == "key":
            curve = curve.without_key(found.key_frame)
        else:
            frame = min(max(0, self.lens.frame_at(at.x()) - found.clip.start), found.clip.duration)
            curve = curve.with_key(Keyframe(frame=frame, value=curve.at(frame)))
        from studio.ui.timeline.shaping import level_edit

        self.session.apply(level_edit(found.track, found.clip, curve))

    @property
    def held(self) -> Gesture | None:
        """What the hand is doing; None while no button is down."""
        return self._gesture

    def _selection_changed(self) -> None:
        self.update()

    def _project_changed(self, project: Project) -> None:
        if self._gesture is not None and self._proposed is not None:
            # A result arrived while the hand was carrying something: show both, if both can be.
            self.propose(self._proposed, snap_frame=self._snap_frame)
            return
        was_empty = self.shown.duration == 0
        self.show_project(project)
        self.look(self.lens)
        if was_empty and self.lens.x_of(project.duration) > self.width():
            # The first thing on the timeline is seen whole.
            self.fit()

    def _project_opened(self) -> None:
        self._drop_gesture()
        self.tiles.clear()
        self.pictures.forget_problems()

    def _drop_gesture(self) -> bool:
        """Ends what the hand is doing as if it had not begun; False when it is doing nothing."""
        gesture, self._gesture = self._gesture, None
        self._auto_scroll.stop()
        if gesture is not None:
            gesture.cancel()
            self.unsetCursor()
            self.say("")
        return gesture is not None

    def _playhead_changed(self, frame: int) -> None:
        self._playhead_moved(frame)
        if self.held is None:
            self.reveal(frame)

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            return
        from studio.ui.timeline import tools

        at = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._gesture = Pan(self, at)
        elif event.button() == Qt.MouseButton.LeftButton:
            found = hit(self.lens, self.rows, self.project, at)
            self._gesture = tools.gesture_for(self, found, at, event.modifiers())
        if self._gesture is not None:
            self._pointer = at
            if self._gesture.cursor is not None:
                self.setCursor(self._gesture.cursor)
            if not self._gesture.keeps_handles:
                self._hovered = ""
            self._gesture.drag(at, event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._gesture is None:
            self._hover(at, event.modifiers())
            return
        self._pointer = at
        self._gesture.drag(at, event.modifiers())
        near_end = self._gesture.scrolls and self._gesture.moved and not self._beyond(at).isNull()
        if near_end and not self._auto_scroll.isActive():
            self._auto_scroll.start()
        elif not near_end:
            self._auto_scroll.stop()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, None
        self._auto_scroll.stop()
        if gesture is not None:
            gesture.release()
            self._measure = None
            self._hover(event.position(), event.modifiers())
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = hit(self.lens, self.rows, self.project, event.position())
        if found.marker is not None:
            self.rename_marker(found.marker)
        elif found.clip is not None and found.part == "clip" and self.tool == "select":
            self.rename(found.clip.id)
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._gesture is None:
            self.unsetCursor()
            self._hovered, self._blade = "", None
            self.say("")
            self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def escape(self) -> None:
        """Lets go of what is in the hand: the gesture, else the tool, else the selection."""
        if self._drop_gesture():
            return
        if self.tool != "select":
            self.take_tool("select")
        else:
            self.select(frozenset())

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
        if self._gesture is not None:
            return
        chosen = self.session.selected_clips()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and chosen:
            self.menu.open(chosen[0].id, event.globalPos())
            return
        found = hit(self.lens, self.rows, self.project, QPointF(event.pos()))
        if found.clip is not None and found.transition is None and found.clip.id not in self.selection:
            self.select(together(self.project, found.clip))
        menu = self.menu.menu_for(found)
        if menu is not None:
            menu.popup(event.globalPos())

    def _hover(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Shows by cursor, handles and status line what a press would do, and names what is too small."""
        from studio.ui.timeline import tools

        found = hit(self.lens, self.rows, self.project, at)
        shape = tools.cursor_for(self.tool, found)
        if shape is None:
            self.unsetCursor()
        else:
            self.setCursor(shape)
        hovered = found.clip.id if found.clip is not None and self.tool in ("select", "ripple") else ""
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()
        self._show_blade(at, modifiers)
        self.say(tools.hint_for(self.tool, found))
        self.setToolTip(_tip(found))

    def _show_blade(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        row = self.lens.row_at(self.rows, at.y())
        blade = None
        if self.tool == "blade" and QRectF(self.rect()).contains(at) and at.y() >= RULER_HEIGHT:
            blade = (self._blade_frame(at, modifiers), bool(modifiers & SHIFT))
        if (blade, row) != (self._blade, self._row_under):
            self._blade, self._row_under = blade, row
            self.update()

    def _blade_frame(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> int:
        frame = self.lens.frame_at(at.x())
        if not self.snaps(modifiers):
            return frame
        # The playhead and markers catch the blade; the clips' own edges have nothing to cut.
        marks = {self.playhead(), *(marker.frame for marker in self.project.markers)}
        return frame + snap([frame], sorted(marks), self.lens.scale).correction

    def _beyond(self, at: QPointF) -> QPointF:
        """How far into the margins at the ends, or past them, the pointer is: left and up negative."""
        margin = min(_SCROLL_MARGIN, self.width() / 8)
        across = min(0.0, at.x() - margin) + max(0.0, at.x() - (self.width() - margin))
        if self._gesture is None or not self._gesture.scrolls_rows:
            return QPointF(across, 0)
        lanes = RULER_HEIGHT + _SCROLL_MARGIN / 2
        down = min(0.0, at.y() - lanes) + max(0.0, at.y() - (self.height() - _SCROLL_MARGIN / 2))
        return QPointF(across, down)

    def _scroll_on(self) -> None:
        """The pointer waits near an end while something is in the hand."""
        beyond = self._beyond(self._pointer)
        if self._gesture is None or beyond.isNull():
            self._auto_scroll.stop()
            return
        before = self.lens
        self.scroll_by(beyond.x() / 2, beyond.y() / 2)
        if self.lens != before:
            self._gesture.drag(self._pointer, QApplication.keyboardModifiers())


def _tip(found: Hit) -> str:
    if found.marker is not None:
        return found.marker.name
    if found.clip is None:
        return ""
    reference = found.clip.take.reference
    return f"{found.clip.name}\n{reference.reason}" if isinstance(reference, Missing) else found.clip.name
