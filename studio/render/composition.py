"""What a frame of the timeline is made of: equal compositions give equal pictures, wherever they stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterator
from typing import NamedTuple

from studio.project.curves import UNCHANGED
from studio.project.timeline import Clip, Generator, Project, Reference, Track, Transition
from studio.timing import Rate


class Composition(NamedTuple):
    """`key` stays the same from one cut to the next; `frame` counts from where its topmost clip begins."""

    key: Hashable
    frame: int
    references: tuple[Reference, ...]


class _Part(NamedTuple):
    """A clip as far as its picture goes; `start` counts from where the topmost clip begins."""

    reference: Reference
    source: Hashable
    start: int
    duration: int
    look: Hashable


def composition_at(project: Project, frame: int) -> Composition:
    """What is to be seen at timeline `frame`, the size of the picture apart."""
    parts: list[Hashable] = []
    references: list[Reference] = []
    origin: int | None = None
    for track in reversed(project.playing_tracks("video")):
        clip = track.clip_at(frame)
        if clip is None:
            continue
        origin = clip.start if origin is None else origin
        transition, other = crossing(track, clip, frame)
        parts.append(_part(track, clip, origin))
        references.append(clip.take.reference)
        if transition is not None and other is not None:
            way = (transition.kind, transition.before, transition.after, transition.colour)
            parts.append((way, transition.direction, _part(track, other, origin)))
            references.append(other.take.reference)
    shape = (project.rate, project.width, project.height)
    return Composition((shape, *parts), frame - (origin or 0), tuple(references))


def crossing(track: Track, clip: Clip, frame: int) -> tuple[Transition | None, Clip | None]:
    """The transition that `clip` is in at `frame`, and the clip at its other side."""
    for transition in track.transitions:
        if transition.left == clip.id and frame >= clip.end - transition.before:
            return transition, track.clip_at(clip.end)
        if transition.right == clip.id and frame < clip.start + transition.after:
            return transition, track.clip_at(clip.start - 1)
    return None, None


def stretch_at(project: Project, frame: int) -> tuple[int, int]:
    """The frames [start, end) around `frame` in which the composition's key stays the same."""
    start, end = 0, max(project.duration, frame + 1)
    for track in project.playing_tracks("video"):
        for edge in _edges(track, frame):
            if edge <= frame:
                start = max(start, edge)
            else:
                end = min(end, edge)
    return start, end


def stretches(project: Project) -> Iterator[tuple[int, int]]:
    """The whole timeline in such stretches."""
    frame = 0
    while frame < project.duration:
        start, frame = stretch_at(project, frame)
        yield start, frame


def _edges(track: Track, frame: int) -> Iterator[int]:
    """Where clips and transitions begin and end, next to `frame` on both sides."""
    index = bisect_right(track.clips, frame, key=_start_of)
    for clip in track.clips[max(0, index - 1) : index + 1]:
        yield clip.start
        yield clip.end
        for transition in track.transitions:
            if transition.left == clip.id:
                yield clip.end - transition.before
                yield clip.end + transition.after
            elif transition.right == clip.id:
                yield clip.start - transition.before
                yield clip.start + transition.after


def is_plain(project: Project, frame: int) -> bool:
    """Whether `frame` shows one clip as it comes, or none: as light as a picture gets."""
    seen = 0
    for track in project.playing_tracks("video"):
        clip = track.clip_at(frame)
        if clip is None or isinstance(clip.take.reference, Generator):
            continue
        seen += 1
        altered = clip.appearance != UNCHANGED or clip.reverse or clip.speed != Rate(1)
        if seen > 1 or altered or clip.fade_in or clip.fade_out or crossing(track, clip, frame)[0]:
            return False
    return True


def _part(track: Track, clip: Clip, origin: int) -> _Part:
    source = (clip.take.source_start, clip.speed, clip.reverse, clip.frozen)
    # Where a transition is the way in or out, there is no fade.
    fade_in = clip.fade_in and not any(way.right == clip.id for way in track.transitions)
    fade_out = clip.fade_out and not any(way.left == clip.id for way in track.transitions)
    look = (clip.appearance, fade_in and clip.fade_in, fade_out and clip.fade_out)
    return _Part(clip.take.reference, source, clip.start - origin, clip.duration, look)


def _start_of(clip: Clip) -> int:
    return clip.start
