"""What happens to a project without anybody's hand: results arrive, jobs are given up.

Facts are no undo steps. The document applies them now, and again whenever undo or redo brings back
a state from before them. They never fail: a project that knows nothing of the job stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from studio.project import layout
from studio.project.edit import EditBase
from studio.project.structure_edits import AddAsset
from studio.project.timeline import Asset, Clip, External, Generator, Project, Take

replace = msgspec.structs.replace


class ResolveTake(EditBase, frozen=True, kw_only=True, tag="resolve-take"):
    """The ghosts of `job_id` become the file it made, which also lands in the library."""

    job_id: str
    reference: External
    recipe: dict[str, Any]
    name: str

    @property
    def label(self) -> str:
        return f"Finished {self.name}"

    def apply(self, project: Project) -> Project:
        asset = Asset(id=self.job_id, name=self.name, reference=self.reference, recipe=self.recipe)
        project = AddAsset(asset=asset).apply(project)
        return _with_ghosts(project, self.job_id, lambda clip: self._resolved(clip, project))

    def _resolved(self, clip: Clip, project: Project) -> Clip:
        takes = tuple(
            replace(take, reference=self.reference, recipe=self.recipe)
            if _is_ghost(take, self.job_id)
            else take
            for take in clip.takes
        )
        clip = replace(clip, takes=takes)
        if len(takes) == 1 and self.reference.duration is not None:
            rest = self.reference.duration - clip.take.source_start
            frames = rest.to_frames(clip.source_rate(project.rate))
            if not clip.frozen:
                clip = layout.with_length(clip, max(1, min(clip.duration, frames)))
        return clip


class DropGhosts(EditBase, frozen=True, kw_only=True, tag="drop-ghosts"):
    """`job_id` was given up: its takes vanish, and clips that had nothing else."""

    job_id: str

    @property
    def label(self) -> str:
        return "Remove unfinished clip"

    def apply(self, project: Project) -> Project:
        return _with_ghosts(project, self.job_id, self._without)

    def _without(self, clip: Clip) -> Clip | None:
        shown = clip.take
        takes = tuple(take for take in clip.takes if not _is_ghost(take, self.job_id))
        if not takes:
            return None
        active = takes.index(shown) if shown in takes else len(takes) - 1
        return replace(clip, takes=takes, active=active)


Fact = ResolveTake | DropGhosts


def _is_ghost(take: Take, job_id: str) -> bool:
    return isinstance(take.reference, Generator) and take.reference.job_id == job_id


def _with_ghosts(project: Project, job_id: str, change: Callable[[Clip], Clip | None]) -> Project:
    """`project` with `change` applied to every clip that has a ghost of `job_id`; None removes the clip."""
    for track in project.tracks:
        if not any(_is_ghost(take, job_id) for clip in track.clips for take in clip.takes):
            continue
        clips: list[Clip] = []
        for clip in track.clips:
            changed = change(clip) if any(_is_ghost(take, job_id) for take in clip.takes) else clip
            if changed is not None:
                clips.append(changed)
        project = layout.with_track(project, replace(track, clips=tuple(clips)))
    return project
