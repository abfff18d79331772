"""All edits under one roof, and the tagged union that the journal stores.

An edit that cannot be done raises ProjectError and changes nothing. Edits are deterministic: applied
again to the same project they give the same project, which is what replaying the journal relies on.
"""

from __future__ import annotations

from studio.project.clip_edits import (
    AddTake,
    ChangeClip,
    LiftClips,
    Move,
    MoveClips,
    PlaceClips,
    Placement,
    RippleDelete,
    SelectTake,
    SplitClips,
    TrimClip,
)
from studio.project.edit import EditBase
from studio.project.structure_edits import (
    AddAsset,
    AddMarker,
    AddTrack,
    ChangeProject,
    ChangeTrack,
    RemoveAsset,
    RemoveMarker,
    RemoveTrack,
)
from studio.project.timeline import Project


class Several(EditBase, frozen=True, kw_only=True, tag="several"):
    """One gesture made of several edits: all or none."""

    edits: tuple[Edit, ...]
    name: str

    @property
    def label(self) -> str:
        return self.name

    def apply(self, project: Project) -> Project:
        for edit in self.edits:
            project = edit.apply(project)
        return project


Edit = (
    PlaceClips
    | MoveClips
    | TrimClip
    | SplitClips
    | LiftClips
    | RippleDelete
    | ChangeClip
    | AddTake
    | SelectTake
    | AddTrack
    | RemoveTrack
    | ChangeTrack
    | AddAsset
    | RemoveAsset
    | AddMarker
    | RemoveMarker
    | ChangeProject
    | Several
)

__all__ = [
    "AddAsset",
    "AddMarker",
    "AddTake",
    "AddTrack",
    "ChangeClip",
    "ChangeProject",
    "ChangeTrack",
    "Edit",
    "LiftClips",
    "Move",
    "MoveClips",
    "PlaceClips",
    "Placement",
    "RemoveAsset",
    "RemoveMarker",
    "RemoveTrack",
    "RippleDelete",
    "SelectTake",
    "Several",
    "SplitClips",
    "TrimClip",
]
