"""Copies of clips in a project and over the clipboard; clips made from what has changed."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from studio.errors import ProjectError
from studio.project.copying import copies, from_text, to_text
from studio.project.edits import ChangeProject, PlaceClips
from studio.project.media_paths import resolve_path
from studio.project.stale import stale_clips
from studio.project.timeline import External, Project, Take, new_project
from studio.timing import Rate
from tests.project.examples import film

replace = msgspec.structs.replace


def pair(project: Project) -> tuple[str, ...]:
    """The second shot and its sound, which begins five frames before it."""
    return project.tracks[0].clips[1].id, project.tracks[2].clips[1].id


def test_copies_hang_together_and_are_new() -> None:
    project = film()
    placements = copies(project, pair(project), 300)
    assert [placement.clip.start for placement in placements] == [305, 300]
    links = {placement.clip.link for placement in placements}
    assert len(links) == 1 and "two" not in links
    after = PlaceClips(placements=placements).apply(project)
    assert len(list(after.clips())) == len(list(project.clips())) + 2


def test_the_clipboard_reaches_another_project_at_another_rate(tmp_path: Path) -> None:
    here, there = tmp_path / "a.kinora", tmp_path / "b.kinora"
    project = film()
    mine = replace(project.tracks[0].clips[0].take, reference=External(path="results/x.mkv"))
    track = project.tracks[0]
    shots = (replace(track.clips[0], takes=(mine,)), *track.clips[1:])
    project = replace(project, tracks=(replace(track, clips=shots), *project.tracks[1:]))
    ids = (shots[0].id, project.tracks[2].clips[0].id)
    text = to_text(copies(project, ids, 0), project, here)
    target = ChangeProject(rate=Rate(48)).apply(new_project())
    placements = from_text(text, target, there, 10)
    assert [placement.track_id for placement in placements] == [target.tracks[0].id, target.tracks[2].id]
    assert [(one.clip.start, one.clip.duration) for one in placements] == [(10, 100), (10, 90)]
    reference = placements[0].clip.take.reference
    assert isinstance(reference, External)
    assert resolve_path(there, reference.path) == here / "results" / "x.mkv"
    again = from_text(text, project, here, 10)
    assert again[0].clip.take.reference == mine.reference, "at home the path is as it was"


def test_what_is_no_clipboard_of_clips_is_said() -> None:
    for text in ("", "hello", '{"kinora":"else"}', "[1]"):
        with pytest.raises(ProjectError, match="no clips on the clipboard"):
            from_text(text, film(), Path("/nowhere"), 0)


def test_a_project_with_too_few_tracks_says_so() -> None:
    project = film()
    text = to_text(copies(project, [project.tracks[3].clips[0].id], 0), project, Path("/a"))
    with pytest.raises(ProjectError, match="too few sound tracks"):
        from_text(text, new_project(), Path("/b"), 0)


def test_stale_is_what_was_made_from_something_else() -> None:
    recipe = {"kind": "stylize", "source": {"path": "/in.mp4", "content_hash": "old"}, "look": "oil"}
    pictures = {"kind": "animate", "pictures": [{"path": "/a.jpg", "content_hash": "a"}, {"path": "/b.jpg"}]}
    project = film()
    track = project.tracks[0]
    clips = tuple(
        replace(one, takes=(Take(id=f"t{index}", reference=External(path="r.mkv"), recipe=made),))
        for index, (one, made) in enumerate(zip(track.clips, (recipe, pictures, None), strict=True))
    )
    project = replace(project, tracks=(replace(track, clips=clips), *project.tracks[1:]))
    hashes = {"/in.mp4": "new", "/a.jpg": "a"}
    asked: list[str] = []

    def now(path: str) -> str | None:
        asked.append(path)
        return hashes.get(path)

    assert stale_clips(project, now) == (clips[0].id,)
    assert sorted(asked) == ["/a.jpg", "/in.mp4"], "each file is read once"
    hashes["/in.mp4"] = "old"
    assert stale_clips(project, hashes.get) == ()
    assert stale_clips(project, lambda path: None) == (), "what is gone is missing, not stale"
