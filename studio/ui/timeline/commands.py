"""What keys and menus do to the timeline, as edits: pure functions from a project and what is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from studio.errors import ProjectError
from studio.project import limits
from studio.project.copying import copies
from studio.project.edits import (
    AddMarker,
    AddTransition,
    CloseGap,
    Edit,
    FreezeFrame,
    LiftClips,
    Move,
    MoveClips,
    PlaceClips,
    RemoveMarker,
    RemoveTransition,
    RippleTrim,
    SetRange,
    Several,
    SplitClips,
    TrimClip,
)
from studio.project.timeline import Clip, Marker, Project, Track, Transition, new_id


def clips_under(project: Project, frame: int) -> list[tuple[Track, Clip]]:
    """What lies at `frame` on unlocked tracks, the topmost picture first, then sound."""
    order = [track for track in reversed(project.tracks) if track.kind == "video"]
    order += [track for track in project.tracks if track.kind == "audio"]
    found = [(track, track.clip_at(frame)) for track in order if not track.locked]
    return [(track, clip) for track, clip in found if clip is not None]


def selected_clips(project: Project, selection: frozenset[str]) -> tuple[str, ...]:
    """The selected clips on unlocked tracks, in the order of tracks and time."""
    if not selection:
        return ()
    return tuple(clip.id for track, clip in project.clips() if clip.id in selection and not track.locked)


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
    edits: list[Edit] = []
    done: set[str] = set()
    for clip_id in selected_clips(project, selection) or meant(project, selection, frame):
        found = project.find(clip_id)
        if found is None or clip_id in done:
            continue
        done.update(other.id for other in limits.edge_group(project, found[1], edge))
        low, high = limits.trim_limits(project, clip_id, edge)
        if low <= frame <= high and frame != (found[1].start if edge == "start" else found[1].end):
            edits.append(TrimClip(clip_id=clip_id, edge=edge, frame=frame))
    return _together(edits, "Trim to playhead")


def ripple_to(
    project: Project, selection: frozenset[str], frame: int, edge: Literal["start", "end"]
) -> RippleTrim | None:
    """Takes away what the meant clip shows before (after) `frame`, and closes the hole; None: no clip can."""
    for clip_id in meant(project, selection, frame):
        found = project.find(clip_id)
        if found is not None and found[1].start < frame < found[1].end:
            return RippleTrim(clip_id=clip_id, edge=edge, frame=frame)
    return None


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
    end = max(clip.end for _, clip in chosen)
    placements = copies(project, [clip.id for _, clip in chosen], end)
    covered = any(
        project.track(placed.track_id).clips_between(placed.clip.start, placed.clip.end)
        for placed in placements
    )
    return PlaceClips(placements=placements, mode="insert" if covered else "overwrite")


def delete(project: Project, selection: frozenset[str]) -> Edit | None:
    """Takes away the selected clips, leaving gaps, and the selected transition."""
    edits: list[Edit] = [
        RemoveTransition(transition_id=transition.id)
        for track in project.tracks
        for transition in track.transitions
        if transition.id in selection
    ]
    there = {clip.id for _, clip in project.clips()}
    # Where all of it is locked, the edit is made nevertheless: it says so when it is refused.
    chosen = selected_clips(project, selection) or tuple(sorted(selection & there))
    if chosen:
        edits.append(LiftClips(clip_ids=chosen))
    return _together(edits, "Delete")


def close_gap(project: Project, selection: frozenset[str], frame: int) -> Edit:
    """Closes the gap at `frame`: on the selected clips' tracks, else on the lowest track that has one there.

    Where `frame` is in no gap, the one before the first selected clip is meant. Raises ProjectError.
    """
    chosen = [(track, clip) for track, clip in project.clips() if clip.id in selection and not track.locked]
    tracks = [track for track, _ in chosen] or [track for track in project.tracks if not track.locked]
    for track in tracks:
        if any(start <= frame < end for start, end in track.gaps()):
            return CloseGap(track_id=track.id, frame=frame)
    for track, clip in chosen:
        if any(end == clip.start for _, end in track.gaps()):
            return CloseGap(track_id=track.id, frame=clip.start - 1)
    raise ProjectError(
        "There is no gap to close.", "Put the playhead into the gap, or select what follows it."
    )


def dissolve(project: Project, selection: frozenset[str], frame: int) -> Edit:
    """A second's dissolve at the cut nearest to `frame`: of the selected clips, where there are any.

    Sound linked on both sides cross-fades with it. Raises ProjectError where there is no cut.
    """
    cuts = [
        (abs(left.end - frame), number, track, left, right)
        for number, track in enumerate(project.tracks)
        if not track.locked
        for left, right in pairwise(track.clips)
        if left.end == right.start and (not selection or left.id in selection or right.id in selection)
    ]
    if not cuts:
        raise ProjectError("There is no cut to dissolve over.", "Two clips must touch; select one of them.")
    _, _, _, left, right = min(cuts, key=lambda cut: cut[:2])
    half = max(1, round(float(project.rate.fraction) / 2))
    edits: list[Edit] = []
    linked = {clip.id for clip in project.linked(left)}, {clip.id for clip in project.linked(right)}
    for _, _, track, one, other in cuts:
        if one.id in linked[0] and other.id in linked[1]:
            new = Transition(id=new_id(), left=one.id, right=other.id, before=half, after=half)
            edits.append(AddTransition(track_id=track.id, transition=new))
    return edits[0] if len(edits) == 1 else Several(edits=tuple(edits), name=edits[0].label)


def freeze(project: Project, selection: frozenset[str], frame: int) -> Edit:
    """Holds the picture at `frame` for two seconds: of the selected clip there, else of the topmost.

    Raises ProjectError where no picture lies.
    """
    pictures = [clip for track, clip in clips_under(project, frame) if track.kind == "video"]
    chosen = [clip for clip in pictures if clip.id in selection] or pictures
    if not chosen:
        raise ProjectError("There is no picture to freeze.", "Put the playhead inside a clip.")
    length = max(1, round(2 * float(project.rate.fraction)))
    return FreezeFrame(clip_id=chosen[0].id, frame=frame, duration=length)


def set_range(project: Project, side: Literal["in", "out"], frame: int) -> Edit:
    """The in or the out point at `frame`; the other one goes where it would lie on the wrong side."""
    start, end = project.in_point, project.out_point
    if side == "in":
        return SetRange(in_point=frame, out_point=None if end is not None and end <= frame else end)
    end = max(1, frame)
    return SetRange(in_point=None if start is not None and start >= end else start, out_point=end)


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
