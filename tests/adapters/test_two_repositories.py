"""AnimateDiff as it comes from the Hub: a model of pictures in one place, its motion in another."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AnimateDiffPipeline, DDIMScheduler, MotionAdapter
from msgspec.structs import replace

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.models.catalog import read_spec
from studio.models.spec import Capability, ModelSpec
from studio.paths import resources_folder
from studio.worker.sealing import model_hash
from tests.adapters.bare import bare_frames
from tests.adapters.drawing_jobs import Inputs
from tests.adapters.tiny import unets
from tests.contract.contexts import RecordingContext


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    """The shipped description, over tiny weights that lie as on the Hub: by variant, with a filter."""
    folder = tmp_path_factory.mktemp("hub")
    torch.manual_seed(0)
    unets.picture_base().save_pretrained(folder / "base", variant="fp16")
    unets.motion_adapter().save_pretrained(folder / "motion", variant="fp16")
    index = folder / "base" / "model_index.json"
    named = json.loads(index.read_text())
    index.write_text(json.dumps({**named, "safety_checker": ["stable_diffusion", "SafetyChecker"]}))
    shipped = read_spec(resources_folder() / "models" / "animatediff")
    assert isinstance(shipped, ModelSpec)
    parts = {"motion_adapter": str(folder / "motion")}
    return replace(shipped, weights=str(folder / "base"), parts=parts)


def test_frames_are_those_of_bare_diffusers(spec: ModelSpec, tmp_path: Path) -> None:
    adapter = DiffusersVideoAdapter()
    adapter.load(spec)
    job = Inputs(tmp_path).job(Capability.TEXT_TO_VIDEO, 4)
    frames = np.stack(list(adapter.run(job, RecordingContext(tmp_path)).frames))
    motion = MotionAdapter.from_pretrained(spec.parts["motion_adapter"], variant="fp16", dtype=torch.float32)
    bare = AnimateDiffPipeline.from_pretrained(
        spec.weights, motion_adapter=motion, variant="fp16", dtype=torch.float32
    )
    settings = {"beta_schedule": "linear", "clip_sample": False, "timestep_spacing": "linspace"}
    bare.scheduler = DDIMScheduler.from_config(bare.scheduler.config, steps_offset=1, **settings)
    bare.set_progress_bar_config(disable=True)
    assert frames.std() > 1
    assert np.array_equal(frames, bare_frames(bare, adapter.call_arguments(job)))


def test_both_places_are_part_of_what_the_model_is(spec: ModelSpec) -> None:
    before = model_hash(spec)
    weights = next(Path(spec.parts["motion_adapter"]).glob("*.safetensors"))
    content = weights.read_bytes()
    weights.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    try:
        assert model_hash(spec) != before
    finally:
        weights.write_bytes(content)
