"""Which gesture a press begins, by the tool in the hand, the keys held, and what lies under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from studio.ui.timeline.gestures import ALT, CTRL, SHIFT, Gesture, RubberBand, Scrub, together
from studio.ui.timeline.hits import Hit
from studio.ui.timeline.moving import MoveSelection, Slide, Slip
from studio.ui.timeline.ruler_gestures import MarkerDrag, RangeEdge
from studio.ui.timeline.shaping import FadeHandle, KeyframeDot, LevelLine
from studio.ui.timeline.trimming import RollCut, TransitionEdge, TrimEdge

if TYPE_CHECKING:
    from studio.ui.timeline.canvas import Canvas

HINTS = {
    "select": "Drag moves · Ctrl+Alt+drag slips · Shift+Alt+drag slides",
    "blade": "Click cuts · Shift+click cuts all tracks · Esc puts the blade away",
    "ripple": "Drag an edge: what follows moves along · Esc: back to the select tool",
    "slip": "Drag a clip: its content moves under it · Esc: back to the select tool",
    "slide": "Drag a clip: its neighbours give and take · Esc: back to the select tool",
}
"""What the status line says of a tool while nothing is under the pointer."""

_PART_HINTS = {
    "start": "Drag trims the start · Shift: ripple trim",
    "end": "Drag trims the end · Shift: ripple trim",
    "cut": "Drag rolls the cut",
    "fade-in": "Drag sets the fade in · over the cut: dissolve",
    "fade-out": "Drag sets the fade out · over the cut: dissolve",
    "level": "Drag changes the level · Ctrl+click adds a keyframe",
    "key": "Drag moves the keyframe · Ctrl+click removes it",
    "transition": "Click selects the transition · Delete removes it",
    "transition-start": "Drag makes the transition longer or shorter",
    "transition-end": "Drag makes the transition longer or shorter",
    "marker": "Drag moves the marker · double click names it",
    "in": "Drag moves the in point",
    "out": "Drag moves the out point",
    "ruler": "Drag moves the playhead",
}
_SIDEWAYS = frozenset(
    {"start", "end", "fade-in", "fade-out", "transition-start", "transition-end", "marker", "in", "out"}
)


def hint_for(tool: str, found: Hit) -> str:
    """What a press at `found` would do, in words."""
    if tool in ("blade", "slip", "slide") and found.track is not None:
        return HINTS[tool]
    return _PART_HINTS.get(found.part, HINTS[tool])


def cursor_for(tool: str, found: Hit) -> Qt.CursorShape | None:
    """The pointer's shape over `found`; None for the usual one."""
    if found.track is not None and found.track.locked:
        return Qt.CursorShape.ForbiddenCursor if found.clip is not None else None
    if tool == "blade" and found.track is not None:
        return Qt.CursorShape.IBeamCursor
    if tool in ("slip", "slide") and found.clip is not None:
        return Qt.CursorShape.SplitHCursor if tool == "slip" else Qt.CursorShape.SizeHorCursor
    if found.part in _SIDEWAYS:
        return Qt.CursorShape.SizeHorCursor
    shapes = {
        "cut": Qt.CursorShape.SplitHCursor,
        "level": Qt.CursorShape.SizeVerCursor,
        "key": Qt.CursorShape.SizeAllCursor,
    }
    return shapes.get(found.part)


def gesture_for(canvas: Canvas, found: Hit, at: QPointF, modifiers: Qt.KeyboardModifier) -> Gesture | None:
    """The gesture that a left press at `at` begins; None where the press was all."""
    if found.track is None:
        return _on_ruler(canvas, found, at, modifiers)
    if canvas.tool == "blade":
        canvas.cut_at(at, every_track=bool(modifiers & SHIFT))
        return None
    if found.transition is not None and not found.track.locked and canvas.tool in ("select", "ripple"):
        return _on_transition(canvas, found, at)
    if found.clip is None:
        return RubberBand(canvas, at, bool(modifiers & (CTRL | SHIFT)))
    return _on_clip(canvas, found, at, modifiers)


def _on_ruler(canvas: Canvas, found: Hit, at: QPointF, modifiers: Qt.KeyboardModifier) -> Gesture:
    if found.marker is not None:
        return MarkerDrag(canvas, at, found.marker)
    if found.part == "in" or found.part == "out":
        return RangeEdge(canvas, at, found.part)
    if found.part == "ruler":
        return Scrub(canvas, at)
    return RubberBand(canvas, at, bool(modifiers & (CTRL | SHIFT)))


def _on_transition(canvas: Canvas, found: Hit, at: QPointF) -> Gesture | None:
    assert found.transition is not None
    assert found.track is not None
    canvas.select(frozenset([found.transition.id]))
    if found.part == "transition-start":
        return TransitionEdge(canvas, at, found.track, found.transition, "start")
    if found.part == "transition-end":
        return TransitionEdge(canvas, at, found.track, found.transition, "end")
    return None


def _on_clip(canvas: Canvas, found: Hit, at: QPointF, modifiers: Qt.KeyboardModifier) -> Gesture | None:
    clip, track = found.clip, found.track
    assert clip is not None
    assert track is not None
    if modifiers & CTRL and not modifiers & ALT and not track.locked and found.part in ("level", "key"):
        canvas.toggle_keyframe(found, at)
        return None
    kin = together(canvas.project, clip)
    if modifiers & (CTRL | SHIFT) and not modifiers & ALT and found.part in ("clip", "level"):
        inside = clip.id in canvas.selection
        canvas.select(canvas.selection - kin if inside else canvas.selection | kin)
        return None
    if clip.id not in canvas.selection:
        canvas.select(kin)
    if track.locked:
        return None
    if canvas.tool == "slip" or (modifiers & ALT and modifiers & CTRL):
        return Slip(canvas, at, clip)
    if canvas.tool == "slide" or (modifiers & ALT and modifiers & SHIFT):
        return Slide(canvas, at, clip)
    return _on_part(canvas, found, at, alone=bool(modifiers & ALT))


def _on_part(canvas: Canvas, found: Hit, at: QPointF, alone: bool) -> Gesture:
    clip, track = found.clip, found.track
    assert clip is not None
    assert track is not None
    row = next(row for row in canvas.rows if row.track.id == track.id)
    match found.part:
        case "start" | "end":
            return TrimEdge(canvas, at, clip, found.part)
        case "cut":
            return RollCut(canvas, at, clip)
        case "fade-in":
            return FadeHandle(canvas, at, track, clip, "in")
        case "fade-out":
            return FadeHandle(canvas, at, track, clip, "out")
        case "key":
            return KeyframeDot(canvas, at, row, clip, found.key_frame)
        case "level":
            carry = MoveSelection(canvas, at, track, clip, alone)
            return LevelLine(canvas, at, row, clip, carry)
        case _:
            return MoveSelection(canvas, at, track, clip, alone)
