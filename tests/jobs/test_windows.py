"""Long videos as overlapping windows: their lengths, words, pictures and seeds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from studio.jobs.job import Extension, Generate, Keyframe, Source, Window
from studio.jobs.validate import problems
from studio.jobs.windows import evenly, is_long, planned
from studio.models.families import ADAPTER, FAMILIES
from studio.models.spec import Capability, Licence, ModelSpec
from studio.timing import Rate, TimeRange, frame_time

RATE = Rate(16)


def spec_of(family: str) -> ModelSpec:
    known = FAMILIES[family]
    return ModelSpec(
        id=family,
        title=known.title,
        description="",
        family=family,
        capabilities=known.capabilities,
        adapter=ADAPTER,
        licence=Licence("free"),
        limits=known.limits,
        defaults=known.defaults,
        experts=2 if known.experts == 2 else 1,
    )


def job(frames: int, **changes: Any) -> Generate:
    asked = Generate(
        prompt="a ball",
        width=832,
        height=480,
        num_frames=frames,
        frame_rate=RATE,
        num_inference_steps=20,
        guidance_scale=5.0,
        seed=7,
    )
    return replace(asked, **changes)


@pytest.mark.parametrize("family", [name for name in FAMILIES if "extend" in FAMILIES[name].capabilities])
@settings(max_examples=30)
@given(frames=st.integers(1, 3000), parts=st.integers(1, 4), extends=st.booleans())
def test_windows_cover_every_frame_once_and_fit_the_model(
    family: str, frames: int, parts: int, extends: bool
) -> None:
    spec = spec_of(family)
    asked = job(max(frames, parts), extend=Extension("clip.mkv") if extends else None)
    asked = replace(asked, windows=evenly([f"part {k}" for k in range(parts)], asked.num_frames))
    plan = planned(asked, spec, FAMILIES[family])
    assert sum(window.keeps for window in plan) == asked.num_frames
    start = 0
    for place, window in enumerate(plan):
        grid, drawn = spec.limits.frames, window.job.num_frames
        assert grid.snap(drawn) == drawn <= max(grid.snap(spec.defaults.num_frames), grid.minimum)
        assert window.start == start and window.keeps > 0
        assert window.new.stop <= drawn and window.new.start == window.held == window.shared.stop
        assert (window.held > 0) == (place > 0 or extends)
        start += window.keeps


def test_each_part_has_its_own_words_and_no_two_windows_the_same_noise() -> None:
    asked = job(200, windows=(Window("a dog", 120), Window("a cat", 80)))
    plan = planned(asked, spec_of("ltx-condition"), FAMILIES["ltx-condition"])
    assert [window.job.prompt for window in plan] == ["a dog", "a dog", "a cat"]
    assert [window.job.seed for window in plan] == [7, 8, 9]
    assert sum(window.keeps for window in plan[:2]) == 120


def test_backwards_the_last_window_is_drawn_first_and_holds_its_end() -> None:
    asked = job(100, extend=Extension("clip.mkv", backwards=True))
    plan = planned(asked, spec_of("wan-vace"), FAMILIES["wan-vace"])
    assert [window.start for window in plan] == [50, 0]
    for window in plan:
        assert window.shared == slice(window.job.num_frames - 9, window.job.num_frames)
        assert window.new.stop == window.shared.start and Capability.EXTEND_BACK in window.needs


def test_pictures_and_films_go_to_the_window_they_stand_in() -> None:
    images = (Keyframe("a.png"), Keyframe("b.png", frame=100), Keyframe("c.png", frame=-1))
    asked = job(140, images=images, control=Source("poses.mp4"), windows=evenly(["one", "two"], 140))
    first, second = planned(asked, spec_of("wan-vace"), FAMILIES["wan-vace"])
    assert [(image.path, image.frame) for image in first.job.images] == [("a.png", 0)]
    # Nine frames are held before the new ones.
    assert [(image.path, image.frame) for image in second.job.images] == [("b.png", 39), ("c.png", 78)]
    assert first.job.control == asked.control
    control = second.job.control
    assert control is not None and control.time_range is not None
    assert control.time_range.start == frame_time(70 - 9, RATE)


def test_a_part_of_a_film_is_not_left() -> None:
    part = TimeRange(frame_time(32, RATE), frame_time(16, RATE))
    asked = job(150, control=Source("poses.mp4", time_range=part))
    control = planned(asked, spec_of("wan-vace"), FAMILIES["wan-vace"])[-1].job.control
    assert control is not None and control.time_range is not None
    assert control.time_range == TimeRange(frame_time(47, RATE), frame_time(1, RATE))


def test_only_what_is_too_long_is_drawn_in_windows_and_that_is_said() -> None:
    spec = spec_of("wan")
    assert not is_long(job(161), spec) and is_long(job(162), spec)
    assert not is_long(job(10_000), spec_of("wan-first-last"))
    (told,) = problems(job(10_000), spec)
    assert told.severity == "info" and "139 parts" in told.message
    ends = (Keyframe(__file__), Keyframe(__file__, frame=-1))
    (cut,) = problems(replace(job(10_000), images=ends), spec_of("wan-first-last"))
    assert cut.severity == "warning" and "161 frames, not 10000" in cut.message


@pytest.mark.parametrize(
    ("family", "changes", "words"),
    [
        ("wan-first-last", {"extend": Extension(__file__)}, "cannot go on"),
        ("wan-first-last", {"windows": evenly(["a", "b"], 80)}, "cannot go on"),
        ("wan-i2v", {"extend": Extension(__file__, backwards=True)}, "cannot lead up"),
        ("wan-vace", {"windows": (Window("a", 80),)}, "One part alone"),
        ("wan-vace", {"windows": (Window("a", 40), Window("b", 41))}, "81 frames together"),
        ("wan-vace", {"windows": (Window("a", 80), Window("b", 0))}, "at least one frame"),
        ("wan-vace", {"windows": evenly(["a", " "], 80)}, "Say what should be seen"),
        ("wan", {"video": Source(__file__), "windows": evenly(["a", "b"], 80)}, "not both at once"),
        ("wan-a14b-i2v", {"windows": evenly(["a", "b"], 80)}, "starts from a picture"),
    ],
)
def test_what_cannot_be_continued_is_known_before(family: str, changes: dict[str, Any], words: str) -> None:
    found = problems(job(80, **changes), spec_of(family))
    errors = [problem.message for problem in found if problem.severity == "error"]
    assert any(words in message for message in errors), errors


def test_a_clip_is_continued_by_a_model_that_else_starts_from_a_picture() -> None:
    found = problems(job(80, extend=Extension(__file__)), spec_of("wan-i2v"))
    assert [problem for problem in found if problem.severity == "error"] == []
