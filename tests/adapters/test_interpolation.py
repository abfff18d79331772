"""In-betweens by the network: one between two, whole clips, and what it must leave alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from studio.adapters.base import SEGMENT_FRAMES
from studio.adapters.free_memory import free_memory
from studio.adapters.interpolation import (
    MOTION_WEIGHTS,
    WEIGHTS,
    InterpolationAdapter,
    QualityName,
    at_once,
    between,
    loaded,
    shipped,
)
from studio.adapters.pair import VIEWS
from studio.adapters.tiles import Tile, tiles
from studio.errors import ModelError, UsageError
from studio.jobs.job import Interpolate, Quality, Source
from studio.media.writer import MasterWriter
from studio.models.catalog import read_spec
from studio.paths import resources_folder
from studio.timing import Rate
from tests.adapters.moving import HEIGHT, WIDTH, film, scene
from tests.contract.contexts import RecordingContext
from tests.render.pictures import psnr, texture


@pytest.mark.parametrize("quality", ["fast", "best"])
@pytest.mark.parametrize("t", [0.5, 0.25])
def test_between_follows_the_motion(quality: QualityName, t: float) -> None:
    inside = np.s_[8:-8, 12:-12]
    drawn = between(scene(0), scene(6), t, quality)
    blended = ((1 - t) * scene(0) + t * scene(6)).round().astype(np.uint8)
    assert drawn.dtype == np.uint8 and drawn.shape == (HEIGHT, WIDTH, 3)
    truth = scene(6 * t)
    assert psnr(drawn[inside], truth[inside]) > max(32, psnr(blended[inside], truth[inside]) + 6)


def test_the_ends_and_equal_pictures_are_given_back() -> None:
    first, second = scene(0), scene(6)
    assert np.array_equal(between(first, second, 0), first)
    assert np.array_equal(between(first, second, 1), second)
    assert np.array_equal(between(first, first, 0.3), first)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (17, 33), (15, 200), (97, 131)])
def test_any_size(height: int, width: int) -> None:
    first = texture(height, width, 1)
    second = np.roll(first, 1, axis=1)
    assert between(first, second, 0.5, "fast").shape == (height, width, 3)


def test_what_makes_no_sense_is_refused() -> None:
    picture = scene(0)
    with pytest.raises(UsageError, match="sizes"):
        between(picture, picture[1:])
    with pytest.raises(UsageError, match="0 to 1"):
        between(picture, picture, 1.5)
    with pytest.raises(UsageError, match="uint8"):
        between(picture.astype(np.float32), picture.astype(np.float32))
    with pytest.raises(UsageError, match="quality"):
        between(picture, scene(3), 0.5, "finest")  # pyright: ignore[reportArgumentType]


def test_pictures_of_different_scenes_fade() -> None:
    first, second = texture(96, 128, 1), 255 - texture(96, 128, 9)[::-1]
    middle = (first.astype(np.float32) + second) / 2
    assert np.abs(between(first, second).astype(np.float32) - middle).max() <= 1


def test_what_stands_still_stays_to_the_last_bit() -> None:
    first, second = scene(0).copy(), scene(0).copy()
    first[60:80, 20:40] = 250
    second[60:80, 24:44] = 250
    drawn = between(first, second)
    far = np.s_[:30, :]
    assert np.array_equal(drawn[far], first[far])


def test_tiles_cover_the_picture_once() -> None:
    for height, width in ((360, 640), (1080, 1920), (4320, 7680), (5, 9000)):
        seen = np.zeros((height, width), np.uint8)
        for tile in tiles(height, width, 400_000):
            seen[tile.rows, tile.columns] += 1
        assert seen.min() == seen.max() == 1


def test_a_tile_finds_itself_in_a_flipped_picture() -> None:
    picture = np.arange(35).reshape(5, 7)
    tile = Tile(1, 2, 2, 4)
    for flip, turned in ((1, picture[:, ::-1]), (0, picture[::-1]), (-1, picture[::-1, ::-1])):
        there = tile.flipped(flip, picture.shape)
        assert {*turned[there.rows, there.columns].flat} == {*picture[tile.rows, tile.columns].flat}


def test_a_picture_in_tiles_is_the_whole_one(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = texture(480, 640, 4)
    first, second = wide[:, :560], wide[:, 12:572]
    network = shipped()
    whole = network.picture(network.pair(first, second), 0.5)
    monkeypatch.setattr("studio.adapters.refined._TILE_PIXELS", 70_000)
    tiled = network.picture(network.pair(first, second), 0.5)
    assert psnr(tiled, whole) > 45


def test_every_view_leads_to_the_same_picture() -> None:
    inside = np.s_[8:-8, 12:-12]
    network = shipped()
    for view in VIEWS:
        drawn = network.picture(network.pair(scene(0), scene(6), (view,)), 0.25)
        assert psnr(drawn[inside], scene(1.5)[inside]) > 30


@pytest.mark.parametrize("damaged", [WEIGHTS, MOTION_WEIGHTS])
def test_damaged_weights_are_said(tmp_path: Path, damaged: str) -> None:
    folder = resources_folder() / "models" / "interpolation"
    for name in (WEIGHTS, MOTION_WEIGHTS):
        shutil.copy(folder / name, tmp_path / name)
    (tmp_path / damaged).write_bytes(b"no weights at all")
    with pytest.raises(ModelError, match="damaged"):
        loaded(tmp_path / WEIGHTS, tmp_path / MOTION_WEIGHTS)


@pytest.fixture(scope="module")
def adapter() -> InterpolationAdapter:
    adapter = InterpolationAdapter()
    adapter.load(read_spec(resources_folder() / "models" / "interpolation"))
    return adapter


def test_a_clip_doubles_its_rate(adapter: InterpolationAdapter, tmp_path: Path) -> None:
    source = film(tmp_path / "pan.mkv", [scene(4 * k) for k in range(6)], Rate(12))
    job = Interpolate(source=source, frame_rate=Rate(24), quality=Quality.FAST)
    frames = list(adapter.run(job, RecordingContext(tmp_path)).frames)
    inside = np.s_[8:-8, 12:-12]
    assert len(frames) == 12
    for number in range(11):
        assert psnr(frames[number][inside], scene(2 * number)[inside]) > 32


def test_a_job_taken_up_again_draws_the_same(adapter: InterpolationAdapter, tmp_path: Path) -> None:
    pictures = [scene((k - k % 3 // 2) % 40, seed=3 + k // 20) for k in range(70)]
    source = film(tmp_path / "pan.mkv", [picture[:48, :64] for picture in pictures], Rate(12))
    job = Interpolate(source=source, frame_rate=Rate(30000, 1001), quality=Quality.FAST, replace_repeats=True)
    whole = list(adapter.run(job, RecordingContext(tmp_path)).frames)
    context = RecordingContext(tmp_path)
    context.finished_frames = SEGMENT_FRAMES
    again = list(adapter.run(replace(job), context).frames)
    assert len(whole) > len(again) == len(whole) - SEGMENT_FRAMES
    assert all(np.array_equal(one, two) for one, two in zip(whole[SEGMENT_FRAMES:], again, strict=True))


def test_alpha_moves_with_its_colours(adapter: InterpolationAdapter, tmp_path: Path) -> None:
    source = tmp_path / "cut-out.mkv"
    with MasterWriter(source, WIDTH, HEIGHT, Rate(12), alpha=True) as writer:
        for k in range(5):
            writer.write(cut_out(4 * k))
    job = Interpolate(source=Source(str(source)), frame_rate=Rate(24), quality=Quality.FAST)
    footage = adapter.run(job, RecordingContext(tmp_path))
    assert footage.alpha and not footage.deep
    for number, frame in enumerate(list(footage.frames)[:9]):
        truth = cut_out(2 * number)
        assert psnr(frame[..., 3:], truth[..., 3:]) > 30, f"frame {number}"
        solid = truth[..., 3] == 255
        assert np.abs(frame[solid].astype(int) - truth[solid]).mean() < 4


def cut_out(shift: int) -> np.ndarray:
    """A disc with a pattern that moves over nothing: straight RGBA."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    alpha = np.clip(HEIGHT / 4 - np.hypot(x - WIDTH / 3 - shift, y - HEIGHT / 2) + 0.5, 0, 1)
    picture = np.roll(scene(0), shift, axis=1)
    return np.dstack((np.where(alpha[..., None] > 0, picture, 0), np.round(alpha * 255))).astype(np.uint8)


