"""Sound: where it lies, the same from wherever it is read, peaks, onsets, mixing."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from studio.errors import MediaError, MissingFileError
from studio.media.audio import AudioReader, mix, onsets, peaks, read_audio
from studio.timing import Rate, RationalTime
from tests.media.films import make_film, make_sound, tone

SOUND = tone(7)


@pytest.fixture(
    scope="module", params=["wav", "flac", "mp3", "m4a", "ogg", "opus", "mkv", "film.mp4", "film.mkv"]
)
def heard(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("heard")
    codecs = {
        "wav": "pcm_s16le",
        "flac": "flac",
        "mp3": "libmp3lame",
        "m4a": "aac",
        "ogg": "libopus",
        "opus": "libopus",
        "mkv": "libopus",
    }
    kind: str = request.param
    if kind.startswith("film"):
        return make_film(folder / kind, 175, sound=SOUND)
    return make_sound(folder / f"s.{kind}", SOUND, codecs[kind])


def test_sound_is_where_it_was(heard: Path) -> None:
    back = read_audio(heard)
    assert back.dtype == np.float32
    assert abs(len(back) - len(SOUND)) <= 2048  # the last block of a codec
    part = slice(30_000, 60_000)

    def likeness(shift: int) -> float:
        moved = back[part.start + shift : part.stop + shift]
        return float((moved * SOUND[part]).sum())

    best = max(range(-40, 41), key=likeness)
    # Matroska's clock has whole milliseconds: 48 samples.
    assert abs(best) <= (24 if heard.suffix == ".mkv" else 0)


@pytest.mark.parametrize("rate", [48000, 44100])
def test_any_part_equals_the_whole(heard: Path, rate: int) -> None:
    whole = read_audio(heard, rate)
    chance = random.Random(4)
    with AudioReader(heard, rate) as reader:
        for _ in range(12):
            start, count = chance.randrange(len(whole)), chance.randrange(1, rate)
            wanted = np.zeros((count, 2), np.float32)
            wanted[: len(whole) - start] = whole[start : start + count]
            assert np.abs(reader.read(start, count) - wanted).max() < 1e-4


def test_silence_outside(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "s.wav", SOUND[:48000], "pcm_s16le")
    with AudioReader(path) as reader:
        before = reader.read(-100, 200)
        assert not before[:100].any()
        assert before[100:].any()
        assert not reader.read(48000, 500).any()
        assert not reader.read(10**7, 5).any()
        assert reader.read(0, 0).shape == (0, 2)


def test_start_and_duration_are_exact(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "s.wav", SOUND, "pcm_s16le")
    whole = read_audio(path)
    part = read_audio(path, start=RationalTime(13, Rate(30000, 1001)), duration=RationalTime(50, Rate(24)))
    first = round(Fraction(13 * 1001 * 48000, 30000))
    assert np.array_equal(part, whole[first : first + 100_000])
    assert np.array_equal(read_audio(path, start=RationalTime(3, Rate(1))), whole[144_000:])


def test_sound_counts_from_the_first_frame(tmp_path: Path) -> None:
    """A film whose picture begins a second after its sound: at time 0 the second's sound is heard."""
    late = [1000 + 40 * number for number in range(50)]
    path = tmp_path / "late.mkv"
    make_film(path, 50, stamps=late, time_base=Fraction(1, 1000), sound=SOUND, sound_codec="flac")
    assert np.abs(read_audio(path)[:48000] - SOUND[48000:96000]).max() < 1e-3


def test_rates_and_channels(tmp_path: Path) -> None:
    slow = make_sound(tmp_path / "s.wav", tone(2, 22050), "pcm_s16le", rate=22050)
    back = read_audio(slow)
    assert abs(len(back) - 96000) <= 2
    assert np.abs(back[4000:90000] - tone(2)[4000:90000]).max() < 0.02
    import av

    with av.open(str(tmp_path / "mono.wav"), "w") as output:
        stream = output.add_stream("pcm_s16le", rate=48000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.full((1, 4800), 9000, np.int16), "s16", "mono")
        frame.sample_rate = 48000
        output.mux(stream.encode(frame))
    mono = read_audio(tmp_path / "mono.wav")
    assert mono.shape == (4800, 2)
    assert np.array_equal(mono[:, 0], mono[:, 1])
    # One channel on two speakers: 3 dB less on each.
    assert 0.15 < mono.max() < 0.3


