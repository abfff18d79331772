"""The arithmetic of clips on one track: cut, clear, open, put. Pure functions that edits are made of."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import pairwise

import msgspec

from studio.errors import ProjectError
from studio.project.cuts import fitting
from studio.project.places import places_of
from studio.project.timeline import Clip, External, Missing, Project, Reference, Take, Title, Track
from studio.timing import Rate, RationalTime

MAX_FRAME = 1 << 40
"""Nothing lies beyond: 145 years at 240 frames per second."""

replace = msgspec.structs.replace


def fresh_id(project: Project, clip_id: str, frame: int) -> str:
    """An id for the right part of `clip_id` cut at `frame`.

    Derived, not drawn: replaying the journal must give the same ids. A salt is counted up while the
    id is taken, which happens when the same clip is cut twice at the same place.
    """
    from hashlib import blake2b  # Cuts alone need it: the window's start does without OpenSSL.

    salt = 0
    while True:
        digest = blake2b(f"{clip_id}/{frame}/{salt}".encode(), digest_size=6).hexdigest()
        if project.find(digest) is None:
            return digest
        salt += 1


def is_still(reference: Reference) -> bool:
    """Whether every moment of it looks alike: a picture, a title, a result that will not come."""
    return isinstance(reference, Title | Missing) or (
        isinstance(reference, External) and reference.duration is None
    )


def shifted(take: Take, length: RationalTime) -> Take:
    """`take` beginning `length` later in its source; a still has no later."""
    if is_still(take.reference):
        return take
    return replace(take, source_start=take.source_start + length)


def head(clip: Clip, frame: int, rate: Rate) -> Clip:
    """The part of `clip` before timeline frame `frame` (also beyond its end: then it grows)."""
    takes = clip.takes
    if clip.reverse and not clip.frozen:
        length = clip.source_length(clip.end - frame, rate)
        takes = tuple(shifted(take, length) for take in takes)
    return with_length(clip, frame - clip.start, takes=takes)


def tail(clip: Clip, frame: int, rate: Rate) -> Clip:
    """The part of `clip` from timeline frame `frame` on (also before its start: then it grows)."""
    cut = frame - clip.start
    takes = clip.takes
    if not clip.reverse and not clip.frozen:
        length = clip.source_length(cut, rate)
        takes = tuple(shifted(take, length) for take in takes)
    appearance, volume = clip.appearance.shifted(cut), clip.volume.shifted(cut)
    moved = replace(clip, start=frame, takes=takes, appearance=appearance, volume=volume)
    return with_length(moved, clip.duration - cut)


def parted(clip: Clip, frame: int, rate: Rate, right_id: str) -> tuple[Clip, Clip]:
    """`clip` in two at `frame`: nothing of what is seen or heard changes, but a fade across the cut."""
    left = replace(head(clip, frame, rate), fade_out=0)
    return left, replace(tail(clip, frame, rate), id=right_id, fade_in=0)


def with_length(clip: Clip, duration: int, takes: tuple[Take, ...] | None = None) -> Clip:
    """`clip` lasting `duration` frames, its fades no longer than that."""
    fade_in = min(clip.fade_in, duration)
    fade_out = min(clip.fade_out, duration - fade_in)
    return replace(
        clip,
        duration=duration,
        fade_in=fade_in,
        fade_out=fade_out,
        takes=clip.takes if takes is None else takes,
    )


def with_track(project: Project, track: Track) -> Project:
    """`project` with the track of the same id replaced, its transitions made to fit its clips."""
    track = fitting(track)
    tracks = tuple(track if old.id == track.id else old for old in project.tracks)
    return replace(project, tracks=tracks)


def with_clips(track: Track, clips: Iterable[Clip]) -> Track:
    """`track` holding exactly `clips`, sorted; raises ProjectError where they overlap or are off the end."""
    ordered = tuple(sorted(clips, key=_start_of))
    if ordered and (ordered[0].start < 0 or ordered[-1].end > MAX_FRAME):
        raise ProjectError("Clips lie between the timeline's beginning and its end.", "Move less far.")
    for earlier, later in pairwise(ordered):
        if earlier.start + earlier.duration > later.start:
            raise ProjectError(
                f"'{later.name}' would overlap '{earlier.name}' on {track.name}.",
                f"Make room there first, or lock {track.name}.",
            )
    return replace(track, clips=ordered)


def joined(track: Track, kept: Iterable[Clip], moved: Iterable[Clip]) -> Track:
    """`track` holding `kept`, then `moved`, each in order; raises ProjectError where they overlap."""
    kept, moved = tuple(kept), tuple(moved)
    start = kept[-1].end if kept else 0
    if moved and (moved[0].start < start or moved[-1].end > MAX_FRAME):
        return with_clips(track, (*kept, *moved))
    return replace(track, clips=(*kept, *moved))


def with_changed(project: Project, changed: Iterable[Clip]) -> Project:
    """`project` with the clips of the same ids replaced; raises ProjectError where they overlap."""
    by_id = {clip.id: clip for clip in changed}
    for track in project.tracks:
        places = places_of(track.clips).by_id
        touched = [clip_id for clip_id in by_id if clip_id in places]
        if touched:
            clips = [*track.clips]
            for clip_id in touched:
                clips[places[clip_id]] = by_id[clip_id]
            project = with_track(project, with_clips(track, clips))
    return project


def split(track: Track, left: Clip, right: Clip) -> Track:
    """`track` with the clip of `left`'s id replaced by its two parts."""
    index = track.span_between(left.start, left.end)[0]
    track = renamed(track, left.id, right.id)
    return replace(track, clips=(*track.clips[:index], left, right, *track.clips[index + 1 :]))


