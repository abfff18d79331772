"""The number before and after: of all segments together, whoever made them; rarely measured in long clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.adapters.base import SEGMENT_FRAMES
from studio.adapters.flicker_figures import FlickerFigures
from studio.project.timeline import Flicker
from studio.render.steadiness import measure
from tests.render.pictures import shifted, texture

SCENE = [shifted(texture(60, 80), number) for number in range(6)]
JUMPING = [np.clip(frame * (1.0 + 0.1 * (k % 2)), 0, 255).astype(np.uint8) for k, frame in enumerate(SCENE)]


def tell(figures: FlickerFigures, first: int, end: int) -> list[int]:
    """Goes through a segment as an adapter does; the frames that were measured."""
    segment = figures.segment(first)
    wanted = [number for number in range(first, end) if segment.wants(number)]
    for number in wanted:
        at = number % len(SCENE)
        segment.add(number, SCENE[at], JUMPING[at], SCENE[at])
    return wanted


def test_of_a_short_clip_every_pair_counts(tmp_path: Path) -> None:
    figures = FlickerFigures(tmp_path, 6)
    assert tell(figures, 0, 6) == [0, 1, 2, 3, 4, 5]
    found = figures.total()
    assert found is not None
    assert found.before == pytest.approx(measure(JUMPING, SCENE))
    assert found.after == pytest.approx(measure(SCENE, SCENE))


def test_of_a_long_clip_one_pair_in_twelve_counts(tmp_path: Path) -> None:
    assert tell(FlickerFigures(tmp_path, 5000), 24, 50) == [24, 25, 36, 37, 48, 49]


def test_a_segment_made_before_the_kill_counts_and_one_made_again_counts_once(tmp_path: Path) -> None:
    count = SEGMENT_FRAMES + 40
    whole = FlickerFigures(tmp_path, count)
    tell(whole, 0, SEGMENT_FRAMES)
    tell(whole, SEGMENT_FRAMES, count)
    later = FlickerFigures(tmp_path, count)
    tell(later, SEGMENT_FRAMES, count)
    assert isinstance(whole.total(), Flicker)
    assert later.total() == whole.total()


def test_nothing_to_compare_is_no_number(tmp_path: Path) -> None:
    figures = FlickerFigures(tmp_path, 1)
    tell(figures, 0, 1)
    assert figures.total() is None
