"""A single file as a project, so that what turns projects into files also turns files into others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from studio.errors import MediaError
from studio.media.probe import MediaInfo, probe
from studio.project.timeline import Clip, External, Project, Take, Track, new_id


def single_clip_project(path: Path) -> Project:
    """The project that shows the film at `path`, whole and with its sound, at its own size and rate.

    Its recipe comes along. Raises MissingFileError, and MediaError for what is no film.
    """
    info = probe(path)
    if info.rate is None or info.duration is None:
        raise MediaError(f"{path.name} is not a video.", "Choose a video file.")
    frames = max(1, info.duration.to_frames(info.rate))
    take = Take(id=new_id(), reference=_reference(path, info), recipe=_recipe(info.comment))
    link = new_id()
    picture = Clip(id=new_id(), name=path.stem, start=0, duration=frames, takes=(take,), link=link)
    tracks = [Track(id=new_id(), name="V1", kind="video", clips=(picture,))]
    if info.audio is not None:
        sound = msgspec.structs.replace(picture, id=new_id())
        tracks.append(Track(id=new_id(), name="A1", kind="audio", clips=(sound,)))
    return Project(name=path.stem, rate=info.rate, width=info.width, height=info.height, tracks=tuple(tracks))


def _reference(path: Path, info: MediaInfo) -> External:
    return External(
        path=str(path.absolute()),
        duration=info.duration,
        rate=info.rate,
        width=info.width,
        height=info.height,
        has_audio=info.audio is not None,
    )


def _recipe(comment: str) -> dict[str, Any] | None:
    """The recipe that a container's comment carries; comments of other programs are none."""
    try:
        recipe = msgspec.json.decode(comment)
    except msgspec.DecodeError:
        return None
    return recipe if isinstance(recipe, dict) and "kind" in recipe else None
