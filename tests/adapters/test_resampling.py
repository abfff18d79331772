"""Clips at another speed: as long as they must be, with their sound; cuts, repeats and uneven sources."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from studio.adapters.base import Footage
from studio.adapters.flow import FlowAdapter
from studio.jobs.job import Interpolate, Source, SpeedPoint, Tear
from studio.timing import Rate, RationalTime, TimeRange
from tests.adapters.moving import film, scene
from tests.contract.contexts import RecordingContext
from tests.media.films import make_film
from tests.render.pictures import psnr

FILM = Rate(24)
INSIDE = np.s_[8:-8, 12:-12]


def speed(*points: tuple[int, str]) -> tuple[SpeedPoint, ...]:
    return tuple(SpeedPoint(RationalTime(at, Rate(1)), Rate.of(Fraction(value))) for at, value in points)


def job(source: Source, rate: Rate = FILM) -> Interpolate:
    return Interpolate(model="flow", source=source, frame_rate=rate)


def made(job: Interpolate, folder: Path) -> tuple[Footage, list[np.ndarray]]:
    footage = FlowAdapter().run(job, RecordingContext(folder))
    frames = list(footage.frames)
    assert len(frames) == footage.num_frames
    return footage, frames


def tone(seconds: int, frequency: float) -> np.ndarray:
    wave = 0.4 * np.sin(2 * np.pi * frequency * np.arange(seconds * 48000) / 48000)
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def pitch(sound: np.ndarray) -> float:
    """The strongest frequency in hertz."""
    wave = sound[:, 0] * np.hanning(len(sound))
    return float(np.abs(np.fft.rfft(wave)).argmax() * 48000 / len(wave))


def test_slow_motion_shows_the_way_between(tmp_path: Path) -> None:
    source = film(tmp_path / "pan.mkv", [scene(4 * k) for k in range(12)], Rate(12))
    footage, frames = made(replace(job(source, Rate(12)), speed=speed((0, "1/4"))), tmp_path)
    assert (footage.rate, len(frames)) == (Rate(12), 48)
    for number in range(44):
        assert psnr(frames[number][INSIDE], scene(number)[INSIDE]) > 32


def test_slow_sound_keeps_its_pitch_and_its_length(tmp_path: Path) -> None:
    source = film(tmp_path / "loud.mkv", [scene(k) for k in range(24)], Rate(12), tone(2, 440))
    footage, _ = made(replace(job(source), speed=speed((0, "1/2"))), tmp_path)
    assert footage.audio is not None
    heard = np.concatenate(list(footage.audio))
    assert len(heard) == 4 * 48000
    assert pitch(heard[24000:168000]) == pytest.approx(440, abs=1)


def test_a_course_of_speeds(tmp_path: Path) -> None:
    source = film(tmp_path / "pan.mkv", [scene(k) for k in range(36)], Rate(12), tone(3, 300))
    asked = replace(job(source), speed=speed((0, "1"), (1, "1/2"), (2, "1/2"), (3, "1")))
    footage, frames = made(asked, tmp_path)
    length = Fraction(4, 3) + 2 + Fraction(4, 3)
    assert len(frames) == round(length * 24)
    # After 4/3 s the source has come to 1 s, frame 12; after 10/3 s to frame 24.
    for seconds, position in ((Fraction(4, 3), 12), (Fraction(10, 3), 24)):
        assert psnr(frames[int(seconds * 24)][INSIDE], scene(position)[INSIDE]) > 32
    assert footage.audio is not None
    assert len(np.concatenate(list(footage.audio))) == round(length * 48000)


@pytest.mark.parametrize("tear", list(Tear))
def test_cuts_are_held_or_fade_but_are_never_morphed(tmp_path: Path, tear: Tear) -> None:
    one, two = [scene(2 * k) for k in range(6)], [255 - scene(2 * k, 9)[::-1] // 2 for k in range(6)]
    source = film(tmp_path / "cut.mkv", [*one, *two], Rate(12))
    _, frames = made(replace(job(source), at_cuts=tear), tmp_path)
    expected = one[5] if tear is Tear.HOLD else (one[5].astype(np.float32) + two[0]) / 2
    assert np.abs(frames[11].astype(np.float32) - expected).max() <= 1
    assert np.array_equal(frames[12], two[0])


def test_repeated_frames_stay_or_are_drawn_anew(tmp_path: Path) -> None:
    pictures = [scene(6 * (k // 2)) for k in range(12)]
    source = film(tmp_path / "twos.mkv", pictures, Rate(24))
    _, kept = made(job(source), tmp_path)
    assert all(np.array_equal(one, two) for one, two in zip(kept, pictures, strict=True))
    _, anew = made(replace(job(source), replace_repeats=True), tmp_path)
    for number in range(11):
        assert psnr(anew[number][INSIDE], scene(3 * number)[INSIDE]) > 32


def test_uneven_sources_are_shown_at_their_true_times(tmp_path: Path) -> None:
    stamps = [0, 40, 120, 160, 300, 340, 380, 500, 540, 600]
    path = make_film(
        tmp_path / "vfr.mkv", 10, codec="ffv1", pix_fmt="bgr0", stamps=stamps, time_base=Fraction(1, 1000)
    )
    source = Source(path=str(path))
    footage, frames = made(job(source, Rate(50)), tmp_path)
    from studio.media.reader import VideoReader

    with VideoReader(path) as reader:
        own = [(frame.time.seconds, frame.image) for frame in reader.frames()]
    for seconds, image in own:
        assert np.array_equal(frames[int(seconds * 50)], image)
    assert footage.rate == Rate(50)


def test_a_part_of_a_clip_at_half_speed(tmp_path: Path) -> None:
    source = film(tmp_path / "pan.mkv", [scene(2 * k) for k in range(24)], Rate(12), tone(2, 440))
    part = Source(
        path=source.path, time_range=TimeRange(RationalTime(6, Rate(12)), RationalTime(12, Rate(12)))
    )
    footage, frames = made(replace(job(part, Rate(12)), speed=speed((0, "1/2"))), tmp_path)
    assert len(frames) == 24
    assert np.array_equal(frames[0], scene(12)) and np.array_equal(frames[2], scene(14))
    assert footage.audio is not None and len(np.concatenate(list(footage.audio))) == 2 * 48000


def test_deep_colours_and_transparency_are_said_to_be_lost(tmp_path: Path) -> None:
    path = make_film(tmp_path / "deep.mkv", 4, codec="ffv1", pix_fmt="yuv420p10le")
    context = RecordingContext(tmp_path)
    list(FlowAdapter().run(job(Source(path=str(path))), context).frames)
    assert any("10 bits" in notice for notice in context.notices)
