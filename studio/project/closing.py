"""Closing holes: which clips move up by how much, and what is linked with them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Set

import msgspec

from studio.errors import ProjectError
from studio.project import layout
from studio.project.places import places_of
from studio.project.timeline import Clip, Project, Track

replace = msgspec.structs.replace


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


def followed(project: Project, shifts: Mapping[str, int]) -> dict[str, int]:
    """`shifts`, and the same for what is linked with those clips.

    Raises ProjectError where that cannot be: on a locked track, or when linked clips would part.
    """
    lengths: dict[str, int] = {}
    for track in _touched(project, shifts.keys()):
        for clip in [clip for clip in track.clips if clip.link and clip.id in shifts]:
            if lengths.setdefault(clip.link, shifts[clip.id]) != shifts[clip.id]:
                raise ProjectError(f"'{clip.name}' would part from its linked clip.", "Unlink them first.")
    result = dict(shifts)
    for track in project.tracks:
        for clip in [clip for clip in track.clips if clip.link in lengths and clip.id not in shifts]:
            if track.locked:
                raise ProjectError(
                    f"'{clip.name}' is linked and cannot follow: track {track.name} is locked.",
                    f"Unlock {track.name}, or unlink the clip.",
                )
            result[clip.id] = lengths[clip.link]
    return result


def moved(project: Project, shifts: Mapping[str, int]) -> Project:
    """`project` with clips shifted by so many frames; raises ProjectError where they would overlap."""
    for track in _touched(project, shifts.keys()):
        clips = [replace(clip, start=clip.start + shifts.get(clip.id, 0)) for clip in track.clips]
        project = layout.with_track(project, layout.with_clips(track, clips))
    return project


def _touched(project: Project, ids: Set[str]) -> list[Track]:
    return [track for track in project.tracks if not ids.isdisjoint(places_of(track.clips).by_id)]


def _start_of(clip: Clip) -> int:
    return clip.start
