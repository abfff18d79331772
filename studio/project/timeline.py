"""The project as one immutable value (OpenTimelineIO's words): tracks of clips, each clip a stack of takes.

Positions and lengths on the timeline are whole frames at the project's rate; positions inside a
source are RationalTime, so any mix of rates stays exact. On a track, clips are sorted by `start` and
never overlap; what lies between them are gaps, which are derived and not stored.
"""

from __future__ import annotations

import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from studio.project.curves import UNCHANGED, UNITY, Appearance, Curve
from studio.project.places import places_of
from studio.timing import Rate, RationalTime

SCHEMA_VERSION = 1


def new_id() -> str:
    """A short id that is unique within any project."""
    return uuid.uuid4().hex[:12]


class Node(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Base of everything in a project.

    Frozen values made of values never form cycles, so the garbage collector need not visit them: with
    10,000 clips and their history a visit takes 70 ms.
    """


class Flicker(Node, frozen=True, kw_only=True):
    """How much a clip changes along its motion where nothing should (studio.render.steadiness), in its units.

    `before` is that of what a job was given, or of what it drew frame by frame; `after` that of its result.
    """

    before: float
    after: float


class External(Node, frozen=True, kw_only=True, tag_field="type", tag="external"):
    """A file. `path` is relative to the project's folder where it lies inside it, else absolute."""

    path: str
    content_hash: str = ""
    duration: RationalTime | None = None
    """None: a picture, which lasts as long as one likes."""
    rate: Rate | None = None
    width: int = 0
    height: int = 0
    has_video: bool = True
    has_audio: bool = False
    flicker: Flicker | None = None
    """Measured by the job that made it, where that holds clips still."""


class ImageSequence(Node, frozen=True, kw_only=True, tag_field="type", tag="image-sequence"):
    """Numbered pictures played at `rate`."""

    paths: tuple[str, ...]
    rate: Rate
    width: int = 0
    height: int = 0

    @property
    def duration(self) -> RationalTime:
        return RationalTime(len(self.paths), self.rate)


class Generator(Node, frozen=True, kw_only=True, tag_field="type", tag="generator"):
    """A result that a job is still making: the clip that shows it is a ghost."""

    job_id: str


class Missing(Node, frozen=True, kw_only=True, tag_field="type", tag="missing"):
    """A result that will not come, and why."""

    reason: str


class Title(Node, frozen=True, kw_only=True, tag_field="type", tag="title"):
    """Letters, drawn by studio.lettering; lasts as long as one likes, transparent around them.

    `size` is the height of a line and `padding` the room in the box around the text, both shares of the
    frame's height. Colours are "#rrggbb" or "#aarrggbb". Where the text stands is the clip's appearance.
    """

    text: str
    family: str = ""
    """Empty: the system's font."""
    size: float = 0.12
    colour: str = "#ffffff"
    bold: bool = True
    italic: bool = False
    align: Literal["left", "center", "right"] = "center"
    box: str = ""
    """Colour of a box behind the text; empty for none."""
    padding: float = 0.02
    shadow: bool = True

    @property
    def duration(self) -> None:
        return None


Reference = External | ImageSequence | Generator | Missing | Title


class Take(Node, frozen=True, kw_only=True):
    """One version of a clip's content."""

    id: str
    reference: Reference
    name: str = ""
    source_start: RationalTime = RationalTime(0, Rate(1))
    """Where in the source the clip's first frame lies."""
    recipe: dict[str, Any] | None = None
    """The job that made the file (studio.jobs.job as JSON); None for footage."""


_NORMAL = Rate(1)


class Clip(Node, frozen=True, kw_only=True):
    id: str
    name: str
    start: int
    duration: int
    takes: tuple[Take, ...]
    active: int = 0
    """Index of the take that is shown."""
    link: str = ""
    """Clips with the same link (picture and its sound) are edited together."""
    group: str = ""
    """Clips of one group are selected and moved together."""
    speed: Rate = Rate(1)
    """Source time per timeline time."""
    reverse: bool = False
    """Plays the same stretch of the source from its end."""
    frozen: bool = False
    """Shows the source's moment `source_start` all the time."""
    appearance: Appearance = UNCHANGED
    volume: Curve = UNITY
    """Linear gain, 1 as it comes."""
    fade_in: int = 0
    fade_out: int = 0
    """Frames over which the picture appears or vanishes, or the sound swells or dies away."""

    @property
    def end(self) -> int:
        return self.start + self.duration

    def source_time(self, frame: int, rate: Rate) -> RationalTime:
        """The moment of the source that timeline `frame` shows; `rate` is the project's.

        Frames outside the clip are answered too (a transition looks there); the source may end before.
        """
        if self.frozen:
            return self.take.source_start
        position = self.end - 1 - frame if self.reverse else frame - self.start
        return self.take.source_start + self.source_length(position, rate)

    def source_length(self, frames: int, rate: Rate) -> RationalTime:
        """How much of the source `frames` timeline frames use up at this clip's speed."""
        return RationalTime(frames, self.source_rate(rate))

    def source_rate(self, rate: Rate) -> Rate:
        """The rate at which timeline frames follow one another in the source's own time."""
        return rate if self.speed == _NORMAL else Rate.of(rate.fraction / self.speed.fraction)

    @property
    def take(self) -> Take:
        return self.takes[self.active]


class Transition(Node, frozen=True, kw_only=True):
    """The way from clip `left` to clip `right`, which meet at a cut: `before` + `after` frames around it.

    Both clips go on under it beyond the cut, into what their sources have there; a source that has no
    more holds its last (or first) frame. On an audio track every kind is a cross-fade.
    """

    id: str
    left: str
    right: str
    before: int
    after: int
    kind: Literal["dissolve", "dip", "wipe"] = "dissolve"
    colour: str = "#000000"
    """What a dip goes through."""
    direction: Literal["left", "right", "up", "down"] = "right"
    """Where a wipe's edge moves."""


class Track(Node, frozen=True, kw_only=True):
    id: str
    name: str
    kind: Literal["video", "audio"]
    clips: tuple[Clip, ...] = ()
    transitions: tuple[Transition, ...] = ()
    muted: bool = False
    solo: bool = False
    """Only solo tracks are heard (or seen), as long as there are any of the kind."""
    hidden: bool = False
    locked: bool = False

    @property
    def end(self) -> int:
        return self.clips[-1].end if self.clips else 0

    def clip_at(self, frame: int) -> Clip | None:
        index = bisect_right(self.clips, frame, key=_start_of) - 1
        if index >= 0 and self.clips[index].end > frame:
            return self.clips[index]
        return None

    def clips_between(self, start: int, end: int) -> tuple[Clip, ...]:
        """The clips of which a part lies in [start, end)."""
        first, last = self.span_between(start, end)
        return self.clips[first:last]

    def span_between(self, start: int, end: int) -> tuple[int, int]:
        """Where in `clips` those lie of which a part is in [start, end): clips[first:last]."""
        first = bisect_right(self.clips, start, key=_start_of)
        if first and self.clips[first - 1].end > start:
            first -= 1
        return first, max(first, bisect_left(self.clips, end, key=_start_of))

    def neighbours(self, clip: Clip) -> tuple[Clip | None, Clip | None]:
        """The clips before and after `clip`, touching it or not."""
        index = bisect_left(self.clips, clip.start, key=_start_of)
        before = self.clips[index - 1] if index else None
        after = self.clips[index + 1] if index + 1 < len(self.clips) else None
        return before, after

    def gaps(self) -> list[tuple[int, int]]:
        """The empty stretches [start, end) before and between the clips."""
        gaps: list[tuple[int, int]] = []
        position = 0
        for clip in self.clips:
            if clip.start > position:
                gaps.append((position, clip.start))
            position = clip.end
        return gaps


def _start_of(clip: Clip) -> int:
    return clip.start


class Marker(Node, frozen=True, kw_only=True):
    id: str
    frame: int
    name: str = ""


class Asset(Node, frozen=True, kw_only=True):
    """Something in the project's library: imported media or a result."""

    id: str
    name: str
    reference: External | ImageSequence
    recipe: dict[str, Any] | None = None


class Project(Node, frozen=True, kw_only=True):
    """The whole document. Tracks are listed from the bottom of the picture to the top, sound after video."""

    name: str = "Untitled"
    rate: Rate = Rate(24)
    width: int = 1280
    height: int = 720
    tracks: tuple[Track, ...] = ()
    markers: tuple[Marker, ...] = ()
    library: tuple[Asset, ...] = ()
    in_point: int | None = None
    out_point: int | None = None
    """The chosen range [in_point, out_point) for looping and export; None is the timeline's begin or end."""

    @property
    def duration(self) -> int:
        """Frames until the last clip ends."""
        return max((track.end for track in self.tracks), default=0)

    def track(self, track_id: str) -> Track:
        """Raises KeyError when there is no such track."""
        for track in self.tracks:
            if track.id == track_id:
                return track
        raise KeyError(track_id)

    def playing_tracks(self, kind: Literal["video", "audio"]) -> list[Track]:
        """The tracks of `kind` that are shown or heard: not hidden or muted, and solo where any is."""
        tracks = [track for track in self.tracks if track.kind == kind]
        solo = [track for track in tracks if track.solo]
        return [track for track in solo or tracks if not (track.hidden if kind == "video" else track.muted)]

    def chosen_range(self) -> range:
        """The frames of the film from the in point to the out point; empty where none are."""
        end = self.duration if self.out_point is None else min(self.out_point, self.duration)
        return range(self.in_point or 0, end)

    def find(self, clip_id: str) -> tuple[Track, Clip] | None:
        """A clip and its track; None when there is no such clip."""
        for track in self.tracks:
            index = places_of(track.clips).by_id.get(clip_id)
            if index is not None:
                return track, track.clips[index]
        return None

    def clips(self) -> Iterator[tuple[Track, Clip]]:
        for track in self.tracks:
            for clip in track.clips:
                yield track, clip

    def linked(self, clip: Clip) -> list[Clip]:
        """`clip` and every clip linked with it."""
        if not clip.link:
            return [clip]
        return [
            track.clips[index]
            for track in self.tracks
            for index in places_of(track.clips).by_link.get(clip.link, ())
        ]


def new_project(name: str = "Untitled") -> Project:
    """An empty project with two video tracks and one audio track."""
    tracks = (
        Track(id=new_id(), name="V1", kind="video"),
        Track(id=new_id(), name="V2", kind="video"),
        Track(id=new_id(), name="A1", kind="audio"),
    )
    return Project(name=name, tracks=tracks)
