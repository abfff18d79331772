"""What the hand does on the timeline: each drag is one small object that ends in at most one edit.

While a gesture lasts, the canvas shows the project as its edit would leave it; the document learns of
it on release. Escape forgets it.
"""

from __future__ import annotations

from typing import Literal, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt

from studio.project import limits
from studio.project.edits import Edit, Move, MoveClips, TrimClip
from studio.project.timeline import Clip, Project, Track
from studio.ui.timeline.geometry import Lens, Row
from studio.ui.timeline.snapping import Snap, snap, snap_points

DRAG_DISTANCE = 4
"""Pixels that the pointer has to travel before a press becomes a drag."""


class Board(Protocol):
    """What a gesture sees of the canvas."""

    lens: Lens
    rows: tuple[Row, ...]

    @property
    def project(self) -> Project:
        """The document's, without the edit of the gesture."""
        ...

    @property
    def selection(self) -> frozenset[str]: ...

    def snaps(self, modifiers: Qt.KeyboardModifier) -> bool: ...
    def playhead(self) -> int: ...
    def set_playhead(self, frame: int) -> None: ...
    def select(self, clip_ids: frozenset[str]) -> None: ...
    def propose(
        self, edit: Edit | None, lifted: frozenset[str] = ..., snap_frame: int | None = None
    ) -> None: ...
    def show_rubber(self, rect: QRectF | None) -> None: ...
    def scroll_by(self, dx: float, dy: float) -> None: ...
    def commit(self) -> None: ...


