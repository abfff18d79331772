"""What is special about pipelines in modular form: several parts in one call, what a folder may name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.errors import ModelError
from studio.jobs.job import Keyframe
from studio.models.families import FAMILIES
from studio.models.folders import spec_of_folder
from studio.models.spec import Capability
from tests.adapters.drawing_jobs import Inputs
from tests.adapters.tiny.registry import TINY, build_tiny
from tests.contract.contexts import RecordingContext

BOTH = (Capability.CONTROL, Capability.REFERENCES)


def test_steps_count_through_the_parts_of_a_call(tmp_path: Path) -> None:
    """Wan-Animate-2 draws 81 frames at a time, and decodes each part before the next one."""
    adapter = DiffusersVideoAdapter()
    adapter.load(spec_of_folder(build_tiny("wan-animate-2-distilled", tmp_path)))
    job = Inputs(tmp_path).job(BOTH[0], 85, BOTH[1:], guidance_scale=1.0)
    context = RecordingContext(tmp_path)
    frames = np.stack(list(adapter.run(job, context).frames))
    assert frames.shape == (85, 64, 64, 3) and frames[81:].std() > 1
    drawn = [step for phase, step, _ in context.steps if phase == "denoise"]
    assert drawn == sorted(drawn) and drawn[-1] == 4
    assert {steps for phase, _, steps in context.steps if phase == "denoise"} == {4}
    phases = [phase for phase, _, _ in context.steps]
    assert phases.index("decode") > max(k for k, phase in enumerate(phases) if phase == "denoise")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (["somebody_else", "Tokenizer", {}], "is of somebody_else"),
        (["os", "SystemTokenizer", {}], "is of os"),
    ],
)
def test_parts_of_other_libraries_are_refused(tmp_path: Path, entry: list[object], words: str) -> None:
    folder = build_tiny("minimax-h3", tmp_path)
    file = folder / "modular_model_index.json"
    index = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**index, "tokenizer": entry}), "utf-8")
    with pytest.raises(ModelError, match=words):
        DiffusersVideoAdapter().load(spec_of_folder(folder))


def test_a_damaged_part_is_a_model_error(tmp_path: Path) -> None:
    folder = build_tiny("minimax-h3", tmp_path)
    weights = next((folder / "audio_vae").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(ModelError, match="audio_vae"):
        DiffusersVideoAdapter().load(spec_of_folder(folder))


@pytest.mark.parametrize("name", ["minimax-h3", "wan-animate-2"])
def test_a_prompt_is_not_read_again(name: str, tmp_path: Path) -> None:
    adapter = DiffusersVideoAdapter()
    spec = spec_of_folder(build_tiny(name, tmp_path))
    adapter.load(spec)
    task = Capability.IMAGE_TO_VIDEO if name == "minimax-h3" else BOTH[0]
    also = FAMILIES[spec.family].lacking((task,))
    reads: list[int] = []
    encoder = adapter._pipe.text_encoder
    (encoder.model if name == "minimax-h3" else encoder).register_forward_pre_hook(lambda *_: reads.append(1))

    def drawn(**changes: object) -> np.ndarray:
        reads.clear()
        inputs = Inputs(tmp_path)
        job = inputs.job(task, TINY[name].frames, also, num_inference_steps=3, **changes)
        return np.stack(list(adapter.run(job, RecordingContext(tmp_path)).frames))

    first = drawn()
    assert reads
    assert np.array_equal(drawn(), first) and not reads
    assert not np.array_equal(drawn(seed=6), first) and not reads
    assert not np.array_equal(drawn(prompt="a blue ball on the beach"), first) and reads
    if name == "minimax-h3":
        other = Keyframe(str(Inputs(tmp_path).last))
        assert not np.array_equal(drawn(images=(other,)), first) and reads, "it reads pictures too"
    else:
        unguided = drawn(guidance_scale=1.0)
        assert not np.array_equal(unguided, first) and reads
        assert np.array_equal(drawn(guidance_scale=1.0), unguided) and not reads
