"""Interpolate: exact counts and times at any rate, true in-betweens, cuts kept, sound carried."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.adapters.base import Footage
from studio.adapters.flow import FlowAdapter
from studio.errors import CancelledError, MediaError, UsageError
from studio.jobs.job import Interpolate, Source
from studio.timing import Rate, RationalTime, TimeRange
from tests.adapters.moving import HEIGHT, WIDTH, film, scene
from tests.contract.contexts import RecordingContext
from tests.media.films import make_film
from tests.render.pictures import psnr

STEP = 4


@pytest.fixture
def context(tmp_path: Path) -> RecordingContext:
    return RecordingContext(tmp_path)


@pytest.fixture
def pan(tmp_path: Path) -> Source:
    """One second at 12 fps, 4 pixels a frame."""
    return film(tmp_path / "pan.mkv", [scene(STEP * k) for k in range(12)], Rate(12))


def resampled(source: Source, rate: Rate, context: RecordingContext) -> tuple[Footage, list[np.ndarray]]:
    footage = FlowAdapter().run(Interpolate(model="flow", source=source, frame_rate=rate), context)
    frames = list(footage.frames)
    assert len(frames) == footage.num_frames
    return footage, frames


@pytest.mark.parametrize(
    ("rate", "count"), [(Rate(24), 24), (Rate(60), 60), (Rate(30000, 1001), 30), (Rate(12), 12), (Rate(5), 5)]
)
def test_every_rate_shows_the_motion_at_its_own_times(
    pan: Source, context: RecordingContext, rate: Rate, count: int
) -> None:
    footage, frames = resampled(pan, rate, context)
    assert (footage.rate, footage.num_frames) == (rate, count)
    inside = np.s_[8:-8, 12:-12]
    for number, frame in enumerate(frames):
        # After the last source frame there is nothing to travel to: it is held.
        position = min(Fraction(number) / rate.fraction * 12, Fraction(11))
        assert psnr(frame[inside], scene(float(STEP * position))[inside]) > 32


def test_the_source_frames_themselves_stay_untouched(pan: Source, context: RecordingContext) -> None:
    _, frames = resampled(pan, Rate(24), context)
    for k in range(12):
        assert np.array_equal(frames[2 * k], scene(STEP * k))


def test_only_the_asked_range_is_made(pan: Source, context: RecordingContext) -> None:
    part = TimeRange(RationalTime(7, Rate(24)), RationalTime(6, Rate(12)))
    _, frames = resampled(Source(path=pan.path, time_range=part), Rate(24), context)
    assert len(frames) == 12
    inside = np.s_[8:-8, 12:-12]
    # The range begins between two source frames: its first picture is an in-between already.
    assert psnr(frames[0][inside], scene(STEP * 3.5)[inside]) > 32
    assert np.array_equal(frames[1], scene(STEP * 4))


def test_a_cut_stays_a_cut(tmp_path: Path, context: RecordingContext) -> None:
    shots = [scene(STEP * k, seed=1) for k in range(3)] + [scene(STEP * k, seed=2) for k in range(3)]
    _, frames = resampled(film(tmp_path / "cut.mkv", shots, Rate(12)), Rate(36), context)
    # Frames 6, 7 and 8 stand between the last picture of one shot (6) and the first of the next (9).
    for number in (6, 7, 8):
        assert np.array_equal(frames[number], shots[2])
    assert np.array_equal(frames[9], shots[3])


def test_repeated_frames_stay_repeated(tmp_path: Path, context: RecordingContext) -> None:
    still = [scene(0), scene(0), scene(STEP), scene(STEP)]
    _, frames = resampled(film(tmp_path / "twos.mkv", still, Rate(12)), Rate(24), context)
    assert np.array_equal(frames[0], frames[1])
    assert psnr(frames[1], scene(0)) > 50


def test_a_long_pause_is_not_melted_away(tmp_path: Path, context: RecordingContext) -> None:
    """A screen recording: two pictures at once, then nothing for two seconds, then the next."""
    stamps = [0, 1, 50, 51]
    path = make_film(
        tmp_path / "screen.mkv", 4, rate=25, codec="ffv1", stamps=stamps, time_base=Fraction(1, 25)
    )
    _, frames = resampled(Source(path=str(path)), Rate(25), context)
    for number in range(2, 40):
        assert np.array_equal(frames[number], frames[1])


def test_sound_is_carried_for_the_same_range(tmp_path: Path, context: RecordingContext) -> None:
    time = np.arange(48000) / 48000
    tone = np.repeat(np.sin(2 * np.pi * 440 * time)[:, None], 2, axis=1).astype(np.float32) * 0.5
    source = film(tmp_path / "loud.mkv", [scene(k) for k in range(12)], Rate(12), tone)
    footage, _ = resampled(source, Rate(24), context)
    assert footage.audio is not None
    heard = np.concatenate(list(footage.audio))
    assert heard.shape == (48000, 2)
    assert np.abs(heard - tone).max() < 1e-3
    part = TimeRange(RationalTime(3, Rate(12)), RationalTime(6, Rate(12)))
    footage, _ = resampled(Source(path=source.path, time_range=part), Rate(24), context)
    assert footage.audio is not None
    heard = np.concatenate(list(footage.audio))
    assert np.abs(heard - tone[12000:36000]).max() < 1e-3


def test_one_frame_is_held(tmp_path: Path, context: RecordingContext) -> None:
    _, frames = resampled(film(tmp_path / "one.mkv", [scene(0)], Rate(10)), Rate(30), context)
    assert all(np.array_equal(frame, scene(0)) for frame in frames)
    assert len(frames) == 3


def test_pictures_and_files_without_picture_are_refused(tmp_path: Path, context: RecordingContext) -> None:
    cv2.imwrite(str(tmp_path / "still.png"), scene(0))
    with pytest.raises(UsageError):
        resampled(Source(path=str(tmp_path / "still.png")), Rate(24), context)
    (tmp_path / "words.mp4").write_text("not a film")
    with pytest.raises(MediaError):
        resampled(Source(path=str(tmp_path / "words.mp4")), Rate(24), context)


def test_cancel_previews_and_progress(pan: Source, tmp_path: Path) -> None:
    context = RecordingContext(tmp_path, previews=True, cancel_at=("render", 5))
    with pytest.raises(CancelledError):
        resampled(pan, Rate(24), context)
    assert context.steps[-1] == ("render", 5, 24)
    assert context.previews[0][0].shape == (HEIGHT, WIDTH, 3)
