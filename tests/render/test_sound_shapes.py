"""Volume, fades, cross-fades, cuts, speed and reverse, measured on the mixer's samples."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from studio.media.audio import read_audio
from studio.project.curves import Curve, Keyframe
from studio.project.timeline import Clip, External, Project, Transition
from studio.render.sound import Mixer, heard_clips
from studio.timing import Rate, RationalTime
from tests.render.footage import FPS24, SAMPLE_RATE, audio, clip, film, project, write_film

replace = msgspec.structs.replace
FRAME = SAMPLE_RATE // 24
LEVEL = 0.375  # exact in the 16 bits that are stored


def steady(seconds: int, hertz: float = 440) -> np.ndarray:
    """A tone of peak 0.375 on both sides: float32 (n, 2)."""
    wave = LEVEL * np.sin(2 * np.pi * hertz * np.arange(seconds * SAMPLE_RATE) / SAMPLE_RATE)
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def sounding(path: Path, sound: np.ndarray) -> External:
    frames = len(sound) * 24 // SAMPLE_RATE
    return film(write_film(path, frames, sound=sound), frames)


@pytest.fixture(scope="module")
def tone(tmp_path_factory: pytest.TempPathFactory) -> External:
    return sounding(tmp_path_factory.mktemp("tone") / "tone.mkv", steady(4))


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> External:
    samples = np.random.default_rng(3).uniform(-LEVEL, LEVEL, (4 * SAMPLE_RATE, 2)).astype(np.float32)
    return sounding(tmp_path_factory.mktemp("noise") / "noise.mkv", samples)


@pytest.fixture(scope="module")
def constant(tmp_path_factory: pytest.TempPathFactory) -> External:
    """Samples that are all alike: the gain can be read off them."""
    samples = np.full((4 * SAMPLE_RATE, 2), LEVEL, np.float32)
    return sounding(tmp_path_factory.mktemp("constant") / "constant.mkv", samples)


def played(made: Project, start: int, count: int) -> np.ndarray:
    with Mixer(made, Path()) as mixer:
        sound = mixer.read(start, count)
        assert mixer.problems == ()
    return sound


def gains(made: Project) -> np.ndarray:
    """What became of the constant sound, as gains, over the whole project."""
    return played(made, 0, made.duration * FRAME)[:, 0] / LEVEL


def late(source: External, start: int, duration: int, source_frame: int = 24) -> Clip:
    """A clip from the middle of its source, where there is sound on both sides."""
    return clip(source, start, duration, RationalTime(source_frame, FPS24))


def test_volume_is_a_gain_and_its_keyframes_are_followed(constant: External) -> None:
    half = replace(late(constant, 0, 20), volume=Curve(0.5))
    assert np.allclose(gains(project(audio(half)))[500:-500], 0.5, atol=1e-6)
    keys = (Keyframe(frame=4, value=0.0), Keyframe(frame=12, value=1.0))
    rising = gains(project(audio(replace(half, volume=Curve(1.0, keys)))))
    assert np.abs(rising[: 4 * FRAME]).max() < 1e-3
    for frame in (5, 8, 11):
        assert rising[frame * FRAME] == pytest.approx((frame - 4) / 8, abs=1e-3)
    assert np.allclose(rising[12 * FRAME : -500], 1, atol=1e-3)


def test_a_volume_that_jumps_does_not_click(constant: External) -> None:
    keys = (Keyframe(frame=0, value=1.0, ease="hold"), Keyframe(frame=10, value=0.0))
    sound = gains(project(audio(replace(late(constant, 0, 20), volume=Curve(1.0, keys)))))
    assert np.abs(np.diff(sound)).max() < 0.05
    assert np.allclose(sound[500 : 10 * FRAME - 100], 1)
    assert np.allclose(sound[10 * FRAME + 100 :], 0)


def test_fades_swell_and_die_away_in_a_straight_line(constant: External) -> None:
    fading = replace(late(constant, 2, 20), fade_in=4, fade_out=5)
    gain = gains(project(audio(fading)))
    assert not gain[: 2 * FRAME].any()
    assert gain[4 * FRAME] == pytest.approx(0.5, abs=1e-3)
    assert np.allclose(gain[6 * FRAME : 17 * FRAME], 1, atol=1e-6)
    assert gain[17 * FRAME + 2 * FRAME] == pytest.approx(0.6, abs=1e-3)
    assert np.abs(gain[-10:]).max() < 0.01


def crossing(left: Clip, right: Clip, before: int = 6, after: int = 6) -> Project:
    transition = Transition(id="t", left=left.id, right=right.id, before=before, after=after)
    return project(replace(audio(left, right), transitions=(transition,)))


def test_a_cross_fade_keeps_the_power(noise: External, tmp_path: Path) -> None:
    other = np.random.default_rng(9).uniform(-LEVEL, LEVEL, (4 * SAMPLE_RATE, 2)).astype(np.float32)
    second = sounding(tmp_path / "second.mkv", other)
    sound = played(crossing(late(noise, 0, 24), late(second, 24, 24)), 0, 48 * FRAME)
    power = np.square(sound[500:-500]).mean(axis=1)
    blocks = power[: len(power) // FRAME * FRAME].reshape(-1, FRAME).mean(axis=1)
    assert blocks.max() / blocks.min() < 1.15


def test_a_cross_fade_leads_from_one_clip_to_the_other(constant: External, tmp_path: Path) -> None:
    silent = sounding(tmp_path / "silent.mkv", np.zeros((4 * SAMPLE_RATE, 2), np.float32))
    gain = gains(crossing(late(constant, 0, 24), late(silent, 24, 24)))
    assert np.allclose(gain[500 : 18 * FRAME], 1, atol=1e-6)
    assert gain[24 * FRAME] == pytest.approx(np.sqrt(0.5), abs=1e-3)
    assert np.allclose(gain[30 * FRAME :], 0, atol=1e-6)


def test_a_cut_between_two_sounds_has_no_dip(constant: External) -> None:
    """Another part of the same steady sound follows at once: the level stays."""
    gain = gains(project(audio(late(constant, 0, 24), late(constant, 24, 24, 60))))
    assert np.allclose(gain[500:-500], 1, atol=1e-5)


def test_a_cut_between_two_sounds_does_not_click(tone: External, tmp_path: Path) -> None:
    other = sounding(tmp_path / "other.mkv", np.roll(steady(4), 27, axis=0))
    sound = played(project(audio(late(tone, 0, 13), late(other, 13, 20, 31))), 0, 33 * FRAME)[:, 0]
    steepest = LEVEL * 2 * np.pi * 440 / SAMPLE_RATE
    assert np.abs(np.diff(sound)).max() < 1.5 * steepest


def test_nothing_after_a_cut_is_heard_of_the_clip_before_it(tmp_path: Path) -> None:
    """People cut right before a beat."""
    beat = np.zeros((4 * SAMPLE_RATE, 2), np.float32)
    beat[48 * FRAME :] = 0.5
    struck = sounding(tmp_path / "beat.mkv", beat)
    quiet = sounding(tmp_path / "quiet.mkv", np.zeros((4 * SAMPLE_RATE, 2), np.float32))
    made = project(audio(clip(struck, 0, 48), late(quiet, 48, 24)))
    assert not played(made, 0, 72 * FRAME).any()


def test_only_solo_tracks_are_heard(constant: External) -> None:
    one, two = audio(late(constant, 0, 24)), audio(replace(late(constant, 0, 24), volume=Curve(0.5)))
    assert gains(project(one, two))[FRAME] == pytest.approx(1.5)
    solo = project(one, replace(two, solo=True))
    assert gains(solo)[FRAME] == pytest.approx(0.5)
    assert heard_clips(solo) == list(two.clips)


def test_twice_the_speed_is_half_as_long_at_the_same_pitch(tone: External) -> None:
    made = project(audio(replace(clip(tone, 0, 48), speed=Rate(2))))
    sound = played(made, 0, 72 * FRAME)
    assert not sound[48 * FRAME :].any()
    assert np.abs(sound[47 * FRAME - 2000 : 47 * FRAME]).max() == pytest.approx(LEVEL, abs=0.01)
    assert loudest_hertz(sound[: 48 * FRAME]) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("speed", [Rate(1, 2), Rate(3, 4), Rate(5, 4), Rate(3), Rate(8)])
def test_any_speed_keeps_pitch_and_level(tone: External, speed: Rate) -> None:
    made = project(audio(replace(late(tone, 0, 8), speed=speed)))
    sound = played(made, 0, 8 * FRAME)[500:-500]
    assert loudest_hertz(sound) == pytest.approx(440, abs=5)
    peaks = np.abs(sound[: len(sound) // 480 * 480, 0]).reshape(-1, 480).max(axis=1)
    assert np.allclose(peaks, LEVEL, atol=0.02), "no beats where the pieces meet"


def loudest_hertz(sound: np.ndarray) -> float:
    padded = np.zeros(SAMPLE_RATE * 4)
    padded[: len(sound)] = sound[:, 0] * np.hanning(len(sound))
    return float(np.argmax(np.abs(np.fft.rfft(padded)))) / 4


def test_what_happens_at_a_moment_is_heard_at_that_moment_at_any_speed(tmp_path: Path) -> None:
    sound = np.zeros((4 * SAMPLE_RATE, 2), np.float32)
    for second in (1, 2, 3):
        sound[second * SAMPLE_RATE : second * SAMPLE_RATE + 2400] = steady(1)[:2400]
    beats = sounding(tmp_path / "beats.mkv", sound)
    for speed in (Rate(2), Rate(1, 2), Rate(5, 4)):
        frames = int(96 / speed.fraction)
        made = project(audio(replace(clip(beats, 0, frames), speed=speed)))
        heard = np.abs(played(made, 0, frames * FRAME)[:, 0])
        for second in (1, 2, 3):
            due = int(second * SAMPLE_RATE / speed.fraction)
            around = np.flatnonzero(heard[due - 4800 : due + 4800] > 0.1)
            assert abs(int(around[0]) - 4800) < 0.02 * SAMPLE_RATE, (speed, second)


def test_speed_read_in_portions_is_the_same_sound(tone: External) -> None:
    made = project(audio(replace(clip(tone, 3, 40), speed=Rate(3, 2))))
    with Mixer(made, Path()) as mixer:
        whole = mixer.read(0, 80_000)
    with Mixer(made, Path()) as mixer:
        pieces = [mixer.read(start, min(1111, 80_000 - start)) for start in range(0, 80_000, 1111)]
    assert np.array_equal(np.concatenate(pieces), whole)


@pytest.mark.parametrize(("speed", "reverse"), [(Rate(2), False), (Rate(1), True), (Rate(3, 4), True)])
def test_a_split_is_not_heard_at_any_speed(noise: External, speed: Rate, reverse: bool) -> None:
    whole = replace(late(noise, 4, 30), speed=speed, reverse=reverse)
    kept, cut = 13, 17
    first, rest = (cut, 0) if reverse else (0, kept)
    start = whole.take.source_start
    halves = []
    for begin, length, skipped in ((4, kept, first), (4 + kept, cut, rest)):
        take = replace(whole.take, source_start=start + whole.source_length(skipped, FPS24))
        halves.append(replace(whole, id=f"half{begin}", start=begin, duration=length, takes=(take,)))
    made = played(project(audio(*halves)), 0, 40 * FRAME)
    assert np.array_equal(made, played(project(audio(whole)), 0, 40 * FRAME))


def test_reverse_plays_the_same_samples_from_the_end(noise: External) -> None:
    backwards = replace(late(noise, 0, 24), reverse=True)
    sound = played(project(audio(backwards)), 0, 24 * FRAME)
    recorded = read_audio(noise.path)[24 * FRAME : 48 * FRAME][::-1]
    inside = slice(144, -144)
    assert np.array_equal(sound[inside], recorded[inside])


def test_everything_at_once_is_the_same_sound_in_any_portions(noise: External, tone: External) -> None:
    keys = (Keyframe(frame=2, value=0.2), Keyframe(frame=15, value=0.9, ease="smooth"))
    first = replace(late(noise, 3, 21), volume=Curve(1.0, keys), fade_in=5)
    second = replace(late(tone, 24, 20), reverse=True)
    third = replace(late(tone, 44, 12, 3), speed=Rate(3, 2), fade_out=7)
    transition = Transition(id="t", left=first.id, right=second.id, before=4, after=9)
    made = project(replace(audio(first, second, third), transitions=(transition,)), audio(late(noise, 11, 9)))
    whole = played(made, 0, 60 * FRAME)
    for size in (333, 4096):
        with Mixer(made, Path()) as mixer:
            pieces = [mixer.read(at, min(size, 60 * FRAME - at)) for at in range(0, 60 * FRAME, size)]
        assert np.array_equal(np.concatenate(pieces), whole)


@pytest.mark.parametrize("rate", [Rate(1), Rate(240), Rate(30000, 1001)])
def test_clips_of_one_frame_at_any_rate(constant: External, rate: Rate) -> None:
    pieces = [clip(constant, k, 1, RationalTime(3 * k % 50 + 1, rate)) for k in range(3)]
    made = replace(project(audio(*pieces)), rate=rate)
    with Mixer(made, Path()) as mixer:
        sound = mixer.read(0, 3 * int(SAMPLE_RATE / rate.fraction))
    assert mixer.problems == ()
    assert 0 < sound.max() <= LEVEL + 1e-6


def test_a_frozen_clip_is_silent(tone: External) -> None:
    assert not played(project(audio(replace(late(tone, 0, 24), frozen=True))), 0, 24 * FRAME).any()
