"""Moving what comes later: which clips shift by how much so that tracks and linked clips stay in step."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import pairwise

import msgspec

from studio.errors import ProjectError
from studio.project import layout
from studio.project.timeline import Clip, Project, Track

replace = msgspec.structs.replace


def later(project: Project, frame: int, but: Iterable[Clip], length: int) -> dict[str, int]:
    """By `length`: all clips that begin at `frame` or later on unlocked tracks, and what is linked with them.

    `but` and what is linked with those stays.
    """
    chosen: dict[str, int] = {}
    earlier: list[Clip] = []
    links: set[str] = set()
    for track in project.tracks:
        if not track.locked:
            first = bisect_left(track.clips, frame, key=_start_of)
            chosen.update((clip.id, length) for clip in track.clips[first:])
            links.update(clip.link for clip in track.clips[first:])
            earlier += track.clips[:first]
    links.discard("")
    chosen.update((clip.id, length) for clip in earlier if clip.link in links)
    for clip in but:
        for other in project.linked(clip):
            chosen.pop(other.id, None)
    return chosen


def followed(project: Project, shifts: Mapping[str, int]) -> dict[str, int]:
    """`shifts`, and the same for what is linked with those clips.

    Raises ProjectError where that cannot be: on a locked track, or when linked clips would part.
    """
    by_link: dict[str, int] = {}
    following: list[tuple[Track, Clip]] = []
    for track in project.tracks:
        for clip in track.clips:
            length = shifts.get(clip.id)
            if length is None:
                if clip.link:
                    following.append((track, clip))
            elif clip.link and by_link.setdefault(clip.link, length) != length:
                raise ProjectError(f"'{clip.name}' would part from its linked clip.", "Unlink them first.")
    result = dict(shifts)
    for track, clip in following:
        length = by_link.get(clip.link)
        if length:
            if track.locked:
                raise ProjectError(
                    f"'{clip.name}' is linked and cannot follow: track {track.name} is locked.",
                    f"Unlock {track.name}, or unlink the clip.",
                )
            result[clip.id] = length
    return result


def moved(project: Project, shifts: Mapping[str, int], changed: Mapping[str, Clip] | None = None) -> Project:
    """`project` with clips shifted by so many frames, and some replaced by `changed` (by id).

    Raises ProjectError where they would overlap.
    """
    changed = changed or {}
    for track in project.tracks:
        clips: list[Clip] = []
        any_moved = False
        for clip in track.clips:
            length = shifts.get(clip.id, 0)
            if clip.id in changed or length:
                any_moved = True
                clip = changed.get(clip.id, clip)
                clip = replace(clip, start=clip.start + length)
            clips.append(clip)
        if any_moved:
            project = layout.with_track(project, layout.with_clips(track, clips))
    return project


def room(project: Project, moving: Mapping[str, int], growing: frozenset[str]) -> tuple[int, int]:
    """How far the clips in `moving` can all shift: back (≤ 0) and on (≥ 0).

    The ends of clips in `growing` go with them.
    """
    low, high = -layout.MAX_FRAME, layout.MAX_FRAME
    for track in project.tracks:
        first = next((clip for clip in track.clips if clip.id in moving), None)
        if first is not None and first is track.clips[0]:
            low = max(low, -first.start)
        for earlier, after in pairwise(track.clips):
            gap = after.start - earlier.end
            if after.id in moving and earlier.id not in moving and earlier.id not in growing:
                low = max(low, -gap)
            if earlier.id in moving and after.id not in moving:
                high = min(high, gap)
    return low, high


def closing(project: Project, removed: Iterable[tuple[str, Clip]]) -> dict[str, int]:
    """What closes the holes of `removed` clips (with their tracks' ids), which are gone already.

    Removed clips that overlap in time are one hole, as long as the shortest that they leave on any track.
    """
    shifts: dict[str, int] = {}
    for hole in _holes(removed):
        by_track: dict[str, list[Clip]] = {}
        for track_id, clip in hole:
            by_track.setdefault(track_id, []).append(clip)
        length = min(sum(clip.duration for clip in gone) for gone in by_track.values())
        for track_id, gone in by_track.items():
            clips = project.track(track_id).clips
            for clip in clips[bisect_left(clips, gone[0].start, key=_start_of) :]:
                before = length
                if clip.start < gone[-1].start:
                    before = min(length, sum(old.duration for old in gone if old.start < clip.start))
                shifts[clip.id] = shifts.get(clip.id, 0) - before
    return shifts


def _holes(removed: Iterable[tuple[str, Clip]]) -> list[list[tuple[str, Clip]]]:
    holes: list[list[tuple[str, Clip]]] = []
    end = -1
    for track_id, clip in sorted(removed, key=lambda one: one[1].start):
        if clip.start >= end:
            holes.append([])
        holes[-1].append((track_id, clip))
        end = max(end, clip.end)
    return holes


def _start_of(clip: Clip) -> int:
    return clip.start
