"""What an edit is: a frozen struct that turns one project into the next."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from studio.errors import ProjectError
from studio.project import layout
from studio.project.limits import located
from studio.project.timeline import Clip, Project, Track


class EditBase(msgspec.Struct, frozen=True, kw_only=True, tag_field="edit", omit_defaults=True):
    """Base of all edits."""

    @property
    def label(self) -> str:
        """What the undo menu calls it."""
        raise NotImplementedError

    def apply(self, project: Project) -> Project:
        raise NotImplementedError


def find_track(project: Project, track_id: str) -> Track:
    try:
        return project.track(track_id)
    except KeyError:
        raise ProjectError("That track is not there any more.", "Choose another track.") from None


def unlocked_track(project: Project, track_id: str) -> Track:
    track = find_track(project, track_id)
    if track.locked:
        raise ProjectError(f"Track {track.name} is locked.", "Unlock it with the lock in its header.")
    return track


def find_clip(project: Project, clip_id: str) -> tuple[Track, Clip]:
    """A clip that may be edited, and its track; raises ProjectError when it is gone or locked."""
    track, clip = located(project, clip_id)
    return unlocked_track(project, track.id), clip


def all_unlocked(project: Project, clips: Iterable[Clip]) -> None:
    """Raises ProjectError when one of `clips` lies on a locked track."""
    for clip in clips:
        find_clip(project, clip.id)


def with_clip(project: Project, clip: Clip) -> Project:
    """`project` with the clip of the same id replaced; its place and length stay."""
    track, old = find_clip(project, clip.id)
    index = track.span_between(old.start, old.end)[0]
    clips = (*track.clips[:index], clip, *track.clips[index + 1 :])
    return layout.with_track(project, msgspec.structs.replace(track, clips=clips))


def check_limits(clip: Clip, frame: int, limits: tuple[int, int]) -> None:
    """Raises ProjectError when an edge or a cut of `clip` cannot go to `frame`."""
    low, high = limits
    if not low <= frame <= high:
        raise ProjectError(
            f"'{clip.name}' cannot be trimmed that far.", "Its source or its neighbour ends there."
        )
