"""How long an edit takes among 10,000 clips in 20 tracks, journal line included, and opening that project.

    python -m tests.benchmarks timeline

Beside the edits: one bare append of the same bytes to a file. Beside opening: one bare decode of the
project's file and of its journal. "cpu" is the thread's own time: what is more is other work on the machine.
Python's collector rests meanwhile, as it does in the window while a person edits.
"""

from __future__ import annotations

import contextlib
import gc
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import msgspec

from studio.errors import ProjectError
from studio.project import limits
from studio.project.curves import Appearance, Curve
from studio.project.document import Do, Step
from studio.project.edits import (
    AddTransition,
    AdjustClips,
    ChangeSpeed,
    Edit,
    FreezeFrame,
    LiftClips,
    Move,
    MoveClips,
    PlaceClips,
    Placement,
    RippleDelete,
    RippleTrim,
    RollEdit,
    SlideClip,
    SlipClips,
    SplitClips,
    TrimClip,
)
from studio.project.project_file import OpenProject, create_project, open_project
from studio.project.timeline import Clip, External, Project, Take, Track, Transition, new_id
from studio.timing import Rate, RationalTime
from tests.benchmarks.row import Row

EDIT_LIMIT_MS = 5.0
OPEN_LIMIT_S = 1.5
TRACKS, CLIPS = 20, 500
"""Half of the tracks are picture, half sound, each clip linked with its sound."""
LENGTH = 60
ROUNDS = 60

replace = msgspec.structs.replace


Taken = tuple[float, float]
"""Milliseconds on the clock, and of the thread's own work."""


def run() -> list[Row]:
    gc.disable()
    try:
        return _rows()
    finally:
        gc.enable()


def _rows() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="kinora-bench-") as home:
        folder = Path(home) / "large.kinora"
        opened = create_project(folder, large_project())
        near = _edit_times(opened, _near_edits)
        far = _edit_times(opened, _far_edits)
        append = _append_times(folder, opened)
        _keep_editing(opened)
        opened.close()
        return [
            _edit_row("p95 edit of few among 10,000", near, append),
            _edit_row("p95 edit that moves later clips", far, append),
            _open_row(folder),
        ]


