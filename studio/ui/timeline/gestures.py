"""What the hand does on the timeline: each drag is one small object that ends in at most one edit.

While a gesture lasts, the canvas shows the project as its edit would leave it; the document learns of
it on release. Escape forgets it.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt

from studio.project.edits import Edit
from studio.project.timeline import Clip, Project, Track
from studio.timing import timecode
from studio.ui.timeline.geometry import Lens, Row
from studio.ui.timeline.scene import ToolName
from studio.ui.timeline.snapping import Snap, snap

DRAG_DISTANCE = 4
"""Pixels that the pointer has to travel before a press becomes a drag."""
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class Board(Protocol):
    """What a gesture sees of the canvas."""

    lens: Lens
    rows: tuple[Row, ...]

    @property
    def tool(self) -> ToolName: ...

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
    def propose(self, edit: Edit | None, snap_frame: int | None = None) -> None: ...
    def say(self, words: str) -> None: ...
    def show_rubber(self, rect: QRectF | None) -> None: ...
    def scroll_by(self, dx: float, dy: float) -> None: ...
    def commit(self) -> None: ...


class Gesture:
    """One press until its release; positions are canvas pixels."""

    cursor: Qt.CursorShape | None = None
    scrolls = True
    """Whether the canvas scrolls on when the pointer comes near its ends."""
    scrolls_rows = False
    """Whether it scrolls up and down as well."""
    keeps_handles = False
    """Whether the clip's handles stay in sight: they are what is in the hand."""

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


class EditGesture(Gesture):
    """A gesture that ends in the edit that it proposed last."""

    def __init__(self, board: Board, at: QPointF) -> None:
        super().__init__(board, at)
        self._pressed_frame = self.frames_at(at)

    def frames_at(self, at: QPointF) -> float:
        """Where `at` lies on the paper, in frames and parts of them."""
        return (at.x() + self.board.lens.left) / self.board.lens.scale

    def travelled(self, at: QPointF) -> int:
        """Whole frames from the press to `at`, the canvas's scrolling included."""
        return round(self.frames_at(at) - self._pressed_frame)

    def snapped(self, edges: list[int], points: list[int], modifiers: Qt.KeyboardModifier) -> Snap:
        return snap(edges, points, self.board.lens.scale) if self.board.snaps(modifiers) else Snap()

    def release(self) -> None:
        if self.moved:
            self.board.commit()

    def cancel(self) -> None:
        self.board.propose(None)


def chosen_with(board: Board, clip: Clip) -> list[tuple[Track, Clip]]:
    """What a drag of a handle of `clip` changes: all that is selected with it, but on locked tracks."""
    ids = board.selection if clip.id in board.selection else {clip.id}
    return [(track, one) for track, one in board.project.clips() if one.id in ids and not track.locked]


class Scrub(Gesture):
    """Drags the playhead."""

    def drag(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self.moved = self.moved or (at - self.origin).manhattanLength() >= DRAG_DISTANCE
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

    scrolls_rows = True

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
        touched = {clip.id for row, clip in lens.rubber_band(self.board.rows, rect) if not row.track.locked}
        self.board.show_rubber(rect)
        self.board.select(self._kept | touched)
        self.board.say(f"{len(self._kept | touched)} clips selected")

    def release(self) -> None:
        self.board.show_rubber(None)
        if not self.moved:
            self.board.select(self._kept)

    def cancel(self) -> None:
        self.board.show_rubber(None)
        self.board.select(self._before)


def together(project: Project, clip: Clip) -> frozenset[str]:
    """What is selected with `clip`: its links, its group, and the links of those."""
    found = {other.id for other in project.linked(clip)}
    if clip.group:
        for _, other in project.clips():
            if other.group == clip.group:
                found.update(linked.id for linked in project.linked(other))
    return frozenset(found)


def difference_words(project: Project, frames: int) -> str:
    """A way in time as the status line says it: "+00:00:01:12 (36 frames)"."""
    sign = "+" if frames >= 0 else "−"
    plural = "" if abs(frames) == 1 else "s"
    return f"{sign}{timecode(abs(frames), project.rate)} ({abs(frames)} frame{plural})"
