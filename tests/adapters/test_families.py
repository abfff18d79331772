"""Every video family of diffusers as a tiny random pipeline: loaded by its folder, run for each task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.adapters.given_sound import held_sound
from studio.adapters.scheduler_tap import SchedulerTap
from studio.errors import CancelledError
from studio.jobs.job import Generate
from studio.jobs.validate import problems
from studio.models.completeness import index_of, read_json
from studio.models.families import FAMILIES
from studio.models.folders import spec_of_folder
from studio.models.spec import Capability, ModelSpec
from tests.adapters.bare import bare_frames, bare_pipeline
from tests.adapters.drawing_jobs import Inputs
from tests.adapters.tiny.registry import TINY, build_tiny
from tests.contract.contexts import RecordingContext

# Mochi asks for an autocast that processors do not have.
pytestmark = pytest.mark.filterwarnings("ignore:In CPU autocast")


# What a video has besides, and how it goes on: test_long_video.py.
NOT_TASKS = (Capability.SOUND, Capability.EXTEND, Capability.EXTEND_BACK)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(tmp_path_factory.mktemp("inputs"))


@pytest.fixture(scope="module", params=TINY)
def family(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    yield Loaded(request.param, tmp_path_factory.mktemp("models"))


class Loaded:
    """One family, loaded once for its tests."""

    def __init__(self, name: str, folder: Path) -> None:
        self.tiny = TINY[name]
        self.spec: ModelSpec = spec_of_folder(build_tiny(name, folder))
        self.adapter = DiffusersVideoAdapter()
        self.adapter.load(self.spec)

    @property
    def tasks(self) -> list[Capability]:
        return [one for one in self.spec.capabilities if one not in NOT_TASKS]

    def job(self, inputs: Inputs, task: Capability, **changes: Any) -> Generate:
        lacking = FAMILIES[self.spec.family].lacking((task,))
        return inputs.job(task, self.tiny.frames, lacking, **changes)

    def frames(self, job: Generate, context: RecordingContext) -> np.ndarray:
        return np.stack(list(self.adapter.run(job, context).frames))

    def bare(self, job: Generate) -> np.ndarray:
        """What diffusers alone makes of the same call, rounded to 8 bit."""
        pipe = bare_pipeline(self.adapter.pipeline(job), Path(self.spec.folder))
        if hasattr(pipe, "guider"):
            pipe.guider = pipe.guider.new(guidance_scale=job.guidance_scale)
        if (sound := held_sound(job, pipe, self.tiny.frames)) is not None:
            SchedulerTap(pipe.scheduler, lambda: False, sound=sound)
        return bare_frames(pipe, self.adapter.call_arguments(job))


def test_the_folder_tells_its_family_and_tasks(family: Loaded) -> None:
    assert family.spec.family == family.tiny.family
    assert family.tasks and not family.spec.missing_files()


def test_frames_of_every_task_are_those_of_bare_diffusers(
    family: Loaded, inputs: Inputs, tmp_path: Path
) -> None:
    for task in family.tasks:
        job = family.job(inputs, task)
        assert not [one for one in problems(job, family.spec) if one.severity == "error"], task
        context = RecordingContext(tmp_path, previews=True)
        frames = family.frames(job, context)
        assert frames.shape == (family.tiny.frames, 64, 64, 3), task
        assert np.array_equal(frames, family.bare(job)), task
        assert frames.std() > 1, task


def test_cancel_in_every_phase_leaves_the_next_run_as_it_was(
    family: Loaded, inputs: Inputs, tmp_path: Path
) -> None:
    job = family.job(inputs, family.tasks[0])
    whole = RecordingContext(tmp_path, previews=True)
    expected = family.frames(job, whole)
    phases = [phase for phase, step, _ in whole.steps if step == 0]
    assert phases[-2:] == ["denoise", "decode"]
    assert whole.steps[-1][1] == whole.steps[-1][2]
    for phase in ("encode", "denoise", "decode"):
        context = RecordingContext(tmp_path, cancel_at=(phase, 0))
        with pytest.raises(CancelledError):
            family.frames(family.job(inputs, family.tasks[0], prompt=f"a {phase}"), context)
        assert context.steps[-1][:2] == (phase, 0)
    assert np.array_equal(family.frames(job, RecordingContext(tmp_path)), expected)


def test_previews_are_small_pictures_of_what_is_to_come(
    family: Loaded, inputs: Inputs, tmp_path: Path
) -> None:
    context = RecordingContext(tmp_path, previews=True)
    job = family.job(inputs, family.tasks[0], num_inference_steps=4, width=96)
    frames = family.frames(job, context)
    assert frames.shape[1:] == (64, 96, 3)
    # After each step but the last; MiniMax-H3 counts the clean end as one.
    steps = max(steps for phase, _, steps in context.steps if phase == "denoise")
    assert len(context.previews) == steps - 1 >= 2
    drawn = family.adapter.call_arguments(job)
    for shown in context.previews:
        assert all(picture.dtype == np.uint8 and picture.shape[2] == 3 for picture in shown)
        if "width" in drawn:
            height, width = shown[0].shape[:2]
            assert abs(width / height - drawn["width"] / drawn["height"]) < 0.01
    assert not np.array_equal(context.previews[0][0], context.previews[1][0])


def test_sound_that_a_model_makes_is_as_long_as_its_pictures(
    family: Loaded, inputs: Inputs, tmp_path: Path
) -> None:
    footage = family.adapter.run(family.job(inputs, family.tasks[0]), RecordingContext(tmp_path))
    if Capability.SOUND not in family.spec.capabilities:
        assert footage.audio is None
        return
    assert footage.audio is not None and footage.audio.dtype == np.float32
    assert footage.audio.shape == (round(family.tiny.frames * 48000 / 16), 2)
    assert footage.audio.std() > 0


def test_a_saved_folder_says_which_class_it_is(family: Loaded) -> None:
    index = index_of(Path(family.spec.folder))
    assert index is not None and read_json(index)["_class_name"] in family.adapter._siblings
