"""A diffusion job through engine, pipe and master file, against the bare pipeline."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import DiffusionPipeline
from msgspec.structs import replace

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.engine.engine import Engine
from studio.engine.queue import Lane
from studio.jobs.job import Generate
from studio.jobs.messages import Cancelled, Finished, Preview, Progress
from studio.media.reader import VideoReader
from studio.models.catalog import Catalog, read_spec
from tests.adapters.tiny_wan import build_tiny_wan
from tests.engine.stage import Recorder, scripted


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_wan(tmp_path_factory.mktemp("models") / "tiny-wan", layers=4, heads=4).parent


@pytest.fixture(scope="module")
def engine(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One for the module: importing torch is most of what these tests take."""
    engine = Engine(Catalog([models]), None, tmp_path_factory.mktemp("scratch"))
    engine.prewarm(Lane.TORCH, "tiny-wan")
    yield engine
    engine.close()


def asked(**changes: object) -> Generate:
    job = replace(scripted("a red ball", model="tiny-wan", steps=6, frames=9), width=32, height=32, seed=11)
    return replace(job, **changes)  # type: ignore[arg-type]


def test_the_master_holds_exactly_the_bare_pipelines_frames(engine: Engine, models: Path) -> None:
    events: list[object] = []
    finished = engine.run(asked(guidance_scale=3.0), events.append)
    with VideoReader(finished.result.path) as reader:
        frames = np.stack([frame.image for frame in reader.frames()])
    adapter = DiffusersVideoAdapter()
    adapter.load(read_spec(models / "tiny-wan"))
    bare = DiffusionPipeline.from_pretrained(models / "tiny-wan", dtype=torch.float32)
    bare.set_progress_bar_config(disable=True)
    video = bare(**adapter.call_arguments(asked(guidance_scale=3.0))).frames[0]
    assert np.array_equal(frames, np.round(video * 255).astype(np.uint8))
    assert any(isinstance(event, Preview) for event in events)
    phases = [event.phase for event in events if isinstance(event, Progress)]
    order = ["encode", "denoise", "decode", "write"]
    assert sorted(phases, key=order.index) == phases and set(phases) == set(order)


def test_cancel_takes_effect_within_one_step(engine: Engine) -> None:
    recorder = Recorder(engine)
    long = asked(num_inference_steps=200, num_frames=81, guidance_scale=3.0)
    job_id = engine.submit(long)
    second = recorder.wait_for(Progress, job_id, lambda event: event.phase == "denoise" and event.step >= 2)
    began = time.monotonic()
    engine.cancel(job_id)
    recorder.wait_for(Cancelled, job_id)
    waited = time.monotonic() - began
    later = [
        event for event in recorder.of(job_id) if isinstance(event, Progress) and event.step > second.step
    ]
    # The step under way may end, and one report may have been on its way.
    assert waited < 2 and len(later) <= 2
    recorder.wait_for(Finished, engine.submit(asked()))
