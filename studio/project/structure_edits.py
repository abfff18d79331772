"""Edits of what clips stand in: tracks, library, markers, the project's own properties."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from studio.errors import ProjectError
from studio.project import layout
from studio.project.edit import EditBase, find_track, unlocked_track
from studio.project.rescaling import at_rate
from studio.project.timeline import Asset, Marker, Project, Track
from studio.timing import Rate

replace = msgspec.structs.replace


class AddTrack(EditBase, frozen=True, kw_only=True, tag="add-track"):
    """Adds `track` at `index` of the project's list, or as near to it as its kind's place allows."""

    track: Track
    index: int

    @property
    def label(self) -> str:
        return "Add track"

    def apply(self, project: Project) -> Project:
        if any(track.id == self.track.id for track in project.tracks):
            raise ProjectError("That track is there already.", "Add another one.")
        taken = {clip.id for clip in self.track.clips}
        if any(clip.id in taken for _, clip in project.clips()):
            raise ProjectError("Clips of that track are on the timeline already.", "Add an empty track.")
        return replace(project, tracks=_inserted(project.tracks, self.track, self.index))


def _inserted(tracks: tuple[Track, ...], track: Track, index: int) -> tuple[Track, ...]:
    """`tracks` with `track` at `index`, moved so that sound stays after video."""
    videos = sum(other.kind == "video" for other in tracks)
    low, high = (0, videos) if track.kind == "video" else (videos, len(tracks))
    index = min(max(index, low), high)
    return (*tracks[:index], track, *tracks[index:])


class MoveTrack(EditBase, frozen=True, kw_only=True, tag="move-track"):
    """Puts a track at `index` of the project's list, or as near to it as its kind's place allows."""

    track_id: str
    index: int

    @property
    def label(self) -> str:
        return "Move track"

    def apply(self, project: Project) -> Project:
        track = find_track(project, self.track_id)
        others = tuple(other for other in project.tracks if other.id != track.id)
        return replace(project, tracks=_inserted(others, track, self.index))


class RemoveTrack(EditBase, frozen=True, kw_only=True, tag="remove-track"):
    track_id: str

    @property
    def label(self) -> str:
        return "Remove track"

    def apply(self, project: Project) -> Project:
        unlocked_track(project, self.track_id)
        return replace(project, tracks=tuple(track for track in project.tracks if track.id != self.track_id))


class ChangeTrack(EditBase, frozen=True, kw_only=True, tag="change-track"):
    """Changes a track's properties; None leaves one as it is."""

    track_id: str
    name: str | None = None
    muted: bool | None = None
    solo: bool | None = None
    hidden: bool | None = None
    locked: bool | None = None

    @property
    def label(self) -> str:
        return "Rename track" if self.name is not None else "Change track"

    def apply(self, project: Project) -> Project:
        changes = {"name": self.name, "muted": self.muted, "solo": self.solo}
        changes |= {"hidden": self.hidden, "locked": self.locked}
        track = find_track(project, self.track_id)
        return layout.with_track(
            project, replace(track, **{key: value for key, value in changes.items() if value is not None})
        )


class AddAsset(EditBase, frozen=True, kw_only=True, tag="add-asset"):
    asset: Asset

    @property
    def label(self) -> str:
        return f"Import {self.asset.name}"

    def apply(self, project: Project) -> Project:
        kept = tuple(asset for asset in project.library if asset.id != self.asset.id)
        return replace(project, library=(*kept, self.asset))


class RemoveAsset(EditBase, frozen=True, kw_only=True, tag="remove-asset"):
    """Takes something out of the library; clips that show it stay, and so does the file."""

    asset_id: str

    @property
    def label(self) -> str:
        return "Remove from library"

    def apply(self, project: Project) -> Project:
        return replace(
            project, library=tuple(asset for asset in project.library if asset.id != self.asset_id)
        )


class AddMarker(EditBase, frozen=True, kw_only=True, tag="add-marker"):
    marker: Marker

    @property
    def label(self) -> str:
        return "Add marker"

    def apply(self, project: Project) -> Project:
        if any(marker.id == self.marker.id for marker in project.markers):
            raise ProjectError("That marker is there already.", "Add another one.")
        return _with_markers(project, (*project.markers, self.marker))


class RemoveMarker(EditBase, frozen=True, kw_only=True, tag="remove-marker"):
    marker_id: str

    @property
    def label(self) -> str:
        return "Remove marker"

    def apply(self, project: Project) -> Project:
        return replace(
            project, markers=tuple(marker for marker in project.markers if marker.id != self.marker_id)
        )


class ChangeMarker(EditBase, frozen=True, kw_only=True, tag="change-marker"):
    """Moves or renames a marker; None leaves a property as it is."""

    marker_id: str
    frame: int | None = None
    name: str | None = None

    @property
    def label(self) -> str:
        return "Rename marker" if self.frame is None else "Move marker"

    def apply(self, project: Project) -> Project:
        old = next((marker for marker in project.markers if marker.id == self.marker_id), None)
        if old is None:
            raise ProjectError("That marker is not there any more.", "Choose another one.")
        frame = old.frame if self.frame is None else self.frame
        new = replace(old, frame=frame, name=old.name if self.name is None else self.name)
        return _with_markers(project, [new if marker is old else marker for marker in project.markers])


def _with_markers(project: Project, markers: Iterable[Marker]) -> Project:
    ordered = tuple(sorted(markers, key=lambda marker: marker.frame))
    if ordered[0].frame < 0:
        raise ProjectError("A marker cannot lie before the timeline.", "Put it at frame 0 or later.")
    return replace(project, markers=ordered)


class SetRange(EditBase, frozen=True, kw_only=True, tag="set-range"):
    """Sets the in and out point, both at once; None is the timeline's begin or end."""

    in_point: int | None
    out_point: int | None

    @property
    def label(self) -> str:
        return "Clear range" if self.in_point is None and self.out_point is None else "Set range"

    def apply(self, project: Project) -> Project:
        start = self.in_point or 0
        if start < 0 or (self.out_point is not None and self.out_point <= start):
            raise ProjectError("The out point lies before the in point.", "A range holds at least one frame.")
        return replace(project, in_point=self.in_point, out_point=self.out_point)


class ChangeProject(EditBase, frozen=True, kw_only=True, tag="change-project"):
    """Changes the project's name, size or rate; None leaves a property as it is.

    A new rate keeps every clip at its time: frame numbers are rescaled and edges rounded to the
    nearest whole frame, clips never grow into one another because all edges round alike.
    """

    name: str | None = None
    width: int | None = None
    height: int | None = None
    rate: Rate | None = None

    @property
    def label(self) -> str:
        return "Change project"

    def apply(self, project: Project) -> Project:
        self._check()
        if self.rate is not None and self.rate != project.rate:
            project = at_rate(project, self.rate)
        changes = {"name": self.name, "width": self.width, "height": self.height}
        return replace(project, **{key: value for key, value in changes.items() if value is not None})

    def _check(self) -> None:
        if self.rate is not None and not 1 <= self.rate.fraction <= 240:
            raise ProjectError(f"{self.rate} is no rate for a project.", "Use 1 to 240 frames per second.")
        for side in (self.width, self.height):
            if side is not None and not 1 <= side <= 16384:
                raise ProjectError(f"A picture of {side} pixels cannot be made.", "Use 1 to 16384.")
