"""The menus of the right mouse button beside clips: tracks, gaps, transitions, keyframes, markers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from msgspec.structs import replace
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from studio.project.curves import Ease
from studio.project.edits import (
    ChangeTransition,
    CloseGap,
    MoveTrack,
    RemoveMarker,
    RemoveTrack,
    RemoveTransition,
)
from studio.project.timeline import Clip, Marker, Track, Transition
from studio.ui.icons import icon
from studio.ui.importing import new_track
from studio.ui.session import Session
from studio.ui.timeline import clipboard
from studio.ui.timeline.levels import level_curve
from studio.ui.timeline.shaping import level_edit

EASES: tuple[tuple[Ease, str], ...] = (
    ("linear", "Straight to the next"),
    ("smooth", "Softly to the next"),
    ("hold", "Hold until the next"),
)
_KINDS: tuple[tuple[Literal["dissolve", "dip", "wipe"], str], ...] = (
    ("dissolve", "Dissolve"),
    ("dip", "Dip through colour"),
    ("wipe", "Wipe"),
)


def menu_of(parent: QWidget, title: str) -> QMenu:
    """An empty menu that goes away when it is closed."""
    menu = QMenu(title, parent)
    menu.setToolTipsVisible(True)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def submenu(menu: QMenu, words: str, icon_name: str) -> QMenu:
    made = menu.addMenu(icon(icon_name), words)
    assert made is not None
    return made


def entry(menu: QMenu, words: str, icon_name: str, action: Callable[[], object]) -> QAction:
    made = menu.addAction(words)
    if icon_name:
        made.setIcon(icon(icon_name))
    made.triggered.connect(lambda _checked=False: action())
    return made


def track_menu(session: Session, track: Track | None, parent: QWidget) -> QMenu:
    """What can be done to `track`, or (None) beside all tracks."""
    menu = menu_of(parent, track.name if track else "Tracks")
    for kind, words in (("video", "Add video track"), ("audio", "Add audio track")):
        entry(menu, words, "plus", lambda kind=kind: session.apply(new_track(session.project, kind)[1]))
    if track is not None:
        _add_track_entries(menu, session, track)
    return menu


def _add_track_entries(menu: QMenu, session: Session, track: Track) -> None:
    tracks = session.project.tracks
    index = next(number for number, other in enumerate(tracks) if other.id == track.id)
    # Video is listed from the bottom of the picture up, sound from the top of the screen down.
    up = 1 if track.kind == "video" else -1
    for words, place in (("Move up", index + up), ("Move down", index - up)):
        move = MoveTrack(track_id=track.id, index=place)
        action = entry(menu, words, "", lambda move=move: session.apply(move))
        there = 0 <= place < len(tracks) and tracks[place].kind == track.kind
        action.setEnabled(there)
        if not there:
            action.setToolTip(f"{track.name} is the last of its kind that way.")
    removal = RemoveTrack(track_id=track.id)
    action = entry(menu, f"Remove {track.name}", "trash", lambda: session.apply(removal))
    same = [other for other in tracks if other.kind == track.kind]
    action.setEnabled(len(same) > 1 and not track.locked)
    if not action.isEnabled():
        action.setToolTip("The track is locked." if track.locked else "It is the last track of its kind.")


def add_gap_entries(menu: QMenu, session: Session, track: Track, frame: int) -> None:
    """What can be done with the empty room of `track` at `frame`."""
    first = menu.actions()[0]
    close = CloseGap(track_id=track.id, frame=frame)
    closing = entry(menu, "Close gap", "", lambda: session.apply(close))
    closing.setEnabled(not track.locked and any(start <= frame < end for start, end in track.gaps()))
    if not closing.isEnabled():
        closing.setToolTip("Nothing follows here." if not track.locked else "The track is locked.")
    pasting = entry(menu, "Paste here", "paste", lambda: clipboard.paste(session, frame))
    pasting.setEnabled(clipboard.can_paste())
    if not pasting.isEnabled():
        pasting.setToolTip("There are no clips on the clipboard.")
    for action in (closing, pasting):
        menu.removeAction(action)
        menu.insertAction(first, action)
    menu.insertSeparator(first)


def transition_menu(session: Session, transition: Transition, parent: QWidget) -> QMenu:
    """The kinds of transition, and removing it."""
    menu = menu_of(parent, "Transition")
    group = QActionGroup(menu)
    for kind, words in _KINDS:
        change = ChangeTransition(transition_id=transition.id, kind=kind)
        action = entry(menu, words, "", lambda change=change: session.apply(change))
        action.setCheckable(True)
        action.setChecked(transition.kind == kind)
        group.addAction(action)
    menu.addSeparator()
    removal = RemoveTransition(transition_id=transition.id)
    entry(menu, "Remove transition", "trash", lambda: session.apply(removal))
    return menu


def keyframe_menu(session: Session, track: Track, clip: Clip, frame: int, parent: QWidget) -> QMenu:
    """The ways from a keyframe of the level line to the next, and removing it."""
    menu = menu_of(parent, "Keyframe")
    curve = level_curve(track, clip)
    key = next(key for key in curve.keyframes if key.frame == frame)
    group = QActionGroup(menu)
    for ease, words in EASES:
        edit = level_edit(track, clip, curve.with_key(replace(key, ease=ease)))
        action = entry(menu, words, "", lambda edit=edit: session.apply(edit))
        action.setCheckable(True)
        action.setChecked(key.ease == ease)
        group.addAction(action)
    menu.addSeparator()
    removal = level_edit(track, clip, curve.without_key(frame))
    entry(menu, "Remove keyframe", "trash", lambda: session.apply(removal))
    return menu


def marker_menu(
    session: Session, marker: Marker, parent: QWidget, rename: Callable[[Marker], object]
) -> QMenu:
    menu = menu_of(parent, marker.name or "Marker")
    entry(menu, "Rename marker", "prompt", lambda: rename(marker))
    removal = RemoveMarker(marker_id=marker.id)
    entry(menu, "Remove marker", "trash", lambda: session.apply(removal))
    return menu


def range_menu(parent: QWidget, commands: Mapping[str, QAction]) -> QMenu:
    """What can be set on the ruler at the playhead."""
    menu = menu_of(parent, "Ruler")
    for name in ("marker", "in", "out", "clear-range"):
        menu.addAction(commands[name])
    return menu
