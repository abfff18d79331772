"""Edits drawn by chance for any project: what the property tests feed on.

Most of them are possible on the project, some are not; all kinds come about equally often.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from random import Random

from studio.project import limits
from studio.project.curves import Appearance, Curve, Keyframe
from studio.project.edits import (
    AddAsset,
    AddMarker,
    AddTake,
    AddTrack,
    AddTransition,
    AdjustClips,
    ChangeClip,
    ChangeMarker,
    ChangeProject,
    ChangeSpeed,
    ChangeTitle,
    ChangeTrack,
    ChangeTransition,
    CloseGap,
    Edit,
    FreezeFrame,
    GroupClips,
    LiftClips,
    Move,
    MoveClips,
    MoveTake,
    MoveTrack,
    PlaceClips,
    Placement,
    PromoteTake,
    RelinkMedia,
    RemoveAsset,
    RemoveMarker,
    RemoveTake,
    RemoveTrack,
    RemoveTransition,
    RippleDelete,
    RippleTrim,
    RollEdit,
    SelectTake,
    SetRange,
    SlideClip,
    SlipClips,
    SplitClips,
    TrimClip,
)
from studio.project.timeline import Asset, Clip, Marker, Project, Take, Title, Track, Transition
from studio.timing import Rate
from tests.project.examples import OTHER, PICTURE, clip


class Drawing:
    """Choices on one project; ids are drawn too, so that a seed always means the same edit."""

    def __init__(self, project: Project, random: Random) -> None:
        self.project = project
        self.random = random

    def edit(self) -> Edit:
        """Of all kinds that the project has something for, one."""
        makers = [*_STRUCTURE]
        if next(self.project.clips(), None) is not None:
            makers += _CLIPS
        return self.random.choice(makers)(self)

    def an_id(self) -> str:
        return f"{self.random.getrandbits(48):012x}"

    def frame(self) -> int:
        return self.random.randint(-5, 260)

    def chance(self) -> bool:
        return self.random.random() < 0.5

    def track(self) -> Track:
        return self.random.choice(self.project.tracks)

    def clip(self) -> Clip:
        return self.random.choice([clip for _, clip in self.project.clips()])

    def clip_ids(self) -> tuple[str, ...]:
        """One to three clips, half of the time with what is linked."""
        ids = tuple({self.clip().id: None for _ in range(self.random.randint(1, 3))})
        if self.chance():
            ids = tuple(clip.id for clip in limits.with_linked(self.project, ids))
        return ids

    def within(self, bounds: tuple[int, int]) -> int:
        """A number within bounds (or at most 60 off zero or the start), now and then one outside."""
        low, high = bounds
        if self.random.random() < 0.1:
            return self.random.choice([low - 1, high + 1])
        low, high = max(low, -300), min(high, 300)
        return self.random.randint(min(low, high), high)

    def curve(self) -> Curve:
        curve = Curve(self.random.random())
        for _ in range(self.random.randint(0, 3)):
            curve = curve.with_key(Keyframe(frame=self.frame(), value=self.random.random(), ease="smooth"))
        return curve

    def maybe(self, value: int) -> int | None:
        return value if self.chance() else None


def _place(draw: Drawing) -> Edit:
    track = draw.track() if draw.project.tracks else Track(id="none", name="", kind="video")
    new = clip(draw.frame(), draw.random.randint(0, 60), clip_id=draw.an_id())
    mode = draw.random.choice(("overwrite", "insert"))
    return PlaceClips(placements=(Placement(track.id, new),), mode=mode)


def _add_track(draw: Drawing) -> Edit:
    kind = draw.random.choice(("video", "audio"))
    track = Track(id=draw.an_id(), name="T", kind=kind)
    return AddTrack(track=track, index=draw.random.randint(-1, 5))


def _change_track(draw: Drawing) -> Edit:
    flags = {name: draw.random.choice((None, True, False)) for name in ("muted", "hidden", "solo", "locked")}
    if flags["locked"] and draw.chance():  # Else soon nothing can be edited any more.
        flags["locked"] = False
    return ChangeTrack(track_id=_track_id(draw), **flags)


def _track_id(draw: Drawing) -> str:
    return draw.track().id if draw.project.tracks else "none"


def _marker_id(draw: Drawing) -> str:
    return draw.random.choice(draw.project.markers).id if draw.project.markers else "none"


def _asset_id(draw: Drawing) -> str:
    return draw.random.choice(draw.project.library).id if draw.project.library else "none"


def _change_project(draw: Drawing) -> Edit:
    rates = (Rate(1), Rate(24), Rate(30000, 1001), Rate(60), Rate(240))
    return ChangeProject(rate=draw.random.choice(rates), name="renamed", width=draw.random.choice((0, 640)))


def _relink(draw: Drawing) -> Edit:
    return RelinkMedia(path=draw.random.choice(("film.mp4", "photo.jpg", "gone")), reference=OTHER)


_STRUCTURE: list[Callable[[Drawing], Edit]] = [
    _place,
    _add_track,
    _change_track,
    _change_project,
    _relink,
    lambda draw: RemoveTrack(track_id=_track_id(draw)),
    lambda draw: MoveTrack(track_id=_track_id(draw), index=draw.random.randint(-1, 5)),
    lambda draw: AddMarker(marker=Marker(id=draw.an_id(), frame=draw.frame())),
    lambda draw: ChangeMarker(marker_id=_marker_id(draw), frame=draw.maybe(draw.frame()), name="m"),
    lambda draw: RemoveMarker(marker_id=_marker_id(draw)),
    lambda draw: SetRange(in_point=draw.maybe(draw.frame()), out_point=draw.maybe(draw.frame())),
    lambda draw: AddAsset(asset=Asset(id=draw.an_id(), name="a", reference=PICTURE)),
    lambda draw: RemoveAsset(asset_id=_asset_id(draw)),
]


def _move(draw: Drawing) -> Edit:
    """A few clips together, mostly on their tracks."""
    frames, moves = draw.random.randint(-40, 40), []
    for clip_id in draw.clip_ids():
        track, found = limits.located(draw.project, clip_id)
        target = draw.track() if draw.random.random() < 0.2 else track
        moves.append(Move(clip_id, target.id, found.start + frames))
    return MoveClips(moves=tuple(moves))


def _trim(draw: Drawing) -> Edit:
    clip_id, edge = draw.clip().id, draw.random.choice(("start", "end"))
    frame = draw.within(limits.trim_limits(draw.project, clip_id, edge))
    return TrimClip(clip_id=clip_id, edge=edge, frame=frame)


def _ripple_trim(draw: Drawing) -> Edit:
    clip_id, edge = draw.clip().id, draw.random.choice(("start", "end"))
    frame = draw.within(limits.ripple_limits(draw.project, clip_id, edge))
    return RippleTrim(clip_id=clip_id, edge=edge, frame=frame)


def _cut(draw: Drawing) -> tuple[Track, Clip, Clip]:
    """Two neighbours that meet; where there are none, a clip twice."""
    cuts = [
        (track, left, right)
        for track in draw.project.tracks
        for left, right in pairwise(track.clips)
        if left.end == right.start
    ]
    lone = draw.clip()
    return draw.random.choice(cuts) if cuts else (limits.located(draw.project, lone.id)[0], lone, lone)


def _roll(draw: Drawing) -> Edit:
    _, left, right = _cut(draw)
    bounds = (0, 0) if left is right else limits.roll_limits(draw.project, left.id)
    return RollEdit(left_id=left.id, frame=draw.within(bounds))


def _slip(draw: Drawing) -> Edit:
    ids = draw.clip_ids()
    return SlipClips(clip_ids=ids, frames=draw.within(limits.slip_limits(draw.project, ids)))


def _slide(draw: Drawing) -> Edit:
    clip_id = draw.clip().id
    return SlideClip(clip_id=clip_id, frames=draw.within(limits.slide_limits(draw.project, clip_id)))


def _split(draw: Drawing) -> Edit:
    found = draw.clip()
    ids = (found.id, *draw.clip_ids())
    return SplitClips(clip_ids=tuple(dict.fromkeys(ids)), frame=draw.random.randint(found.start, found.end))


def _close_gap(draw: Drawing) -> Edit:
    gaps = [(track.id, gap) for track in draw.project.tracks for gap in track.gaps()]
    track_id, gap = draw.random.choice(gaps or [("none", (0, 1))])
    return CloseGap(track_id=track_id, frame=draw.random.randint(*gap))


def _change_speed(draw: Drawing) -> Edit:
    speeds = (Rate(1), Rate(2), Rate(1, 2), Rate(3, 7), Rate(50), Rate(4000))
    return ChangeSpeed(
        clip_ids=draw.clip_ids(),
        speed=draw.random.choice(speeds),
        reverse=draw.chance(),
        ripple=draw.chance(),
    )


def _freeze(draw: Drawing) -> Edit:
    found = draw.clip()
    frame = draw.random.randint(found.start, found.end)
    return FreezeFrame(clip_id=found.id, frame=frame, duration=draw.random.randint(0, 30))


def _adjust(draw: Drawing) -> Edit:
    if draw.chance():
        return AdjustClips(
            clip_ids=draw.clip_ids(), appearance=Appearance(opacity=draw.curve(), x=draw.curve())
        )
    fades = [draw.maybe(draw.random.randint(-1, 60)) for _ in range(2)]
    return AdjustClips(clip_ids=draw.clip_ids(), volume=draw.curve(), fade_in=fades[0], fade_out=fades[1])


def _change_title(draw: Drawing) -> Edit:
    titles = [one.id for _, one in draw.project.clips() if isinstance(one.take.reference, Title)]
    title = Title(text="Ende", box=draw.random.choice(("#80000000", "black")))
    return ChangeTitle(clip_id=draw.random.choice(titles) if titles else draw.clip().id, title=title)


def _add_transition(draw: Drawing) -> Edit:
    track, left, right = _cut(draw)
    new = Transition(
        id=draw.an_id(),
        left=left.id,
        right=right.id,
        before=draw.random.randint(-1, 60),
        after=draw.random.randint(0, 60),
        kind=draw.random.choice(("dissolve", "dip", "wipe")),
    )
    return AddTransition(track_id=track.id, transition=new)


def _transition_id(draw: Drawing) -> str:
    ids = [one.id for track in draw.project.tracks for one in track.transitions]
    return draw.random.choice(ids or ["none"])


def _change_transition(draw: Drawing) -> Edit:
    before, after = (draw.maybe(draw.random.randint(-1, 60)) for _ in range(2))
    return ChangeTransition(transition_id=_transition_id(draw), kind="wipe", before=before, after=after)


def _add_take(draw: Drawing) -> Edit:
    take = Take(id=draw.an_id(), reference=OTHER, name="styled")
    return AddTake(clip_id=draw.clip().id, take=take, activate=draw.chance())


def _take(draw: Drawing) -> tuple[str, int]:
    """A take of a clip, rather of one that has several."""
    several = [one for _, one in draw.project.clips() if len(one.takes) > 1]
    found = draw.random.choice(several) if several else draw.clip()
    return found.id, draw.random.randint(0, len(found.takes) - (draw.random.random() < 0.9))


def _of_take(build: Callable[[str, int], Edit]) -> Callable[[Drawing], Edit]:
    return lambda draw: build(*_take(draw))


_CLIPS: list[Callable[[Drawing], Edit]] = [
    _move,
    _trim,
    _ripple_trim,
    _roll,
    _slip,
    _slide,
    _split,
    _close_gap,
    _change_speed,
    _freeze,
    _adjust,
    _change_title,
    _add_transition,
    _change_transition,
    _add_take,
    lambda draw: LiftClips(clip_ids=draw.clip_ids()),
    lambda draw: RippleDelete(clip_ids=draw.clip_ids()),
    lambda draw: ChangeClip(clip_id=draw.clip().id, name="renamed"),
    lambda draw: GroupClips(clip_ids=draw.clip_ids(), group=draw.random.choice(("", "g"))),
    lambda draw: RemoveTransition(transition_id=_transition_id(draw)),
    _of_take(lambda clip_id, index: SelectTake(clip_id=clip_id, index=index)),
    _of_take(lambda clip_id, index: RemoveTake(clip_id=clip_id, index=index)),
    _of_take(lambda clip_id, index: MoveTake(clip_id=clip_id, index=index, to=0)),
    _of_take(lambda clip_id, index: PromoteTake(clip_id=clip_id, index=index)),
]


def random_edit(project: Project, seed: int) -> Edit:
    """The edit that `seed` means for `project`."""
    return Drawing(project, Random(seed)).edit()
