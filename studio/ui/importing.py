"""From files to assets, and from assets to clips: what importing and dropping have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from studio.errors import ErrorReport, StudioError
from studio.project.edits import AddAsset, AddTrack, ChangeProject, Edit, PlaceClips, Placement
from studio.project.media_paths import stored_path
from studio.project.timeline import Asset, Clip, External, ImageSequence, Project, Take, Track, new_id
from studio.timing import Rate, frames_in


class Examined(msgspec.Struct, frozen=True):
    """What became of some files: assets, what to tell about them, and what could not be used."""

    assets: tuple[Asset, ...]
    notes: tuple[str, ...]
    failures: tuple[ErrorReport, ...]


def examine(paths: Sequence[str], folder: Path, on_done: Callable[[int], None] = lambda _: None) -> Examined:
    """Probes `paths`; slow, so not for the GUI thread. One bad file does not keep the others out.

    `on_done` hears how many files are done; what it raises ends the work.
    """
    assets: list[Asset] = []
    notes: list[str] = []
    failures: list[ErrorReport] = []
    for count, path in enumerate(paths):
        on_done(count)
        try:
            reference, found = examine_file(path, folder)
        except StudioError as error:
            failures.append(error.report())
        else:
            notes += [f"{Path(path).name}: {note}" for note in found]
            assets.append(Asset(id=new_id(), name=Path(path).name, reference=reference))
    on_done(len(paths))
    return Examined(tuple(assets), tuple(notes), tuple(failures))


def examine_file(path: str, folder: Path) -> tuple[External, tuple[str, ...]]:
    """What the project keeps of the file at `path`, and what a person should know of it. Slow.

    Raises MissingFileError and MediaError.
    """
    from studio.media.fingerprint import content_hash
    from studio.media.probe import probe

    info = probe(path)
    reference = External(
        path=stored_path(folder, path),
        content_hash=content_hash(path),
        duration=info.duration,
        rate=info.rate,
        width=info.width,
        height=info.height,
        has_video=info.kind != "audio",
        has_audio=info.audio is not None,
    )
    return reference, info.notes


def free_track(project: Project, kind: str, start: int, end: int, wanted: str | None = None) -> Track | None:
    """The unlocked track of `kind` for [start, end): the wanted one, else the lowest that is free there."""
    tracks = [track for track in project.tracks if track.kind == kind and not track.locked]
    for track in tracks:
        if track.id == wanted:
            return track
    return next((track for track in tracks if not track.clips_between(start, end)), None)


def new_track(project: Project, kind: str) -> tuple[Track, AddTrack]:
    """A further track of `kind` (video above the others, sound below) and the edit that adds it."""
    count = sum(track.kind == kind for track in project.tracks)
    is_video = kind == "video"
    track = Track(
        id=new_id(), name=f"{'V' if is_video else 'A'}{count + 1}", kind="video" if is_video else "audio"
    )
    return track, AddTrack(track=track, index=count if is_video else len(project.tracks))


def new_clip_edits(project: Project, clip: Clip, beside: tuple[str, str] | None = None) -> list[Edit]:
    """The edits that put a new clip of video where it stands, on the lowest free track, else on a new one.

    `beside`, the id of another clip and its side ("before" or "after"): there, and what follows moves on.
    """
    found = project.find(beside[0]) if beside is not None else None
    if beside is not None and found is not None and not found[0].locked:
        track, other = found
        moved = msgspec.structs.replace(clip, start=other.start if beside[1] == "before" else other.end)
        return [PlaceClips(placements=(Placement(track.id, moved),), mode="insert")]
    track = free_track(project, "video", clip.start, clip.end)
    if track is not None:
        return [PlaceClips(placements=(Placement(track.id, clip),))]
    track, addition = new_track(project, "video")
    return [addition, PlaceClips(placements=(Placement(track.id, clip),))]


def placing_edits(
    project: Project,
    assets: Sequence[Asset],
    frame: int,
    still_length_s: float,
    wanted: str | None = None,
    inserts: bool = False,
) -> list[Edit]:
    """The edits that put `assets` one after the other from `frame` on, picture and sound linked.

    `inserts`: what lies there and later is pushed on, instead of covered.
    """
    edits: list[Edit] = []
    if project.duration == 0 and (adopted := _adopted(project, assets)) is not None:
        edits.append(adopted)
        project = adopted.apply(project)
    # One edit for all: a thousand of them would look through the growing timeline a thousand times.
    placements: list[Placement] = []
    for asset in assets:
        length = _length(asset.reference, still_length_s, project.rate)
        link = new_id() if _has_both(asset.reference) else ""
        for kind in _kinds(asset.reference):
            # An insertion makes room on every track, and so the lowest will do: no frame of it is taken.
            span = (0, 0) if inserts else (frame, frame + length)
            track = free_track(project, kind, *span, wanted)
            if track is None:
                track, addition = new_track(project, kind)
                edits.append(addition)
                project = addition.apply(project)
            placements.append(Placement(track.id, _clip_of(asset, frame, length, link)))
        frame += length
    if not placements:
        return edits
    return [*edits, PlaceClips(placements=tuple(placements), mode="insert" if inserts else "overwrite")]


def adding_edits(assets: Sequence[Asset]) -> list[Edit]:
    return [AddAsset(asset=asset) for asset in assets]


def _length(reference: External | ImageSequence, still_length_s: float, rate: Rate) -> int:
    """Frames that the whole source lasts on the timeline."""
    if reference.duration is None:
        return frames_in(still_length_s, rate)
    return max(1, reference.duration.to_frames(rate))


def _clip_of(asset: Asset, frame: int, length: int, link: str) -> Clip:
    take = Take(id=new_id(), name=asset.name, reference=asset.reference, recipe=asset.recipe)
    return Clip(id=new_id(), name=asset.name, start=frame, duration=length, takes=(take,), link=link)


def _has_both(reference: External | ImageSequence) -> bool:
    return isinstance(reference, External) and reference.has_video and reference.has_audio


def _kinds(reference: External | ImageSequence) -> list[str]:
    if isinstance(reference, ImageSequence):
        return ["video"]
    return [kind for kind, there in (("video", reference.has_video), ("audio", reference.has_audio)) if there]


def _adopted(project: Project, assets: Sequence[Asset]) -> ChangeProject | None:
    """The first film on an empty timeline decides the project's size and rate, as in other editors."""
    for asset in assets:
        reference = asset.reference
        if (
            isinstance(reference, External)
            and reference.has_video
            and reference.rate is not None
            and not asset.recipe
        ):
            width, height = reference.width + reference.width % 2, reference.height + reference.height % 2
            change = ChangeProject(width=width, height=height, rate=reference.rate)
            return None if change.apply(project) == project else change
    return None
