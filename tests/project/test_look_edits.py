"""Appearance, fades, titles, transitions, takes, tracks, markers, and media found again."""

from __future__ import annotations

import math

import msgspec
import pytest

from studio.errors import ProjectError
from studio.project.curves import Appearance, Curve, Keyframe
from studio.project.edits import (
    AddTake,
    AddTrack,
    AddTransition,
    AdjustClips,
    ChangeMarker,
    ChangeTitle,
    ChangeTransition,
    LiftClips,
    Move,
    MoveClips,
    MoveTake,
    MoveTrack,
    PlaceClips,
    Placement,
    PromoteTake,
    RelinkMedia,
    RemoveTake,
    RemoveTransition,
    SelectTake,
    SetRange,
    SplitClips,
    TrimClip,
)
from studio.project.media_edits import relink_notices
from studio.project.timeline import Clip, Project, Take, Title, Track, Transition
from tests.project.examples import FILM, OTHER, PICTURE, SONG, clip, film


def first_of(project: Project) -> Clip:
    return project.tracks[0].clips[0]


def test_fades_share_the_clip_and_the_one_that_is_dragged_yields() -> None:
    project = film()
    shot = first_of(project)
    after = AdjustClips(clip_ids=(shot.id,), fade_out=30).apply(project)
    after = AdjustClips(clip_ids=(shot.id,), fade_in=40).apply(after)
    assert (first_of(after).fade_in, first_of(after).fade_out) == (20, 30)
    after = AdjustClips(clip_ids=(shot.id,), fade_in=-3).apply(after)
    assert (first_of(after).fade_in, first_of(after).fade_out) == (0, 30)


@pytest.mark.parametrize(
    "edit",
    [
        AdjustClips(clip_ids=("x",), appearance=Appearance(opacity=Curve(1.5))),
        AdjustClips(clip_ids=("x",), appearance=Appearance(x=Curve(math.nan))),
        AdjustClips(clip_ids=("x",), volume=Curve(-0.1)),
        AdjustClips(clip_ids=("x",), volume=Curve(1.0, (Keyframe(frame=3, value=math.inf),))),
        AdjustClips(
            clip_ids=("x",), volume=Curve(1.0, (Keyframe(frame=3, value=1), Keyframe(frame=3, value=1)))
        ),
    ],
)
def test_values_that_mean_nothing_are_refused(edit: AdjustClips) -> None:
    with pytest.raises(ProjectError) as raised:
        edit.apply(film())
    assert raised.value.hint


def test_a_split_leaves_fades_at_the_outer_ends_and_moves_the_transition() -> None:
    project = film()
    shot = first_of(project)
    project = AdjustClips(clip_ids=(shot.id,), fade_in=5, fade_out=5).apply(project)
    after = SplitClips(clip_ids=(shot.id,), frame=20).apply(project)
    left, right = after.tracks[0].clips[:2]
    assert (left.fade_in, left.fade_out, right.fade_in, right.fade_out) == (5, 0, 0, 5)
    assert after.tracks[0].transitions[0].left == right.id


def test_a_transition_is_cut_to_the_clips_and_goes_when_they_part() -> None:
    project = film()
    track = project.tracks[0]
    left, right = track.clips[:2]
    long = Transition(id="long", left=left.id, right=right.id, before=500, after=500, kind="wipe")
    after = AddTransition(track_id=track.id, transition=long).apply(project)
    fitted = after.tracks[0].transitions
    assert [(one.id, one.before, one.after) for one in fitted] == [("long", 50, 40)]
    short = TrimClip(clip_id=left.id, edge="start", frame=30).apply(after)
    assert short.tracks[0].transitions[0].before == 20
    parted = TrimClip(clip_id=left.id, edge="end", frame=40).apply(after)
    assert parted.tracks[0].transitions == ()
    assert LiftClips(clip_ids=(right.id,)).apply(after).tracks[0].transitions == ()


def test_clips_moved_together_keep_their_transition() -> None:
    project = film()
    track = project.tracks[0]
    moves = tuple(Move(one.id, project.tracks[1].id, one.start + 300) for one in track.clips[:2])
    after = MoveClips(moves=moves).apply(project)
    assert after.tracks[1].transitions == track.transitions
    assert after.tracks[0].transitions == ()


def test_a_transition_needs_a_cut_and_a_length() -> None:
    project = film()
    track = project.tracks[0]
    second, third = track.clips[1:3]
    apart = Transition(id="t", left=second.id, right=third.id, before=3, after=3)
    with pytest.raises(ProjectError, match="do not meet"):
        AddTransition(track_id=track.id, transition=apart).apply(project)
    with pytest.raises(ProjectError, match="at least one frame"):
        ChangeTransition(transition_id=track.transitions[0].id, before=0, after=0).apply(project)
    changed = ChangeTransition(transition_id=track.transitions[0].id, kind="dip", colour="#ffffff").apply(
        project
    )
    assert (changed.tracks[0].transitions[0].kind, changed.tracks[0].transitions[0].before) == ("dip", 6)
    assert RemoveTransition(transition_id=track.transitions[0].id).apply(changed).tracks[0].transitions == ()


