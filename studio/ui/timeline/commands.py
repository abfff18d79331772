"""What keys and menus do to the timeline, as edits: pure functions from a project and what is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from studio.project import limits
from studio.project.edits import (
    AddMarker,
    Edit,
    Move,
    MoveClips,
    PlaceClips,
    Placement,
    RemoveMarker,
    Several,
    SplitClips,
    TrimClip,
)
from studio.project.timeline import Clip, Marker, Project, Track, new_id

replace = msgspec.structs.replace


def clips_under(project: Project, frame: int) -> list[tuple[Track, Clip]]:
    """What lies at `frame` on unlocked tracks, the topmost picture first, then sound."""
    order = [track for track in reversed(project.tracks) if track.kind == "video"]
    order += [track for track in project.tracks if track.kind == "audio"]
    found = [(track, track.clip_at(frame)) for track in order if not track.locked]
    return [(track, clip) for track, clip in found if clip is not None]


def meant(project: Project, selection: frozenset[str], frame: int) -> tuple[str, ...]:
    """The clips that a key at `frame` is about: the selected ones there, else the topmost with its links."""
    under = clips_under(project, frame)
    chosen = tuple(clip.id for _, clip in under if clip.id in selection)
    if chosen or not under:
        return chosen
    return tuple(clip.id for clip in project.linked(under[0][1]))


def split(project: Project, selection: frozenset[str], frame: int, every_track: bool = False) -> Edit:
    """Cuts what is meant at `frame`, or everything that lies there."""
    if every_track:
        return SplitClips(clip_ids=tuple(clip.id for _, clip in clips_under(project, frame)), frame=frame)
    return SplitClips(clip_ids=meant(project, selection, frame), frame=frame)


def trim_to(
    project: Project, selection: frozenset[str], frame: int, edge: Literal["start", "end"]
) -> Edit | None:
    """Moves an edge of the selected clips, else of the one under it, to `frame`; None: no clip can."""
    chosen: Iterable[str] = sorted(selection) or meant(project, selection, frame)
    edits: list[Edit] = []
    done: set[str] = set()
    for clip_id in chosen:
        found = project.find(clip_id)
        if found is None or found[0].locked or clip_id in done:
            continue
        done.update(other.id for other in limits.edge_group(project, found[1], edge))
        low, high = limits.trim_limits(project, clip_id, edge)
        if low <= frame <= high and frame != (found[1].start if edge == "start" else found[1].end):
            edits.append(TrimClip(clip_id=clip_id, edge=edge, frame=frame))
    return _together(edits, "Trim to playhead")


def nudge(project: Project, selection: frozenset[str], frames: int) -> Edit | None:
    """Moves the selected clips by `frames`; None where there is nothing or no room to the left."""
    chosen = [(track, clip) for track, clip in project.clips() if clip.id in selection and not track.locked]
    if not chosen or min(clip.start for _, clip in chosen) + frames < 0:
        return None
    return MoveClips(moves=tuple(Move(clip.id, track.id, clip.start + frames) for track, clip in chosen))


def duplicate(project: Project, selection: frozenset[str]) -> PlaceClips | None:
    """The selected clips once more behind themselves, pushing later ones on where they would be covered."""
    chosen = [(track, clip) for track, clip in project.clips() if clip.id in selection and not track.locked]
    if not chosen:
        return None
    start = min(clip.start for _, clip in chosen)
    shift = max(clip.end for _, clip in chosen) - start
    links: dict[str, str] = {}
    placements: list[Placement] = []
    for track, clip in chosen:
        link = links.setdefault(clip.link, new_id()) if clip.link else ""
        placements.append(
            Placement(track.id, replace(clip, id=new_id(), start=clip.start + shift, link=link))
        )
    covered = any(track.clips_between(clip.start + shift, clip.end + shift) for track, clip in chosen)
    return PlaceClips(placements=tuple(placements), mode="insert" if covered else "overwrite")


def toggle_marker(project: Project, frame: int) -> Edit:
    """A marker at `frame`, or none any more where there was one."""
    for marker in project.markers:
        if marker.frame == frame:
            return RemoveMarker(marker_id=marker.id)
    return AddMarker(marker=Marker(id=new_id(), frame=frame))


def cuts(project: Project) -> list[int]:
    """Every frame at which a clip begins or ends, in order."""
    return sorted({edge for _, clip in project.clips() for edge in (clip.start, clip.end)} | {0})


def next_cut(project: Project, frame: int) -> int:
    return next((cut for cut in cuts(project) if cut > frame), frame)


def previous_cut(project: Project, frame: int) -> int:
    return next((cut for cut in reversed(cuts(project)) if cut < frame), 0)


def _together(edits: Sequence[Edit], name: str) -> Edit | None:
    if len(edits) == 1:
        return edits[0]
    return Several(edits=tuple(edits), name=name) if edits else None
