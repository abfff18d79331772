"""Pushing what comes later, on all unlocked tracks at once, so that tracks and linked clips stay in step."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

import msgspec

from studio.project import layout
from studio.project.places import places_of
from studio.project.timeline import Clip, Project, Track

replace = msgspec.structs.replace


class Later(NamedTuple):
    """What moves when time is put in or taken out at `frame`: all that begins there or later, but some."""

    frame: int
    staying: frozenset[str]
    """Ids of clips that do not move, wherever they begin."""
    following: frozenset[str]
    """Ids of clips that begin before but move, because they are linked with one that moves."""

    def moves(self, track: Track, clip: Clip) -> bool:
        moves = clip.start >= self.frame or clip.id in self.following
        return moves and clip.id not in self.staying and not track.locked


def later(project: Project, frame: int, but: Iterable[Clip]) -> Later:
    """What comes after `frame` on unlocked tracks; `but` and what is linked with that stays."""
    staying = frozenset(other.id for clip in but for other in project.linked(clip))
    before: set[str] = set()
    after: set[str] = set()
    for track in project.tracks:
        if not track.locked:
            first = bisect_left(track.clips, frame, key=_start_of)
            before.update([clip.link for clip in track.clips[:first]])
            after.update([clip.link for clip in track.clips[first:]])
    # Few links reach across `frame`: only their clips are looked at one by one.
    following: list[str] = []
    for link in (before & after) - {""}:
        members = [
            track.clips[index]
            for track in project.tracks
            if not track.locked
            for index in places_of(track.clips).by_link.get(link, ())
        ]
        if any(clip.start >= frame and clip.id not in staying for clip in members):
            following += [clip.id for clip in members if clip.start < frame]
    return Later(frame, staying, frozenset(following) - staying)


def pushed(project: Project, late: Later, length: int, changed: Mapping[str, Clip]) -> Project:
    """`project` with `late` moved by `length`, and the clips in `changed` (by id) replaced.

    Raises ProjectError where clips would overlap.
    """
    singled_out = late.staying | late.following | changed.keys()
    for track in project.tracks:
        if track.locked:
            continue
        if not singled_out.isdisjoint(places_of(track.clips).by_id):
            clips = [
                replace(one, start=one.start + length) if late.moves(track, clip) else one
                for clip in track.clips
                for one in (changed.get(clip.id, clip),)
            ]
            project = layout.with_track(project, layout.with_clips(track, clips))
        elif track.end > late.frame:
            first = bisect_left(track.clips, late.frame, key=_start_of)
            moved = [replace(clip, start=clip.start + length) for clip in track.clips[first:]]
            project = layout.with_track(project, layout.joined(track, track.clips[:first], moved))
    return project


def room(project: Project, late: Later, growing: frozenset[str]) -> tuple[int, int]:
    """How far `late` can all move: back (≤ 0) and on (≥ 0). The ends of clips in `growing` go with it."""
    low, high = -layout.MAX_FRAME, layout.MAX_FRAME
    for track in project.tracks:
        if track.clips and late.moves(track, track.clips[0]):
            low = max(low, -track.clips[0].start)
        for earlier, after in pairwise(track.clips):
            if late.moves(track, earlier) == late.moves(track, after):
                continue
            gap = after.start - earlier.end
            if late.moves(track, earlier):
                high = min(high, gap)
            elif earlier.id not in growing:
                low = max(low, -gap)
    return low, high


def _start_of(clip: Clip) -> int:
    return clip.start
