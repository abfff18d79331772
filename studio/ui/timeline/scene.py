"""Everything that the timeline's painters need to know for one repaint."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QRectF

from studio.project.timeline import Clip, Generator, Project, Track
from studio.ui.live_jobs import LiveJobs
from studio.ui.timeline.clip_pictures import ClipPictures
from studio.ui.timeline.geometry import Lens, Row


class Drop(msgspec.Struct, frozen=True):
    """Where something that hovers over the timeline would land; no track: a new place is found."""

    frame: int
    track_id: str | None
    duration: int = 0
    """Frames; 0 where nobody knows yet."""


class Scene(msgspec.Struct, frozen=True):
    project: Project
    """With the edit of the gesture in progress, if there is one."""
    rows: tuple[Row, ...]
    lens: Lens
    folder: Path
    pictures: ClipPictures
    live: LiveJobs
    playhead: int = 0
    selection: frozenset[str] = frozenset()
    lifted: frozenset[str] = frozenset()
    """Clips in the hand."""
    snap_frame: int | None = None
    rubber: QRectF | None = None
    drop: Drop | None = None


def color_name_of(track: Track, clip: Clip) -> str:
    """The token that a clip is drawn in: what it is, is seen at a glance."""
    if track.kind == "audio":
        return "clip_sound"
    take = clip.take
    made = take.recipe is not None or isinstance(take.reference, Generator)
    return "clip_generated" if made else "clip_footage"
