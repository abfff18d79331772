"""A folder whose pipeline stands in no table is drawn by what its own signature says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import SkyReelsV2DiffusionForcingPipeline, SkyReelsV2Transformer3DModel

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.models.folders import spec_of_folder
from studio.models.spec import Capability, ModelSpec
from tests.adapters.drawing_jobs import Inputs
from tests.adapters.tiny import wan
from tests.contract.contexts import RecordingContext


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("models") / "skyreels"
    transformer = SkyReelsV2Transformer3DModel(**wan.sizes(), in_channels=16, out_channels=16)
    SkyReelsV2DiffusionForcingPipeline(**wan.parts(transformer)).save_pretrained(folder)
    return spec_of_folder(folder)


def test_it_is_drawn_cropped_and_its_grid_is_told(spec: ModelSpec, tmp_path: Path) -> None:
    assert spec.family == "class:SkyReelsV2DiffusionForcingPipeline"
    assert spec.capabilities == (Capability.TEXT_TO_VIDEO,)
    adapter, inputs = DiffusersVideoAdapter(), Inputs(tmp_path)
    adapter.load(spec)
    context = RecordingContext(tmp_path)
    job = inputs.job(Capability.TEXT_TO_VIDEO, 10, width=72, num_inference_steps=3)
    frames = np.stack(list(adapter.run(job, context).frames))
    pipe = SkyReelsV2DiffusionForcingPipeline.from_pretrained(spec.folder)
    pipe.set_progress_bar_config(disable=True)
    bare = np.round(pipe(**adapter.call_arguments(job)).frames[0] * 255).astype(np.uint8)
    assert bare.shape == (9, 64, 80, 3)
    assert np.array_equal(frames, bare[:, :, 4:76])
    assert context.notices == ["skyreels makes 9 frames, not 10."]
