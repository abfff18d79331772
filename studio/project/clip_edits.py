"""Edits of clips: place, move, trim, split, lift, ripple delete, takes."""

from __future__ import annotations

from typing import Literal

import msgspec

from studio.errors import ProjectError
from studio.project import layout
from studio.project.edit import EditBase, find_clip, unlocked_track
from studio.project.timeline import Clip, Project, Take
from studio.timing import Rate

replace = msgspec.structs.replace


def _remove(project: Project, clip_ids: tuple[str, ...]) -> Project:
    wanted = frozenset(clip_ids)
    for track in project.tracks:
        if any(clip.id in wanted for clip in track.clips):
            project = layout.with_track(project, layout.without(unlocked_track(project, track.id), wanted))
    return project


class Placement(msgspec.Struct, frozen=True):
    track_id: str
    clip: Clip


class PlaceClips(EditBase, frozen=True, kw_only=True, tag="place-clips"):
    """Puts clips onto tracks: over what lies there, or between ("insert": everything later moves)."""

    placements: tuple[Placement, ...]
    mode: Literal["overwrite", "insert"] = "overwrite"

    @property
    def label(self) -> str:
        return "Place clip" if len(self.placements) == 1 else "Place clips"

    def apply(self, project: Project) -> Project:
        if self.mode == "insert":
            project = self._make_room(project)
        for placement in self.placements:
            project = _put(project, placement.track_id, placement.clip)
        return project

    def _make_room(self, project: Project) -> Project:
        """Opens one hole on every unlocked track, so that what was in step stays in step."""
        start = min(placement.clip.start for placement in self.placements)
        end = max(placement.clip.end for placement in self.placements)
        for track in project.tracks:
            if not track.locked:
                project = layout.with_track(project, layout.opened(project, track, start, end - start))
        return project


def _put(project: Project, track_id: str, clip: Clip) -> Project:
    track = unlocked_track(project, track_id)
    if clip.start < 0 or clip.duration < 1:
        raise ProjectError(f"'{clip.name}' cannot begin before the timeline or be empty.")
    if project.find(clip.id) is not None:
        raise ProjectError(f"'{clip.name}' is on the timeline already.")
    room = layout.cleared(project, track, clip.start, clip.end)
    return layout.with_track(project, layout.with_clips(room, (*room.clips, clip)))


class Move(msgspec.Struct, frozen=True):
    clip_id: str
    track_id: str
    start: int


class MoveClips(EditBase, frozen=True, kw_only=True, tag="move-clips"):
    """Moves clips in time and between tracks of their kind, over what lies there."""

    moves: tuple[Move, ...]

    @property
    def label(self) -> str:
        return "Move clip" if len(self.moves) == 1 else "Move clips"

    def apply(self, project: Project) -> Project:
        found = [(move, *find_clip(project, move.clip_id)) for move in self.moves]
        for move, track, clip in found:
            if unlocked_track(project, move.track_id).kind != track.kind:
                raise ProjectError(
                    f"'{clip.name}' belongs on {'a video' if track.kind == 'video' else 'an audio'} track."
                )
        project = _remove(project, tuple(move.clip_id for move in self.moves))
        for move, _, clip in found:
            project = _put(project, move.track_id, replace(clip, start=move.start))
        return project


class TrimClip(EditBase, frozen=True, kw_only=True, tag="trim-clip"):
    """Moves one edge of a clip to a timeline frame; linked clips with the same edge follow."""

    clip_id: str
    edge: Literal["start", "end"]
    frame: int

    @property
    def label(self) -> str:
        return "Trim clip"

    def apply(self, project: Project) -> Project:
        _, clip = find_clip(project, self.clip_id)
        low, high = layout.trim_limits(project, self.clip_id, self.edge)
        if not low <= self.frame <= high:
            raise ProjectError(
                f"'{clip.name}' cannot be trimmed that far.", "Its source or its neighbour ends there."
            )
        for other in layout.edge_group(project, clip, self.edge):
            track, _ = find_clip(project, other.id)
            trimmed = self._trimmed(other, project.rate)
            clips = tuple(trimmed if old.id == other.id else old for old in track.clips)
            project = layout.with_track(project, layout.with_clips(track, clips))
        return project

    def _trimmed(self, clip: Clip, rate: Rate) -> Clip:
        if self.edge == "end":
            return layout.head(clip, self.frame)
        return layout.tail(clip, self.frame, rate, clip.id)


