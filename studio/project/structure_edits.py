"""Edits of what clips stand in: tracks, library, markers, the project's own properties."""

from __future__ import annotations

import msgspec

from studio.errors import ProjectError
from studio.project import layout
from studio.project.edit import EditBase, unlocked_track
from studio.project.timeline import Asset, Clip, Marker, Project, Track
from studio.timing import Rate, RationalTime

replace = msgspec.structs.replace


class AddTrack(EditBase, frozen=True, kw_only=True, tag="add-track"):
    """Adds `track` at `index` of the project's list."""

    track: Track
    index: int

    @property
    def label(self) -> str:
        return "Add track"

    def apply(self, project: Project) -> Project:
        if any(track.id == self.track.id for track in project.tracks):
            raise ProjectError("That track is there already.")
        tracks = [*project.tracks]
        tracks.insert(self.index, self.track)
        return replace(project, tracks=tuple(tracks))


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
    hidden: bool | None = None
    locked: bool | None = None

    @property
    def label(self) -> str:
        return "Rename track" if self.name is not None else "Change track"

    def apply(self, project: Project) -> Project:
        changes = {"name": self.name, "muted": self.muted, "hidden": self.hidden, "locked": self.locked}
        try:
            track = project.track(self.track_id)
        except KeyError:
            raise ProjectError("That track is not there any more.") from None
        return layout.with_track(
            project, replace(track, **{key: v for key, v in changes.items() if v is not None})
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
        markers = sorted((*project.markers, self.marker), key=lambda marker: marker.frame)
        return replace(project, markers=tuple(markers))


class RemoveMarker(EditBase, frozen=True, kw_only=True, tag="remove-marker"):
    marker_id: str

    @property
    def label(self) -> str:
        return "Remove marker"

    def apply(self, project: Project) -> Project:
        return replace(
            project, markers=tuple(marker for marker in project.markers if marker.id != self.marker_id)
        )


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
        if self.rate is not None and self.rate != project.rate:
            project = _at_rate(project, self.rate)
        changes = {"name": self.name, "width": self.width, "height": self.height}
        return replace(project, **{key: value for key, value in changes.items() if value is not None})


def _at_rate(project: Project, rate: Rate) -> Project:
    def moved(frame: int) -> int:
        return RationalTime(frame, project.rate).to_frames(rate)

    tracks: list[Track] = []
    for track in project.tracks:
        clips: list[Clip] = []
        for clip in track.clips:
            start = max(moved(clip.start), clips[-1].end if clips else 0)
            clips.append(replace(clip, start=start, duration=max(1, moved(clip.end) - start)))
        tracks.append(replace(track, clips=tuple(clips)))
    markers = tuple(replace(marker, frame=moved(marker.frame)) for marker in project.markers)
    return replace(project, rate=rate, tracks=tuple(tracks), markers=markers)
