"""Drags of a clip's handles: fades, the level line, and its keyframes."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt

from studio.project.curves import Curve, Keyframe
from studio.project.edits import AddTransition, AdjustClips, Edit, Several
from studio.project.timeline import Clip, Track, Transition, new_id
from studio.ui.timeline.clip_layout import NAME_HEIGHT, share_at
from studio.ui.timeline.geometry import Row
from studio.ui.timeline.gestures import SHIFT, Board, EditGesture, chosen_with
from studio.ui.timeline.levels import level_curve, level_words, share_of, value_at

_TURN = 4
"""Pixels up or down by which a drag on the level line is told from a drag of the clip."""


def level_edit(track: Track, clip: Clip, curve: Curve) -> AdjustClips:
    """The edit that gives a clip's level line another course."""
    if track.kind == "audio":
        return AdjustClips(clip_ids=(clip.id,), volume=curve)
    return AdjustClips(clip_ids=(clip.id,), appearance=replace(clip.appearance, opacity=curve))


class FadeHandle(EditGesture):
    """Drags the end of a fade, of all selected clips; past the clip's end, over a cut, it is a dissolve."""

    keeps_handles = True
    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(
        self, board: Board, at: QPointF, track: Track, clip: Clip, side: Literal["in", "out"]
    ) -> None:
        super().__init__(board, at)
        self._track = track
        self._clip = clip
        self._side = side
        before, after = track.neighbours(clip)
        neighbour = before if side == "in" else after
        edge = clip.start if side == "in" else clip.end
        meets = neighbour is not None and edge in (neighbour.start, neighbour.end)
        self._neighbour = neighbour if meets else None
        self._ids = tuple(one.id for _, one in chosen_with(board, clip))
        self._transition_id = new_id()

    def dragged(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        clip = self._clip
        old = clip.fade_in if self._side == "in" else clip.fade_out
        frames = old + self.travelled(at) * (1 if self._side == "in" else -1)
        if frames < 0 and self._neighbour is not None:
            self._propose_dissolve(-frames)
            return
        room = clip.duration - (clip.fade_out if self._side == "in" else clip.fade_in)
        frames = min(max(0, frames), room)
        self.board.say(f"Fade {self._side} {frames} frames · over the cut it becomes a dissolve")
        edit = (
            AdjustClips(clip_ids=self._ids, fade_in=frames)
            if self._side == "in"
            else AdjustClips(clip_ids=self._ids, fade_out=frames)
        )
        self.board.propose(edit if frames != old else None)

    def _propose_dissolve(self, reach: int) -> None:
        assert self._neighbour is not None
        clips = (self._neighbour, self._clip) if self._side == "in" else (self._clip, self._neighbour)
        left, right = clips
        transition = Transition(
            id=self._transition_id, left=left.id, right=right.id, before=reach, after=reach
        )
        self.board.say(f"Dissolve {2 * reach} frames")
        self.board.propose(AddTransition(track_id=self._track.id, transition=transition))


class LevelLine(EditGesture):
    """Drags the level line up or down: all of it, or between keyframes the two beside the pointer.

    The lines of all selected clips of that kind go up or down by as much. A drag along the line means the
    clip: `carry` is the gesture that moves it.
    """

    keeps_handles = True
    cursor = Qt.CursorShape.SizeVerCursor
    scrolls = False

    def __init__(self, board: Board, at: QPointF, row: Row, clip: Clip, carry: EditGesture) -> None:
        super().__init__(board, at)
        self._row = row
        self._clip = clip
        self._carry = carry
        kind = row.track.kind
        self._others = [
            (track, one) for track, one in chosen_with(board, clip) if track.kind == kind and one != clip
        ]
        self._carries: bool | None = None

    def dragged(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        way = at - self.origin
        if self._carries is None:
            self._carries = abs(way.x()) > abs(way.y())
        if self._carries:
            self._carry.drag(at, modifiers)
            return
        track = self._row.track
        height = self._row.height - NAME_HEIGHT
        raised = share_at(0, height, at.y()) - share_at(0, height, self.origin.y())
        curve = level_curve(track, self._clip)
        inside = (self.origin.x() + self.board.lens.left - 8) / self.board.lens.scale - self._clip.start
        changed, value = _raised(track, curve, inside, raised)
        self.board.say(level_words(track, value))
        if changed == curve:
            self.board.propose(None)
            return
        edits = [level_edit(track, self._clip, changed)]
        for other, one in self._others:
            edits.append(level_edit(other, one, _lifted(other, level_curve(other, one), raised)))
        self.board.propose(edits[0] if len(edits) == 1 else Several(edits=tuple(edits), name=edits[0].label))

    def release(self) -> None:
        if self._carries or not self.moved:
            self._carry.release()
        else:
            super().release()


def _raised(track: Track, curve: Curve, frame: float, share: float) -> tuple[Curve, float]:
    """`curve` higher by `share` around `frame`, and its value there."""
    if not curve.keyframes:
        value = value_at(track, share_of(track, curve.value) + share)
        return Curve(value), value
    before = [key for key in curve.keyframes if key.frame <= frame][-1:]
    after = [key for key in curve.keyframes if key.frame > frame][:1]
    for key in before + after:
        value = value_at(track, share_of(track, key.value) + share)
        curve = curve.with_key(replace(key, value=value))
    return curve, curve.at(frame)


def _lifted(track: Track, curve: Curve, share: float) -> Curve:
    """All of `curve` higher by `share`."""

    def higher(value: float) -> float:
        return value_at(track, share_of(track, value) + share)

    keys = tuple(replace(key, value=higher(key.value)) for key in curve.keyframes)
    return replace(curve, value=higher(curve.value), keyframes=keys)


class KeyframeDot(EditGesture):
    """Drags one keyframe of the level line in time and height; with Shift in height alone."""

    keeps_handles = True
    cursor = Qt.CursorShape.SizeAllCursor
    scrolls = False

    def __init__(self, board: Board, at: QPointF, row: Row, clip: Clip, frame: int) -> None:
        super().__init__(board, at)
        self._row = row
        self._clip = clip
        keys = level_curve(row.track, clip).keyframes
        index = next(i for i, key in enumerate(keys) if key.frame == frame)
        self._key = keys[index]
        self._low = keys[index - 1].frame + 1 if index else 0
        self._high = keys[index + 1].frame - 1 if index + 1 < len(keys) else clip.duration

    def dragged(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        track, key = self._row.track, self._key
        height = self._row.height - NAME_HEIGHT
        raised = share_at(0, height, at.y()) - share_at(0, height, self.origin.y())
        frame = key.frame if modifiers & SHIFT else key.frame + self.travelled(at)
        moved = replace(
            key,
            frame=min(max(frame, self._low), self._high),
            value=value_at(track, share_of(track, key.value) + raised),
        )
        self.board.say(f"{level_words(track, moved.value)} at frame {moved.frame} of the clip")
        self.board.propose(self._edit(moved) if moved != key else None)

    def _edit(self, moved: Keyframe) -> Edit:
        curve = level_curve(self._row.track, self._clip)
        kept = tuple(key for key in curve.keyframes if key.frame != self._key.frame)
        return level_edit(self._row.track, self._clip, replace(curve, keyframes=kept).with_key(moved))
