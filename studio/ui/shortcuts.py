"""The one table of commands and their keys, and how an action gets them: live, as the user changes them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from studio.settings import Settings

if TYPE_CHECKING:
    from studio.ui.session import Session


class Command(NamedTuple):
    id: str
    """"group.name"; what the settings keep."""
    title: str
    group: str
    """Under which heading the sheet of keys lists it."""
    keys: tuple[str, ...]
    """As shipped, in Qt's portable spelling; the first is shown in tooltips."""
    local: bool = False
    """Lists, buttons and fields use these keys too: they count only in widgets that have the action."""


COMMANDS = (
    Command("file.new", "New project", "File", ("Ctrl+N",)),
    Command("file.open", "Open project", "File", ("Ctrl+O",)),
    Command("file.sample", "Open the sample film", "File", ()),
    Command("file.copy", "Save a copy", "File", ("Ctrl+Shift+S",)),
    Command("file.import", "Import", "File", ("Ctrl+I",)),
    Command("file.missing", "Find missing media", "File", ()),
    Command("file.export", "Export", "File", ("Ctrl+E",)),
    Command("file.licences", "Licences of this film", "File", ()),
    Command("file.models", "Models", "File", ("Ctrl+Shift+M",)),
    Command("file.quit", "Quit", "File", ("Ctrl+Q",)),
    Command("edit.undo", "Undo", "Edit", ("Ctrl+Z",)),
    Command("edit.redo", "Redo", "Edit", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("edit.history", "Undo history", "Edit", ("Ctrl+H",)),
    Command("timeline.cut", "Cut", "Edit", ("Ctrl+X",), local=True),
    Command("timeline.copy", "Copy", "Edit", ("Ctrl+C",), local=True),
    Command("timeline.paste", "Paste", "Edit", ("Ctrl+V",), local=True),
    Command("timeline.duplicate", "Duplicate", "Edit", ("Ctrl+D",)),
    Command("timeline.delete", "Delete", "Edit", ("Del", "Backspace"), local=True),
    Command("timeline.ripple-delete", "Ripple delete", "Edit", ("Shift+Del",), local=True),
    Command("timeline.close-gap", "Close gap", "Edit", ("Shift+Backspace",), local=True),
    Command("timeline.select-all", "Select all clips", "Edit", ("Ctrl+A",), local=True),
    Command("timeline.select-here", "Select the clip at the playhead", "Edit", ("X",)),
    Command("timeline.group", "Group", "Edit", ("Ctrl+G",)),
    Command("timeline.ungroup", "Ungroup", "Edit", ("Ctrl+Shift+G",)),
    Command("timeline.rename", "Rename", "Edit", ("F2",), local=True),
    Command("create.generate", "Generate", "Create", ("Ctrl+Return", "Ctrl+Enter")),
    Command("create.prompt", "Prompt", "Create", ("Ctrl+1",)),
    Command("create.images", "Images", "Create", ("Ctrl+2",)),
    Command("create.audio", "Audio", "Create", ("Ctrl+3",)),
    Command("create.video", "Video", "Create", ("Ctrl+4",)),
    Command("insert.title", "Add title", "Create", ("T",)),
    Command("takes.vary", "Vary × 4", "Create", ()),
    Command("takes.compare", "Compare takes", "Create", ("C",)),
    Command("edit.render-changed", "Render what changed", "Create", ("Ctrl+Shift+R",)),
    Command("timeline.select", "Select tool", "Tools", ("V",)),
    Command("timeline.blade", "Blade", "Tools", ("B",)),
    Command("timeline.ripple", "Ripple tool", "Tools", ("R",)),
    Command("timeline.slip", "Slip tool", "Tools", ("Y",)),
    Command("timeline.slide", "Slide tool", "Tools", ("U",)),
    Command("timeline.escape", "Back to the select tool", "Tools", ("Esc",), local=True),
    Command("timeline.snapping", "Snapping", "Tools", ("N",)),
    Command("timeline.split", "Split", "Cutting", ("S", "Ctrl+K")),
    Command("timeline.split-all", "Split all tracks", "Cutting", ("Shift+S",)),
    Command("timeline.trim-start", "Trim start to playhead", "Cutting", ("[",)),
    Command("timeline.trim-end", "Trim end to playhead", "Cutting", ("]",)),
    Command("timeline.ripple-start", "Ripple trim start to playhead", "Cutting", ("Q",)),
    Command("timeline.ripple-end", "Ripple trim end to playhead", "Cutting", ("W",)),
    Command("timeline.nudge-left", "Nudge left", "Cutting", ("Alt+Left",), local=True),
    Command("timeline.nudge-right", "Nudge right", "Cutting", ("Alt+Right",), local=True),
    Command("timeline.transition", "Dissolve at the cut", "Cutting", ("Ctrl+T",)),
    Command("timeline.speed", "Speed", "Cutting", ("Ctrl+R",)),
    Command("timeline.freeze", "Freeze frame", "Cutting", ("Shift+F",)),
    Command("timeline.marker", "Marker", "Cutting", ("M",)),
    Command("timeline.in", "In point", "Cutting", ("I",)),
    Command("timeline.out", "Out point", "Cutting", ("O",)),
    Command("timeline.clear-range", "Clear in and out", "Cutting", ("Alt+X",)),
    Command("viewer.play", "Play", "Playback", ("Space",), local=True),
    Command("viewer.shuttle-back", "Play backwards, then faster", "Playback", ("J",)),
    Command("viewer.shuttle-stop", "Stop", "Playback", ("K",)),
    Command("viewer.shuttle-forward", "Play, then faster", "Playback", ("L",)),
    Command("timeline.frame-back", "Frame back", "Playback", ("Left",), local=True),
    Command("timeline.frame-forward", "Frame forward", "Playback", ("Right",), local=True),
    Command("timeline.second-back", "Second back", "Playback", ("Shift+Left",), local=True),
    Command("timeline.second-forward", "Second forward", "Playback", ("Shift+Right",), local=True),
    Command("timeline.to-start", "To the start", "Playback", ("Home",), local=True),
    Command("timeline.to-end", "To the end", "Playback", ("End",), local=True),
    Command("timeline.previous-cut", "Previous cut", "Playback", ("Up",), local=True),
    Command("timeline.next-cut", "Next cut", "Playback", ("Down",), local=True),
    Command("viewer.timecode", "Go to timecode", "Playback", ("G",)),
    Command("viewer.loop", "Loop", "Playback", ("Ctrl+L",)),
    Command("viewer.mute", "Mute", "Playback", ("Shift+M",)),
    Command("viewer.full-screen", "Full screen", "View", ("F11",)),
    Command("viewer.zoom-fit", "Fit the picture", "View", ("Shift+Z",)),
    Command("viewer.safe-areas", "Safe areas", "View", ("Shift+A",)),
    Command("viewer.save-frame", "Save this frame", "View", ("Ctrl+Shift+F",)),
    Command("viewer.proxies", "Proxies for heavy films", "View", ()),
    Command("timeline.zoom-in", "Zoom in", "View", ("=", "+")),
    Command("timeline.zoom-out", "Zoom out", "View", ("-",)),
    Command("timeline.zoom-fit", "Show all", "View", ("\\",)),
    Command("view.usual-places", "Usual places", "View", ()),
    Command("view.light", "Light theme", "View", ()),
    Command("help.keys", "Keyboard shortcuts", "Help", ("?",)),
    Command("help.about", "About Kinora", "Help", ()),
)
"""No key stands here twice. Where viewer and timeline do the same, both bind the one command."""

_BY_ID = {command.id: command for command in COMMANDS}


def command(command_id: str) -> Command:
    """Raises KeyError for an id that is not in the table."""
    return _BY_ID[command_id]


def keys_of(settings: Settings, command_id: str) -> tuple[str, ...]:
    """The user's keys of a command, else the shipped ones."""
    return settings.shortcuts.get(command_id, _BY_ID[command_id].keys)


def with_keys(settings: Settings, command_id: str, keys: tuple[str, ...] | None) -> Settings:
    """The settings with these keys for a command; None brings the shipped ones back."""
    changed = {name: own for name, own in settings.shortcuts.items() if name != command_id}
    if keys is not None and keys != _BY_ID[command_id].keys:
        changed[command_id] = keys
    return msgspec.structs.replace(settings, shortcuts=changed)


def conflicts(settings: Settings, command_id: str, key: str) -> tuple[Command, ...]:
    """The other commands that `key` belongs to."""
    wanted = portable(key)
    return tuple(
        other
        for other in COMMANDS
        if other.id != command_id and wanted in map(portable, keys_of(settings, other.id))
    )


@cache
def portable(key: str) -> str:
    """Qt's own spelling of a key, by which two are compared."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)


def shown_keys(keys: tuple[str, ...]) -> str:
    """As this system writes them: "Ctrl+Y or Ctrl+Shift+Z"."""
    native = QKeySequence.SequenceFormat.NativeText
    return " or ".join(QKeySequence(key).toString(native) for key in keys)


def bind(session: Session, action: QAction, command_id: str) -> None:
    """Gives `action` the keys of a command, their context and a tooltip, now and after every change.

    Several actions may be bound to one command (the viewer's and the timeline's "frame back").
    Raises KeyError for an id that is not in the table.
    """
    binding = _Binding(session, action, _BY_ID[command_id])
    session.settings_changed.connect(binding.refresh)


class _Binding(QObject):
    """Lives and dies with its action, and so does the connection."""

    def __init__(self, session: Session, action: QAction, bound: Command) -> None:
        super().__init__(action)
        self._session = session
        self._action = action
        self._command = bound
        self._keys: tuple[str, ...] | None = None
        if bound.local:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.refresh()

    def refresh(self) -> None:
        keys = keys_of(self._session.settings, self._command.id)
        if keys == self._keys:
            return
        self._keys = keys
        self._action.setShortcuts([QKeySequence(key) for key in keys])
        words = self._command.title
        self._action.setToolTip(f"{words} ({shown_keys(keys[:1])})" if keys else words)
