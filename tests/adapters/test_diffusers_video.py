"""The diffusers adapter on a model as small as the shipped starter, against the bare pipeline."""

from __future__ import annotations

import copy
import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import DiffusionPipeline, FlowMatchEulerDiscreteScheduler
from msgspec.structs import replace
from safetensors.torch import load_file, save_file

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.adapters.scheduler_tap import SchedulerTap
from studio.errors import CancelledError, JobError, ModelError
from studio.jobs.job import Generate, Keyframe
from studio.models.catalog import read_spec
from studio.models.spec import Limits, ModelSpec
from studio.timing import FrameGrid
from tests.adapters.tiny_wan import build_tiny_wan
from tests.contract.contexts import RecordingContext
from tests.engine.stage import scripted


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    return read_spec(build_tiny_wan(tmp_path_factory.mktemp("models") / "tiny-wan"))


@pytest.fixture(scope="module")
def adapter(spec: ModelSpec) -> DiffusersVideoAdapter:
    adapter = DiffusersVideoAdapter()
    adapter.load(spec)
    return adapter


def job(**changes: Any) -> Generate:
    asked = scripted("a red ball", model="tiny-wan", steps=4, frames=9)
    asked = replace(asked, width=32, height=32, guidance_scale=3.0, seed=7)
    return replace(asked, **changes)


def frames_of(adapter: DiffusersVideoAdapter, asked: Generate, context: RecordingContext) -> list[np.ndarray]:
    return list(adapter.run(asked, context).frames)


def test_frames_are_those_of_the_bare_pipeline_previews_or_not(
    adapter: DiffusersVideoAdapter, spec: ModelSpec, tmp_path: Path
) -> None:
    bare = DiffusionPipeline.from_pretrained(spec.folder, dtype=torch.float32)
    bare.set_progress_bar_config(disable=True)
    video = bare(**adapter.call_arguments(job())).frames[0]
    for previews in (False, True):
        context = RecordingContext(tmp_path, previews=previews)
        frames = frames_of(adapter, job(), context)
        assert np.array_equal(np.stack(frames), np.round(video * 255).astype(np.uint8))
        assert len(context.previews) == (3 if previews else 0)


def test_pictures_are_refused_not_left_out_unsaid(adapter: DiffusersVideoAdapter, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="image-to-video"):
        adapter.run(job(images=(Keyframe(path="a.png"),)), RecordingContext(tmp_path))


def test_steps_and_phases_come_in_order(adapter: DiffusersVideoAdapter, tmp_path: Path) -> None:
    context = RecordingContext(tmp_path)
    frames_of(adapter, job(prompt="the beach"), context)
    encode = [("encode", 0, 1)]
    denoise = [("denoise", step, 4) for step in range(5)]
    decode = [("decode", step, 3) for step in range(4)]
    assert context.steps == encode + denoise + decode


def test_the_last_preview_is_close_to_the_first_frame(adapter: DiffusersVideoAdapter, tmp_path: Path) -> None:
    context = RecordingContext(tmp_path, previews=True)
    frames = frames_of(adapter, job(num_inference_steps=12), context)
    distances = [np.abs(shown[0].astype(int) - frames[0]).mean() for shown in context.previews]
    assert distances[-1] < distances[0] and distances[-1] < 3


@pytest.mark.parametrize("place", [("encode", 0), ("denoise", 1), ("decode", 1)])
def test_cancel_takes_effect_within_a_step(
    adapter: DiffusersVideoAdapter, tmp_path: Path, place: tuple[str, int]
) -> None:
    whole = frames_of(adapter, job(), RecordingContext(tmp_path))
    context = RecordingContext(tmp_path, cancel_at=place)
    with pytest.raises(CancelledError):
        frames_of(adapter, job(prompt=f"a ball {place}"), context)
    assert context.steps[-1][:2] == place
    again = frames_of(adapter, job(), RecordingContext(tmp_path))
    assert np.array_equal(np.stack(whole), np.stack(again))


def test_another_size_is_enlarged_and_another_shape_noticed(
    adapter: DiffusersVideoAdapter, tmp_path: Path
) -> None:
    square = RecordingContext(tmp_path)
    assert frames_of(adapter, job(width=64, height=64), square)[0].shape == (64, 64, 3)
    assert square.notices == []
    wide = RecordingContext(tmp_path)
    assert frames_of(adapter, job(width=64, height=36), wide)[0].shape == (36, 64, 3)
    assert "sides" in wide.notices[0]


def test_a_model_without_a_native_size_draws_what_its_grid_allows(spec: ModelSpec, tmp_path: Path) -> None:
    free = DiffusersVideoAdapter()
    free.load(replace(spec, limits=Limits(frames=FrameGrid(4, 1, 5, 81))))
    asked = job(width=50, height=40, num_frames=6)
    assert {name: free.call_arguments(asked)[name] for name in ("width", "height", "num_frames")} == {
        "width": 64,
        "height": 64,
        "num_frames": 5,
    }
    assert frames_of(free, asked, RecordingContext(tmp_path))[0].shape == (40, 50, 3)