def renamed(track: Track, left: str, tail_id: str) -> Track:
    """`track` where the transition out of clip `left` goes out of its right part `tail_id` instead."""
    if not any(transition.left == left for transition in track.transitions):
        return track
    return replace(
        track,
        transitions=tuple(
            replace(transition, left=tail_id) if transition.left == left else transition
            for transition in track.transitions
        ),
    )


def cleared(project: Project, track: Track, start: int, end: int) -> Track:
    """`track` with nothing in [start, end): clips are trimmed, split or removed."""
    first, last = track.span_between(start, end)
    kept: list[Clip] = []
    for clip in track.clips[first:last]:
        starts_before, ends_after = clip.start < start, clip.end > end
        if starts_before and ends_after:
            left, right = parted(clip, end, project.rate, fresh_id(project, clip.id, end))
            track = renamed(track, clip.id, right.id)
            kept += [head(left, start, project.rate), right]
        elif starts_before:
            kept.append(head(clip, start, project.rate))
        elif ends_after:
            kept.append(tail(clip, end, project.rate))
    return replace(track, clips=(*track.clips[:first], *kept, *track.clips[last:]))


def put(project: Project, track: Track, clip: Clip) -> Track:
    """`track` with `clip` over what lies there; raises ProjectError where it cannot lie."""
    if clip.start < 0 or clip.duration < 1 or clip.end > MAX_FRAME:
        raise ProjectError(
            f"'{clip.name}' cannot begin before the timeline or be empty.",
            "A clip begins at frame 0 or later and lasts at least one frame.",
        )
    room = cleared(project, track, clip.start, clip.end)
    index, _ = room.span_between(clip.start, clip.end)
    return replace(room, clips=(*room.clips[:index], clip, *room.clips[index:]))


def opened(project: Project, frame: int, length: int) -> Project:
    """Everything from `frame` on moved `length` later, on all unlocked tracks; clips under `frame` are split.

    Linked clips of which some stay and some move are two linked groups from here on.
    """
    links = _parted_links(project, frame)
    result = project
    for track in project.tracks:
        if track.locked or track.end <= frame:
            continue
        first, _ = track.span_between(frame, MAX_FRAME)
        later, kept, renamed_track = [*track.clips[first:]], track.clips[:first], track
        if later[0].start < frame:
            cut = later[0]
            left, later[0] = parted(cut, frame, project.rate, fresh_id(project, cut.id, frame))
            renamed_track = renamed(track, cut.id, later[0].id)
            kept = (*kept, left)
        moved = [replace(clip, start=clip.start + length) for clip in later]
        by_link = places_of(track.clips).by_link
        for link, fresh in links.items():
            for index in by_link.get(link, ()):
                if index >= first:
                    moved[index - first] = replace(moved[index - first], link=fresh)
        result = with_track(result, joined(renamed_track, kept, moved))
    return result


def _parted_links(project: Project, frame: int) -> dict[str, str]:
    """New names for the links of which a clip stays, and one, or a part of one, moves."""
    before: set[str] = set()
    after: set[str] = set()
    for track in project.tracks:
        if track.locked:
            before.update([clip.link for clip in track.clips])
            continue
        first, _ = track.span_between(frame, MAX_FRAME)
        begun = bisect_left(track.clips, frame, key=_start_of)
        before.update([clip.link for clip in track.clips[:begun]])
        after.update([clip.link for clip in track.clips[first:]])
    return {link: fresh_id(project, link, frame) for link in sorted(before & after) if link}


def without(track: Track, clip_ids: frozenset[str]) -> Track:
    return replace(track, clips=tuple(clip for clip in track.clips if clip.id not in clip_ids))


def _start_of(clip: Clip) -> int:
    return clip.start
