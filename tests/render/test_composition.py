"""Equal compositions where pictures are equal, others where they may differ."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from studio.project.curves import Appearance, Curve
from studio.project.timeline import Project, Transition
from studio.render.composition import composition_at, is_plain, stretches
from studio.render.compositor import Compositor
from tests.render.footage import clip, film, project, video, write_film

replace = msgspec.structs.replace


def moved(made: Project, frames: int) -> Project:
    tracks = tuple(
        replace(track, clips=tuple(replace(one, start=one.start + frames) for one in track.clips))
        for track in made.tracks
    )
    return replace(made, tracks=tracks)


def test_a_moved_clip_shows_the_same_and_says_so(tmp_path: Path) -> None:
    source = film(write_film(tmp_path / "f.mkv", 20), 20)
    before = project(video(clip(source, 0, 20)))
    after = moved(before, 7)
    assert composition_at(before, 5) == composition_at(after, 12)
    with Compositor(before, tmp_path) as old, Compositor(after, tmp_path) as new:
        assert np.array_equal(old.frame(5), new.frame(12))


def test_whatever_changes_the_picture_changes_the_composition(tmp_path: Path) -> None:
    source = film(tmp_path / "f.mkv", 40)
    one = clip(source, 10, 20)
    plain = composition_at(project(video(one)), 15)
    faded = replace(one, fade_in=8)
    paler = replace(one, appearance=Appearance(opacity=Curve(0.5)))
    others = [
        composition_at(project(video(one)), 16),
        composition_at(project(video(replace(one, reverse=True))), 15),
        composition_at(project(video(replace(one, frozen=True))), 15),
        composition_at(project(video(faded)), 15),
        composition_at(project(video(paler)), 15),
        composition_at(project(video(one), video(clip(source, 0, 40))), 15),
        composition_at(project(video(one), width=320), 15),
        composition_at(project(video(one, hidden=True)), 15),
    ]
    assert all((other.key, other.frame) != (plain.key, plain.frame) for other in others)


def test_a_cut_behind_and_a_new_name_change_nothing(tmp_path: Path) -> None:
    source = film(tmp_path / "f.mkv", 40)
    one = clip(source, 10, 20)
    plain = composition_at(project(video(one)), 15)
    assert composition_at(project(video(replace(one, name="x", id="y"), clip(source, 30, 5))), 15) == plain


def test_stretches_have_one_composition_each_and_cover_all(tmp_path: Path) -> None:
    source = film(tmp_path / "f.mkv", 90)
    left, right = clip(source, 0, 30), clip(source, 30, 30)
    way = Transition(id="t", left=left.id, right=right.id, before=4, after=5)
    lower = replace(video(left, right), transitions=(way,))
    made = project(lower, video(clip(source, 20, 30)))
    found = list(stretches(made))
    assert found == [(0, 20), (20, 26), (26, 30), (30, 35), (35, 50), (50, 60)]
    for start, end in found:
        assert len({composition_at(made, frame).key for frame in range(start, end)}) == 1
        assert len({is_plain(made, frame) for frame in range(start, end)}) == 1
    assert [is_plain(made, start) for start, _ in found] == [True, False, False, False, False, True]


def test_an_empty_timeline() -> None:
    empty = project(video())
    assert list(stretches(empty)) == []
    assert is_plain(empty, 0)
    assert composition_at(empty, 3).references == ()
