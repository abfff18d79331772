"""Remove flicker: less of it, nothing over cuts, any size and length, the same frames after a kill."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.adapters.base import SEGMENT_FRAMES, Footage
from studio.adapters.deflicker import DeflickerAdapter, deflicker, loaded
from studio.errors import CancelledError, InputError, ModelError, UsageError
from studio.jobs.job import Deflicker, Source
from studio.media.writer import MasterWriter
from studio.models.catalog import read_spec
from studio.models.spec import ModelSpec
from studio.paths import resources_folder
from studio.render.steadiness import measure
from studio.timing import Rate, RationalTime, TimeRange
from tests.adapters.moving import transparent_film
from tests.contract.contexts import RecordingContext
from tests.render.pictures import psnr, shifted, texture

RATE = Rate(30000, 1001)
WIDTH, HEIGHT = 97, 65
STEADY = [shifted((texture(HEIGHT, WIDTH) * 0.8).astype(np.uint8), number) for number in range(14)]


def flickering(frames: list[np.ndarray], seed: int = 1) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    gains = np.exp(rng.normal(0, 0.1, (len(frames), 1, 1, 1)) + rng.normal(0, 0.03, (len(frames), 1, 1, 3)))
    return [np.clip(frame * gain, 0, 255).astype(np.uint8) for frame, gain in zip(frames, gains, strict=True)]


def textured(frames: list[np.ndarray]) -> list[np.ndarray]:
    """Texture that is new in every frame."""
    rng = np.random.default_rng(7)
    noises = (cv2.GaussianBlur(rng.normal(0, 30, frame.shape), (0, 0), 1) for frame in frames)
    return [
        np.clip(frame + noise, 0, 255).astype(np.uint8) for frame, noise in zip(frames, noises, strict=True)
    ]


@pytest.fixture(scope="module")
def adapter() -> DeflickerAdapter:
    adapter = DeflickerAdapter()
    spec = read_spec(resources_folder() / "models" / "deflicker")
    assert isinstance(spec, ModelSpec)
    adapter.load(spec)
    return adapter


def film(path: Path, frames: list[np.ndarray], rate: Rate = RATE) -> Source:
    sound = np.random.default_rng(4).uniform(-0.5, 0.5, (9609, 2)).astype(np.float32)
    with MasterWriter(path, frames[0].shape[1], frames[0].shape[0], rate, audio=sound) as writer:
        for frame in frames:
            writer.write(frame)
    return Source(path=str(path))


def run(
    adapter: DeflickerAdapter, job: Deflicker, context: RecordingContext
) -> tuple[Footage, list[np.ndarray]]:
    footage = adapter.run(job, context)
    return footage, list(footage.frames)


def test_flicker_of_light_goes() -> None:
    given = flickering(STEADY)
    result = deflicker(given)
    assert measure(result, STEADY) < 0.1 * measure(given, STEADY)
    before, after = (
        np.mean([psnr(one, other) for one, other in zip(frames, STEADY, strict=True)])
        for frames in (given, result)
    )
    assert after > before + 4


def test_texture_that_flickers_is_held_along_the_motion_of_the_original() -> None:
    given = textured(STEADY)
    result = deflicker(given, STEADY)
    assert measure(result, STEADY) < 0.4 * measure(given, STEADY)
    assert np.mean([psnr(one, other) for one, other in zip(result, STEADY, strict=True)]) > 1 + np.mean(
        [psnr(one, other) for one, other in zip(given, STEADY, strict=True)]
    )


def test_nothing_bleeds_over_a_cut() -> None:
    other = [
        shifted(np.ascontiguousarray(texture(HEIGHT, WIDTH, seed=8)[::-1]), -number) for number in range(6)
    ]
    joined = deflicker([*flickering(STEADY[:6]), *flickering(other, 2)])
    alone = deflicker(flickering(other, 2))
    assert all(np.array_equal(one, two) for one, two in zip(joined[6:], alone, strict=True))


def test_a_cut_on_every_frame_changes_nothing() -> None:
    frames = [
        np.ascontiguousarray(texture(HEIGHT, WIDTH, seed=seed)[:: 1 - 2 * (seed % 2)]) for seed in range(5)
    ]
    assert all(np.array_equal(one, two) for one, two in zip(deflicker(frames), frames, strict=True))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hardly_any_frames(count: int) -> None:
    result = deflicker(STEADY[:count])
    assert len(result) == count
    assert all(psnr(one, two) > 30 for one, two in zip(result, STEADY, strict=False))


def test_black_frames_stay_black() -> None:
    assert max(frame.max() for frame in deflicker([np.zeros((48, 64, 3), np.uint8)] * 4)) == 0


@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 301, 3)])
def test_frames_of_odd_sizes(shape: tuple[int, int, int]) -> None:
    result = deflicker([np.full(shape, value, np.uint8) for value in (100, 110, 100, 110, 100)])
    assert all(frame.shape == shape and frame.dtype == np.uint8 for frame in result)


def test_frames_larger_than_the_network_works_on() -> None:
    large = [cv2.resize(frame, (1300, 870)) for frame in STEADY[:3]]
    given = flickering(large)
    result = deflicker(given)
    assert result[0].shape == given[0].shape
    assert measure(result, large) < 0.5 * measure(given, large)


def test_what_is_not_a_clip_is_refused() -> None:
    with pytest.raises(UsageError, match="originals"):
        deflicker(STEADY[:3], STEADY[:2])
    with pytest.raises(UsageError, match="uint8"):
        deflicker([STEADY[0].astype(np.float32)])  # pyright: ignore
    with pytest.raises(UsageError, match="sizes"):
        deflicker([STEADY[0], STEADY[1][:-2]])


def test_weights_that_are_not_there_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        loaded(tmp_path / "gone.safetensors")


def test_a_job_keeps_size_rate_length_and_sound_and_says_the_number(
    adapter: DeflickerAdapter, tmp_path: Path
) -> None:
    given = flickering(STEADY)
    source = film(tmp_path / "clip.mkv", given)
    context = RecordingContext(tmp_path)
    footage, frames = run(adapter, Deflicker(source=source), context)
    assert (footage.width, footage.height, footage.rate) == (WIDTH, HEIGHT, RATE)
    assert len(frames) == footage.num_frames == len(STEADY)
    assert all(np.array_equal(one, two) for one, two in zip(frames, deflicker(given), strict=True))
    assert footage.audio is not None
    assert sum(len(block) for block in footage.audio) > 0
    assert footage.flicker is not None
    found = footage.flicker()
    assert found is not None and found.after < 0.2 * found.before
    assert context.steps[-1] == ("render", len(STEADY), len(STEADY))


def test_no_strength_gives_the_clip_back(adapter: DeflickerAdapter, tmp_path: Path) -> None:
    given = flickering(STEADY[:4])
    job = Deflicker(source=film(tmp_path / "clip.mkv", given), strength=0)
    _, frames = run(adapter, job, RecordingContext(tmp_path))
    assert all(np.array_equal(one, two) for one, two in zip(frames, given, strict=True))


def test_an_original_of_another_size_leads(adapter: DeflickerAdapter, tmp_path: Path) -> None:
    given = textured(STEADY)
    source = film(tmp_path / "clip.mkv", given)
    original = film(tmp_path / "original.mkv", [cv2.resize(frame, (194, 130)) for frame in STEADY])
    _, frames = run(adapter, Deflicker(source=source, original=original), RecordingContext(tmp_path))
    assert measure(frames, STEADY) < 0.5 * measure(given, STEADY)


def test_an_original_that_ends_too_soon_is_refused(adapter: DeflickerAdapter, tmp_path: Path) -> None:
    source, short = film(tmp_path / "clip.mkv", STEADY), film(tmp_path / "short.mkv", STEADY[:5])
    with pytest.raises(InputError, match="shorter"):
        adapter.run(Deflicker(source=source, original=short), RecordingContext(tmp_path))


def test_a_still_picture_is_refused(adapter: DeflickerAdapter, tmp_path: Path) -> None:
    path = tmp_path / "still.png"
    cv2.imwrite(str(path), STEADY[0])
    part = TimeRange(RationalTime(0, Rate(24)), RationalTime(7, Rate(24)))
    with pytest.raises(UsageError, match="still"):
        adapter.run(Deflicker(source=Source(path=str(path), time_range=part)), RecordingContext(tmp_path))


def test_a_transparent_clip_keeps_its_alpha(adapter: DeflickerAdapter, tmp_path: Path) -> None:
    given = flickering(STEADY)
    source, alphas = transparent_film(tmp_path / "clip.mkv", given)
    footage, frames = run(adapter, Deflicker(source=source, strength=0.9), RecordingContext(tmp_path))
    assert footage.alpha
    assert all(np.array_equal(frame[..., 3], alpha) for frame, alpha in zip(frames, alphas, strict=True))
    _, plain = run(
        adapter,
        Deflicker(source=film(tmp_path / "plain.mkv", given), strength=0.9),
        RecordingContext(tmp_path),
    )
    assert all(np.array_equal(frame[..., :3], other) for frame, other in zip(frames, plain, strict=True))


def test_a_part_of_a_clip(adapter: DeflickerAdapter, tmp_path: Path) -> None:
    source = film(tmp_path / "clip.mkv", flickering(STEADY))
    part = Source(path=source.path, time_range=TimeRange(RationalTime(4, RATE), RationalTime(6, RATE)))
    _, frames = run(adapter, Deflicker(source=part), RecordingContext(tmp_path))
    assert all(
        np.array_equal(one, two) for one, two in zip(frames, deflicker(flickering(STEADY)[4:10]), strict=True)
    )


def test_after_a_kill_the_frames_are_the_same(adapter: DeflickerAdapter, tmp_path: Path) -> None:
    count = SEGMENT_FRAMES + 6
    small = [cv2.resize(STEADY[number % 14], (48, 32)) for number in range(count)]
    job = Deflicker(source=film(tmp_path / "clip.mkv", flickering(small)))
    first, second = RecordingContext(tmp_path), RecordingContext(tmp_path)
    before, whole = run(adapter, job, first)
    second.finished_frames = SEGMENT_FRAMES
    footage, rest = run(adapter, job, second)
    assert footage.start == SEGMENT_FRAMES
    assert len(whole) == count
    assert all(np.array_equal(one, two) for one, two in zip(rest, whole[SEGMENT_FRAMES:], strict=True))
    assert before.flicker is not None and footage.flicker is not None
    assert footage.flicker() == before.flicker() is not None


def test_cancel_stops_it(adapter: DeflickerAdapter, tmp_path: Path) -> None:
    context = RecordingContext(tmp_path, previews=True, cancel_at=("render", 2))
    job = Deflicker(source=film(tmp_path / "clip.mkv", flickering(STEADY)))
    with pytest.raises(CancelledError):
        list(adapter.run(job, context).frames)
    assert len(context.previews) == 2