class SplitClips(EditBase, frozen=True, kw_only=True, tag="split-clips"):
    """Cuts clips in two at a timeline frame; the right parts of linked clips are linked anew."""

    clip_ids: tuple[str, ...]
    frame: int

    @property
    def label(self) -> str:
        return "Split"

    def apply(self, project: Project) -> Project:
        links: dict[str, str] = {}
        cut_any = False
        for clip_id in self.clip_ids:
            track, clip = find_clip(project, clip_id)
            if not clip.start < self.frame < clip.end:
                continue
            cut_any = True
            right = layout.tail(clip, self.frame, project.rate, layout.fresh_id(project, clip.id, self.frame))
            if clip.link:
                right = replace(right, link=links.setdefault(clip.link, right.id))
            clips = [layout.head(clip, self.frame) if old.id == clip.id else old for old in track.clips]
            project = layout.with_track(project, layout.with_clips(track, [*clips, right]))
        if not cut_any:
            raise ProjectError(
                "There is nothing to split at the playhead.", "Put the playhead inside a clip."
            )
        return project


class LiftClips(EditBase, frozen=True, kw_only=True, tag="lift-clips"):
    """Removes clips and leaves gaps."""

    clip_ids: tuple[str, ...]

    @property
    def label(self) -> str:
        return "Delete clip" if len(self.clip_ids) == 1 else "Delete clips"

    def apply(self, project: Project) -> Project:
        for clip_id in self.clip_ids:
            find_clip(project, clip_id)
        return _remove(project, self.clip_ids)


class RippleDelete(EditBase, frozen=True, kw_only=True, tag="ripple-delete"):
    """Removes clips and closes, on their own tracks, the holes that they leave."""

    clip_ids: tuple[str, ...]

    @property
    def label(self) -> str:
        return "Ripple delete"

    def apply(self, project: Project) -> Project:
        wanted = frozenset(self.clip_ids)
        for clip_id in self.clip_ids:
            find_clip(project, clip_id)
        for track in project.tracks:
            if not any(clip.id in wanted for clip in track.clips):
                continue
            removed = 0
            clips: list[Clip] = []
            for clip in track.clips:
                if clip.id in wanted:
                    removed += clip.duration
                else:
                    clips.append(replace(clip, start=clip.start - removed) if removed else clip)
            project = layout.with_track(project, layout.with_clips(track, clips))
        return project


class ChangeClip(EditBase, frozen=True, kw_only=True, tag="change-clip"):
    """Renames a clip or links it with others; None leaves a property as it is."""

    clip_id: str
    name: str | None = None
    link: str | None = None

    @property
    def label(self) -> str:
        return "Rename clip" if self.name is not None else "Link clip"

    def apply(self, project: Project) -> Project:
        _, clip = find_clip(project, self.clip_id)
        changes = {"name": self.name, "link": self.link}
        return _with_clip(
            project, replace(clip, **{key: value for key, value in changes.items() if value is not None})
        )


def _with_clip(project: Project, clip: Clip) -> Project:
    """`project` with the clip of the same id replaced; its place and length stay."""
    found = project.find(clip.id)
    assert found is not None
    track = found[0]
    clips = tuple(clip if old.id == clip.id else old for old in track.clips)
    return layout.with_track(project, replace(track, clips=clips))


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
        return _with_clip(
            project, replace(clip, takes=takes, active=len(takes) - 1 if self.activate else clip.active)
        )


class SelectTake(EditBase, frozen=True, kw_only=True, tag="select-take"):
    clip_id: str
    index: int

    @property
    def label(self) -> str:
        return "Switch take"

    def apply(self, project: Project) -> Project:
        _, clip = find_clip(project, self.clip_id)
        if not 0 <= self.index < len(clip.takes):
            raise ProjectError("That take is not there any more.")
        return _with_clip(project, replace(clip, active=self.index))
