"""Drags that carry clips or what is in them: move, slip, slide."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt

from studio.project import limits
from studio.project.edits import (
    Edit,
    LiftClips,
    Move,
    MoveClips,
    PlaceClips,
    Placement,
    Several,
    SlideClip,
    SlipClips,
)
from studio.project.timeline import Clip, Track
from studio.ui.importing import new_track
from studio.ui.timeline.geometry import RULER_HEIGHT, rows_of
from studio.ui.timeline.gestures import CTRL, Board, EditGesture, difference_words, together
from studio.ui.timeline.snapping import Snap, snap_points


class MoveSelection(EditGesture):
    """Carries the selected clips through time and across tracks of their kind, or onto a new track.

    They cover what lies where they land; with Ctrl that is pushed on instead.
    """

    cursor = Qt.CursorShape.ClosedHandCursor
    scrolls_rows = True

    def __init__(self, board: Board, at: QPointF, track: Track, clip: Clip, alone: bool = False) -> None:
        """With `alone`, a click that moves nothing selects the clip without its links."""
        super().__init__(board, at)
        project = board.project
        self._rows = [row for row in rows_of(project) if row.track.kind == track.kind]
        self._addition = new_track(project, track.kind)
        self._kind = track.kind
        self._grabbed_row = self._place(track)
        self._grabbed = clip
        self._alone = alone
        selection = board.selection
        self._clips = [(t, c) for t, c in project.clips() if c.id in selection and not t.locked]
        self._points = snap_points(project, board.playhead(), selection)

    def dragged(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if not self._clips:
            return
        delta = self.travelled(at)
        edges = [clip.start + delta for _, clip in self._clips]
        edges += [clip.end + delta for _, clip in self._clips]
        caught = self.snapped(edges, self._points, modifiers)
        first = min(clip.start for _, clip in self._clips)
        kept = max(delta + caught.correction, -first)
        if kept != delta + caught.correction:
            caught = Snap()
        inserts = bool(modifiers & CTRL)
        self.board.say(
            f"{'Insert' if inserts else 'Move'} {difference_words(self.board.project, kept)}"
            + ("" if inserts else " · Ctrl pushes on what lies there · Alt does not snap")
        )
        self.board.propose(self._edit(kept, self._row_shift(at), inserts), caught.frame)

    def release(self) -> None:
        super().release()
        if not self.moved and self._alone:
            self.board.select(frozenset([self._grabbed.id]))
        elif not self.moved and len(self.board.selection) > 1:
            # A plain click on one of several selected clips means this one.
            self.board.select(together(self.board.project, self._grabbed))

    def _edit(self, delta: int, shift: int, inserts: bool) -> Edit | None:
        if not delta and not shift:
            return None
        moves: list[Move] = []
        new, addition = self._addition
        grows = False
        for track, clip in self._clips:
            target = track
            if shift and track.kind == self._kind:
                place = self._place(track) + shift
                grows = grows or not 0 <= place < len(self._rows)
                target = self._rows[place].track if 0 <= place < len(self._rows) else new
            moves.append(Move(clip.id, target.id, clip.start + delta))
        edit = self._inserting(moves) if inserts else MoveClips(moves=tuple(moves))
        return Several(edits=(addition, edit), name=edit.label) if grows else edit

    def _inserting(self, moves: list[Move]) -> Several:
        clips = {clip.id: clip for _, clip in self._clips}
        placements = tuple(
            Placement(move.track_id, replace(clips[move.clip_id], start=move.start)) for move in moves
        )
        lift = LiftClips(clip_ids=tuple(clips))
        return Several(edits=(lift, PlaceClips(placements=placements, mode="insert")), name="Insert clips")

    def _row_shift(self, at: QPointF) -> int:
        """How many tracks of the grabbed kind the pointer has gone down, as far as all clips can follow.

        Over the topmost picture and under the lowest sound there is one track more: a new one.
        """
        lens, rows = self.board.lens, self._rows
        inside = at.y() - RULER_HEIGHT + lens.top
        under = next((i for i, row in enumerate(rows) if row.top <= inside < row.bottom), None)
        if under is not None:
            wanted = under - self._grabbed_row
        elif inside < rows[0].top:
            wanted = -self._grabbed_row - (1 if self._kind == "video" else 0)
        elif inside >= rows[-1].bottom:
            wanted = len(rows) - 1 - self._grabbed_row + (1 if self._kind == "audio" else 0)
        else:
            wanted = 0
        mine = [self._place(track) for track, _ in self._clips if track.kind == self._kind]
        highest = -min(mine) - (1 if self._kind == "video" else 0)
        lowest = len(rows) - 1 - max(mine) + (1 if self._kind == "audio" else 0)
        return min(max(wanted, highest), lowest)

    def _place(self, track: Track) -> int:
        """The place of `track` among the rows of its kind, from the top."""
        return next(index for index, row in enumerate(self._rows) if row.track.id == track.id)


class Slip(EditGesture):
    """Drags the content under a clip that stays where it is: to the left shows what comes later."""

    cursor = Qt.CursorShape.SplitHCursor
    scrolls = False

    def __init__(self, board: Board, at: QPointF, clip: Clip) -> None:
        super().__init__(board, at)
        chosen = board.selection if clip.id in board.selection else frozenset([clip.id])
        self._clip_ids = tuple(sorted(chosen))
        self._limits = limits.slip_limits(board.project, self._clip_ids)

    def dragged(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        low, high = self._limits
        frames = min(max(-self.travelled(at), low), high)
        self.board.say(f"Slip {difference_words(self.board.project, frames)}")
        self.board.propose(SlipClips(clip_ids=self._clip_ids, frames=frames) if frames else None)


class Slide(EditGesture):
    """Drags a clip between its neighbours, which give and take."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, board: Board, at: QPointF, clip: Clip) -> None:
        super().__init__(board, at)
        self._clip = clip
        self._limits = limits.slide_limits(board.project, clip.id)
        self._points = snap_points(board.project, board.playhead(), {clip.id})

    def dragged(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        delta = self.travelled(at)
        caught = self.snapped([self._clip.start + delta, self._clip.end + delta], self._points, modifiers)
        low, high = self._limits
        frames = min(max(delta + caught.correction, low), high)
        self.board.say(f"Slide {difference_words(self.board.project, frames)}")
        snapped = caught.frame if frames == delta + caught.correction else None
        self.board.propose(SlideClip(clip_id=self._clip.id, frames=frames) if frames else None, snapped)
