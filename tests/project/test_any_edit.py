"""What holds for any edit on any project: the invariants, exact history, the journal tells it all."""

from __future__ import annotations

import contextlib
from itertools import combinations, pairwise
from random import Random

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from studio.errors import ProjectError
from studio.project.document import Document, Step
from studio.project.edits import (
    ChangeSpeed,
    CloseGap,
    Edit,
    FreezeFrame,
    RippleDelete,
    RippleTrim,
    RollEdit,
    SlideClip,
    SlipClips,
    TrimClip,
)
from studio.project.layout import MAX_FRAME
from studio.project.limits import ripple_limits, roll_limits, slide_limits, slip_limits, trim_limits
from studio.project.timeline import Clip, Project, Track
from tests.project.examples import film, project_with_clips
from tests.project.random_edits import random_edit

replace = msgspec.structs.replace


def check(project: Project) -> None:
    """Everything that is true of every project."""
    for track in project.tracks:
        _check_clips(track)
        _check_transitions(track)
    ids = [clip.id for _, clip in project.clips()]
    assert len(ids) == len(set(ids)), "two clips share an id"
    kinds = [track.kind for track in project.tracks]
    assert kinds == sorted(kinds, reverse=True), "sound comes after video"
    frames = [marker.frame for marker in project.markers]
    assert frames == sorted(frames) and all(frame >= 0 for frame in frames)
    if project.out_point is not None:
        assert (project.in_point or 0) < project.out_point


def _check_clips(track: Track) -> None:
    position = 0
    for clip in track.clips:
        assert clip.start >= position, "clips overlap or are out of order"
        assert clip.duration >= 1
        assert 0 <= clip.active < len(clip.takes)
        assert clip.fade_in >= 0 and clip.fade_out >= 0
        assert clip.fade_in + clip.fade_out <= clip.duration, "fades are longer than the clip"
        position = clip.end
    assert position <= MAX_FRAME


def _check_transitions(track: Track) -> None:
    clips = {clip.id: clip for clip in track.clips}
    for one in track.transitions:
        left, right = clips[one.left], clips[one.right]
        assert left.end == right.start, "a transition lies where clips do not meet"
        assert one.before >= 0 and one.after >= 0 and one.before + one.after >= 1
        assert one.before <= left.duration and one.after <= right.duration
    for one, two in pairwise(track.transitions):
        assert clips[one.left].start < clips[two.left].start, "transitions are out of order, or two on a cut"
        if one.right == two.left:
            assert one.after + two.before <= clips[one.right].duration, "transitions overlap"


# These keep all that is linked in step (on unlocked tracks); the others change single places by wish.
_IN_STEP = RippleDelete | RippleTrim | CloseGap | FreezeFrame | SlideClip | SlipClips | ChangeSpeed
_EDGES_IN_STEP = TrimClip | RollEdit


def check_links(before: Project, after: Project, edit: Edit) -> None:
    """Linked clips that began together (or at any distance, for edits that move much) still do."""
    if not isinstance(edit, _IN_STEP | _EDGES_IN_STEP) or any(track.locked for track in before.tracks):
        return
    old, new = _links(before), {clip.id: clip for _, clip in after.clips()}
    for clips in old.values():
        for one, two in combinations(clips, 2):
            if one.id not in new or two.id not in new or new[one.id].link != new[two.id].link:
                continue
            distance = two.start - one.start
            if distance == 0 or isinstance(edit, RippleDelete | RippleTrim | CloseGap | ChangeSpeed):
                assert new[two.id].start - new[one.id].start == distance, "linked clips went out of step"


def _links(project: Project) -> dict[str, list[Clip]]:
    links: dict[str, list[Clip]] = {}
    for _, clip in project.clips():
        if clip.link:
            links.setdefault(clip.link, []).append(clip)
    return links


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 1 << 32))
def test_every_edit_survives_the_journal(seed: int) -> None:
    project = film()
    edit = random_edit(project, seed)
    document = Document(project)
    steps: list[bytes] = []
    document.on_step = lambda step: steps.append(msgspec.json.encode(step))
    try:
        document.apply(edit)
    except ProjectError as error:
        assert error.message and error.hint, "an error says what to do"
        assert document.project is project
        return
    check(document.project)
    check_links(project, document.project, edit)
    again = Document(project)
    again.replay(msgspec.json.decode(steps[0], type=Step))
    assert again.project == document.project
    stored = msgspec.json.decode(msgspec.json.encode(document.project), type=Project)
    assert stored == document.project


class EditingMachine(RuleBasedStateMachine):
    """Random gestures on a document: the invariants hold after each, and history is exact."""

    @initialize(start=st.sampled_from([film, project_with_clips]))
    def start(self, start: object) -> None:
        assert callable(start)
        self.first = start()
        self.steps: list[bytes] = []
        self.document = Document(self.first, lambda step: self.steps.append(msgspec.json.encode(step)))

    @rule(seed=st.integers(0, 1 << 32))
    def edit(self, seed: int) -> None:
        before = self.document.project
        edit = random_edit(before, seed)
        try:
            self.document.apply(edit)
        except ProjectError as error:
            assert error.message and error.hint
            assert self.document.project is before
            return
        check(self.document.project)
        check_links(before, self.document.project, edit)

    @rule()
    def undo(self) -> None:
        self.document.undo()

    @rule()
    def redo(self) -> None:
        self.document.redo()

    @rule(position=st.integers(-1, 30))
    def jump(self, position: int) -> None:
        self.document.jump(position)
        labels, reached = self.document.history()
        assert reached == min(max(position, 0), len(labels))

    def teardown(self) -> None:
        if not hasattr(self, "document"):
            return
        end, (labels, position) = self.document.project, self.document.history()
        replayed = Document(self.first)
        for step in self.steps:
            replayed.replay(msgspec.json.decode(step, type=Step))
        assert replayed.project == end
        assert replayed.history() == (labels, position)
        while self.document.undo():
            pass
        assert self.document.project == self.first
        for _ in range(position):
            self.document.redo()
        assert self.document.project == end


TestEditing = EditingMachine.TestCase
TestEditing.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 1 << 32))
def test_what_the_limits_allow_can_be_done(seed: int) -> None:
    """A drag that stops at the limits never ends in an error."""
    random = Random(seed)
    project = film()
    for _ in range(random.randint(0, 6)):
        with contextlib.suppress(ProjectError):
            project = random_edit(project, random.getrandbits(32)).apply(project)
    project = replace(project, tracks=tuple(replace(track, locked=False) for track in project.tracks))
    clips = [clip.id for _, clip in project.clips()]
    if not clips:
        return
    clip_id, edge = random.choice(clips), random.choice(("start", "end"))

    def within(bounds: tuple[int, int]) -> int:
        return random.choice([max(bounds[0], -500), min(bounds[1], 9000)])

    edits: list[Edit] = [
        TrimClip(clip_id=clip_id, edge=edge, frame=within(trim_limits(project, clip_id, edge))),
        RippleTrim(clip_id=clip_id, edge=edge, frame=within(ripple_limits(project, clip_id, edge))),
        SlideClip(clip_id=clip_id, frames=within(slide_limits(project, clip_id))),
    ]
    with contextlib.suppress(ProjectError):
        edits.append(RollEdit(left_id=clip_id, frame=within(roll_limits(project, clip_id))))
    low, high = slip_limits(project, (clip_id,))
    if (low, high) != (-MAX_FRAME, MAX_FRAME):
        edits.append(SlipClips(clip_ids=(clip_id,), frames=within((low, high))))
    for edit in edits:
        check(edit.apply(project))
