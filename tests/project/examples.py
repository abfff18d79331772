"""Small projects, and strategies that draw edits for any project: what the property tests feed on."""

from __future__ import annotations

from hypothesis import strategies as st

from studio.project.edits import (
    AddAsset,
    AddMarker,
    AddTake,
    AddTrack,
    ChangeClip,
    ChangeProject,
    ChangeTrack,
    Edit,
    LiftClips,
    Move,
    MoveClips,
    PlaceClips,
    Placement,
    RemoveTrack,
    RippleDelete,
    SelectTake,
    SplitClips,
    TrimClip,
)
from studio.project.timeline import (
    Asset,
    Clip,
    External,
    Generator,
    Marker,
    Project,
    Take,
    Track,
    new_id,
    new_project,
)
from studio.timing import Rate, RationalTime

FILM = External(path="film.mp4", duration=RationalTime(500, Rate(30000, 1001)), rate=Rate(30000, 1001))
PICTURE = External(path="photo.jpg")


def clip(start: int, duration: int, *, link: str = "", reference: External | Generator = FILM) -> Clip:
    take = Take(id=new_id(), reference=reference, source_start=RationalTime(40, Rate(24)))
    return Clip(id=new_id(), name=f"clip {start}", start=start, duration=duration, takes=(take,), link=link)


def project_with_clips() -> Project:
    """Three tracks: picture and sound linked, a photo above them."""
    project = new_project()
    v1, v2, a1 = (track.id for track in project.tracks)
    placements = (
        Placement(v1, clip(0, 50, link="pair")),
        Placement(a1, clip(0, 50, link="pair")),
        Placement(v1, clip(60, 30)),
        Placement(v2, clip(20, 100, reference=PICTURE)),
    )
    return PlaceClips(placements=placements).apply(project)


_frames = st.integers(0, 200)


@st.composite
def edits_for(draw: st.DrawFn, project: Project) -> Edit:
    """An edit that may or may not be possible on `project`."""
    clips = [clip.id for _, clip in project.clips()]
    makers = [_placing, _structure]
    if clips:
        makers += [_of_clips, _of_clips, _of_clips]
    return draw(draw(st.sampled_from(makers))(project, clips))


def _placing(project: Project, clips: list[str]) -> st.SearchStrategy[Edit]:
    placement = st.builds(
        lambda track, start, length: Placement(track.id, clip(start, length)),
        st.sampled_from(project.tracks or new_project().tracks),
        _frames,
        st.integers(1, 60),
    )
    return st.builds(
        lambda placement, mode: PlaceClips(placements=(placement,), mode=mode),
        placement,
        st.sampled_from(["overwrite", "insert"]),
    )


def _structure(project: Project, clips: list[str]) -> st.SearchStrategy[Edit]:
    track_ids = [track.id for track in project.tracks] or ["none"]
    flag = st.one_of(st.none(), st.booleans())
    return st.one_of(
        st.builds(
            lambda n: AddTrack(track=Track(id=new_id(), name="T", kind="video"), index=n), st.integers(0, 3)
        ),
        st.builds(RemoveTrack, track_id=st.sampled_from(track_ids)),
        st.builds(ChangeTrack, track_id=st.sampled_from(track_ids), muted=flag, hidden=flag),
        st.builds(lambda f: AddMarker(marker=Marker(id=new_id(), frame=f)), _frames),
        st.builds(lambda: AddAsset(asset=Asset(id=new_id(), name="a", reference=PICTURE))),
        st.builds(ChangeProject, rate=st.sampled_from([Rate(24), Rate(30), Rate(30000, 1001), Rate(60)])),
    )


def _of_clips(project: Project, clips: list[str]) -> st.SearchStrategy[Edit]:
    one = st.sampled_from(clips)
    some = st.lists(one, min_size=1, max_size=3, unique=True).map(tuple)
    track_ids = st.sampled_from([track.id for track in project.tracks])
    take = st.builds(lambda: Take(id=new_id(), reference=FILM, name="styled"))
    return st.one_of(
        st.builds(lambda c, t, f: MoveClips(moves=(Move(c, t, f),)), one, track_ids, _frames),
        st.builds(TrimClip, clip_id=one, edge=st.sampled_from(["start", "end"]), frame=_frames),
        st.builds(SplitClips, clip_ids=some, frame=_frames),
        st.builds(LiftClips, clip_ids=some),
        st.builds(RippleDelete, clip_ids=some),
        st.builds(ChangeClip, clip_id=one, name=st.just("renamed")),
        st.builds(AddTake, clip_id=one, take=take, activate=st.booleans()),
        st.builds(SelectTake, clip_id=one, index=st.integers(0, 2)),
    )