def test_styles_and_call_arguments_come_from_the_model(adapter: DiffusersVideoAdapter) -> None:
    arguments = adapter.call_arguments(job(style="crayon"))
    assert arguments["prompt"] == "a red ball, drawn with crayons"
    assert arguments["max_sequence_length"] == 16


def test_a_rung_down_decodes_in_tiles(spec: ModelSpec) -> None:
    thrifty = DiffusersVideoAdapter()
    thrifty.load(spec)
    assert thrifty.economise() and not thrifty.economise()


def test_a_broken_folder_is_a_model_error(spec: ModelSpec, tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text("{")
    with pytest.raises(ModelError, match="cannot be loaded"):
        DiffusersVideoAdapter().load(replace(spec, folder=str(tmp_path)))


def test_a_second_job_with_the_same_prompt_does_not_read_it_again(
    adapter: DiffusersVideoAdapter, tmp_path: Path
) -> None:
    first, second = RecordingContext(tmp_path), RecordingContext(tmp_path)
    one = frames_of(adapter, job(prompt="a blue ball"), first)
    two = frames_of(adapter, job(prompt="a blue ball"), second)
    assert first.steps[0][0] == "encode" and second.steps[0][0] == "denoise"
    assert np.array_equal(np.stack(one), np.stack(two))


def test_the_tap_sees_the_clean_latents_and_copies_are_not_watched() -> None:
    scheduler = FlowMatchEulerDiscreteScheduler(shift=3.0)
    tap = SchedulerTap(scheduler, lambda: True)
    signature = inspect.signature(FlowMatchEulerDiscreteScheduler.step)
    assert inspect.signature(scheduler.step).parameters.keys() == set(signature.parameters) - {"self"}
    clean, noise = torch.randn(2, 1, 4, 3, 2, 2)
    scheduler.set_timesteps(5)
    assert tap.clean is None
    copied = copy.deepcopy(scheduler)
    sigma = scheduler.sigmas[0]
    sample = (1 - sigma) * clean + sigma * noise
    copied.step(noise - clean, scheduler.timesteps[0], sample)
    assert tap.clean is None
    scheduler.step(noise - clean, scheduler.timesteps[0], sample)
    assert tap.clean is not None and torch.allclose(tap.clean, clean, atol=1e-5)


def test_a_prediction_that_is_no_number_ends_the_job_at_once() -> None:
    scheduler = FlowMatchEulerDiscreteScheduler(shift=3.0)
    SchedulerTap(scheduler, lambda: False)
    scheduler.set_timesteps(5)
    with pytest.raises(JobError, match="black"):
        scheduler.step(torch.full((1, 2), torch.nan), scheduler.timesteps[0], torch.zeros(1, 2))


def test_a_single_file_stands_in_for_a_part(
    adapter: DiffusersVideoAdapter, spec: ModelSpec, tmp_path: Path
) -> None:
    own = spec.path("transformer/diffusion_pytorch_model.safetensors")
    same, other = tmp_path / "same.safetensors", tmp_path / "other.safetensors"
    same.write_bytes(own.read_bytes())
    save_file({name: value * 1.5 for name, value in load_file(own).items()}, other, {"format": "pt"})

    def drawn(file: Path) -> np.ndarray:
        one = DiffusersVideoAdapter()
        one.load(replace(spec, parts={"transformer": str(file)}))
        return np.stack(frames_of(one, job(), RecordingContext(tmp_path)))

    whole = np.stack(frames_of(adapter, job(), RecordingContext(tmp_path)))
    assert np.array_equal(drawn(same), whole)
    assert not np.array_equal(drawn(other), whole)


def test_compiled_blocks_are_left_alone_and_a_cancel_is_heard_between_steps(
    spec: ModelSpec, tmp_path: Path
) -> None:
    """As Wan-Animate-2's are on an accelerator."""
    compiled = DiffusersVideoAdapter()
    compiled.load(spec)
    whole = frames_of(compiled, job(), RecordingContext(tmp_path))
    pipe: Any = compiled._pipe
    pipe.transformer.compile_repeated_blocks(fullgraph=False, backend="eager")
    context = RecordingContext(tmp_path, cancel_at=("denoise", 1))
    with pytest.raises(CancelledError):
        frames_of(compiled, job(), context)
    assert context.steps[-1][:2] in (("denoise", 1), ("denoise", 2))
    assert not any(block._forward_pre_hooks for block in pipe.transformer.blocks)
    assert np.array_equal(np.stack(frames_of(compiled, job(), RecordingContext(tmp_path))), np.stack(whole))
