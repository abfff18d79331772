"""Drags on the ruler: markers, and the in and out point."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, Qt

from studio.project.edits import ChangeMarker, SetRange
from studio.project.timeline import Marker
from studio.timing import timecode
from studio.ui.timeline.gestures import Board, EditGesture
from studio.ui.timeline.snapping import snap_points


class MarkerDrag(EditGesture):
    """Drags a marker; a click goes there."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, board: Board, at: QPointF, marker: Marker) -> None:
        super().__init__(board, at)
        self._marker = marker
        points = snap_points(board.project, board.playhead())
        self._points = [point for point in points if point != marker.frame]

    def dragged(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        frame = max(0, self._marker.frame + self.travelled(at))
        caught = self.snapped([frame], self._points, modifiers)
        frame = max(0, frame + caught.correction)
        self.board.say(f"Marker {timecode(frame, self.board.project.rate)}")
        edit = ChangeMarker(marker_id=self._marker.id, frame=frame)
        self.board.propose(edit if frame != self._marker.frame else None, caught.frame)

    def release(self) -> None:
        super().release()
        if not self.moved:
            self.board.set_playhead(self._marker.frame)


class RangeEdge(EditGesture):
    """Drags the in or the out point."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, board: Board, at: QPointF, side: Literal["in", "out"]) -> None:
        super().__init__(board, at)
        project = board.project
        self._side = side
        self._range = (project.in_point, project.out_point)
        point = project.in_point if side == "in" else project.out_point
        assert point is not None
        self._at_press = point
        points = snap_points(project, board.playhead())
        self._points = [other for other in points if other != point]

    def dragged(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        frame = max(0, self._at_press + self.travelled(at))
        caught = self.snapped([frame], self._points, modifiers)
        frame = max(0, frame + caught.correction)
        start, end = self._range
        if self._side == "in":
            start = min(frame, end - 1) if end is not None else frame
        else:
            end = max(frame, (start or 0) + 1)
        self.board.say(f"{self._side.capitalize()} point {timecode(frame, self.board.project.rate)}")
        changed = (start, end) != self._range
        edit = SetRange(in_point=start, out_point=end)
        self.board.propose(edit if changed else None, caught.frame)