def test_nothing_to_hear(tmp_path: Path) -> None:
    silent = make_film(tmp_path / "silent.mp4", 3)
    for function in (AudioReader, read_audio, peaks, onsets):
        with pytest.raises(MediaError, match="no sound"):
            function(silent)
        with pytest.raises(MissingFileError):
            function(tmp_path / "gone.wav")


def test_cut_off_sound_is_heard_to_where_it_goes(tmp_path: Path) -> None:
    whole = make_sound(tmp_path / "s.flac", SOUND, "flac")
    cut = tmp_path / "cut.flac"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    back = read_audio(cut)
    assert 48000 < len(back) < 6 * 48000
    assert np.abs(back[:48000] - SOUND[:48000]).max() < 1e-3


def test_peaks(tmp_path: Path) -> None:
    sound = np.zeros((96_240, 2), np.float32)
    sound[480:960, 0] = 0.5
    sound[48_000:48_480, 1] = -0.25
    path = make_sound(tmp_path / "s.wav", sound, "pcm_s16le")
    for _ in range(2):  # made, then kept
        wave = peaks(path)
        assert wave.shape == (201, 2)
        assert wave.dtype == np.float32
        assert np.flatnonzero(wave[:, 1] > 0.4).tolist() == [1]
        assert np.flatnonzero(wave[:, 0] < -0.2).tolist() == [100]
    assert peaks(path, 10).shape == (21, 2)


def test_onsets_are_where_the_beats_are(tmp_path: Path) -> None:
    beats = [0.0, 0.5, 1.0, 1.37, 2.2, 2.9, 3.01, 4.4]
    sound = (np.random.default_rng(1).standard_normal((5 * 48000, 2)) * 0.002).astype(np.float32)
    for beat in beats:
        start = round(beat * 48000)
        t = np.arange(4000)
        sound[start : start + 4000] += (0.6 * np.exp(-t / 700) * np.sin(t * 0.11))[:, None]
    found = onsets(make_sound(tmp_path / "s.wav", sound, "pcm_s16le"))
    assert len(found) == len(beats)
    assert all(abs(float(a.seconds) - b) <= 0.02 for a, b in zip(found, beats, strict=True))


def test_no_beats_in_silence_or_a_steady_tone(tmp_path: Path) -> None:
    silence = make_sound(tmp_path / "s.wav", np.zeros((48000, 2), np.float32), "pcm_s16le")
    assert onsets(silence) == ()
    steady = 0.3 * np.sin(2 * np.pi * 440 * np.arange(96000) / 48000)
    path = make_sound(tmp_path / "t.wav", np.stack([steady, steady], 1).astype(np.float32), "pcm_s16le")
    assert len(onsets(path)) <= 1  # its beginning


def test_mix_adds_and_never_clips() -> None:
    quiet = np.full((10, 2), 0.3, np.float32)
    assert np.allclose(mix([quiet, quiet[:5]]), [[0.6, 0.6]] * 5 + [[0.3, 0.3]] * 5)
    ramp = np.linspace(-4, 4, 1000, dtype=np.float32)[:, None].repeat(2, 1)
    held = mix([ramp])
    assert np.abs(held).max() <= 1
    assert (np.diff(held[:, 0]) >= 0).all()
    assert np.array_equal(held[np.abs(ramp) <= 0.8], ramp[np.abs(ramp) <= 0.8])
    assert np.array_equal(np.concatenate([mix([ramp[:300]]), mix([ramp[300:]])]), held)
    assert mix([]).shape == (0, 2)
