"""The arithmetic of clips on one track: cut, clear, insert. Pure functions that edits are made of."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import msgspec

from studio.errors import ProjectError
from studio.project.timeline import Clip, Project, Take, Track
from studio.timing import Rate, RationalTime


def fresh_id(project: Project, clip_id: str, frame: int) -> str:
    """An id for the right part of `clip_id` cut at `frame`.

    Derived, not drawn: replaying the journal must give the same ids. A salt is counted up while the
    id is taken, which happens when the same clip is cut twice at the same place.
    """
    from hashlib import blake2b  # Cuts alone need it: the window's start does without OpenSSL.

    taken = {clip.id for _, clip in project.clips()}
    salt = 0
    while True:
        digest = blake2b(f"{clip_id}/{frame}/{salt}".encode(), digest_size=6).hexdigest()
        if digest not in taken:
            return digest
        salt += 1


def shifted(take: Take, frames: int, rate: Rate) -> Take:
    """`take` beginning `frames` project frames later in its source."""
    return msgspec.structs.replace(take, source_start=take.source_start + RationalTime(frames, rate))


def head(clip: Clip, frame: int) -> Clip:
    """The part of `clip` before timeline frame `frame`."""
    return msgspec.structs.replace(clip, duration=frame - clip.start)


def tail(clip: Clip, frame: int, rate: Rate, clip_id: str) -> Clip:
    """The part of `clip` from timeline frame `frame` on."""
    cut = frame - clip.start
    takes = tuple(shifted(take, cut, rate) for take in clip.takes)
    return msgspec.structs.replace(clip, id=clip_id, start=frame, duration=clip.duration - cut, takes=takes)


def with_track(project: Project, track: Track) -> Project:
    """`project` with the track of the same id replaced."""
    tracks = tuple(track if old.id == track.id else old for old in project.tracks)
    return msgspec.structs.replace(project, tracks=tracks)


def with_clips(track: Track, clips: Iterable[Clip]) -> Track:
    """`track` holding exactly `clips`, sorted; raises ProjectError where two overlap."""
    ordered = tuple(sorted(clips, key=lambda clip: clip.start))
    for earlier, later in pairwise(ordered):
        if earlier.end > later.start:
            raise ProjectError(f"'{later.name}' would overlap '{earlier.name}' on {track.name}.")
    return msgspec.structs.replace(track, clips=ordered)


def without(track: Track, clip_ids: frozenset[str]) -> Track:
    return msgspec.structs.replace(
        track, clips=tuple(clip for clip in track.clips if clip.id not in clip_ids)
    )


def cleared(project: Project, track: Track, start: int, end: int) -> Track:
    """`track` with nothing in [start, end): clips are trimmed, split or removed."""
    touched = {clip.id for clip in track.clips_between(start, end)}
    kept: list[Clip] = []
    for clip in track.clips:
        if clip.id not in touched:
            kept.append(clip)
            continue
        starts_before, ends_after = clip.start < start, clip.end > end
        if starts_before:
            kept.append(head(clip, start))
        if ends_after:
            rest_id = fresh_id(project, clip.id, end) if starts_before else clip.id
            kept.append(tail(clip, end, project.rate, rest_id))
    return msgspec.structs.replace(track, clips=tuple(kept))


def opened(project: Project, track: Track, frame: int, length: int) -> Track:
    """`track` with everything from `frame` on moved `length` later; a clip under `frame` is split."""
    clips: list[Clip] = []
    for clip in track.clips:
        if clip.end <= frame:
            clips.append(clip)
        elif clip.start >= frame:
            clips.append(msgspec.structs.replace(clip, start=clip.start + length))
        else:
            rest = tail(clip, frame, project.rate, fresh_id(project, clip.id, frame))
            clips += [head(clip, frame), msgspec.structs.replace(rest, start=rest.start + length)]
    return msgspec.structs.replace(track, clips=tuple(clips))


def trim_limits(project: Project, clip_id: str, edge: str) -> tuple[int, int]:
    """The first and last timeline frame to which `edge` ("start" or "end") of a clip can go.

    Neighbours stop it, and so does the end of the source; a picture or a ghost has no end. Every
    linked clip that shares the edge counts. Raises ProjectError when there is no such clip.
    """
    found = project.find(clip_id)
    if found is None:
        raise ProjectError("That clip is not there any more.")
    clip = found[1]
    low, high = 0, 1 << 40
    for other in edge_group(project, clip, edge):
        one_low, one_high = _limits_of_one(project, other, edge)
        low, high = max(low, one_low), min(high, one_high)
    return low, high


def edge_group(project: Project, clip: Clip, edge: str) -> list[Clip]:
    """`clip` and its linked clips that begin (or end) at the same frame: they are trimmed as one."""
    position = clip.start if edge == "start" else clip.end
    return [
        other for other in project.linked(clip) if (other.start if edge == "start" else other.end) == position
    ]


def _limits_of_one(project: Project, clip: Clip, edge: str) -> tuple[int, int]:
    found = project.find(clip.id)
    assert found is not None
    clips = found[0].clips
    index = clips.index(clip)
    take = clip.take
    available = getattr(take.reference, "duration", None)
    if edge == "start":
        low = clips[index - 1].end if index else 0
        if available is not None:
            low = max(low, clip.start - take.source_start.floor_frames(project.rate))
        return low, clip.end - 1
    high = clips[index + 1].start if index + 1 < len(clips) else 1 << 40
    if available is not None:
        rest = available - take.source_start
        high = min(high, max(clip.end, clip.start + rest.ceil_frames(project.rate)))
    return clip.start + 1, high