def test_ten_bits_stay_more_than_eight(adapter: InterpolationAdapter, tmp_path: Path) -> None:
    source = tmp_path / "ramp.mkv"
    with MasterWriter(source, WIDTH, HEIGHT, Rate(12), deep=True) as writer:
        for k in range(4):
            writer.write(ramp(4 * k))
    context = RecordingContext(tmp_path)
    job = Interpolate(source=Source(str(source)), frame_rate=Rate(24), quality=Quality.FAST)
    footage = adapter.run(job, context)
    assert footage.deep and not footage.alpha
    frames = list(footage.frames)
    assert np.array_equal(frames[2], ramp(4)), "the source's own frames stay as they are"
    between_them = frames[3]
    assert between_them.dtype == np.uint16
    inside = np.s_[8:-8, 16:-16]
    missed = np.abs(between_them[inside].astype(int) - ramp(6)[inside])
    assert missed.mean() < 257 / 4, "less than the half step that rounding to 8 bits would cost"
    assert len(np.unique(between_them[inside][..., 0])) > 3 * len(np.unique(between_them[inside] // 257))


def ramp(shift: float) -> np.ndarray:
    """A soft slope of few 8-bit levels that moves: uint16 RGB."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    wave = 30_000 + 2_000 * np.sin((x - shift) / 20) + 500 * np.cos(y / 15)
    return np.repeat(wave[..., None], 3, axis=2).astype(np.uint16)


def test_fewer_pictures_at_a_time_where_memory_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    small, full_hd, eight_k, gigabyte = 640 * 360, 1920 * 1080, 7680 * 4320, 10**9
    assert at_once(Quality.FAST, full_hd, 16 * gigabyte) == at_once(Quality.BEST, small, 16 * gigabyte) == 4
    assert at_once(Quality.FAST, full_hd, 2 * gigabyte) == 1
    assert at_once(Quality.FAST, full_hd, 3 * gigabyte) == 3
    assert at_once(Quality.FAST, eight_k, 5 * gigabyte) == 1
    assert at_once(Quality.FAST, full_hd, 1) == 1, "one always"
    assert at_once(Quality.BEST, full_hd, 16 * gigabyte) == 1, "its views are drawn side by side"


def test_free_memory_is_what_the_system_says(tmp_path: Path) -> None:
    table = tmp_path / "meminfo"
    table.write_text("MemTotal:  16000000 kB\nMemFree:  100 kB\nMemAvailable:   2048 kB\n")
    assert free_memory(table) == 2**21
    assert free_memory(tmp_path / "missing") is None
