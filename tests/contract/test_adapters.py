"""Every adapter keeps the contract of studio.adapters.base, each with a small job of its own kind."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import cv2
import numpy as np
import pytest
from msgspec.structs import replace

from studio.adapters.base import ModelAdapter
from studio.errors import CancelledError
from studio.jobs.job import (
    Animate,
    Deflicker,
    Interpolate,
    Job,
    Look,
    ModelJob,
    NamedStyle,
    Quality,
    Source,
    Stylize,
)
from studio.jobs.validate import problems
from studio.media.writer import MasterWriter
from studio.models.catalog import read_spec
from studio.models.spec import ModelSpec
from studio.paths import resources_folder
from studio.timing import Rate
from studio.worker.residency import Residency
from tests.adapters.tiny_wan import build_tiny_wan
from tests.contract.contexts import RecordingContext
from tests.engine.stage import scripted

WIDTH, HEIGHT, COUNT = 64, 48, 6


@pytest.fixture(scope="module")
def tiny_wan(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    return read_spec(build_tiny_wan(tmp_path_factory.mktemp("models") / "tiny-wan"))


def picture() -> np.ndarray:
    rng = np.random.default_rng(5)
    return cv2.resize(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8), (WIDTH, HEIGHT))


@pytest.fixture
def film(tmp_path: Path) -> Source:
    path = tmp_path / "film.mkv"
    with MasterWriter(path, WIDTH, HEIGHT, Rate(12)) as writer:
        for shift in range(COUNT):
            writer.write(np.roll(picture(), shift, axis=1))
    return Source(path=str(path))


@pytest.fixture
def photo(tmp_path: Path) -> Source:
    path = tmp_path / "photo.png"
    cv2.imwrite(str(path), picture())
    return Source(path=str(path))


@pytest.fixture(
    params=["scripted", "tiny-wan", "animate", "flow", "interpolation", "looks", "style", "deflicker"]
)
def work(
    request: pytest.FixtureRequest, tiny_wan: ModelSpec, film: Source, photo: Source
) -> tuple[ModelSpec, ModelJob]:
    """A model and a job for it."""
    if request.param == "tiny-wan":
        return tiny_wan, replace(scripted("a red ball", model="tiny-wan", steps=2, frames=5), seed=1)
    spec = read_spec(resources_folder() / "models" / request.param)
    jobs: dict[str, ModelJob] = {
        "scripted": scripted("frames=3"),
        "animate": Animate(
            pictures=(photo,), width=WIDTH, height=HEIGHT, num_frames=COUNT, frame_rate=Rate(12)
        ),
        "flow": Interpolate(model="flow", source=film, frame_rate=Rate(24)),
        "interpolation": Interpolate(
            source=film, frame_rate=Rate(24), quality=Quality.FAST, replace_repeats=True
        ),
        "looks": Stylize(source=film, look=Look.PENCIL),
        "style": Stylize(model="style", source=film, named_style=NamedStyle.MOSAIC),
        "deflicker": Deflicker(source=film, original=film),
    }
    return spec, replace(jobs[request.param], seed=1)


def loaded(spec: ModelSpec) -> ModelAdapter:
    return Residency().adapter(spec)


def test_the_job_is_valid(work: tuple[ModelSpec, Job]) -> None:
    spec, job = work
    assert not [problem for problem in problems(job, spec) if problem.severity == "error"]


def test_frames_are_what_the_footage_promises(work: tuple[ModelSpec, Job], tmp_path: Path) -> None:
    spec, job = work
    footage = loaded(spec).run(job, RecordingContext(tmp_path))
    frames = list(footage.frames)
    assert len(frames) == footage.num_frames > 1
    for frame in frames:
        assert frame.shape == (footage.height, footage.width, 3) and frame.dtype == np.uint8


def test_the_same_job_gives_the_same_frames(work: tuple[ModelSpec, Job], tmp_path: Path) -> None:
    spec, job = work
    adapter = loaded(spec)
    first, second = (list(adapter.run(job, RecordingContext(tmp_path)).frames) for _ in range(2))
    assert all(np.array_equal(one, two) for one, two in zip(first, second, strict=True))


def test_a_cancelled_job_stops_and_the_next_one_is_whole(work: tuple[ModelSpec, Job], tmp_path: Path) -> None:
    spec, job = work
    adapter = loaded(spec)
    whole = list(adapter.run(job, RecordingContext(tmp_path)).frames)
    context = RecordingContext(tmp_path)
    context.cancelled = True
    with pytest.raises(CancelledError):
        list(adapter.run(job, context).frames)
    again = list(adapter.run(job, RecordingContext(tmp_path)).frames)
    assert all(np.array_equal(one, two) for one, two in zip(whole, again, strict=True))


def test_closing_the_frames_is_how_a_job_is_left(work: tuple[ModelSpec, Job], tmp_path: Path) -> None:
    spec, job = work
    frames = loaded(spec).run(job, RecordingContext(tmp_path)).frames
    next(frames)
    assert isinstance(frames, Generator)
    frames.close()
    assert next(frames, None) is None


def test_an_unloaded_adapter_can_be_loaded_again(work: tuple[ModelSpec, Job], tmp_path: Path) -> None:
    spec, job = work
    adapter = loaded(spec)
    adapter.unload()
    adapter.load(spec)
    assert list(adapter.run(job, RecordingContext(tmp_path)).frames)
