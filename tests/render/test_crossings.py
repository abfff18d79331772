"""Transitions, speed, reverse and freeze: the right frames in the right mixture."""

from __future__ import annotations

from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest

from studio.project.curves import Appearance, Curve
from studio.project.timeline import Clip, External, Project, Transition
from studio.render.compositor import Compositor
from studio.timing import Rate, RationalTime
from tests.render.footage import FPS24, clip, film, number_of, numbered, picture, project, video, write_film

replace = msgspec.structs.replace
RED, BLUE = (200, 0, 0), (0, 0, 100)


def flat(path: Path, colour: tuple[int, int, int], alpha: int | None = None) -> External:
    image = np.full((96, 160, 3), colour[::-1], np.uint8)
    if alpha is not None:
        image = np.dstack([image, np.full((96, 160), alpha, np.uint8)])
    assert cv2.imwrite(str(path), image)
    return picture(path)


def joined(left: Clip, right: Clip, **how: object) -> Project:
    """`left` and `right` on one track with a transition of five frames before and after their cut."""
    values = {"before": 5, "after": 5} | how
    transition = Transition(id="t", left=left.id, right=right.id, **values)  # pyright: ignore[reportArgumentType]
    return project(replace(video(left, right), transitions=(transition,)))


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Clip, Clip]:
    return (
        clip(flat(tmp_path / "red.png", RED), 0, 20),
        clip(flat(tmp_path / "blue.png", BLUE), 20, 20),
    )


def frames(made: Project, *numbers: int) -> list[np.ndarray]:
    with Compositor(made, Path()) as compositor:
        return [compositor.frame(number).astype(int) for number in numbers]


def test_the_middle_of_a_dissolve_is_the_mean(pair: tuple[Clip, Clip]) -> None:
    before, first, middle, last, after = frames(joined(*pair, before=4, after=5), 15, 16, 20, 24, 25)
    assert (before == RED).all()
    assert (middle == (100, 0, 50)).all()
    assert np.abs(first - np.array([200 * 17 / 18, 0, 100 / 18])).max() <= 0.5
    assert np.abs(last - np.array([200 / 18, 0, 100 * 17 / 18])).max() <= 0.5
    assert (after == BLUE).all()


