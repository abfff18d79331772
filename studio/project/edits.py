"""All edits under one roof, and the tagged union that the journal stores.

An edit that cannot be done raises ProjectError and changes nothing. Edits are deterministic: applied
again to the same project they give the same project, which is what replaying the journal relies on.
"""

from __future__ import annotations

from studio.project.clip_edits import (
    ChangeClip,
    GroupClips,
    LiftClips,
    Move,
    MoveClips,
    PlaceClips,
    Placement,
    RippleDelete,
    SplitClips,
    TrimClip,
)
from studio.project.edit import EditBase
from studio.project.look_edits import (
    AddTransition,
    AdjustClips,
    ChangeTitle,
    ChangeTransition,
    RemoveTransition,
)
from studio.project.media_edits import RelinkMedia
from studio.project.structure_edits import (
    AddAsset,
    AddMarker,
    AddTrack,
    ChangeMarker,
    ChangeProject,
    ChangeTrack,
    MoveTrack,
    RemoveAsset,
    RemoveMarker,
    RemoveTrack,
    SetRange,
)
from studio.project.take_edits import (
    AddTake,
    MoveTake,
    PromoteTake,
    RemoveTake,
    RenameTake,
    SelectTake,
)
from studio.project.time_edits import (
    ChangeSpeed,
    FreezeFrame,
)
from studio.project.timeline import Project
from studio.project.trim_edits import (
    CloseGap,
    RippleTrim,
    RollEdit,
    SlideClip,
    SlipClips,
)


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
    ChangeClip
    | GroupClips
    | LiftClips
    | MoveClips
    | PlaceClips
    | RippleDelete
    | SplitClips
    | TrimClip
    | CloseGap
    | RippleTrim
    | RollEdit
    | SlideClip
    | SlipClips
    | ChangeSpeed
    | FreezeFrame
    | AddTransition
    | AdjustClips
    | ChangeTitle
    | ChangeTransition
    | RemoveTransition
    | AddTake
    | MoveTake
    | PromoteTake
    | RemoveTake
    | RenameTake
    | SelectTake
    | AddAsset
    | AddMarker
    | AddTrack
    | ChangeMarker
    | ChangeProject
    | ChangeTrack
    | MoveTrack
    | RemoveAsset
    | RemoveMarker
    | RemoveTrack
    | SetRange
    | RelinkMedia
    | Several
)

__all__ = [
    "AddAsset",
    "AddMarker",
    "AddTake",
    "AddTrack",
    "AddTransition",
    "AdjustClips",
    "ChangeClip",
    "ChangeMarker",
    "ChangeProject",
    "ChangeSpeed",
    "ChangeTitle",
    "ChangeTrack",
    "ChangeTransition",
    "CloseGap",
    "Edit",
    "FreezeFrame",
    "GroupClips",
    "LiftClips",
    "Move",
    "MoveClips",
    "MoveTake",
    "MoveTrack",
    "PlaceClips",
    "Placement",
    "PromoteTake",
    "RelinkMedia",
    "RemoveAsset",
    "RemoveMarker",
    "RemoveTake",
    "RemoveTrack",
    "RemoveTransition",
    "RenameTake",
    "RippleDelete",
    "RippleTrim",
    "RollEdit",
    "SelectTake",
    "SetRange",
    "Several",
    "SlideClip",
    "SlipClips",
    "SplitClips",
    "TrimClip",
]
