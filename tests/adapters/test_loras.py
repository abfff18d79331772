"""LoRAs on tiny pipelines: weighted, several, for one expert, swapped, taken off, refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import save_file

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.errors import ModelError
from studio.jobs.job import Expert, Generate, Lora
from studio.models.families import FAMILIES
from studio.models.folders import spec_of_folder
from tests.adapters.drawing_jobs import Inputs
from tests.adapters.tiny.registry import TINY, build_tiny
from tests.contract.contexts import RecordingContext

pytestmark = pytest.mark.filterwarnings("ignore:In CPU autocast")
_TARGETS = ["to_q", "to_k", "to_v", "to_query", "to_key", "to_value", "to_qkv", "q", "k", "v"]


def write_lora(name: str, path: Path, seed: int) -> Path:
    """A LoRA with random numbers for the tiny pipeline called `name`, as diffusers saves it."""
    pipe: Any = TINY[name].build()
    part = "unet" if "unet" in pipe.components else "transformer"
    network = pipe.components[part]
    network.add_adapter(LoraConfig(r=2, target_modules=_TARGETS))
    chance = torch.Generator().manual_seed(seed)
    weights = get_peft_model_state_dict(network)
    drawn = {
        f"{part}.{key}": torch.randn(value.shape, generator=chance).contiguous()
        for key, value in weights.items()
    }
    save_file(drawn, path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("loras")


@pytest.fixture(scope="module")
def inputs(folder: Path) -> Inputs:
    return Inputs(folder)


def loaded(name: str, folder: Path) -> DiffusersVideoAdapter:
    adapter = DiffusersVideoAdapter()
    adapter.load(spec_of_folder(build_tiny(name, folder)))
    return adapter


def frames(adapter: DiffusersVideoAdapter, job: Generate, folder: Path) -> np.ndarray:
    return np.stack(list(adapter.run(job, RecordingContext(folder)).frames)).astype(int)


@pytest.mark.parametrize("name", [name for name, tiny in TINY.items() if tiny.takes_loras])
def test_a_lora_counts_by_its_weight_and_leaves_without_a_trace(
    name: str, folder: Path, inputs: Inputs
) -> None:
    adapter = loaded(name, folder)
    file = write_lora(name, folder / f"{name}.safetensors", 1)
    spec = spec_of_folder(folder / name)
    task = spec.capabilities[0]
    also = FAMILIES[spec.family].lacking((task,))

    def drawn(*loras: Lora) -> np.ndarray:
        return frames(adapter, inputs.job(task, TINY[name].frames, also, loras=loras), folder)

    plain = drawn()
    full, none = drawn(Lora(str(file), 1.0)), drawn(Lora(str(file), 0.0))
    assert np.abs(full - plain).max() > 0
    assert np.abs(none - plain).max() <= 1
    assert np.array_equal(drawn(Lora(str(file), 1.0)), full)
    assert np.array_equal(drawn(), plain)


def test_several_loras_are_swapped_without_loading_the_model_again(folder: Path, inputs: Inputs) -> None:
    adapter = loaded("wan", folder)
    one, two = (Lora(str(write_lora("wan", folder / f"style{k}.safetensors", k)), 0.7) for k in (1, 2))
    job = inputs.job(adapter._spec.capabilities[0], 5)
    network = adapter._pipe.transformer
    results = [
        frames(adapter, inputs.job(adapter._spec.capabilities[0], 5, loras=loras), folder)
        for loras in ((one,), (two,), (one, two), (two,), (one,), ())
    ]
    assert adapter._pipe.transformer is network
    assert np.array_equal(results[0], results[4]) and np.array_equal(results[1], results[3])
    assert not np.array_equal(results[0], results[1]) and not np.array_equal(results[2], results[0])
    assert np.array_equal(results[5], frames(loaded("wan", folder), job, folder))


def test_a_lora_can_be_for_one_of_two_experts(folder: Path, inputs: Inputs) -> None:
    adapter = loaded("wan-a14b", folder)
    file = str(write_lora("wan-a14b", folder / "expert.safetensors", 3))
    task = adapter._spec.capabilities[0]
    drawn = {
        expert: frames(adapter, inputs.job(task, 5, loras=(Lora(file, 1.0, expert),)), folder)
        for expert in Expert
    }
    plain = frames(adapter, inputs.job(task, 5), folder)
    for one in (*drawn.values(), plain):
        assert sum(np.array_equal(one, other) for other in (*drawn.values(), plain)) == 1


@pytest.mark.parametrize("content", ["other family", "lying header", "no lora"])
def test_a_lora_that_does_not_fit_is_refused_and_leaves_no_trace(
    content: str, folder: Path, inputs: Inputs
) -> None:
    adapter = loaded("wan", folder)
    task = adapter._spec.capabilities[0]
    plain = frames(adapter, inputs.job(task, 5), folder)
    file = folder / "wrong.safetensors"
    if content == "other family":
        write_lora("mochi", file, 1)
    elif content == "lying header":
        file.write_bytes((2**40).to_bytes(8, "little") + b"{}")
    else:
        save_file({"weight": torch.zeros(3)}, file)
    with pytest.raises(ModelError, match=r"wrong\.safetensors does not fit"):
        frames(adapter, inputs.job(task, 5, loras=(Lora(str(file)),)), folder)
    assert np.array_equal(frames(adapter, inputs.job(task, 5), folder), plain)
