"""Speed, reverse and freeze frame; and what trims and splits do to such clips."""

from __future__ import annotations

import pytest

from studio.errors import ProjectError
from studio.project import limits
from studio.project.curves import Appearance, Curve, Keyframe
from studio.project.edits import (
    AdjustClips,
    ChangeProject,
    ChangeSpeed,
    FreezeFrame,
    SetRange,
    SplitClips,
    TrimClip,
)
from studio.project.timeline import Clip, Project
from studio.timing import Rate, RationalTime
from tests.project.examples import clip, film
from tests.project.test_trims import row, shown, spans, three


def first_of(project: Project) -> Clip:
    return project.tracks[0].clips[0]


def test_twice_as_fast_is_half_as_long_and_what_follows_closes_up() -> None:
    project = three()
    after = ChangeSpeed(clip_ids=(first_of(project).id,), speed=Rate(2)).apply(project)
    assert spans(after, 0) == spans(after, 2) == [(0, 25), (25, 65), (75, 105)]
    assert shown(after, 0, 10) == shown(project, 0, 20)
    assert shown(after, 0, 25) == shown(project, 0, 50)


def test_slower_without_ripple_is_cut_at_its_neighbour() -> None:
    project = three()
    after = ChangeSpeed(clip_ids=(first_of(project).id,), speed=Rate(1, 2), ripple=False).apply(project)
    assert spans(after, 0) == spans(project, 0)
    assert shown(after, 0, 40) == shown(project, 0, 20)


def test_reverse_plays_the_same_stretch_from_its_end() -> None:
    project = three()
    after = ChangeSpeed(clip_ids=(first_of(project).id,), speed=Rate(1), reverse=True).apply(project)
    assert spans(after, 0) == spans(project, 0)
    assert [shown(after, 0, frame) for frame in (0, 49)] == [shown(project, 0, frame) for frame in (49, 0)]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("speed", [Rate(1), Rate(2), Rate(3, 7)])
def test_splits_and_trims_change_nothing_of_what_is_shown(speed: Rate, reverse: bool) -> None:
    project = row(clip(0, 50))
    first = first_of(project)
    project = ChangeSpeed(clip_ids=(first.id,), speed=speed, reverse=reverse).apply(project)
    length = first_of(project).duration
    ids = (first.id, f"{first.id}-sound")
    for after in (
        SplitClips(clip_ids=ids, frame=9).apply(project),
        TrimClip(clip_id=first.id, edge="start", frame=6).apply(project),
        TrimClip(clip_id=first.id, edge="end", frame=length - 4).apply(project),
    ):
        for frame in range(6, length - 4):
            assert shown(after, 0, frame) == shown(project, 0, frame)
            assert shown(after, 2, frame) == shown(project, 2, frame)


def test_a_reversed_clip_ends_where_its_source_begins() -> None:
    project = row(clip(100, 50))
    first = first_of(project)
    project = ChangeSpeed(clip_ids=(first.id,), speed=Rate(2), reverse=True).apply(project)
    low, high = limits.trim_limits(project, first.id, "end")
    assert (low, high) == (101, 125 + 20), "40 source frames lie before, at twice the speed"
    after = TrimClip(clip_id=first.id, edge="end", frame=high).apply(project)
    assert shown(after, 0, high - 1) == RationalTime(0, Rate(24))


def test_speed_stretches_keyframes_and_fades() -> None:
    project = three()
    first = first_of(project)
    keys = (Keyframe(frame=0, value=0.0), Keyframe(frame=20, value=1.0))
    look = Appearance(opacity=Curve(1.0, keys))
    project = AdjustClips(clip_ids=(first.id,), appearance=look, fade_in=10).apply(project)
    faster = first_of(ChangeSpeed(clip_ids=(first.id,), speed=Rate(2)).apply(project))
    assert [key.frame for key in faster.appearance.opacity.keyframes] == [0, 10]
    assert faster.fade_in == 5


def test_a_still_has_no_speed_and_no_speed_is_without_end() -> None:
    project = three()
    with pytest.raises(ProjectError, match="no speed"):
        ChangeSpeed(clip_ids=(project.tracks[1].clips[0].id,), speed=Rate(2)).apply(project)
    with pytest.raises(ProjectError, match="out of range"):
        ChangeSpeed(clip_ids=(first_of(project).id,), speed=Rate(10**9)).apply(project)
    shortest = ChangeSpeed(clip_ids=(first_of(project).id,), speed=Rate(1000)).apply(project)
    assert spans(shortest, 0)[0] == (0, 1)


def test_freeze_frame_holds_the_picture_and_opens_a_gap_in_the_sound() -> None:
    project = three()
    after = FreezeFrame(clip_id=first_of(project).id, frame=20, duration=24).apply(project)
    assert spans(after, 0) == [(0, 20), (20, 44), (44, 74), (74, 114), (124, 154)]
    assert spans(after, 2) == [(0, 20), (44, 74), (74, 114), (124, 154)]
    assert {shown(after, 0, frame) for frame in range(20, 44)} == {shown(project, 0, 20)}
    assert shown(after, 0, 44) == shown(project, 0, 20)
    right, sound = after.tracks[0].clips[2], after.tracks[2].clips[1]
    assert right.link == sound.link != first_of(project).link, "the right parts are linked anew"


def test_freeze_frame_at_the_first_frame_cuts_nothing() -> None:
    project = three()
    after = FreezeFrame(clip_id=first_of(project).id, frame=0, duration=5).apply(project)
    assert spans(after, 0) == [(0, 5), (5, 55), (55, 95), (105, 135)]


def test_a_frozen_clip_has_no_end_and_only_pictures_that_move_can_be_frozen() -> None:
    project = three()
    after = FreezeFrame(clip_id=first_of(project).id, frame=49, duration=1).apply(project)
    frozen = after.tracks[0].clips[1]
    assert frozen.frozen and limits.source_limits(frozen, "end", after.rate)[1] > 10**9
    for clip_id, words in (
        (frozen.id, "stands still"),
        (project.tracks[1].clips[0].id, "stands still"),
        (project.tracks[2].clips[0].id, "Sound cannot"),
    ):
        with pytest.raises(ProjectError, match=words):
            FreezeFrame(clip_id=clip_id, frame=49, duration=5).apply(after)


def test_another_rate_takes_keyframes_fades_transitions_markers_and_range_along() -> None:
    project = SetRange(in_point=10, out_point=101).apply(film())
    after = ChangeProject(rate=Rate(48)).apply(project)
    title = after.tracks[1].clips[0]
    assert (title.start, title.duration, title.fade_out) == (40, 80, 20)
    assert [key.frame for key in title.appearance.opacity.keyframes] == [0, 24]
    assert [(one.before, one.after) for one in after.tracks[0].transitions] == [(12, 12)]
    assert ([one.frame for one in after.markers], after.in_point, after.out_point) == ([60], 20, 202)
    back = ChangeProject(rate=Rate(24)).apply(after)
    assert back == project, "nothing is lost on the way"


def test_one_frame_a_second_and_two_hundred_and_forty() -> None:
    for rate in (Rate(1), Rate(240)):
        after = ChangeProject(rate=rate).apply(film())
        assert all(one.duration >= 1 for _, one in after.clips())
    with pytest.raises(ProjectError, match="no rate"):
        ChangeProject(rate=Rate(241)).apply(film())
