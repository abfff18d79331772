"""Ripple trim, roll, slip, slide, close gap: what each moves and what stays."""

from __future__ import annotations

import msgspec
import pytest

from studio.errors import ProjectError
from studio.project import limits
from studio.project.curves import Curve, Keyframe
from studio.project.edits import (
    AdjustClips,
    CloseGap,
    PlaceClips,
    Placement,
    RippleTrim,
    RollEdit,
    SlideClip,
    SlipClips,
    TrimClip,
)
from studio.project.timeline import Clip, Project, new_project
from studio.timing import RationalTime
from tests.project.examples import PICTURE, clip, film

replace = msgspec.structs.replace


def row(*clips: Clip) -> Project:
    """One picture track and its sound, linked clip by clip, and a photo above them all."""
    project = new_project()
    v1, v2, a1 = (track.id for track in project.tracks)
    placements: list[Placement] = []
    for one in clips:
        linked = replace(one, link=one.id)
        placements += [Placement(v1, linked), Placement(a1, replace(linked, id=f"{one.id}-sound"))]
    placements.append(Placement(v2, clip(0, 400, reference=PICTURE)))
    return PlaceClips(placements=tuple(placements)).apply(project)


def spans(project: Project, track: int) -> list[tuple[int, int]]:
    return [(clip.start, clip.end) for clip in project.tracks[track].clips]


def shown(project: Project, track: int, frame: int) -> RationalTime:
    found = project.tracks[track].clip_at(frame)
    assert found is not None
    return found.source_time(frame, project.rate)


def three() -> Project:
    return row(clip(0, 50), clip(50, 40), clip(100, 30))


def test_ripple_trim_of_an_end_pulls_everything_later_on_all_tracks() -> None:
    project = three()
    first = project.tracks[0].clips[0]
    after = RippleTrim(clip_id=first.id, edge="end", frame=40).apply(project)
    assert spans(after, 0) == spans(after, 2) == [(0, 40), (40, 80), (90, 120)]
    assert spans(after, 1) == [(0, 400)], "what began before stays"
    assert shown(after, 0, 40) == shown(project, 0, 50)


def test_ripple_trim_of_a_start_leaves_the_clip_where_it_begins() -> None:
    project = three()
    middle = project.tracks[0].clips[1]
    after = RippleTrim(clip_id=middle.id, edge="start", frame=60).apply(project)
    assert spans(after, 0) == spans(after, 2) == [(0, 50), (50, 80), (90, 120)]
    assert shown(after, 0, 50) == shown(project, 0, 60)


def test_ripple_trim_of_the_first_clip_can_bring_back_what_lies_before_its_start() -> None:
    project = three()
    first = project.tracks[0].clips[0]
    assert limits.ripple_limits(project, first.id, "start")[0] == -40, "as much as its source has"
    after = RippleTrim(clip_id=first.id, edge="start", frame=-40).apply(project)
    assert spans(after, 0)[:2] == [(0, 90), (90, 130)]
    assert shown(after, 0, 0) == RationalTime(0, project.rate)


def test_ripple_trim_stops_before_another_track_would_overlap() -> None:
    project = three()
    track = project.tracks[1]
    short = TrimClip(clip_id=track.clips[0].id, edge="end", frame=95).apply(project)
    crowded = PlaceClips(placements=(Placement(track.id, clip(98, 20, reference=PICTURE)),)).apply(short)
    first = crowded.tracks[0].clips[0]
    assert limits.ripple_limits(crowded, first.id, "end")[0] == 47
    with pytest.raises(ProjectError, match="would overlap") as raised:
        RippleTrim(clip_id=first.id, edge="end", frame=46).apply(crowded)
    assert "lock V2" in raised.value.hint


def test_roll_moves_the_cut_of_picture_and_sound() -> None:
    project = three()
    left = project.tracks[0].clips[0]
    after = RollEdit(left_id=left.id, frame=58).apply(project)
    assert spans(after, 0) == spans(after, 2) == [(0, 58), (58, 90), (100, 130)]
    assert shown(after, 0, 58) == shown(project, 0, 58)
    with pytest.raises(ProjectError, match="Nothing meets"):
        RollEdit(left_id=project.tracks[0].clips[1].id, frame=95).apply(project)


def test_roll_keeps_the_transition_on_the_cut() -> None:
    project = film()
    dissolve = project.tracks[0].transitions[0]
    after = RollEdit(left_id=dissolve.left, frame=53).apply(project)
    assert after.tracks[0].transitions == (dissolve,)
    assert spans(after, 0)[0] == (0, 53)


def test_slip_shows_another_part_and_moves_nothing() -> None:
    project = three()
    middle = project.tracks[0].clips[1]
    after = SlipClips(clip_ids=(middle.id,), frames=12).apply(project)
    assert spans(after, 0) == spans(project, 0)
    assert shown(after, 0, 60) == shown(project, 0, 72)
    assert shown(after, 2, 60) == shown(project, 2, 72), "the sound slips with its picture"
    low, high = limits.slip_limits(project, (middle.id,))
    assert low == -40
    with pytest.raises(ProjectError, match="cannot slip that far"):
        SlipClips(clip_ids=(middle.id,), frames=high + 1).apply(project)
    with pytest.raises(ProjectError, match="still"):
        SlipClips(clip_ids=(project.tracks[1].clips[0].id,), frames=1).apply(project)


def test_slide_moves_a_clip_and_its_neighbours_give_and_take() -> None:
    project = row(clip(0, 50), clip(50, 40), clip(90, 30))
    middle = project.tracks[0].clips[1]
    after = SlideClip(clip_id=middle.id, frames=-10).apply(project)
    assert spans(after, 0) == spans(after, 2) == [(0, 40), (40, 80), (80, 120)]
    assert shown(after, 0, 40) == shown(project, 0, 50), "the clip shows what it showed"
    assert shown(after, 0, 100) == shown(project, 0, 100), "its neighbours stay in place"
    assert limits.slide_limits(project, middle.id) == (-40, 29)


def test_close_gap_takes_the_sound_along_or_says_why_not() -> None:
    project = three()
    track = project.tracks[0]
    after = CloseGap(track_id=track.id, frame=95).apply(project)
    assert spans(after, 0) == spans(after, 2) == [(0, 50), (50, 90), (90, 120)]
    with pytest.raises(ProjectError, match="no gap"):
        CloseGap(track_id=track.id, frame=20).apply(project)
    in_the_way = PlaceClips(placements=(Placement(project.tracks[2].id, clip(92, 6)),)).apply(project)
    with pytest.raises(ProjectError, match="would overlap"):
        CloseGap(track_id=track.id, frame=95).apply(in_the_way)


def test_trims_keep_keyframes_at_their_pictures_and_fades_inside() -> None:
    project = three()
    first = project.tracks[0].clips[0]
    keys = (Keyframe(frame=10, value=0.0), Keyframe(frame=30, value=1.0))
    edit = AdjustClips(clip_ids=(first.id,), volume=Curve(1.0, keys), fade_in=20, fade_out=20)
    project = edit.apply(project)
    after = TrimClip(clip_id=first.id, edge="start", frame=25).apply(project)
    trimmed = after.tracks[0].clips[0]
    assert [key.frame for key in trimmed.volume.keyframes] == [-15, 5]
    assert (trimmed.fade_in, trimmed.fade_out, trimmed.duration) == (20, 5, 25)
