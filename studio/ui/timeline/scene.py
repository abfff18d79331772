"""Everything that the timeline's painters need to know for one repaint."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec
from PySide6.QtCore import QPointF, QRectF

from studio.project.timeline import Clip, Generator, Project, Title, Track
from studio.ui.live_jobs import LiveJobs
from studio.ui.timeline.clip_pictures import ClipPictures
from studio.ui.timeline.geometry import Lens, Row
from studio.ui.timeline.ink import Ink

ToolName = Literal["select", "blade", "ripple", "slip", "slide"]


class Drop(msgspec.Struct, frozen=True):
    """Where something that hovers over the timeline would land; no track: a new place is found."""

    frame: int
    track_id: str | None
    duration: int = 0
    """Frames; 0 where nobody knows yet."""
    inserts: bool = False
    """Whether what lies there and later is pushed on, instead of covered."""


class Scene(msgspec.Struct, frozen=True):
    project: Project
    """With the edit of the gesture in progress, if there is one."""
    rows: tuple[Row, ...]
    lens: Lens
    folder: Path
    pictures: ClipPictures
    live: LiveJobs
    ink: Ink
    playhead: int = 0
    selection: frozenset[str] = frozenset()
    """Ids of clips, or of one transition."""
    stale: frozenset[str] = frozenset()
    """Clips whose recipe's inputs have changed since."""
    silent: frozenset[str] = frozenset()
    """Tracks that are neither seen nor heard now."""
    hovered: str = ""
    """The clip under the pointer: it shows its handles."""
    tool: ToolName = "select"
    blade: tuple[int, bool] | None = None
    """Where the blade would cut, and whether all tracks."""
    row_under: Row | None = None
    snap_frame: int | None = None
    rubber: QRectF | None = None
    drop: Drop | None = None
    measure: tuple[str, QPointF] | None = None
    """What the gesture has come to, in words, and where the pointer is."""
    rendered: tuple[tuple[int, int], ...] = ()
    """Stretches [start, end) whose picture lies ready on the disk."""


def silent_tracks(project: Project) -> frozenset[str]:
    """The tracks that are hidden or muted, or silenced by the solo of another."""
    playing = {track.id for kind in ("video", "audio") for track in project.playing_tracks(kind)}
    return frozenset(track.id for track in project.tracks if track.id not in playing)


def color_name_of(track: Track, clip: Clip) -> str:
    """The token that a clip is drawn in: what it is, is seen at a glance."""
    if track.kind == "audio":
        return "clip_sound"
    take = clip.take
    if isinstance(take.reference, Title):
        return "clip_title"
    made = take.recipe is not None or isinstance(take.reference, Generator)
    return "clip_generated" if made else "clip_footage"
