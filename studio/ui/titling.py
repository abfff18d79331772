"""Puts a new title onto the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.project.edits import Edit, PlaceClips, Placement, Several
from studio.project.timeline import Clip, Take, Title, new_id
from studio.timing import frames_in
from studio.ui.importing import free_track, new_track

if TYPE_CHECKING:
    from studio.ui.session import Session

_LENGTH_S = 4.0
_FIRST_WORDS = "Title"


def add_title(session: Session) -> str | None:
    """Lays a title of four seconds at the playhead, on the lowest video track that is free there.

    It is selected; returns its id, None when it could not be laid (and that was told).
    """
    project = session.project
    start, length = session.playhead, frames_in(_LENGTH_S, project.rate)
    take = Take(id=new_id(), reference=Title(text=_FIRST_WORDS))
    clip = Clip(id=new_id(), name=_FIRST_WORDS, start=start, duration=length, takes=(take,))
    edits: list[Edit] = []
    track = free_track(project, "video", start, start + length)
    if track is None:
        track, addition = new_track(project, "video")
        edits.append(addition)
    edits.append(PlaceClips(placements=(Placement(track.id, clip),)))
    if not session.apply(Several(edits=tuple(edits), name="Add title")):
        return None
    session.select([clip.id])
    return clip.id
