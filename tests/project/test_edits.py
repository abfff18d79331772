"""Edits of places: what each does."""

from __future__ import annotations

import pytest

from studio.errors import ProjectError
from studio.project.document import Document
from studio.project.edits import (
    ChangeProject,
    ChangeTrack,
    LiftClips,
    Move,
    MoveClips,
    PlaceClips,
    Placement,
    RippleDelete,
    Several,
    SplitClips,
    TrimClip,
)
from studio.project.limits import trim_limits
from studio.project.timeline import Project
from studio.timing import Rate, RationalTime
from tests.project.examples import clip, film, project_with_clips


def spans(project: Project, track: int) -> list[tuple[int, int]]:
    return [(clip.start, clip.end) for clip in project.tracks[track].clips]


def source_at(project: Project, track: int, frame: int) -> RationalTime:
    shown = project.tracks[track].clip_at(frame)
    assert shown is not None
    return shown.take.source_start + RationalTime(frame - shown.start, project.rate)


def test_split_keeps_every_frame_where_it_was() -> None:
    project = project_with_clips()
    first = project.tracks[0].clips[0]
    after = SplitClips(clip_ids=(first.id,), frame=20).apply(project)
    assert spans(after, 0) == [(0, 20), (20, 50), (60, 90)]
    for frame in (0, 19, 20, 49):
        assert source_at(after, 0, frame) == source_at(project, 0, frame)


def test_split_of_linked_clips_links_the_right_parts_with_each_other() -> None:
    project = project_with_clips()
    picture, sound = project.tracks[0].clips[0], project.tracks[2].clips[0]
    after = SplitClips(clip_ids=(picture.id, sound.id), frame=20).apply(project)
    left, right = after.tracks[0].clips[:2]
    assert left.link == picture.link != right.link
    assert after.tracks[2].clips[1].link == right.link


def test_split_where_nothing_lies_is_refused() -> None:
    project = project_with_clips()
    with pytest.raises(ProjectError, match="nothing to split"):
        SplitClips(clip_ids=(project.tracks[0].clips[0].id,), frame=50).apply(project)


def test_overwriting_the_middle_of_a_clip_keeps_both_ends() -> None:
    project = project_with_clips()
    placed = PlaceClips(placements=(Placement(project.tracks[0].id, clip(10, 10)),)).apply(project)
    assert spans(placed, 0) == [(0, 10), (10, 20), (20, 50), (60, 90)]
    assert source_at(placed, 0, 30) == source_at(project, 0, 30)


def test_insert_moves_every_track_so_that_picture_and_sound_stay_in_step() -> None:
    project = project_with_clips()
    edit = PlaceClips(placements=(Placement(project.tracks[0].id, clip(55, 10)),), mode="insert")
    after = edit.apply(project)
    assert spans(after, 0) == [(0, 50), (55, 65), (70, 100)]
    assert spans(after, 1) == [(20, 55), (65, 130)]


def test_ripple_delete_closes_the_hole_and_keeps_other_gaps() -> None:
    project = project_with_clips()
    after = RippleDelete(clip_ids=(project.tracks[0].clips[0].id,)).apply(project)
    assert spans(after, 0) == [(10, 40)]


def test_ripple_delete_of_picture_and_longer_sound_keeps_what_follows_in_step() -> None:
    project = film()
    shot, sound = project.tracks[0].clips[0], project.tracks[2].clips[0]
    after = RippleDelete(clip_ids=(shot.id, sound.id)).apply(project)
    assert spans(after, 0)[0] == (5, 45), "as far as the shorter of the two allows"
    assert spans(after, 2)[0] == (0, 45)


def test_ripple_delete_takes_linked_sound_along_or_says_why_not() -> None:
    project = film()
    second = project.tracks[0].clips[1]
    after = RippleDelete(clip_ids=(second.id, project.tracks[2].clips[1].id)).apply(project)
    picture, sound = after.tracks[0].clips[1], after.tracks[2].clips[1]
    assert picture.link == sound.link and picture.start == sound.start
    locked = ChangeTrack(track_id=project.tracks[2].id, locked=True).apply(project)
    with pytest.raises(ProjectError, match="cannot follow: track A1 is locked"):
        RippleDelete(clip_ids=(second.id,)).apply(locked)


