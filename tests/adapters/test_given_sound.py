"""A video drawn to a sound: the sound stays as it is, and what is drawn depends on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.adapters.given_sound import heard, sound_latents
from studio.errors import StudioError
from studio.jobs.job import Generate, Source
from studio.jobs.validate import problems
from studio.jobs.windows import evenly
from studio.models.folders import spec_of_folder
from studio.models.spec import Capability, ModelSpec
from studio.timing import Rate, TimeRange, frame_time
from tests.adapters.drawing_jobs import RATE, Inputs
from tests.adapters.tiny.registry import build_tiny
from tests.contract.contexts import RecordingContext
from tests.media.films import make_sound, tone


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    spec = spec_of_folder(build_tiny("ltx-2", tmp_path_factory.mktemp("models")))
    return replace(spec, defaults=replace(spec.defaults, num_frames=17))


@pytest.fixture(scope="module")
def adapter(spec: ModelSpec) -> DiffusersVideoAdapter:
    adapter = DiffusersVideoAdapter()
    adapter.load(spec)
    return adapter


def drawn(adapter: DiffusersVideoAdapter, job: Generate, scratch: Path) -> tuple[np.ndarray, np.ndarray]:
    footage = adapter.run(job, RecordingContext(scratch))
    assert isinstance(footage.audio, np.ndarray)
    return np.stack(list(footage.frames)), footage.audio


def test_the_sound_stays_and_leads(adapter: DiffusersVideoAdapter, spec: ModelSpec, tmp_path: Path) -> None:
    job = Inputs(tmp_path).job(Capability.SOUND_TO_VIDEO, 9, num_inference_steps=3)
    assert not [one for one in problems(job, spec) if one.severity == "error"]
    frames, audio = drawn(adapter, job, tmp_path)
    assert job.sound is not None and np.array_equal(audio, heard(job.sound, RATE, 9))
    noise = np.random.default_rng(0).normal(0, 0.3, (48_000, 2)).astype(np.float32)
    other = make_sound(tmp_path / "noise.wav", noise, "pcm_s16le")
    changed, _ = drawn(adapter, replace(job, sound=Source(str(other))), tmp_path)
    assert (frames != changed).mean() > 0.05
    again, _ = drawn(adapter, job, tmp_path)
    assert np.array_equal(frames, again)


def test_at_the_end_of_the_way_the_latents_are_those_of_the_sound(
    adapter: DiffusersVideoAdapter, tmp_path: Path
) -> None:
    job = Inputs(tmp_path).job(Capability.SOUND_TO_VIDEO, 9)
    assert job.sound is not None
    samples = heard(job.sound, RATE, 9)
    known = sound_latents(adapter._pipe, samples, 9, RATE)
    quiet = sound_latents(adapter._pipe, samples * 0.01, 9, RATE)
    assert torch.isfinite(known).all() and not torch.allclose(known, quiet)
    per_second = 16_000 / 160 / 4
    assert known.shape[1] == round(9 / 16 * per_second)


def test_a_long_video_follows_it_throughout(adapter: DiffusersVideoAdapter, tmp_path: Path) -> None:
    job = Inputs(tmp_path).job(Capability.SOUND_TO_VIDEO, 30, windows=evenly(["a ball", "a cat"], 30))
    frames, audio = drawn(adapter, job, tmp_path)
    assert len(frames) == 30 and len(audio) == 90_000
    assert not audio[48_000:].any() and audio[:20_000].any(), "half a second of tone, then silence"


def test_only_the_chosen_part_is_heard(tmp_path: Path) -> None:
    file = make_sound(tmp_path / "a.wav", tone(1.0), "pcm_s16le")
    part = Source(str(file), time_range=TimeRange(frame_time(8, Rate(16)), frame_time(4, Rate(16))))
    samples = heard(part, Rate(16), 8)
    assert samples.shape == (24_000, 2) and samples[:12_000].any() and not samples[12_000:].any()


def test_a_file_without_sound_is_told(adapter: DiffusersVideoAdapter, tmp_path: Path) -> None:
    inputs = Inputs(tmp_path)
    job = inputs.job(Capability.SOUND_TO_VIDEO, 9, sound=Source(str(inputs.first)))
    with pytest.raises(StudioError):
        adapter.run(job, RecordingContext(tmp_path))