def test_a_dissolve_goes_on_in_both_films_beyond_the_cut(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mkv", 60)
    reference = film(tmp_path / "film.mkv", 60)
    left, right = clip(reference, 0, 20), clip(reference, 20, 20, RationalTime(35, FPS24))
    made = joined(left, right)
    with (
        Compositor(made, Path()) as crossed,
        Compositor(project(video(clip(reference, 0, 60))), Path()) as film_,
    ):
        for number in range(15, 25):
            share = (number - 15 + 0.5) / 10
            source = number + 15
            mean = (1 - share) * film_.frame(number) + share * film_.frame(source).astype(float)
            assert np.abs(crossed.frame(number) - mean).max() <= 1, number


def test_where_a_source_ends_its_last_frame_is_held(tmp_path: Path) -> None:
    write_film(tmp_path / "short.mkv", 20)
    write_film(tmp_path / "other.mkv", 40, first=512)
    left, right = (
        clip(film(tmp_path / "short.mkv", 20), 0, 20),
        clip(film(tmp_path / "other.mkv", 40), 20, 20),
    )
    early, late = frames(joined(left, right), 15, 24)
    assert number_of(early) == 15
    assert number_of(late) == 516
    with Compositor(joined(left, right), Path()) as compositor:
        compositor.frame(24)
        assert compositor.problems == ()


def test_a_dip_goes_through_its_colour(pair: tuple[Clip, Clip]) -> None:
    made = joined(*pair, kind="dip", colour="#00ff00", before=4, after=5)
    quarter, middle, late = frames(made, 18, 20, 22)
    assert (middle == (0, 255, 0)).all()
    share = 2 * 2.5 / 9
    assert np.abs(quarter - (1 - share) * np.array(RED) - share * np.array((0, 255, 0))).max() <= 1
    assert (late[..., 0] == 0).all()


def test_a_dip_of_something_transparent_keeps_what_is_beneath(tmp_path: Path) -> None:
    ground = clip(flat(tmp_path / "ground.png", (0, 100, 0)), 0, 40)
    glass = [clip(flat(tmp_path / f"{k}.png", RED, 51), start, 20) for k, start in enumerate((0, 20))]
    over = joined(glass[0], glass[1], kind="dip", colour="#0000ff", before=4, after=5).tracks[0]
    [middle] = frames(project(video(ground), over), 20)
    assert np.abs(middle - (0, 80, 51)).max() <= 1


@pytest.mark.parametrize("direction", ["right", "left", "up", "down"])
def test_the_edge_of_a_wipe_stands_where_it_should(pair: tuple[Clip, Clip], direction: str) -> None:
    made = joined(*pair, kind="wipe", direction=direction, before=4, after=5)
    first, middle, last = frames(made, 16, 20, 24)
    new_first = {
        "right": lambda image: image.swapaxes(0, 1),
        "left": lambda image: image.swapaxes(0, 1)[::-1],
        "down": lambda image: image,
        "up": lambda image: image[::-1],
    }[direction]
    lines = new_first(middle)
    half = len(lines) // 2
    assert (lines[: half - 2] == BLUE).all(), "the edge has passed: the new picture"
    assert (lines[half + 2 :] == RED).all()
    assert (new_first(first)[-1] == RED).all()
    assert (new_first(last)[0] == BLUE).all()
    seventh = new_first(frames(made, 17)[0])
    bright = (seventh[:, 0, 2] / 100).sum()
    assert bright == pytest.approx(len(lines) * 1.5 / 9, abs=1.5)


def test_a_wipe_has_a_soft_edge(pair: tuple[Clip, Clip]) -> None:
    made = replace(joined(*pair, kind="wipe", before=4, after=5), width=640, height=384)
    [middle] = frames(made, 20)
    edge = middle[0, 300:340, 0]
    partly = (edge > 0) & (edge < 200)
    assert 10 <= partly.sum() <= 14
    assert (np.diff(edge) >= 0).all()


def test_a_dissolve_of_something_transparent_keeps_what_is_beneath(tmp_path: Path) -> None:
    ground = clip(flat(tmp_path / "ground.png", (0, 100, 0)), 0, 40)
    glass = clip(flat(tmp_path / "glass.png", RED, 128), 0, 20)
    solid = clip(flat(tmp_path / "blue.png", BLUE), 20, 20)
    over = joined(glass, solid, before=4, after=5).tracks[0]
    [middle] = frames(project(video(ground), over), 20)
    # Half of (red at 128/255 over green) and half of blue.
    assert np.abs(middle - (50, 25, 50)).max() <= 1


def test_fades_at_a_transition_are_left_to_it(pair: tuple[Clip, Clip]) -> None:
    left, right = replace(pair[0], fade_out=10), replace(pair[1], fade_in=10)
    assert (frames(joined(left, right, before=4, after=5), 20)[0] == (100, 0, 50)).all()
    assert (frames(joined(left, right, before=4, after=5), 12)[0] == RED).all()


def test_a_transition_between_clips_that_do_not_meet_is_none(pair: tuple[Clip, Clip]) -> None:
    left, right = pair[0], replace(pair[1], start=25)
    assert (frames(joined(left, right), 18)[0] == RED).all()


def test_stored_frames_stop_where_a_transition_begins(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", 60)
    reference = film(tmp_path / "film.mp4", 60)
    made = joined(clip(reference, 0, 20), clip(reference, 20, 20, RationalTime(30, FPS24)))
    with Compositor(made, Path()) as compositor:
        passed = [compositor.stored_frame(number) is not None for number in range(40)]
    assert passed == [True] * 15 + [False] * 10 + [True] * 15


def test_frames_in_any_order_equal_frames_in_a_row(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", 60)
    reference = film(tmp_path / "film.mp4", 60)
    left = replace(clip(reference, 0, 20), reverse=True)
    right = replace(clip(reference, 20, 20, RationalTime(11, FPS24)), speed=Rate(3, 2))
    made = joined(left, right)
    with Compositor(made, Path()) as row, Compositor(made, Path()) as jumps:
        in_a_row = [row.frame(number).copy() for number in range(40)]
        for number in (39, 20, 0, 19, 18, 17, 16, 24, 25, 14, 15, 38, 2):
            assert np.array_equal(jumps.frame(number), in_a_row[number]), number


def numbers(made: Project) -> list[int]:
    with Compositor(made, Path()) as compositor:
        return [number_of(compositor.frame(number)) for number in range(made.duration)]


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> External:
    return film(write_film(tmp_path_factory.mktemp("footage") / "film.mp4", 60), 60)


def test_speed_changes_which_frames_are_seen(footage: External) -> None:
    begun = clip(footage, 0, 10, RationalTime(7, FPS24))
    assert numbers(project(video(replace(begun, speed=Rate(2))))) == [7 + 2 * k for k in range(10)]
    assert numbers(project(video(replace(begun, speed=Rate(1, 2))))) == [7 + k // 2 for k in range(10)]
    assert numbers(project(video(replace(begun, speed=Rate(3, 2))))) == [7 + 3 * k // 2 for k in range(10)]


def test_reverse_shows_the_same_frames_from_the_end(footage: External) -> None:
    begun = clip(footage, 0, 40, RationalTime(7, FPS24))
    assert numbers(project(video(replace(begun, reverse=True)))) == [46 - k for k in range(40)]
    fast = replace(begun, reverse=True, speed=Rate(2), duration=20)
    assert numbers(project(video(fast))) == [45 - 2 * k for k in range(20)]


def test_a_frozen_clip_stands_still(footage: External) -> None:
    frozen = replace(clip(footage, 0, 15, RationalTime(33, FPS24)), frozen=True)
    assert numbers(project(video(frozen))) == [33] * 15


def test_only_solo_tracks_are_seen(footage: External) -> None:
    low, high = video(clip(footage, 0, 5)), video(clip(footage, 0, 5, RationalTime(20, FPS24)))
    assert numbers(project(low, high)) == [20, 21, 22, 23, 24]
    assert numbers(project(replace(low, solo=True), high)) == [0, 1, 2, 3, 4]


def test_a_file_that_is_not_what_the_project_thinks_is_shown_as_it_is(tmp_path: Path) -> None:
    """Another rate, size and length than when it was imported."""
    write_film(tmp_path / "film.mkv", 30, Rate(12), (80, 48))
    stale = replace(film(tmp_path / "film.mkv", 200), width=640, height=384)
    large = replace(clip(stale, 0, 80), appearance=Appearance(scale=Curve(1.5)))
    made = project(video(replace(clip(stale, 0, 80), speed=Rate(2))), video(large, hidden=True))
    assert numbers(made) == [min(k, 29) for k in range(80)]
    with Compositor(project(video(large)), Path()) as compositor:
        frame = compositor.frame(20)
        assert compositor.problems == ()
    inner = frame[:, 40:120].astype(int)
    assert np.abs(inner - cv2.resize(numbered(10), None, fx=1.5, fy=1.5)[24:120, 80:160]).mean() < 12


def test_proxies_stand_in_for_films(footage: External, tmp_path: Path) -> None:
    small = write_film(tmp_path / "proxy.mkv", 60, size=(80, 48), first=100)
    with Compositor(
        project(video(clip(footage, 0, 60))), Path(), (160, 96), proxies=lambda path: small
    ) as compositor:
        assert compositor.frame(5).shape == (96, 160, 3)
        assert number_of(compositor.frame(5)) == 105
    with Compositor(
        project(video(clip(footage, 0, 60))), Path(), (160, 96), proxies=lambda path: None
    ) as compositor:
        assert number_of(compositor.frame(5)) == 5
