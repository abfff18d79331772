"""Drags of edges: trim, ripple trim, roll, and the edges of transitions."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, Qt

from studio.project import limits
from studio.project.edits import ChangeTransition, RippleTrim, RollEdit, TrimClip
from studio.project.timeline import Clip, Track, Transition
from studio.ui.timeline.gestures import SHIFT, Board, EditGesture, difference_words
from studio.ui.timeline.snapping import snap_points

Edge = Literal["start", "end"]


class TrimEdge(EditGesture):
    """Drags one edge of a clip, as far as its source and its neighbours allow.

    As a ripple trim (Shift, or the ripple tool) what is later moves along instead of stopping it.
    """

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, board: Board, at: QPointF, clip: Clip, edge: Edge) -> None:
        super().__init__(board, at)
        self._clip = clip
        self._edge: Edge = edge
        self._at_press = clip.start if edge == "start" else clip.end
        project = board.project
        self._limits = {
            False: limits.trim_limits(project, clip.id, edge),
            True: limits.ripple_limits(project, clip.id, edge),
        }
        moving = {other.id for other in limits.edge_group(project, clip, edge)}
        self._points = snap_points(project, board.playhead(), moving)

    def dragged(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        ripples = bool(modifiers & SHIFT) or self.board.tool == "ripple"
        frame = self._at_press + self.travelled(at)
        caught = self.snapped([frame], self._points, modifiers)
        low, high = self._limits[ripples]
        kept = min(max(frame + caught.correction, low), high)
        kind = RippleTrim if ripples else TrimClip
        edit = kind(clip_id=self._clip.id, edge=self._edge, frame=kept) if kept != self._at_press else None
        words = difference_words(self.board.project, kept - self._at_press)
        length = self._clip.duration + (kept - self._at_press) * (1 if self._edge == "end" else -1)
        self.board.say(
            f"{'Ripple trim' if ripples else 'Trim'} {words} · {length} frames long"
            + ("" if ripples else " · Shift moves what follows along")
        )
        self.board.propose(edit, caught.frame if caught.frame == kept else None)


class RollCut(EditGesture):
    """Drags the cut between two clips."""

    cursor = Qt.CursorShape.SplitHCursor

    def __init__(self, board: Board, at: QPointF, left: Clip) -> None:
        super().__init__(board, at)
        self._left = left
        project = board.project
        self._limits = limits.roll_limits(project, left.id)
        cut = limits.cut_after(project, left.id)
        self._points = snap_points(project, board.playhead(), {clip.id for clip in cut.ends + cut.starts})

    def dragged(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        frame = self._left.end + self.travelled(at)
        caught = self.snapped([frame], self._points, modifiers)
        low, high = self._limits
        kept = min(max(frame + caught.correction, low), high)
        self.board.say(f"Roll the cut {difference_words(self.board.project, kept - self._left.end)}")
        edit = RollEdit(left_id=self._left.id, frame=kept) if kept != self._left.end else None
        self.board.propose(edit, caught.frame if caught.frame == kept else None)


class TransitionEdge(EditGesture):
    """Drags an end of a transition; the other one goes the same way out, with Shift it stays."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, board: Board, at: QPointF, track: Track, transition: Transition, edge: Edge) -> None:
        super().__init__(board, at)
        self._transition = transition
        self._edge: Edge = edge
        cut = next(clip.end for clip in track.clips if clip.id == transition.left)
        self._cut = cut
        self._at_press = cut - transition.before if edge == "start" else cut + transition.after

    def dragged(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        frame = self._at_press + self.travelled(at)
        old = self._transition
        reach = max(0, self._cut - frame if self._edge == "start" else frame - self._cut)
        mine, other = (old.before, old.after) if self._edge == "start" else (old.after, old.before)
        other = other if modifiers & SHIFT else max(0, other + reach - mine)
        before, after = (reach, other) if self._edge == "start" else (other, reach)
        if before + after == 0:
            before = 1
        self.board.say(f"Transition {before + after} frames · Shift moves this end alone")
        changed = (before, after) != (old.before, old.after)
        edit = ChangeTransition(transition_id=old.id, before=before, after=after)
        self.board.propose(edit if changed else None)
