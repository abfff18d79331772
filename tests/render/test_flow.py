"""Motion between pictures: measured right, in-betweens that beat a blend, cuts recognised."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from studio.render.flow import CUT, InBetweens, alike, between, consistency, cross_fade, dense_flow, warp
from tests.render.pictures import psnr, shifted, texture


def test_flow_says_how_far_things_moved() -> None:
    flow = dense_flow(texture(), shifted(texture(), 5, -3))
    assert flow.shape == (160, 240, 2)
    assert flow.dtype == np.float32
    assert np.median(flow[20:-20, 20:-20], axis=(0, 1)) == pytest.approx([5, -3], abs=0.1)


def test_flow_of_a_large_picture_is_in_its_own_pixels() -> None:
    large = texture(900, 1600)
    flow = dense_flow(large, shifted(large, 12), "fast")
    assert flow.shape == (900, 1600, 2)
    assert np.median(flow[100:-100, 100:-100], axis=(0, 1)) == pytest.approx([12, 0], abs=0.4)


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (15, 15), (16, 16), (33, 17)])
def test_tiny_pictures_have_a_flow_and_in_betweens(size: tuple[int, int]) -> None:
    first, second = texture(*size, seed=1), texture(*size, seed=2)
    assert dense_flow(first, second).shape == (*size, 2)
    assert between(first, second, 0.5).shape == first.shape


def test_warping_follows_the_flow_back() -> None:
    flow = np.zeros((160, 240, 2), np.float32)
    flow[..., 0] = 7
    assert np.array_equal(warp(shifted(texture(), 7), flow)[:, :-8], texture()[:, :-8])


def test_there_and_back_agree_where_nothing_is_hidden() -> None:
    first, second = texture(), shifted(texture(), 4)
    missed = consistency(dense_flow(first, second), dense_flow(second, first))
    assert np.median(missed) < 0.1


def test_the_ends_are_the_pictures_themselves() -> None:
    first, second = texture(), shifted(texture(), 6)
    assert between(first, second, 0) is first
    assert between(first, second, 1) is second


@pytest.mark.parametrize("t", [0.25, 0.5, 0.8])
def test_an_in_between_stands_where_the_motion_is_then(t: float) -> None:
    first, second = texture(), shifted(texture(), 12, 4)
    truth = shifted(texture(), 12 * t, 4 * t)
    made = between(first, second, t)
    inside = np.s_[20:-20, 20:-20]
    assert psnr(made[inside], truth[inside]) > 34
    assert psnr(made[inside], truth[inside]) > psnr(cross_fade(first, second, t)[inside], truth[inside]) + 10


def test_what_a_moving_thing_uncovers_is_not_smeared() -> None:
    ground, thing = texture(seed=4), texture(60, 90, seed=9)

    def scene(left: int) -> np.ndarray:
        image = ground.copy()
        image[50:110, left : left + 90] = thing
        return image

    made = between(scene(70), scene(82), 0.5)
    assert psnr(made, scene(76)) > psnr(cross_fade(scene(70), scene(82), 0.5), scene(76)) + 5


def test_equal_pictures_give_that_picture() -> None:
    assert psnr(between(texture(), texture(), 0.5), texture()) > 50


def test_a_black_picture_is_no_cut_from_itself() -> None:
    black = np.zeros((90, 160, 3), np.uint8)
    assert alike(black, black) == pytest.approx(1, abs=0.01)
    assert alike(black, np.full_like(black, 255)) < CUT


def test_unlike_pictures_are_cuts_and_cross_fade() -> None:
    first, second = texture(seed=1), texture(seed=2)
    pair = InBetweens(first, second)
    assert pair.is_cut
    assert np.array_equal(pair.at(0.25), cross_fade(first, second, 0.25))


def test_moved_and_noisy_pictures_are_alike() -> None:
    noise = np.random.default_rng(1).normal(0, 5, (160, 240, 3))
    second = np.clip(shifted(texture(), 15, 5) + noise, 0, 255).astype(np.uint8)
    assert alike(texture(), second) > CUT


def test_sizes_may_differ_for_the_question_alone() -> None:
    assert alike(texture(), cv2.resize(texture(), (480, 320))) > CUT


def test_motion_is_measured_alike_wherever_in_memory_it_lies() -> None:
    """After a kill a job must come to the same frames, to the bit."""
    rng = np.random.default_rng(0)
    forward = rng.normal(0, 3, (64, 96, 2)).astype(np.float32)
    first = consistency(forward, -forward)
    kept = []
    for size in rng.integers(1, 10_000, 60):
        kept.append(np.empty(size, np.uint8))  # moves what is allocated next
        assert np.array_equal(consistency(forward, -forward), first)