def large_project() -> Project:
    """Cuts and small gaps in turn; every picture clip has its linked sound at the same place."""
    tracks: list[Track] = []
    for level in range(TRACKS):
        row = level % (TRACKS // 2)
        clips: list[Clip] = []
        for index in range(CLIPS):
            film = External(
                path=f"/media/film {(index * 7 + row) % 300}.mp4",
                content_hash=f"{index:032x}",
                duration=RationalTime(3000, Rate(24)),
                rate=Rate(24),
                width=1920,
                height=1080,
                has_audio=True,
            )
            name = f"{level}-{index}"
            take = Take(id=f"take {name}", reference=film, source_start=RationalTime(240, Rate(24)))
            duration = LENGTH if index % 4 else LENGTH - 10
            clips.append(
                Clip(
                    id=f"clip {name}",
                    name=name,
                    start=index * LENGTH,
                    duration=duration,
                    takes=(take,),
                    link=f"{row}-{index}",
                )
            )
        kind = "video" if level < TRACKS // 2 else "audio"
        tracks.append(Track(id=f"track {level}", name=f"T{level}", kind=kind, clips=tuple(clips)))
    return Project(name="Large", tracks=tuple(tracks))


def _near_edits(project: Project, random: Random) -> Iterable[Edit]:
    """One of each kind that touches few clips, with what is linked, at a place drawn by chance."""
    track, clip = _any_clip(project, random)
    ids = tuple(one.id for one in project.linked(clip))
    before, _ = track.neighbours(clip)
    if before is not None and before.end == clip.start:
        cut = Transition(id=new_id(), left=before.id, right=clip.id, before=6, after=6)
        yield AddTransition(track_id=track.id, transition=cut)
        yield RollEdit(left_id=before.id, frame=clip.start + 2)
    yield TrimClip(clip_id=clip.id, edge="end", frame=clip.end - 3)
    yield SlipClips(clip_ids=ids, frames=5)
    yield SlideClip(clip_id=clip.id, frames=0)
    yield SplitClips(clip_ids=ids, frame=clip.start + 20)
    yield AdjustClips(clip_ids=ids, appearance=Appearance(opacity=Curve(0.5)), fade_in=5)
    yield ChangeSpeed(clip_ids=ids, speed=Rate(2), ripple=False)
    yield MoveClips(moves=tuple(Move(one, limits.located(project, one)[0].id, clip.start + 7) for one in ids))
    yield PlaceClips(placements=(Placement(track.id, _fresh(clip)),))
    yield LiftClips(clip_ids=ids)


def _far_edits(project: Project, random: Random) -> Iterable[Edit]:
    """One of each kind that moves everything later, on all tracks or on two."""
    track, clip = _any_clip(project, random)
    yield PlaceClips(placements=(Placement(track.id, _fresh(clip)),), mode="insert")
    yield RippleTrim(clip_id=clip.id, edge="end", frame=clip.end + 10)
    yield ChangeSpeed(clip_ids=(clip.id,), speed=Rate(1, 2))
    yield FreezeFrame(clip_id=project.linked(clip)[0].id, frame=clip.start + 9, duration=24)
    yield RippleDelete(clip_ids=tuple(one.id for one in project.linked(clip)))


def _any_clip(project: Project, random: Random) -> tuple[Track, Clip]:
    track = random.choice(project.tracks)
    return track, random.choice(track.clips)


def _fresh(clip: Clip) -> Clip:
    return replace(clip, id=new_id(), start=clip.start + 13, link="")


def _edit_times(
    opened: OpenProject, edits: Callable[[Project, Random], Iterable[Edit]]
) -> dict[str, list[Taken]]:
    """What each kind of edit took; each is undone again, so that the project stays as large."""
    document, random = opened.document, Random(7)
    times: dict[str, list[Taken]] = {}
    for _ in range(ROUNDS):
        for edit in edits(document.project, random):
            took = _taken(lambda edit=edit: document.apply(edit))
            times.setdefault(type(edit).__name__, []).append(took)
            document.undo()
    return times


def _keep_editing(opened: OpenProject) -> None:
    """A day's work that stays (what was undone leaves the journal when it closes); every tenth edit moves
    all that is later."""
    document, random = opened.document, Random(11)
    for number in range(2 * ROUNDS):
        for edits in (_near_edits, _far_edits)[: 1 if number % 6 else 2]:
            for edit in edits(document.project, random):
                with contextlib.suppress(ProjectError):
                    document.apply(edit)


def _taken(work: Callable[[], object]) -> Taken:
    clock, own = time.perf_counter(), time.thread_time()
    work()
    return (time.perf_counter() - clock) * 1000, (time.thread_time() - own) * 1000


def _append_times(folder: Path, opened: OpenProject) -> list[float]:
    """Milliseconds of what the journal cannot do without: encode a step, append it to a file."""
    clip = opened.document.project.tracks[0].clips[0]
    step = Do(TrimClip(clip_id=clip.id, edge="end", frame=clip.end))
    times: list[float] = []
    with (folder.parent / "bare.jsonl").open("ab", buffering=0) as file:
        for _ in range(ROUNDS):
            start = time.perf_counter()
            file.write(msgspec.json.encode(step) + b"\n")
            times.append((time.perf_counter() - start) * 1000)
    return times


def _edit_row(what: str, times: dict[str, list[Taken]], append: list[float]) -> Row:
    found = {kind: [p95(column) for column in zip(*taken, strict=True)] for kind, taken in times.items()}
    kind, (worst, cpu) = max(found.items(), key=lambda one: one[1][0])
    what, measured = f"{what}: {kind}", f"{worst:.1f} ms (cpu {cpu:.1f})"
    return Row(what, measured, f"{p95(append):.2f} ms append", worst / EDIT_LIMIT_MS, "<=", 1.0)


def p95(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[int(len(ordered) * 0.95)]


def _open_row(folder: Path) -> Row:
    steps = (folder / "journal.jsonl").read_bytes().count(b"\n")
    took, cpu = (taken / 1000 for taken in _taken(lambda: open_project(folder).close()))
    start = time.perf_counter()
    msgspec.json.decode((folder / "base.json").read_bytes())
    decoder = msgspec.json.Decoder(Step)
    for line in (folder / "journal.jsonl").read_bytes().splitlines():
        decoder.decode(line)
    bare = time.perf_counter() - start
    what = f"open that project, {steps} steps of history"
    return Row(what, f"{took:.2f} s (cpu {cpu:.2f})", f"{bare:.2f} s decode", took / OPEN_LIMIT_S, "<=", 1.0)
