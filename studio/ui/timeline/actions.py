"""The timeline's commands as QActions: for its own keys and buttons, and for the window's menus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from studio.project.edits import Edit, LiftClips, RippleDelete
from studio.project.timeline import Project
from studio.ui.icons import icon
from studio.ui.session import Session
from studio.ui.timeline import commands
from studio.ui.timeline.canvas import Canvas
from studio.ui.timeline.outlook import ZOOM_STEP

# Lists, sliders and fields use these keys as well: for us they count only inside the widgets that the
# action was added to. All others count in the whole window (text fields still get what is typed).
_LOCAL_KEYS = frozenset(
    {"Del", "Shift+Del", "Left", "Right", "Shift+Left", "Shift+Right", "Up", "Down", "Home", "End", "F2"}
    | {"Ctrl+A", "Alt+Left", "Alt+Right"}
)


class _Command(NamedTuple):
    name: str
    text: str
    keys: tuple[str, ...]
    run: Callable[[], object]
    icon: str = ""


class TimelineActions(QObject):
    """Every command by its name: `actions["split"]`. The window may show the same objects in its menus."""

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self._named = {command.name: self._made(command) for command in self._commands()}
        self["snapping"].setCheckable(True)
        self["snapping"].setChecked(canvas.snapping)
        session.selection_changed.connect(self._refresh)
        session.project_changed.connect(self._refresh)
        self._refresh()

    def __getitem__(self, name: str) -> QAction:
        return self._named[name]

    def all(self) -> list[QAction]:
        return list(self._named.values())

    def _commands(self) -> list[_Command]:
        return [*self._editing(), *self._travelling(), *self._looking()]

    def _editing(self) -> list[_Command]:
        return [
            _Command("split", "Split", ("S", "Ctrl+K"), self._split, "split"),
            _Command("split-all", "Split all tracks", ("Shift+S",), self._split_all, "split"),
            _Command("delete", "Delete", ("Del", "Backspace"), self._delete, "trash"),
            _Command("ripple-delete", "Ripple delete", ("Shift+Del",), self._ripple_delete, "trash"),
            _Command("trim-start", "Trim start to playhead", ("[",), lambda: self._trim("start")),
            _Command("trim-end", "Trim end to playhead", ("]",), lambda: self._trim("end")),
            _Command("nudge-left", "Nudge left", ("Alt+Left",), lambda: self._nudge(-1)),
            _Command("nudge-right", "Nudge right", ("Alt+Right",), lambda: self._nudge(1)),
            _Command("duplicate", "Duplicate", ("Ctrl+D",), self._duplicate, "new"),
            _Command("rename", "Rename", ("F2",), self._rename, "prompt"),
            _Command("marker", "Marker", ("M",), self._mark, "marker"),
            _Command("select-here", "Select the clip at the playhead", ("X",), self._select_here, "select"),
            _Command("select-all", "Select all clips", ("Ctrl+A",), self._select_all, "select"),
        ]

    def _travelling(self) -> list[_Command]:
        session = self._session
        return [
            _Command("frame-back", "Frame back", ("Left",), lambda: self._go(-1), "frame-back"),
            _Command("frame-forward", "Frame forward", ("Right",), lambda: self._go(1), "frame-forward"),
            _Command("second-back", "Second back", ("Shift+Left",), lambda: self._go_seconds(-1)),
            _Command("second-forward", "Second forward", ("Shift+Right",), lambda: self._go_seconds(1)),
            _Command("to-start", "To the start", ("Home",), lambda: session.set_playhead(0), "to-start"),
            _Command("to-end", "To the end", ("End",), self._to_end, "to-end"),
            _Command("previous-cut", "Previous cut", ("Up",), lambda: self._go_to(commands.previous_cut)),
            _Command("next-cut", "Next cut", ("Down",), lambda: self._go_to(commands.next_cut)),
        ]

    def _looking(self) -> list[_Command]:
        canvas = self._canvas
        return [
            _Command("snapping", "Snapping", ("N",), self._toggle_snapping, "magnet"),
            _Command("zoom-in", "Zoom in", ("=", "+"), lambda: canvas.zoom(ZOOM_STEP), "plus"),
            _Command("zoom-out", "Zoom out", ("-",), lambda: canvas.zoom(1 / ZOOM_STEP), "minus"),
            _Command("zoom-fit", "Show all", ("\\",), canvas.fit, "fit"),
        ]

    def _made(self, command: _Command) -> QAction:
        action = QAction(command.text, self)
        action.setObjectName(f"timeline-{command.name}")
        if command.icon:
            action.setIcon(icon(command.icon))
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        local = not _LOCAL_KEYS.isdisjoint(command.keys)
        action.setShortcutContext(
            Qt.ShortcutContext.WidgetWithChildrenShortcut if local else Qt.ShortcutContext.WindowShortcut
        )
        action.setToolTip(f"{command.text} ({command.keys[0]})")
        action.triggered.connect(lambda _checked=False: command.run())
        return action

    def _refresh(self, _: object = None) -> None:
        chosen = bool(self._session.selection)
        for name in ("delete", "ripple-delete", "nudge-left", "nudge-right", "duplicate", "rename"):
            action = self[name]
            action.setEnabled(chosen)
            key = action.shortcut().toString()
            action.setToolTip(
                f"{action.text()} ({key})" if chosen else f"{action.text()}: select a clip first"
            )

    # Editing

    def _apply(self, edit: Edit | None, merge_key: str | None = None) -> None:
        if edit is not None:
            self._session.apply(edit, merge_key)

    def _split(self) -> None:
        session = self._session
        self._apply(commands.split(session.project, session.selection, session.playhead))

    def _split_all(self) -> None:
        session = self._session
        self._apply(commands.split(session.project, session.selection, session.playhead, every_track=True))

    def _delete(self) -> None:
        if self._session.selection:
            self._apply(LiftClips(clip_ids=tuple(sorted(self._session.selection))))

    def _ripple_delete(self) -> None:
        if self._session.selection:
            self._apply(RippleDelete(clip_ids=tuple(sorted(self._session.selection))))

    def _trim(self, edge: Literal["start", "end"]) -> None:
        session = self._session
        edit = commands.trim_to(session.project, session.selection, session.playhead, edge)
        if edit is None:
            session.notify(
                "info", "No clip can be trimmed to the playhead.", "Put the playhead inside a clip."
            )
        self._apply(edit)

    def _nudge(self, frames: int) -> None:
        session = self._session
        key = "nudge " + " ".join(sorted(session.selection))
        self._apply(commands.nudge(session.project, session.selection, frames), key)

    def _duplicate(self) -> None:
        edit = commands.duplicate(self._session.project, self._session.selection)
        if edit is not None and self._session.apply(edit):
            self._session.select([placement.clip.id for placement in edit.placements])

    def _rename(self) -> None:
        clips = self._session.selected_clips()
        if clips:
            self._canvas.rename(clips[0].id)

    def _mark(self) -> None:
        self._apply(commands.toggle_marker(self._session.project, self._session.playhead))

    def _select_here(self) -> None:
        session = self._session
        session.select(commands.meant(session.project, frozenset(), session.playhead))

    def _select_all(self) -> None:
        self._session.select([clip.id for track, clip in self._session.project.clips() if not track.locked])

    # Travelling and looking

    def _go(self, frames: int) -> None:
        self._session.set_playhead(self._session.playhead + frames)

    def _go_seconds(self, seconds: int) -> None:
        self._go(seconds * round(self._session.project.rate.fraction))

    def _go_to(self, cut: Callable[[Project, int], int]) -> None:
        self._session.set_playhead(cut(self._session.project, self._session.playhead))

    def _to_end(self) -> None:
        self._session.set_playhead(self._session.project.duration)

    def _toggle_snapping(self) -> None:
        self._canvas.snapping = self["snapping"].isChecked()
        settings = msgspec.structs.replace(self._session.settings, snapping=self._canvas.snapping)
        self._session.change_settings(settings)
