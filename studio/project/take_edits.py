"""Edits of a clip's takes: another version, which one is shown, and in which order they stand."""

from __future__ import annotations

import msgspec

from studio.errors import ProjectError
from studio.project.edit import EditBase, find_clip, with_clip
from studio.project.timeline import Clip, Project, Take

replace = msgspec.structs.replace


class AddTake(EditBase, frozen=True, kw_only=True, tag="add-take"):
    """Lays another version over a clip; the old ones stay."""

    clip_id: str
    take: Take
    activate: bool = True

    @property
    def label(self) -> str:
        return f"Add take {self.take.name}".strip()

    def apply(self, project: Project) -> Project:
        _, clip = find_clip(project, self.clip_id)
        takes = (*clip.takes, self.take)
        return with_clip(
            project, replace(clip, takes=takes, active=len(takes) - 1 if self.activate else clip.active)
        )


class SelectTake(EditBase, frozen=True, kw_only=True, tag="select-take"):
    clip_id: str
    index: int

    @property
    def label(self) -> str:
        return "Switch take"

    def apply(self, project: Project) -> Project:
        clip = _clip_with_take(project, self.clip_id, self.index)
        return with_clip(project, replace(clip, active=self.index))


class RemoveTake(EditBase, frozen=True, kw_only=True, tag="remove-take"):
    """Takes a version away; the one that is shown stays shown, or its predecessor comes in its place."""

    clip_id: str
    index: int

    @property
    def label(self) -> str:
        return "Delete take"

    def apply(self, project: Project) -> Project:
        clip = _clip_with_take(project, self.clip_id, self.index)
        if len(clip.takes) == 1:
            raise ProjectError(f"'{clip.name}' has no other take.", "Delete the clip itself instead.")
        takes = (*clip.takes[: self.index], *clip.takes[self.index + 1 :])
        active = clip.active - 1 if 0 < clip.active >= self.index else clip.active
        return with_clip(project, replace(clip, takes=takes, active=active))


class MoveTake(EditBase, frozen=True, kw_only=True, tag="move-take"):
    """Puts a version to another place in the list; the one that is shown stays shown."""

    clip_id: str
    index: int
    to: int

    @property
    def label(self) -> str:
        return "Move take"

    def apply(self, project: Project) -> Project:
        clip = _clip_with_take(project, self.clip_id, self.index)
        order = [*range(len(clip.takes))]
        order.insert(min(max(self.to, 0), len(order) - 1), order.pop(self.index))
        takes = tuple(clip.takes[old] for old in order)
        return with_clip(project, replace(clip, takes=takes, active=order.index(clip.active)))


class PromoteTake(EditBase, frozen=True, kw_only=True, tag="promote-take"):
    """Makes a version the first and the one that is shown."""

    clip_id: str
    index: int

    @property
    def label(self) -> str:
        return "Promote take"

    def apply(self, project: Project) -> Project:
        clip = _clip_with_take(project, self.clip_id, self.index)
        takes = (clip.takes[self.index], *clip.takes[: self.index], *clip.takes[self.index + 1 :])
        return with_clip(project, replace(clip, takes=takes, active=0))


class RenameTake(EditBase, frozen=True, kw_only=True, tag="rename-take"):
    clip_id: str
    index: int
    name: str

    @property
    def label(self) -> str:
        return "Rename take"

    def apply(self, project: Project) -> Project:
        clip = _clip_with_take(project, self.clip_id, self.index)
        named = replace(clip.takes[self.index], name=self.name)
        takes = (*clip.takes[: self.index], named, *clip.takes[self.index + 1 :])
        return with_clip(project, replace(clip, takes=takes))


def _clip_with_take(project: Project, clip_id: str, index: int) -> Clip:
    _, clip = find_clip(project, clip_id)
    if not 0 <= index < len(clip.takes):
        raise ProjectError("That take is not there any more.", "Choose one of the takes in the inspector.")
    return clip
