"""Copies of clips: duplicates in the same project, and text for the clipboard, across projects too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

import msgspec

from studio.errors import ProjectError
from studio.project.clip_edits import Placement
from studio.project.limits import located
from studio.project.media_paths import resolve_path, stored_path
from studio.project.rescaling import rescaled_clip
from studio.project.timeline import Clip, External, ImageSequence, Project, Reference, Track, new_id
from studio.timing import Rate, RationalTime

replace = msgspec.structs.replace


class _Copied(msgspec.Struct, frozen=True, kw_only=True):
    """A clip on the clipboard: `level` counts tracks of its kind from the first one."""

    track_id: str
    kind: Literal["video", "audio"]
    level: int
    clip: Clip


class _Clipboard(msgspec.Struct, frozen=True, kw_only=True, tag_field="kinora", tag="clips"):
    rate: Rate
    clips: tuple[_Copied, ...]


def copies(project: Project, clip_ids: Iterable[str], at_frame: int) -> tuple[Placement, ...]:
    """Copies of clips on their own tracks, the first beginning at `at_frame`: what PlaceClips puts there.

    Ids are fresh, and so are links and groups: the copies hang together as the originals do. Raises
    ProjectError when a clip is gone.
    """
    found = [located(project, clip_id) for clip_id in dict.fromkeys(clip_ids)]
    return _anew([Placement(track.id, clip) for track, clip in found], at_frame)


def to_text(placements: Iterable[Placement], project: Project, folder: Path) -> str:
    """`placements` on tracks of `project` (in `folder`) as text for the clipboard."""
    copied: list[_Copied] = []
    for placement in placements:
        track = project.track(placement.track_id)
        clip = _with_paths(placement.clip, lambda path: str(resolve_path(folder, path)))
        level = _tracks(project, track.kind).index(track)
        copied.append(_Copied(track_id=track.id, kind=track.kind, level=level, clip=clip))
    return msgspec.json.encode(_Clipboard(rate=project.rate, clips=tuple(copied))).decode()


def from_text(text: str, project: Project, folder: Path, at_frame: int) -> tuple[Placement, ...]:
    """The clips in clipboard text, for `project` in `folder`, the first beginning at `at_frame`.

    They keep their times at the project's rate, and go to the tracks they come from, or in another
    project to those at the same height. Raises ProjectError for text that holds no clips, and where
    the project has too few tracks.
    """
    try:
        clipboard = msgspec.json.decode(text, type=_Clipboard)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        hint = "Copy clips on a timeline first."
        raise ProjectError("There are no clips on the clipboard.", hint, str(error)) from error
    placements: list[Placement] = []
    for copied in clipboard.clips:
        clip = _with_paths(copied.clip, lambda path: stored_path(folder, path))
        if clipboard.rate != project.rate:
            clip = _at_rate(clip, clipboard.rate, project.rate)
        placements.append(Placement(_track_for(copied, project).id, clip))
    return _anew(placements, at_frame)


def _anew(placements: list[Placement], at_frame: int) -> tuple[Placement, ...]:
    shift = at_frame - min((placement.clip.start for placement in placements), default=0)
    names: dict[str, str] = {}

    def fresh(name: str) -> str:
        return names.setdefault(name, new_id()) if name else ""

    return tuple(
        Placement(
            placement.track_id,
            replace(
                clip,
                id=new_id(),
                start=clip.start + shift,
                link=fresh(clip.link),
                group=fresh(clip.group),
                takes=tuple(replace(take, id=new_id()) for take in clip.takes),
            ),
        )
        for placement in placements
        for clip in (placement.clip,)
    )


def _tracks(project: Project, kind: Literal["video", "audio"]) -> list[Track]:
    return [track for track in project.tracks if track.kind == kind]


def _track_for(copied: _Copied, project: Project) -> Track:
    tracks = _tracks(project, copied.kind)
    same = next((track for track in tracks if track.id == copied.track_id), None)
    if same is not None:
        return same
    if copied.level >= len(tracks):
        kind = "video" if copied.kind == "video" else "sound"
        raise ProjectError(f"There are too few {kind} tracks for these clips.", f"Add a {kind} track first.")
    return tracks[copied.level]


def _at_rate(clip: Clip, old: Rate, new: Rate) -> Clip:
    start = RationalTime(clip.start, old).to_frames(new)
    duration = max(1, RationalTime(clip.end, old).to_frames(new) - start)
    return rescaled_clip(clip, start, duration, new.fraction / old.fraction)


def _with_paths(clip: Clip, change: Callable[[str], str]) -> Clip:
    return replace(
        clip,
        takes=tuple(replace(take, reference=_at_path(take.reference, change)) for take in clip.takes),
    )


def _at_path(reference: Reference, change: Callable[[str], str]) -> Reference:
    if isinstance(reference, External):
        return replace(reference, path=change(reference.path))
    if isinstance(reference, ImageSequence):
        return replace(reference, paths=tuple(change(path) for path in reference.paths))
    return reference
