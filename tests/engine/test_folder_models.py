"""Any diffusers folder through the real worker: the master holds what bare diffusers draws, and the sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from studio.engine.engine import Engine
from studio.errors import ModelError
from studio.jobs.job import Generate, Lora, decode
from studio.jobs.messages import Preview
from studio.media.audio import read_audio
from studio.media.probe import probe
from studio.media.reader import VideoReader
from studio.models.catalog import Catalog
from studio.models.spec import Capability
from tests.adapters.drawing_jobs import Inputs
from tests.adapters.test_families import Loaded


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One for the module: importing torch is most of what these tests take."""
    engine = Engine(Catalog([]), None, tmp_path_factory.mktemp("scratch"))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(tmp_path_factory.mktemp("inputs"))


def job(inputs: Inputs, family: Loaded, capability: Capability) -> Generate:
    asked = inputs.job(capability, family.tiny.frames, num_inference_steps=4)
    return replace(asked, model=family.spec.folder)


def frames_in(path: str) -> np.ndarray:
    with VideoReader(path) as reader:
        return np.stack([frame.image for frame in reader.frames()])


@pytest.mark.parametrize(
    ("name", "capability"),
    [
        ("ltx-2", Capability.FIRST_LAST),
        ("wan-vace", Capability.INPAINT),
        ("animatediff", Capability.VIDEO_TO_VIDEO),
        ("stable-video", Capability.IMAGE_TO_VIDEO),
    ],
)
def test_the_master_holds_exactly_what_bare_diffusers_draws(
    engine: Engine, inputs: Inputs, tmp_path: Path, name: str, capability: Capability
) -> None:
    family = Loaded(name, tmp_path)
    asked = job(inputs, family, capability)
    events: list[object] = []
    finished = engine.run(asked, events.append)
    assert np.array_equal(frames_in(finished.result.path), family.bare(asked))
    assert any(isinstance(event, Preview) for event in events)
    assert finished.result.has_audio == (Capability.SOUND in family.spec.capabilities)
    if finished.result.has_audio:
        assert np.abs(read_audio(finished.result.path)).max() > 0


def test_the_recipe_names_all_that_influenced_the_frames(
    engine: Engine, inputs: Inputs, tmp_path: Path
) -> None:
    family = Loaded("wan-vace", tmp_path)
    asked = replace(job(inputs, family, Capability.INPAINT), scheduler="euler", flow_shift=4.0, seed=None)
    finished = engine.run(asked)
    recipe = decode(probe(finished.result.path).comment)
    assert isinstance(recipe, Generate) and recipe == finished.job
    assert recipe.seed is not None and recipe.model_hash
    assert recipe.video is not None and recipe.mask is not None
    assert recipe.video.content_hash and recipe.mask.content_hash
    assert (recipe.scheduler, recipe.flow_shift) == ("euler", 4.0)
    again = engine.run(recipe)
    assert np.array_equal(frames_in(again.result.path), frames_in(finished.result.path))


def test_a_lora_that_does_not_fit_fails_the_job_and_nothing_else(
    engine: Engine, inputs: Inputs, tmp_path: Path
) -> None:
    family = Loaded("wan", tmp_path)
    asked = job(inputs, family, Capability.TEXT_TO_VIDEO)
    (tmp_path / "style.safetensors").write_bytes(b"\2\0\0\0\0\0\0\0{}")
    with pytest.raises(ModelError, match=r"style\.safetensors does not fit"):
        engine.run(replace(asked, loras=(Lora(str(tmp_path / "style.safetensors")),)))
    assert engine.run(asked).result.frame_count == 5


def test_a_folder_that_has_gone_is_told(engine: Engine, inputs: Inputs, tmp_path: Path) -> None:
    asked = replace(inputs.job(Capability.TEXT_TO_VIDEO, 5), model=str(tmp_path / "gone"))
    with pytest.raises(ModelError, match="no model called"):
        engine.run(asked)
