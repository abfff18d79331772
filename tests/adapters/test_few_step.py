"""Few-step choices: fetched from a Hub, applied with their settings, refused where they are not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.errors import ModelError
from studio.jobs.few_step import few_step_download, few_step_files, in_few_steps
from studio.jobs.job import Expert, Lora
from studio.jobs.validate import problems
from studio.models.catalog import default_catalog
from studio.models.download import ModelDownload
from studio.models.families import FAMILIES
from studio.models.folders import spec_of_folder
from studio.models.hub_client import HubClient
from studio.models.patience import Patience
from studio.models.spec import Capability, FewStep, ModelSpec
from studio.worker.sealing import model_hash
from tests.adapters.drawing_jobs import Inputs
from tests.adapters.test_loras import write_lora
from tests.adapters.tiny.registry import build_tiny
from tests.contract.contexts import RecordingContext
from tests.models.follower import Follower
from tests.models.hub_server import HubServer, serving
from tests.models.repositories import REPO

TEXT = Capability.TEXT_TO_VIDEO
FOUR = FewStep(
    id="four",
    title="Four steps",
    repo=REPO,
    file="fast/high.safetensors",
    file_2="fast/low.safetensors",
    steps=4,
    flow_shift=5.0,
    scheduler="euler",
)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubServer]:
    with serving(monkeypatch, tmp_path / "hub") as server:
        lora = write_lora("wan-a14b", tmp_path / "lora.safetensors", 3).read_bytes()
        other = write_lora("wan-a14b", tmp_path / "other.safetensors", 4).read_bytes()
        server.files |= {FOUR.file: lora, FOUR.file_2: other, "fast/pickle.bin": b"\x80\x02"}
        yield server


@pytest.fixture
def spec(tmp_path: Path) -> ModelSpec:
    return replace(spec_of_folder(build_tiny("wan-a14b", tmp_path)), few_step=(FOUR,))


def fetch(names: tuple[str, ...]) -> Path:
    follower = Follower()
    patience = Patience(follower, first_pause_s=0.01)
    return ModelDownload(HubClient(REPO, patience, None), follower, patience).run(names=names)


def test_one_choice_brings_loras_and_settings(hub: HubServer, spec: ModelSpec, tmp_path: Path) -> None:
    inputs = Inputs(tmp_path)
    job = inputs.job(
        TEXT, 5, num_inference_steps=30, guidance_scale=7.0, guidance_scale_2=6.0, few_step="four"
    )
    (told,) = [one for one in problems(job, spec) if one.severity == "error"]
    assert told.field == "few_step" and "--few-step four" in told.hint
    with pytest.raises(ModelError, match="not installed"):
        in_few_steps(job, spec)

    bare_hash = model_hash(spec, "four")
    fetch(few_step_download(spec, FOUR).files)
    assert set(hub.sent_files()) == {FOUR.file, FOUR.file_2}
    assert not [one for one in problems(job, spec) if one.severity == "error"]
    high, low = few_step_files(FOUR) or []
    by_hand = replace(
        job,
        few_step="",
        num_inference_steps=4,
        guidance_scale=1.0,
        guidance_scale_2=None,
        flow_shift=5.0,
        scheduler="euler",
        loras=(Lora(str(high), expert=Expert.HIGH_NOISE), Lora(str(low), expert=Expert.LOW_NOISE)),
    )
    assert in_few_steps(job, spec) == by_hand
    assert model_hash(spec, "four") != bare_hash == model_hash(spec)

    adapter = DiffusersVideoAdapter()
    adapter.load(spec)
    context = RecordingContext(tmp_path)
    one, two = (np.stack(list(adapter.run(each, context).frames)) for each in (job, by_hand))
    assert np.array_equal(one, two) and ("denoise", 4, 4) in context.steps


def test_only_safetensors_that_are_there_are_fetched(hub: HubServer) -> None:
    with pytest.raises(ModelError, match="no file"):
        fetch(("fast/gone.safetensors",))
    with pytest.raises(ModelError, match="pickle"):
        fetch(("fast/pickle.bin",))
    with pytest.raises(ModelError, match="impossible name"):
        fetch(("../out.safetensors",))
    assert hub.sent_files() == []


def test_an_unknown_choice_is_an_error_before_anything_runs(spec: ModelSpec, tmp_path: Path) -> None:
    job = Inputs(tmp_path).job(TEXT, 5, few_step="two")
    (told,) = [one for one in problems(job, spec) if one.severity == "error"]
    assert told.hint == "It has: four."
    own = tuple(Lora(str(write_lora("wan-a14b", tmp_path / "own.safetensors", 1))) for _ in range(7))
    crowded = problems(replace(job, few_step="four", loras=own), spec)
    assert any("8 LoRAs" in one.message for one in crowded)


def test_the_choices_of_the_library_suit_their_models() -> None:
    found = [spec for spec in default_catalog().all() if spec.few_step]
    assert found
    for spec in found:
        for choice in spec.few_step:
            assert choice.scheduler in FAMILIES[spec.family].limits.schedulers
            assert bool(choice.file_2) == (spec.experts == 2)
            assert choice.steps < spec.defaults.num_inference_steps