def test_insert_into_a_linked_pair_links_the_parts_on_either_side() -> None:
    project = project_with_clips()
    new = clip(20, 10)
    after = PlaceClips(placements=(Placement(project.tracks[1].id, new),), mode="insert").apply(project)
    left, right = after.tracks[0].clips[:2]
    assert left.link == after.tracks[2].clips[0].link == "pair"
    assert right.link == after.tracks[2].clips[1].link != "pair"


@pytest.mark.parametrize("frame", [-1, 1 << 60])
def test_nothing_lies_before_the_beginning_or_off_the_end(frame: int) -> None:
    project = project_with_clips()
    document = Document(project)
    track, shot = project.tracks[0], project.tracks[0].clips[0]
    for edit in (
        PlaceClips(placements=(Placement(track.id, clip(frame, 10)),)),
        PlaceClips(placements=(Placement(track.id, clip(frame, 10)),), mode="insert"),
        MoveClips(moves=(Move(shot.id, track.id, frame),)),
        TrimClip(clip_id=shot.id, edge="start", frame=frame),
        TrimClip(clip_id=shot.id, edge="end", frame=frame),
        SplitClips(clip_ids=(shot.id,), frame=frame),
    ):
        with pytest.raises(ProjectError) as raised:
            document.apply(edit)
        assert raised.value.hint
        assert document.project is project and not document.can_undo


def test_a_clip_of_one_frame_can_be_had_and_not_be_made_shorter() -> None:
    project = project_with_clips()
    shot = project.tracks[0].clips[0]
    after = TrimClip(clip_id=shot.id, edge="end", frame=1).apply(project)
    assert spans(after, 0)[0] == (0, 1)
    for edit in (
        TrimClip(clip_id=shot.id, edge="end", frame=0),
        TrimClip(clip_id=shot.id, edge="start", frame=1),
        SplitClips(clip_ids=(shot.id,), frame=0),
        SplitClips(clip_ids=(shot.id,), frame=1),
    ):
        with pytest.raises(ProjectError):
            edit.apply(after)


def test_trim_moves_linked_clips_and_stops_at_the_source() -> None:
    project = project_with_clips()
    picture = project.tracks[0].clips[0]
    after = TrimClip(clip_id=picture.id, edge="start", frame=12).apply(project)
    assert spans(after, 0)[0] == spans(after, 2)[0] == (12, 50)
    assert source_at(after, 0, 12) == source_at(project, 0, 12)
    assert trim_limits(after, picture.id, "start") == (0, 49)
    second = project.tracks[0].clips[1]
    assert trim_limits(project, second.id, "start")[0] == 50, "the neighbour stops it"
    long = TrimClip(clip_id=second.id, edge="end", frame=2000)
    with pytest.raises(ProjectError, match="trimmed that far"):
        long.apply(project)


def test_moving_to_a_track_of_another_kind_is_refused() -> None:
    project = project_with_clips()
    edit = MoveClips(moves=(Move(project.tracks[0].clips[0].id, project.tracks[2].id, 0),))
    with pytest.raises(ProjectError, match="belongs on a video track"):
        edit.apply(project)


def test_locked_tracks_refuse_edits_until_they_are_unlocked() -> None:
    project = project_with_clips()
    track = project.tracks[0]
    locked = ChangeTrack(track_id=track.id, locked=True).apply(project)
    edit = LiftClips(clip_ids=(track.clips[0].id,))
    with pytest.raises(ProjectError, match="locked"):
        edit.apply(locked)
    unlocked = ChangeTrack(track_id=track.id, locked=False).apply(locked)
    assert len(edit.apply(unlocked).tracks[0].clips) == 1


def test_several_is_all_or_nothing() -> None:
    project = project_with_clips()
    document = Document(project)
    good = LiftClips(clip_ids=(project.tracks[0].clips[0].id,))
    with pytest.raises(ProjectError):
        document.apply(Several(edits=(good, LiftClips(clip_ids=("gone",))), name="Both"))
    assert document.project is project
    assert not document.can_undo


def test_a_new_rate_keeps_clips_at_their_times() -> None:
    project = project_with_clips()
    after = ChangeProject(rate=Rate(48)).apply(project)
    assert spans(after, 0) == [(0, 100), (120, 180)]
    assert source_at(after, 0, 100 - 1) == source_at(project, 0, 49) + RationalTime(1, Rate(48))
