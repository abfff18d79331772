"""The timeline's commands as QActions: for its own keys and buttons, and for the window's menus."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal, NamedTuple, get_args

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup

from studio.errors import StudioError
from studio.project.edits import Edit, GroupClips, RippleDelete, SetRange
from studio.project.timeline import Project, new_id
from studio.ui import shortcuts
from studio.ui.icons import icon
from studio.ui.session import Session
from studio.ui.timeline import clipboard, commands
from studio.ui.timeline.canvas import Canvas
from studio.ui.timeline.outlook import ZOOM_STEP
from studio.ui.timeline.scene import ToolName


class _Command(NamedTuple):
    name: str
    run: Callable[[], object]
    icon: str = ""


_NEED_CLIPS = (
    *("delete", "ripple-delete", "nudge-left", "nudge-right", "duplicate", "rename", "cut", "copy"),
    *("group", "ungroup", "speed"),
)
_CHECKED = ("snapping", *get_args(ToolName))


class TimelineActions(QObject):
    """Every command by its name: `actions["split"]`. The window may show the same objects in its menus."""

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self._named = {command.name: self._made(command) for command in self._commands()}
        canvas.commands = self._named
        tools = QActionGroup(self)
        for name in _CHECKED:
            self[name].setCheckable(True)
            if name != "snapping":
                tools.addAction(self[name])
        self["snapping"].setChecked(canvas.snapping)
        session.selection_changed.connect(self._refresh)
        session.project_changed.connect(self._refresh)
        session.settings_changed.connect(self._refresh)
        canvas.tool_changed.connect(self._show_tool)
        self._show_tool()
        self._refresh()

    def __getitem__(self, name: str) -> QAction:
        return self._named[name]

    def all(self) -> list[QAction]:
        return list(self._named.values())

    def _commands(self) -> list[_Command]:
        return [*self._editing(), *self._cutting(), *self._travelling(), *self._looking()]

    def _editing(self) -> list[_Command]:
        return [
            _Command("cut", self._cut, "cut"),
            _Command("copy", self._copy, "copy"),
            _Command("paste", self._paste, "paste"),
            _Command("duplicate", self._duplicate, "new"),
            _Command("delete", self._delete, "trash"),
            _Command("ripple-delete", self._ripple_delete, "trash"),
            _Command("close-gap", self._close_gap),
            _Command("select-here", self._select_here, "select"),
            _Command("select-all", self._select_all, "select"),
            _Command("group", lambda: self._group(new_id()), "link"),
            _Command("ungroup", lambda: self._group("")),
            _Command("rename", self._rename, "title"),
            _Command("nudge-left", lambda: self._nudge(-1)),
            _Command("nudge-right", lambda: self._nudge(1)),
        ]

    def _cutting(self) -> list[_Command]:
        tools = [
            _Command(name, partial(self._canvas.take_tool, name), icon_name)
            for name, icon_name in _TOOL_ICONS.items()
        ]
        return [
            *tools,
            _Command("escape", self._canvas.escape),
            _Command("split", self._split, "split"),
            _Command("split-all", lambda: self._split(every_track=True), "split"),
            _Command("trim-start", lambda: self._trim("start")),
            _Command("trim-end", lambda: self._trim("end")),
            _Command("ripple-start", lambda: self._ripple("start")),
            _Command("ripple-end", lambda: self._ripple("end")),
            _Command("transition", self._dissolve, "dissolve"),
            _Command("speed", self._ask_speed, "clock"),
            _Command("freeze", self._freeze, "pause"),
            _Command("marker", self._mark, "marker"),
            _Command("in", lambda: self._set_range("in")),
            _Command("out", lambda: self._set_range("out")),
            _Command("clear-range", lambda: self._apply(SetRange(in_point=None, out_point=None))),
        ]

    def _travelling(self) -> list[_Command]:
        session = self._session
        return [
            _Command("frame-back", lambda: self._go(-1), "frame-back"),
            _Command("frame-forward", lambda: self._go(1), "frame-forward"),
            _Command("second-back", lambda: self._go_seconds(-1)),
            _Command("second-forward", lambda: self._go_seconds(1)),
            _Command("to-start", lambda: session.set_playhead(0), "to-start"),
            _Command("to-end", lambda: session.set_playhead(session.project.duration), "to-end"),
            _Command("previous-cut", lambda: self._go_to(commands.previous_cut)),
            _Command("next-cut", lambda: self._go_to(commands.next_cut)),
        ]

    def _looking(self) -> list[_Command]:
        canvas = self._canvas
        return [
            _Command("snapping", self._toggle_snapping, "magnet"),
            _Command("zoom-in", lambda: canvas.zoom(ZOOM_STEP), "plus"),
            _Command("zoom-out", lambda: canvas.zoom(1 / ZOOM_STEP), "minus"),
            _Command("zoom-fit", canvas.fit, "fit"),
        ]

    def _made(self, command: _Command) -> QAction:
        action = QAction(shortcuts.command(f"timeline.{command.name}").title, self)
        action.setObjectName(f"timeline-{command.name}")
        if command.icon:
            action.setIcon(icon(command.icon))
        shortcuts.bind(self._session, action, f"timeline.{command.name}")
        action.triggered.connect(lambda _checked=False: command.run())
        return action

    def _refresh(self, _: object = None) -> None:
        """Greys out what needs a clip, and says so."""
        chosen = bool(self._session.selection)
        for name in _NEED_CLIPS:
            action = self[name]
            action.setEnabled(chosen)
            keys = shortcuts.keys_of(self._session.settings, f"timeline.{name}")
            tip = f"{action.text()} ({shortcuts.shown_keys(keys[:1])})" if keys else action.text()
            action.setToolTip(tip if chosen else f"{action.text()}: select a clip first")

    def _show_tool(self) -> None:
        self[self._canvas.tool].setChecked(True)

    # Editing

    def _apply(self, edit: Edit | None, merge_key: str | None = None) -> bool:
        return edit is not None and self._session.apply(edit, merge_key)

    def _try(self, build: Callable[[], Edit]) -> bool:
        """Applies what `build` gives; tells why when there is nothing to do."""
        try:
            edit = build()
        except StudioError as error:
            self._session.tell(error)
            return False
        return self._session.apply(edit)

    def _split(self, every_track: bool = False) -> None:
        session = self._session
        self._apply(commands.split(session.project, session.selection, session.playhead, every_track))

    def _delete(self) -> None:
        self._apply(commands.delete(self._session.project, self._session.selection))

    def _ripple_delete(self) -> None:
        chosen = commands.selected_clips(self._session.project, self._session.selection)
        if chosen:
            self._apply(RippleDelete(clip_ids=chosen))

    def _close_gap(self) -> None:
        session = self._session
        self._try(lambda: commands.close_gap(session.project, session.selection, session.playhead))

    def _dissolve(self) -> None:
        session = self._session
        self._try(lambda: commands.dissolve(session.project, session.selection, session.playhead))

    def _trim(self, edge: Literal["start", "end"]) -> None:
        session = self._session
        edit = commands.trim_to(session.project, session.selection, session.playhead, edge)
        if edit is None:
            self._say_untrimmable()
        self._apply(edit)

    def _ripple(self, edge: Literal["start", "end"]) -> None:
        session = self._session
        edit = commands.ripple_to(session.project, session.selection, session.playhead, edge)
        if edit is None:
            self._say_untrimmable()
            return
        found = session.project.find(edit.clip_id)
        if self._apply(edit) and found is not None and edge == "start":
            # What the playhead stood on begins the clip now.
            session.set_playhead(found[1].start)

    def _say_untrimmable(self) -> None:
        self._session.notify(
            "info", "No clip can be trimmed to the playhead.", "Put the playhead inside a clip."
        )

    def _nudge(self, frames: int) -> None:
        session = self._session
        key = "nudge " + " ".join(sorted(session.selection))
        self._apply(commands.nudge(session.project, session.selection, frames), key)

    def _duplicate(self) -> None:
        edit = commands.duplicate(self._session.project, self._session.selection)
        if edit is not None and self._session.apply(edit):
            self._session.select([placement.clip.id for placement in edit.placements])

    def _copy(self) -> bool:
        return clipboard.copy(self._session)

    def _cut(self) -> None:
        if self._copy():
            self._delete()

    def _paste(self) -> None:
        clipboard.paste(self._session)

    def _group(self, group: str) -> None:
        chosen = commands.selected_clips(self._session.project, self._session.selection)
        if chosen:
            self._apply(GroupClips(clip_ids=chosen, group=group))

    def _rename(self) -> None:
        clips = self._session.selected_clips()
        if clips:
            self._canvas.rename(clips[0].id)

    def _mark(self) -> None:
        self._apply(commands.toggle_marker(self._session.project, self._session.playhead))

    def _set_range(self, side: Literal["in", "out"]) -> None:
        self._apply(commands.set_range(self._session.project, side, self._session.playhead))

    def _ask_speed(self) -> None:
        from studio.ui.timeline.speed import ask_speed

        ask_speed(self._session, self._canvas)

    def _freeze(self) -> None:
        session = self._session
        self._try(lambda: commands.freeze(session.project, session.selection, session.playhead))

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

    def _toggle_snapping(self) -> None:
        self._canvas.snapping = self["snapping"].isChecked()
        settings = msgspec.structs.replace(self._session.settings, snapping=self._canvas.snapping)
        self._session.change_settings(settings)


_TOOL_ICONS: dict[ToolName, str] = {
    "select": "select",
    "blade": "blade",
    "ripple": "ripple",
    "slip": "slip",
    "slide": "slide",
}
