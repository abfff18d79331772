"""The scenes that the recipe draws: the same every time, and moving the way their name says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from studio.training.backdrops import SIZE, backdrop
from studio.training.scenes import NUM_FRAMES, draw, draw_frames, trace
from studio.training.sprites import sprite
from studio.training.world import (
    COLOURS,
    LIGHTS,
    MOTIONS,
    OBJECTS,
    PAINT,
    PLACES,
    STYLES,
    Scene,
    any_scene,
    held_out_combinations,
    is_held_out,
    sample_scene,
)

BALL = Scene("ball", "red", "bounce", "beach", "sunset")


def test_the_same_seed_draws_the_same_clip() -> None:
    first, second = (draw(sample_scene(np.random.default_rng(5))) for _ in range(2))
    assert first.shape == (NUM_FRAMES, SIZE, SIZE, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, second)
    assert not np.array_equal(first, draw(sample_scene(np.random.default_rng(6))))


def test_a_part_of_a_clip_is_that_part_of_the_whole() -> None:
    scene = sample_scene(np.random.default_rng(1))
    assert np.array_equal(draw_frames(scene, range(8, 12)), draw(scene)[8:12])


@pytest.mark.parametrize("object_", OBJECTS)
@pytest.mark.parametrize("colour", COLOURS)
def test_an_object_shows_its_colour(object_: str, colour: str) -> None:
    picture = sprite(object_, colour, "flat", 0)
    solid = picture[picture[..., 3] > 0.99][:, :3] * 255
    near = np.abs(solid - np.asarray(PAINT[colour])).max(axis=1) < 12
    assert near.mean() > 0.2, f"{near.mean():.0%} of the {object_} is {colour}"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("style", STYLES)
def test_no_place_is_like_another(place: str, light: str, style: str) -> None:
    picture = backdrop(place, light, style, 0)
    for other in PLACES:
        if other != place:
            assert np.abs(picture - backdrop(other, light, style, 0)).mean() > 6


@pytest.mark.parametrize("motion", MOTIONS)
def test_the_object_moves_as_its_motion_says(motion: str) -> None:
    path = trace(replace(BALL, motion=motion))
    across = path.x[-1] - path.x[0]
    only_up = path.y[0] - path.y[-1] > 0.3 and np.all(np.diff(path.y) <= 0)
    assert (across > 0.4) == (motion == "right")
    assert (across < -0.4) == (motion == "left")
    assert only_up == (motion == "rise")
    assert (np.ptp(path.y) > 0.3) == (motion in ("bounce", "rise"))
    assert (np.ptp(path.tilt) > 20) == (motion == "play")


def test_no_training_scene_is_held_out() -> None:
    rng = np.random.default_rng(0)
    for _ in range(2000):
        scene = sample_scene(rng)
        assert not is_held_out(scene.object, scene.colour, scene.motion, scene.place)


def test_the_judge_sees_held_out_scenes_too() -> None:
    rng = np.random.default_rng(0)
    scenes = [any_scene(rng) for _ in range(2000)]
    share = np.mean([is_held_out(s.object, s.colour, s.motion, s.place) for s in scenes])
    assert 0.05 < share < 0.16


def test_every_choice_is_among_the_held_out() -> None:
    combinations = held_out_combinations()
    assert len(combinations) >= 100
    for position, choices in enumerate((OBJECTS, COLOURS, MOTIONS, PLACES)):
        assert {combination[position] for combination in combinations} == set(choices)
