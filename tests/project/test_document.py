"""Undo, redo, merging, and facts that no undo takes back."""

from __future__ import annotations

from studio.project.curves import Curve
from studio.project.document import Document
from studio.project.edits import (
    AdjustClips,
    ChangeClip,
    ChangeSpeed,
    ChangeTitle,
    LiftClips,
    PlaceClips,
    Placement,
)
from studio.project.facts import DropGhosts, ResolveTake
from studio.project.timeline import Clip, External, Generator, Project, Take, Title, new_id
from studio.timing import Rate, RationalTime
from tests.project.examples import film, project_with_clips

RESULT = External(path="results/j.mkv", duration=RationalTime(20, Rate(24)), rate=Rate(24))


def ghost_placed(document: Document) -> str:
    take = Take(id=new_id(), reference=Generator(job_id="j"))
    ghost = Clip(id=new_id(), name="ball", start=200, duration=24, takes=(take,))
    document.apply(PlaceClips(placements=(Placement(document.project.tracks[0].id, ghost),)))
    return ghost.id


def test_undo_and_redo_go_back_and_forth_exactly() -> None:
    first = project_with_clips()
    document = Document(first)
    document.apply(LiftClips(clip_ids=(first.tracks[0].clips[0].id,)))
    after = document.project
    assert (document.undo_label, document.can_redo) == ("Delete clip", False)
    assert document.undo() and document.project is first
    assert document.redo() and document.project == after
    assert not document.redo()


def test_edits_with_the_same_merge_key_are_one_step() -> None:
    first = project_with_clips()
    target = first.tracks[0].clips[0].id
    document = Document(first)
    for name in ("a", "ab", "abc"):
        document.apply(ChangeClip(clip_id=target, name=name), merge_key="rename")
    document.undo()
    assert document.project == first


def test_drags_of_sliders_and_typing_in_a_title_are_one_step_each() -> None:
    document = Document(film())
    shot, title = document.project.tracks[0].clips[0], document.project.tracks[1].clips[0]
    for percent in range(100, 40, -5):
        document.apply(AdjustClips(clip_ids=(shot.id,), volume=Curve(percent / 100)), merge_key="drag 1")
    for percent in range(40, 60, 5):
        document.apply(AdjustClips(clip_ids=(shot.id,), volume=Curve(percent / 100)), merge_key="drag 2")
    for text in ("F", "Fi", "Fin"):
        document.apply(ChangeTitle(clip_id=title.id, title=Title(text=text)), merge_key="typing")
    assert document.history() == (["Change volume", "Change volume", "Change title"], 3)
    document.jump(1)
    found = document.project.find(shot.id)
    assert found is not None and found[1].volume == Curve(0.45)


def test_a_jump_is_as_many_undos_or_redos_and_keeps_results() -> None:
    document = Document(project_with_clips())
    first = document.project
    ghost_id = ghost_placed(document)
    document.apply(ChangeClip(clip_id=ghost_id, name="a"))
    document.apply(ChangeClip(clip_id=ghost_id, name="b"))
    document.record(ResolveTake(job_id="j", reference=RESULT, recipe={}, name="ball"))
    end = document.project
    labels = ["Place clip", "Rename clip", "Rename clip"]
    assert document.history() == (labels, 3)
    assert document.jump(0) and document.history() == (labels, 0)
    assert document.project.tracks == first.tracks
    assert document.jump(2) and not document.jump(2)
    found = document.project.find(ghost_id)
    assert found is not None and (found[1].name, found[1].take.reference) == ("a", RESULT)
    assert document.jump(99) and document.project == end
    assert document.undo_label == "Rename clip" and not document.can_redo
    assert document.jump(-5) and document.history() == (labels, 0)
    document.apply(ChangeClip(clip_id=first.tracks[0].clips[0].id, name="else"))
    assert document.history() == (["Rename clip"], 1), "a new edit ends what was undone"


def test_a_jump_is_heard_once() -> None:
    document = Document(project_with_clips())
    target = document.project.tracks[0].clips[0].id
    for name in "abcdef":
        document.apply(ChangeClip(clip_id=target, name=name))
    heard: list[Project] = []
    document.observe(heard.append)
    document.jump(1)
    assert len(heard) == 1


def test_a_merge_does_not_reach_across_an_undo() -> None:
    first = project_with_clips()
    target = first.tracks[0].clips[0].id
    document = Document(first)
    document.apply(ChangeClip(clip_id=target, name="a"), merge_key="rename")
    document.undo()
    document.redo()
    document.apply(ChangeClip(clip_id=target, name="b"), merge_key="rename")
    document.undo()
    found = document.project.find(target)
    assert found is not None and found[1].name == "a"


def test_a_result_stays_through_undo_and_redo() -> None:
    document = Document(project_with_clips())
    ghost_id = ghost_placed(document)
    document.apply(ChangeClip(clip_id=ghost_id, name="mine"))
    document.record(ResolveTake(job_id="j", reference=RESULT, recipe={"kind": "generate"}, name="ball"))
    document.undo()
    document.undo()
    assert document.project.find(ghost_id) is None
    assert [asset.id for asset in document.project.library] == ["j"], (
        "the result is in the library all the same"
    )
    document.redo()
    found = document.project.find(ghost_id)
    assert found is not None
    assert found[1].take.reference == RESULT, "redo brings the result back, not the ghost"
    assert found[1].duration == 20, "as long as what really came"


def test_a_result_shorter_than_its_fast_ghost_counts_at_the_clips_speed() -> None:
    document = Document(project_with_clips())
    ghost_id = ghost_placed(document)
    document.apply(ChangeSpeed(clip_ids=(ghost_id,), speed=Rate(2)))
    document.apply(AdjustClips(clip_ids=(ghost_id,), fade_in=6, fade_out=6))
    document.record(ResolveTake(job_id="j", reference=RESULT, recipe={}, name="ball"))
    found = document.project.find(ghost_id)
    assert found is not None
    assert (found[1].duration, found[1].fade_in, found[1].fade_out) == (10, 6, 4)


def test_a_result_after_the_undo_of_its_ghost_is_there_when_redone() -> None:
    document = Document(project_with_clips())
    ghost_id = ghost_placed(document)
    document.undo()
    document.record(ResolveTake(job_id="j", reference=RESULT, recipe={}, name="ball"))
    document.redo()
    found = document.project.find(ghost_id)
    assert found is not None and found[1].take.reference == RESULT


def test_a_given_up_job_takes_only_its_ghosts() -> None:
    document = Document(project_with_clips())
    ghost_id = ghost_placed(document)
    before = [one.id for _, one in document.project.clips() if one.id != ghost_id]
    document.record(DropGhosts(job_id="j"))
    assert [one.id for _, one in document.project.clips()] == before
    document.record(DropGhosts(job_id="unknown"))
    assert [one.id for _, one in document.project.clips()] == before


def test_observers_hear_every_change_until_they_leave() -> None:
    document = Document(project_with_clips())
    heard: list[Project] = []
    leave = document.observe(heard.append)
    ghost_placed(document)
    document.undo()
    leave()
    document.redo()
    assert len(heard) == 2
