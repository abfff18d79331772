"""A quantized network from a GGUF file, in place of a model's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
import torch
from diffusers import GGUFQuantizationConfig, WanPipeline, WanTransformer3DModel
from msgspec.structs import replace
from safetensors.torch import load_file

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.errors import ModelError
from studio.models.folders import spec_of_folder
from studio.models.spec import Capability, ModelSpec
from tests.adapters.drawing_jobs import Inputs
from tests.adapters.tiny.registry import build_tiny
from tests.contract.contexts import RecordingContext

WEIGHTS = "transformer/diffusion_pytorch_model.safetensors"


def write_gguf(source: Path, target: Path) -> int:
    """The network in `source` with its large matrices in 4 bit; returns how many those are."""
    writer = gguf.GGUFWriter(target, "wan")
    quantized = 0
    for name, tensor in load_file(source).items():
        values = tensor.float().numpy()
        kind = gguf.GGMLQuantizationType.F32
        if values.ndim == 2 and values.shape[-1] % 32 == 0:
            kind = gguf.GGMLQuantizationType.Q4_0
            values = gguf.quants.quantize(values, kind)
            quantized += 1
        writer.add_tensor(name, values, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return quantized


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    return spec_of_folder(build_tiny("wan", tmp_path_factory.mktemp("models")))


def loaded(spec: ModelSpec) -> DiffusersVideoAdapter:
    adapter = DiffusersVideoAdapter()
    adapter.load(spec)
    return adapter


def frames(adapter: DiffusersVideoAdapter, folder: Path) -> np.ndarray:
    job = Inputs(folder).job(Capability.TEXT_TO_VIDEO, 5)
    return np.stack(list(adapter.run(job, RecordingContext(folder)).frames))


def test_a_gguf_network_draws_what_bare_diffusers_draws_with_it(spec: ModelSpec, tmp_path: Path) -> None:
    file = tmp_path / "small.gguf"
    assert write_gguf(spec.path(WEIGHTS), file) > 10
    adapter = loaded(replace(spec, parts={"transformer": str(file)}))
    kinds = {type(weight).__name__ for weight in adapter._pipe.transformer.parameters()}
    assert "GGUFParameter" in kinds
    drawn = frames(adapter, tmp_path)

    network = WanTransformer3DModel.from_single_file(
        str(file),
        config=spec.folder,
        subfolder="transformer",
        quantization_config=GGUFQuantizationConfig(compute_dtype=torch.float32),
        dtype=torch.float32,
    )
    pipe: Any = WanPipeline.from_pretrained(spec.folder, transformer=network, dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    arguments = adapter.call_arguments(Inputs(tmp_path).job(Capability.TEXT_TO_VIDEO, 5))
    bare = np.round(pipe(**arguments).frames[0] * 255).astype(np.uint8)
    assert np.array_equal(drawn, bare)


def test_a_gguf_file_that_is_cut_off_is_a_model_error(spec: ModelSpec, tmp_path: Path) -> None:
    file = tmp_path / "half.gguf"
    write_gguf(spec.path(WEIGHTS), file)
    file.write_bytes(file.read_bytes()[:-5000])
    with pytest.raises(ModelError, match="cannot be loaded"):
        loaded(replace(spec, parts={"transformer": str(file)}))
