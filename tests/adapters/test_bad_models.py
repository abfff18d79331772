"""Damaged models and strange requests: a message and a hint, before minutes are spent."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from msgspec.structs import replace
from safetensors.torch import load_file, save_file

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.errors import JobError, ModelError, StudioError
from studio.jobs.job import Keyframe, Lora, Mask, Source
from studio.jobs.validate import problems
from studio.models.folders import spec_of_folder
from studio.models.spec import Capability
from tests.adapters.drawing_jobs import Inputs
from tests.adapters.tiny.registry import build_tiny
from tests.contract.contexts import RecordingContext

TEXT = Capability.TEXT_TO_VIDEO
WEIGHTS = "transformer/diffusion_pytorch_model.safetensors"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny("wan", tmp_path_factory.mktemp("models"))


@pytest.fixture
def model(whole: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(whole, tmp_path / "model"))


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    return Inputs(tmp_path)


def loaded(folder: Path) -> DiffusersVideoAdapter:
    adapter = DiffusersVideoAdapter()
    adapter.load(spec_of_folder(folder))
    return adapter


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda model: (model / "model_index.json").unlink(), "not a diffusers model"),
        (lambda model: (model / "model_index.json").write_text("{"), "damaged"),
        (lambda model: (model / WEIGHTS).unlink(), "not complete: transformer"),
        (lambda model: shutil.rmtree(model / "vae"), "not complete: vae"),
    ],
)
def test_half_a_folder_is_named_without_loading_anything(model: Path, damage: Any, words: str) -> None:
    damage(model)
    with pytest.raises(ModelError, match=words) as caught:
        spec_of_folder(model)
    assert caught.value.hint


def test_a_modular_pipeline_is_told(model: Path) -> None:
    (model / "model_index.json").rename(model / "modular_model_index.json")
    with pytest.raises(ModelError, match="modular pipeline"):
        spec_of_folder(model)


def test_a_model_that_makes_no_video_is_told(model: Path) -> None:
    index = json.loads((model / "model_index.json").read_text())
    (model / "model_index.json").write_text(json.dumps({**index, "_class_name": "FluxPipeline"}))
    with pytest.raises(ModelError, match="does not make video"):
        spec_of_folder(model)


def test_an_unknown_video_class_is_read_from_its_own_signature(model: Path) -> None:
    index = json.loads((model / "model_index.json").read_text())
    (model / "model_index.json").write_text(json.dumps({**index, "_class_name": "AllegroPipeline"}))
    spec = spec_of_folder(model)
    assert spec.family == "class:AllegroPipeline" and spec.capabilities == (TEXT,)
    assert spec.defaults.guidance_scale == 7.5


def without_setting(model: Path) -> None:
    config = json.loads((model / "transformer" / "config.json").read_text())
    (model / "transformer" / "config.json").write_text(json.dumps({**config, "num_layers": 7}))


@pytest.mark.parametrize(
    "damage",
    [
        lambda model: (model / WEIGHTS).write_bytes((2**40).to_bytes(8, "little") + b"{}"),
        lambda model: (model / WEIGHTS).write_bytes((model / WEIGHTS).read_bytes()[:-1000]),
        lambda model: (model / WEIGHTS).write_bytes(b""),
        lambda model: (model / "transformer" / "config.json").write_text("{}"),
        without_setting,
        lambda model: (model / "tokenizer" / "tokenizer.json").write_text("no json"),
    ],
    ids=["lying header", "cut off", "empty", "no settings", "more layers", "tokenizer"],
)
def test_damaged_parts_end_in_a_model_error(model: Path, damage: Any) -> None:
    damage(model)
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        loaded(model)
    assert caught.value.hint and caught.value.details


@pytest.mark.parametrize(
    ("part", "words"), [("transformer", "prediction is not a number"), ("vae", "made of no numbers")]
)
def test_weights_that_are_no_numbers_are_reported_not_drawn_black(
    model: Path, inputs: Inputs, tmp_path: Path, part: str, words: str
) -> None:
    file = model / part / "diffusion_pytorch_model.safetensors"
    weights = load_file(file)
    last = "proj_out.weight" if part == "transformer" else "decoder.conv_out.weight"
    save_file({**weights, last: torch.full_like(weights[last], torch.nan)}, file, {"format": "pt"})
    context = RecordingContext(tmp_path)
    with pytest.raises(JobError, match=words):
        list(loaded(model).run(inputs.job(TEXT, 5, num_inference_steps=20), context).frames)
    if part == "transformer":
        assert ("denoise", 1, 20) not in context.steps


@pytest.mark.parametrize("prompt", ["word " * 4000, "🎈🌊👩‍👩‍👧 🇫🇷", "\n\t ", "красный шар", "a\x00b"])
def test_any_text_can_be_drawn(whole: Path, inputs: Inputs, tmp_path: Path, prompt: str) -> None:
    adapter = loaded(whole)
    frames = list(adapter.run(inputs.job(TEXT, 5, prompt=prompt), RecordingContext(tmp_path)).frames)
    assert np.stack(frames).std() > 0


@pytest.mark.parametrize(
    ("changes", "field", "severity"),
    [
        ({"prompt": "word " * 4000}, "prompt", "warning"),
        ({"prompt": "  "}, "prompt", "error"),
        ({"num_frames": 10_000}, "num_frames", "info"),
        ({"width": 1}, "width", "error"),
        ({"height": 100_000}, "height", "error"),
        ({"width": 72}, "width", "error"),
        ({"scheduler": "euler discrete"}, "scheduler", "error"),
        ({"flow_shift": 0.0}, "flow_shift", "error"),
        ({"guidance_scale_2": 3.0}, "guidance_scale_2", "error"),
        ({"strength": 1.5}, "strength", "error"),
        ({"loras": (Lora("style.ckpt"),)}, "loras", "error"),
        ({"loras": (Lora("style.safetensors", 1e9),)}, "loras", "error"),
        ({"images": (Keyframe("a.png", frame=99),)}, "images", "error"),
        ({"images": (Keyframe("a.png"), Keyframe("b.png", frame=-5))}, "images", "error"),
        ({"mask": Source("m.png")}, "mask", "error"),
        ({"painted": (Mask("m.png"),)}, "mask", "error"),
        ({"painted": (Mask("m.png", frame=99),), "video": Source("v.mkv")}, "mask", "error"),
        ({"painted": (Mask("m.png"),), "mask": Source("m.png"), "video": Source("v.mkv")}, "mask", "error"),
        ({"references": (Source("r.png"),)}, "references", "error"),
    ],
)
def test_what_a_model_cannot_do_is_known_before_it_is_loaded(
    whole: Path, inputs: Inputs, changes: dict[str, Any], field: str, severity: str
) -> None:
    job = replace(inputs.job(TEXT, 5), **changes)
    found = problems(job, spec_of_folder(whole))
    assert (field, severity) in {(problem.field, problem.severity) for problem in found}


def test_two_wishes_that_no_pipeline_grants_at_once_are_refused(
    inputs: Inputs, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = build_tiny("ltx", tmp_path_factory.mktemp("ltx"))
    spec = replace(spec_of_folder(folder), capabilities=tuple(Capability))
    job = inputs.job(Capability.VIDEO_TO_VIDEO, 9, images=(Keyframe(str(inputs.first)),))
    assert any("both at once" in problem.message for problem in problems(job, spec))


@pytest.mark.parametrize(("asked", "made"), [(1, 1), (2, 1), (4, 5), (9, 9), (10, 9), (12, 13)])
def test_lengths_snap_to_the_grid(whole: Path, inputs: Inputs, tmp_path: Path, asked: int, made: int) -> None:
    footage = loaded(whole).run(inputs.job(TEXT, asked), RecordingContext(tmp_path))
    assert len(list(footage.frames)) == footage.num_frames == made


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_a_damaged_picture_is_an_error_of_ours(
    content: bytes, tmp_path: Path, inputs: Inputs, tmp_path_factory: pytest.TempPathFactory
) -> None:
    adapter = loaded(build_tiny("ltx", tmp_path_factory.mktemp("ltx")))
    (tmp_path / "bad.png").write_bytes(content)
    job = inputs.job(Capability.IMAGE_TO_VIDEO, 9, images=(Keyframe(str(tmp_path / "bad.png")),))
    with pytest.raises(StudioError):
        adapter.run(job, RecordingContext(tmp_path))
