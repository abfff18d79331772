"""Which transition lies over a frame of a track, and what it leads from and to."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from studio.project.timeline import Clip, Track, Transition


class Crossing(NamedTuple):
    """A transition with its clips, over the timeline frames [start, end)."""

    transition: Transition
    left: Clip
    right: Clip
    start: int
    end: int


class Crossings:
    """The transitions of one track; those whose clips do not meet are none."""

    def __init__(self, track: Track) -> None:
        clips = {clip.id: clip for clip in track.clips} if track.transitions else {}
        found: list[Crossing] = []
        for transition in track.transitions:
            left, right = clips.get(transition.left), clips.get(transition.right)
            if left is not None and right is not None and left.end == right.start:
                start, end = left.end - transition.before, left.end + transition.after
                found.append(Crossing(transition, left, right, start, end))
        self._all = tuple(sorted(found, key=_start_of))
        self._by_right = {crossing.right.id: crossing for crossing in found}
        self._by_left = {crossing.left.id: crossing for crossing in found}

    def at(self, frame: int) -> Crossing | None:
        """The one that is going on at timeline `frame`."""
        index = bisect_right(self._all, frame, key=_start_of) - 1
        if index >= 0 and frame < self._all[index].end:
            return self._all[index]
        return None

    def into(self, clip: Clip) -> Crossing | None:
        """The one that leads to `clip`."""
        return self._by_right.get(clip.id)

    def out_of(self, clip: Clip) -> Crossing | None:
        """The one that leads away from `clip`."""
        return self._by_left.get(clip.id)

    def opacity(self, clip: Clip, frame: int) -> float:
        """What `clip`'s fades leave of it at timeline `frame`, 0 to 1, measured in the middle of the frame.

        At an end with a transition there is no fade: the transition is the way in or out.
        """
        share = 1.0
        if clip.fade_in and self.into(clip) is None:
            share = min(share, max(0.0, (frame - clip.start + 0.5) / clip.fade_in))
        if clip.fade_out and self.out_of(clip) is None:
            share *= min(1.0, max(0.0, (clip.end - frame - 0.5) / clip.fade_out))
        return share


def _start_of(crossing: Crossing) -> int:
    return crossing.start
