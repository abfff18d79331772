"""Edits of where clips lie: place, move, trim, split, lift, ripple delete, name and group."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from studio.errors import ProjectError
from studio.project import closing, layout, limits
from studio.project.edit import EditBase, all_unlocked, check_limits, find_clip, unlocked_track, with_clip
from studio.project.timeline import Clip, Project

replace = msgspec.structs.replace


def _remove(project: Project, clip_ids: tuple[str, ...]) -> Project:
    tracks = {find_clip(project, clip_id)[0].id for clip_id in clip_ids}
    wanted = frozenset(clip_ids)
    for track in project.tracks:
        if track.id in tracks:
            project = layout.with_track(project, layout.without(track, wanted))
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
        if not self.placements:
            raise ProjectError("There is nothing to place.", "Choose clips or media first.")
        for placement in self.placements:
            if project.find(placement.clip.id) is not None:
                raise ProjectError(f"'{placement.clip.name}' is on the timeline already.", "Duplicate it.")
        if len({placement.clip.id for placement in self.placements}) < len(self.placements):
            raise ProjectError("The same clip cannot be placed twice.", "Duplicate it.")
        if self.mode == "insert":
            start = min(placement.clip.start for placement in self.placements)
            end = max(placement.clip.end for placement in self.placements)
            # One hole on every unlocked track, so that what was in step stays in step.
            project = layout.opened(project, max(0, start), max(1, end - start))
        for track_id, placements in _by_track(self.placements).items():
            track = unlocked_track(project, track_id)
            for placement in placements:
                track = layout.put(project, track, placement.clip)
            project = layout.with_track(project, track)
        return project


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
                kind = "a video" if track.kind == "video" else "an audio"
                raise ProjectError(
                    f"'{clip.name}' belongs on {kind} track.", "Drop it on a track of its kind."
                )
        carried = tuple(transition for track in project.tracks for transition in track.transitions)
        project = _remove(project, tuple(move.clip_id for move in self.moves))
        for track_id, placements in _by_track(
            Placement(move.track_id, replace(clip, start=move.start)) for move, _, clip in found
        ).items():
            track = project.track(track_id)
            for placement in placements:
                track = layout.put(project, track, placement.clip)
            # Clips that still meet where they come to lie keep the transition between them.
            known = {transition.id for transition in track.transitions}
            missing = tuple(transition for transition in carried if transition.id not in known)
            track = replace(track, transitions=track.transitions + missing)
            project = layout.with_track(project, track)
        return project


def _by_track(placements: Iterable[Placement]) -> dict[str, list[Placement]]:
    tracks: dict[str, list[Placement]] = {}
    for placement in placements:
        tracks.setdefault(placement.track_id, []).append(placement)
    return tracks


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
        check_limits(clip, self.frame, limits.trim_limits(project, self.clip_id, self.edge))
        group = limits.edge_group(project, clip, self.edge)
        all_unlocked(project, group)
        rate = project.rate
        return layout.with_changed(
            project, [limits.edge_moved(other, self.edge, self.frame, rate) for other in group]
        )


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
            right_id = layout.fresh_id(project, clip.id, self.frame)
            left, right = layout.parted(clip, self.frame, project.rate, right_id)
            if clip.link:
                right = replace(right, link=links.setdefault(clip.link, right.id))
            project = layout.with_track(project, layout.split(track, left, right))
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
        return _remove(project, self.clip_ids)


class RippleDelete(EditBase, frozen=True, kw_only=True, tag="ripple-delete"):
    """Removes clips and closes, on their own tracks, the holes that they leave.

    What is deleted side by side on several tracks (picture and its sound) is one hole: later clips of
    these tracks move alike, and clips linked with those follow on other tracks.
    """

    clip_ids: tuple[str, ...]

    @property
    def label(self) -> str:
        return "Ripple delete"

    def apply(self, project: Project) -> Project:
        wanted = [(track.id, clip) for track, clip in (find_clip(project, one) for one in self.clip_ids)]
        after = _remove(project, self.clip_ids)
        return closing.moved(after, closing.followed(after, closing.closing(after, wanted)))


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
        return with_clip(
            project, replace(clip, **{key: value for key, value in changes.items() if value is not None})
        )


class GroupClips(EditBase, frozen=True, kw_only=True, tag="group-clips"):
    """Makes clips one group; an empty name sets them free."""

    clip_ids: tuple[str, ...]
    group: str

    @property
    def label(self) -> str:
        return "Group" if self.group else "Ungroup"

    def apply(self, project: Project) -> Project:
        clips = [find_clip(project, clip_id)[1] for clip_id in self.clip_ids]
        return layout.with_changed(project, [replace(clip, group=self.group) for clip in clips])
