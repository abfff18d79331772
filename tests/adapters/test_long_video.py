"""Long videos and continued clips on tiny random pipelines of every family that can."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.adapters.drawing_arguments import call_arguments, drawing_of
from studio.adapters.drawing_inputs import clip_end
from studio.adapters.held_frames import HOLD, held_of
from studio.adapters.pipeline_facts import call_parameters
from studio.adapters.scheduler_tap import SchedulerTap
from studio.errors import ModelError
from studio.jobs.job import Extension, Generate
from studio.jobs.validate import problems
from studio.jobs.windows import PlannedWindow, evenly, planned
from studio.models.families import FAMILIES
from studio.models.folders import spec_of_folder
from studio.models.spec import Capability, ModelSpec
from tests.adapters.bare import bare_frames, bare_pipeline
from tests.adapters.drawing_jobs import RATE, Inputs
from tests.adapters.tiny.registry import TINY, build_tiny
from tests.contract.contexts import RecordingContext

# Mochi asks for an autocast that processors do not have.
pytestmark = pytest.mark.filterwarnings("ignore:In CPU autocast")

DIRECTIONS = (Capability.EXTEND, Capability.EXTEND_BACK)
GOING_ON = [name for name, tiny in TINY.items() if Capability.EXTEND in FAMILIES[tiny.family].capabilities]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(tmp_path_factory.mktemp("inputs"))


class Short:
    """One family whose usual length is a few frames, so that a long video is soon one of several windows."""

    def __init__(self, name: str, folder: Path) -> None:
        spec = spec_of_folder(build_tiny(name, folder))
        grid = spec.limits.frames
        usual = {17: 124, 8: 17, 6: 19, 4: 13, 1: 8}[grid.step]
        self.spec: ModelSpec = replace(spec, defaults=replace(spec.defaults, num_frames=grid.snap(usual)))
        self.family = FAMILIES[spec.family]
        self.adapter = DiffusersVideoAdapter()
        self.adapter.load(self.spec)

    def frames(self, job: Generate, context: RecordingContext) -> np.ndarray:
        errors = [one for one in problems(job, self.spec) if one.severity == "error"]
        assert not errors
        footage = self.adapter.run(job, context)
        frames = np.stack(list(footage.frames))
        assert len(frames) == footage.num_frames == job.num_frames
        return frames

    def bare(self, window: PlannedWindow, shared: np.ndarray) -> np.ndarray:
        """What diffusers alone makes of the same call."""
        pipe = self.adapter._pipeline(window.needs)
        drawing = drawing_of(window.job, self.spec, pipe)
        held = held_of(shared, window.backwards)
        arguments = call_arguments(window.job, self.spec, pipe, drawing, held)
        fresh = bare_pipeline(pipe, Path(self.spec.folder))
        if hasattr(fresh, "guider"):
            fresh.guider = fresh.guider.new(guidance_scale=window.job.guidance_scale)
        if HOLD in arguments and HOLD not in call_parameters(fresh):
            SchedulerTap(fresh.scheduler, lambda: False, arguments.pop(HOLD))
        return bare_frames(fresh, arguments)


@pytest.fixture(scope="module", params=GOING_ON)
def family(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Short]:
    yield Short(request.param, tmp_path_factory.mktemp("models"))


def extending(inputs: Inputs, direction: Capability, frames: int) -> Generate:
    back = direction is Capability.EXTEND_BACK
    extension = Extension(str(inputs.film), backwards=back)
    return inputs.job(Capability.TEXT_TO_VIDEO, frames, extend=extension)


def test_a_continuation_is_the_same_call_of_bare_diffusers(
    family: Short, inputs: Inputs, tmp_path: Path
) -> None:
    for direction in DIRECTIONS:
        job = extending(inputs, direction, 4)
        if direction not in family.spec.capabilities:
            assert any(
                one.field == "extend" and one.severity == "error" for one in problems(job, family.spec)
            )
            continue
        (window,) = planned(job, family.spec, family.family)
        assert job.extend is not None
        shared = clip_end(job.extend, (64, 64), RATE, window.held)
        drawn = family.adapter._window(window, shared, RecordingContext(tmp_path))
        assert np.array_equal(drawn.frames, family.bare(window, shared)), direction
        moved = held_of(shared[:, :, ::-1].copy(), window.backwards)
        other = family.adapter._window(
            window, np.stack([np.asarray(i) for i in moved.images]), RecordingContext(tmp_path)
        )
        assert not np.array_equal(drawn.frames[window.new], other.frames[window.new]), direction


def test_a_long_video_has_every_frame(family: Short, inputs: Inputs, tmp_path: Path) -> None:
    start = next(one for one in family.spec.capabilities if one not in DIRECTIONS)
    parts = evenly(["a red ball", "a blue ball"], 12)
    job = inputs.job(start, 12, windows=parts, num_inference_steps=3)
    context = RecordingContext(tmp_path, previews=True)
    frames = family.frames(job, context)
    assert frames.shape == (12, 64, 64, 3) and frames.std() > 1 and context.previews
    assert len(planned(job, family.spec, family.family)) > 1


def test_words_count_in_their_own_part_only(inputs: Inputs, tmp_path: Path) -> None:
    family = Short("wan", tmp_path)
    job = inputs.job(Capability.TEXT_TO_VIDEO, 24, windows=evenly(["a red ball", "a blue ball"], 24))
    one, other = (
        family.frames(replace(job, windows=evenly(["a red ball", words], 24)), RecordingContext(tmp_path))
        for words in ("a red ball", "a blue ball")
    )
    assert np.array_equal(one[:3], other[:3]) and not np.array_equal(one[12:], other[12:])


def test_a_clip_is_led_up_to_in_several_windows(inputs: Inputs, tmp_path: Path) -> None:
    family = Short("ltx-condition", tmp_path)
    job = extending(inputs, Capability.EXTEND_BACK, 12)
    assert len(family.frames(job, RecordingContext(tmp_path))) == 12
    assert len(planned(job, family.spec, family.family)) > 1


def test_what_is_held_is_shown_again(inputs: Inputs, tmp_path: Path) -> None:
    """The latents that are put back are those of the clip: decoded, they are its frames again."""
    family = Short("wan", tmp_path)
    pipe: Any = family.adapter._pipe
    for direction in DIRECTIONS:
        job = extending(inputs, direction, 4)
        (window,) = planned(job, family.spec, family.family)
        assert job.extend is not None
        shared = clip_end(job.extend, (64, 64), RATE, window.held)
        held = held_of(shared, window.backwards)
        drawing = drawing_of(window.job, family.spec, pipe)
        arguments = call_arguments(window.job, family.spec, pipe, drawing, held)
        latents = pipe(**{**arguments, "output_type": "latent"}).frames
        step = arguments["callback_on_step_end"]
        known = latents[:, :, step._place]
        assert torch.allclose(known, step._known) and known.shape[2] == (3 if not window.backwards else 2)


def test_a_family_that_cannot_go_on_says_so(inputs: Inputs, tmp_path: Path) -> None:
    adapter = DiffusersVideoAdapter()
    adapter.load(spec_of_folder(build_tiny("wan-first-last", tmp_path)))
    with pytest.raises(ModelError, match="cannot go on"):
        adapter.run(extending(inputs, Capability.EXTEND, 12), RecordingContext(tmp_path))


def test_a_long_video_has_its_sound_throughout(inputs: Inputs, tmp_path: Path) -> None:
    family = Short("ltx-2", tmp_path)
    job = inputs.job(Capability.TEXT_TO_VIDEO, 30, windows=evenly(["a ball", "a cat"], 30))
    footage = family.adapter.run(job, RecordingContext(tmp_path))
    assert isinstance(footage.audio, np.ndarray) and footage.audio.shape == (90_000, 2)
    assert footage.audio.std() > 0