def test_only_titles_take_letters() -> None:
    project = film()
    title = project.tracks[1].clips[0]
    after = ChangeTitle(clip_id=title.id, title=Title(text="Fin\nEnde", size=0.2)).apply(project)
    assert after.tracks[1].clips[0].take.reference == Title(text="Fin\nEnde", size=0.2)
    with pytest.raises(ProjectError, match="no title"):
        ChangeTitle(clip_id=first_of(project).id, title=Title(text="x")).apply(project)
    for title_of in (Title(text="x", size=0), Title(text="x", size=math.nan), Title(text="x", colour="red")):
        with pytest.raises(ProjectError):
            ChangeTitle(clip_id=title.id, title=title_of).apply(project)


def names(project: Project) -> list[str]:
    return [take.name for take in first_of(project).takes]


def test_takes_are_ordered_promoted_and_deleted() -> None:
    project = film()
    shot = first_of(project).id
    for name in ("b", "c"):
        take = Take(id=name, reference=OTHER, name=name)
        project = AddTake(clip_id=shot, take=take, activate=False).apply(project)
    assert names(project) == ["", "b", "c"]
    promoted = PromoteTake(clip_id=shot, index=2).apply(project)
    assert (names(promoted), first_of(promoted).active) == (["c", "", "b"], 0)
    moved = MoveTake(clip_id=shot, index=0, to=2).apply(project)
    assert (names(moved), first_of(moved).active) == (["b", "c", ""], 2)
    shown = SelectTake(clip_id=shot, index=1).apply(project)
    rest = RemoveTake(clip_id=shot, index=1).apply(shown)
    assert (names(rest), first_of(rest).active) == (["", "c"], 0)
    last = RemoveTake(clip_id=shot, index=1).apply(rest)
    with pytest.raises(ProjectError, match="no other take"):
        RemoveTake(clip_id=shot, index=0).apply(last)


def test_video_stays_below_sound_however_tracks_are_moved() -> None:
    project = film()
    v1, v2, a1, a2 = (track.id for track in project.tracks)
    after = MoveTrack(track_id=v1, index=3).apply(project)
    assert [track.id for track in after.tracks] == [v2, v1, a1, a2]
    after = MoveTrack(track_id=a2, index=0).apply(project)
    assert [track.id for track in after.tracks] == [v1, v2, a2, a1]
    added = AddTrack(track=Track(id="new", name="V3", kind="video"), index=99).apply(project)
    assert [track.id for track in added.tracks] == [v1, v2, "new", a1, a2]


def test_markers_move_and_a_range_holds_a_frame() -> None:
    project = film()
    marker = project.markers[0]
    after = ChangeMarker(marker_id=marker.id, frame=7, name="here").apply(project)
    assert [(one.frame, one.name) for one in after.markers] == [(7, "here")]
    with pytest.raises(ProjectError, match="before the timeline"):
        ChangeMarker(marker_id=marker.id, frame=-1).apply(project)
    ranged = SetRange(in_point=5, out_point=9).apply(project)
    assert (ranged.in_point, ranged.out_point) == (5, 9)
    for bounds in ((9, 9), (-1, None), (None, 0)):
        with pytest.raises(ProjectError, match="in point"):
            SetRange(in_point=bounds[0], out_point=bounds[1]).apply(project)


def test_found_media_is_shown_everywhere_and_what_is_missing_is_told() -> None:
    project = film()
    after = RelinkMedia(path=FILM.path, reference=OTHER).apply(project)
    assert all(one.take.reference != FILM for _, one in after.clips())
    assert [one.duration for one in after.tracks[0].clips] == [
        one.duration for one in project.tracks[0].clips
    ]
    notices = relink_notices(project, FILM.path, OTHER)
    assert any("24 frames per second, not 29.97" in notice for notice in notices)
    assert any("its last frame is held" in notice for notice in notices)
    with pytest.raises(ProjectError, match="no picture"):
        RelinkMedia(path=FILM.path, reference=SONG).apply(project)
    with pytest.raises(ProjectError, match="Nothing here shows"):
        RelinkMedia(path="elsewhere.mp4", reference=OTHER).apply(project)


def test_a_day_long_timeline_is_edited_to_the_frame() -> None:
    day = 24 * 3600 * 240
    project = film()
    late = msgspec.structs.replace(clip(day - 1, 1, reference=PICTURE), name="last")
    project = PlaceClips(placements=(Placement(project.tracks[1].id, late),)).apply(project)
    assert project.duration == day
    after = TrimClip(clip_id=late.id, edge="end", frame=day + 7).apply(project)
    assert after.duration == day + 7
    with pytest.raises(ProjectError):
        MoveClips(moves=(Move(late.id, project.tracks[1].id, 1 << 60),)).apply(project)
    with pytest.raises(ProjectError):
        TrimClip(clip_id=late.id, edge="end", frame=day - 1).apply(project)
