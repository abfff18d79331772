"""What an edit is: a frozen struct that turns one project into the next."""

from __future__ import annotations

import msgspec

from studio.errors import ProjectError
from studio.project.timeline import Clip, Project, Track


class EditBase(msgspec.Struct, frozen=True, kw_only=True, tag_field="edit", omit_defaults=True):
    """Base of all edits."""

    @property
    def label(self) -> str:
        """What the undo menu calls it."""
        raise NotImplementedError

    def apply(self, project: Project) -> Project:
        raise NotImplementedError


def unlocked_track(project: Project, track_id: str) -> Track:
    try:
        track = project.track(track_id)
    except KeyError:
        raise ProjectError("That track is not there any more.") from None
    if track.locked:
        raise ProjectError(f"Track {track.name} is locked.", "Unlock it with the lock in its header.")
    return track


def find_clip(project: Project, clip_id: str) -> tuple[Track, Clip]:
    found = project.find(clip_id)
    if found is None:
        raise ProjectError("That clip is not there any more.")
    return unlocked_track(project, found[0].id), found[1]