class Gesture:
    """One press until its release; positions are canvas pixels."""

    cursor: Qt.CursorShape | None = None
    scrolls = True
    """Whether the canvas scrolls on when the pointer leaves it."""

    def __init__(self, board: Board, at: QPointF) -> None:
        self.board = board
        self.origin = at
        self.moved = False

    def drag(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The pointer is at `at` now."""
        if not self.moved and (at - self.origin).manhattanLength() < DRAG_DISTANCE:
            return
        self.moved = True
        self.dragged(at, modifiers)

    def dragged(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Called for every move once the pointer has gone DRAG_DISTANCE."""

    def release(self) -> None:
        """The button went up."""

    def cancel(self) -> None:
        """Escape: as if nothing had happened."""


class Scrub(Gesture):
    """Drags the playhead."""

    def drag(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self.board.set_playhead(self.board.lens.frame_at(at.x()))


class Pan(Gesture):
    """Drags the paper under the window."""

    cursor = Qt.CursorShape.ClosedHandCursor
    scrolls = False

    def drag(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self.board.scroll_by(self.origin.x() - at.x(), self.origin.y() - at.y())
        self.origin = at


class RubberBand(Gesture):
    """Selects what a rectangle touches; `extend` keeps what was selected."""

    def __init__(self, board: Board, at: QPointF, extend: bool) -> None:
        super().__init__(board, at)
        self._before = board.selection
        self._kept = board.selection if extend else frozenset[str]()
        # The corner stays with the paper, not with the window, when the canvas scrolls.
        self._corner = QPointF(at.x() + board.lens.left, at.y() + board.lens.top)

    def dragged(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        lens = self.board.lens
        corner = self._corner - QPointF(lens.left, lens.top)
        rect = QRectF(corner, at).normalized()
        touched = {clip.id for _, clip in lens.rubber_band(self.board.rows, rect)}
        self.board.show_rubber(rect)
        self.board.select(self._kept | touched)

    def release(self) -> None:
        self.board.show_rubber(None)
        if not self.moved:
            self.board.select(self._kept)

    def cancel(self) -> None:
        self.board.show_rubber(None)
        self.board.select(self._before)


class MoveSelection(Gesture):
    """Carries the selected clips through time and across tracks of their kind."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(
        self, board: Board, at: QPointF, track: Track, clip: Clip, selection: frozenset[str]
    ) -> None:
        super().__init__(board, at)
        self._kind = track.kind
        self._grabbed_row = _index_in_kind(board.rows, track)
        self._grabbed = clip
        self._clips = [(t, c) for t, c in board.project.clips() if c.id in selection and not t.locked]
        self._points = snap_points(board.project, board.playhead(), selection)
        self._frame = (at.x() + board.lens.left) / board.lens.scale

    def dragged(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if not self._clips:
            return
        lens = self.board.lens
        delta = round((at.x() + lens.left) / lens.scale - self._frame)
        caught = Snap()
        if self.board.snaps(modifiers):
            edges = [clip.start + delta for _, clip in self._clips] + [
                clip.end + delta for _, clip in self._clips
            ]
            caught = snap(edges, self._points, lens.scale)
        first = min(clip.start for _, clip in self._clips)
        kept = max(delta + caught.correction, -first)
        shift = self._row_shift(at)
        if kept != delta + caught.correction:
            caught = Snap()
        self.board.propose(self._edit(kept, shift), frozenset(c.id for _, c in self._clips), caught.frame)

    def release(self) -> None:
        if self.moved:
            self.board.commit()
        elif len(self.board.selection) > 1:
            # A plain click on one of several selected clips means this one.
            self.board.select(frozenset(c.id for c in self.board.project.linked(self._grabbed)))

    def cancel(self) -> None:
        self.board.propose(None)

    def _edit(self, delta: int, shift: int) -> Edit | None:
        rows = [row for row in self.board.rows if row.track.kind == self._kind]
        moves: list[Move] = []
        for track, clip in self._clips:
            target = track
            if shift and track.kind == self._kind:
                target = rows[_index_in_kind(self.board.rows, track) + shift].track
            moves.append(Move(clip.id, target.id, clip.start + delta))
        return MoveClips(moves=tuple(moves)) if delta or shift else None

    def _row_shift(self, at: QPointF) -> int:
        """How many tracks of the grabbed kind the pointer has gone down, as far as all clips can follow."""
        rows = [row for row in self.board.rows if row.track.kind == self._kind]
        under = self.board.lens.row_at(self.board.rows, at.y())
        if under is not None and under.track.kind == self._kind:
            wanted = _index_in_kind(self.board.rows, under.track) - self._grabbed_row
        elif at.y() < self.board.lens.y_of(rows[0]):
            wanted = -self._grabbed_row
        elif at.y() > self.board.lens.y_of(rows[-1]):
            wanted = len(rows) - 1 - self._grabbed_row
        else:
            wanted = 0
        mine = [_index_in_kind(self.board.rows, t) for t, _ in self._clips if t.kind == self._kind]
        return min(max(wanted, -min(mine)), len(rows) - 1 - max(mine))


class TrimEdge(Gesture):
    """Drags one edge of a clip, as far as its source and its neighbours allow."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, board: Board, at: QPointF, clip: Clip, edge: Literal["start", "end"]) -> None:
        super().__init__(board, at)
        self._clip = clip
        self._edge: Literal["start", "end"] = edge
        self._at_press = clip.start if edge == "start" else clip.end
        self._limits = limits.trim_limits(board.project, clip.id, edge)
        moving = {other.id for other in limits.edge_group(board.project, clip, edge)}
        self._points = snap_points(board.project, board.playhead(), moving)
        self._frame = (at.x() + board.lens.left) / board.lens.scale
        self._lifted = frozenset(moving)

    def dragged(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        lens = self.board.lens
        frame = self._at_press + round((at.x() + lens.left) / lens.scale - self._frame)
        caught = snap([frame], self._points, lens.scale) if self.board.snaps(modifiers) else Snap()
        low, high = self._limits
        kept = min(max(frame + caught.correction, low), high)
        edit = TrimClip(clip_id=self._clip.id, edge=self._edge, frame=kept)
        snapped = caught.frame if caught.frame == kept else None
        self.board.propose(edit if kept != self._at_press else None, self._lifted, snapped)

    def release(self) -> None:
        if self.moved:
            self.board.commit()

    def cancel(self) -> None:
        self.board.propose(None)


def _index_in_kind(rows: tuple[Row, ...], track: Track) -> int:
    """The place of `track` among the rows of its kind, from the top."""
    return [row.track.id for row in rows if row.track.kind == track.kind].index(track.id)
