"""The mixer plays the right samples at the right time, without clicks, and says what it cannot play."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.media.audio import read_audio
from studio.project.timeline import Clip, External, Generator, Project
from studio.render.sound import Mixer, sample_of
from studio.timing import Rate, RationalTime
from tests.render.footage import FPS24, SAMPLE_RATE, audio, clip, film, project, video, write_film

NTSC = Rate(30000, 1001)
FADE = 144  # 3 ms


def ramp(seconds: int, level: float = 0.5) -> np.ndarray:
    """Sound whose every sample in a second is another: float32 (n, 2), right = -left."""
    left = np.arange(seconds * SAMPLE_RATE) % SAMPLE_RATE / SAMPLE_RATE * level
    return np.stack([left, -left], axis=1).astype(np.float32)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> External:
    path = tmp_path_factory.mktemp("sound") / "ramp.mkv"
    write_film(path, 96, FPS24, sound=ramp(4))
    return film(path, 96)


def played(made: Project, start: int, count: int) -> np.ndarray:
    with Mixer(made, Path()) as mixer:
        sound = mixer.read(start, count)
        assert mixer.problems == ()
    assert sound.dtype == np.float32
    assert sound.shape == (count, 2)
    return sound


def recorded(source: External, start: int, count: int) -> np.ndarray:
    return read_audio(source.path)[start : start + count]


def test_a_whole_file_is_played_as_it_is(source: External) -> None:
    sound = played(project(audio(clip(source, 0, 96))), 0, 4 * SAMPLE_RATE)
    assert np.array_equal(sound[:-FADE], recorded(source, 0, 4 * SAMPLE_RATE - FADE))


def test_a_clip_starts_at_its_very_sample_from_its_very_sample(source: External) -> None:
    made = project(audio(clip(source, 10, 24, RationalTime(36, FPS24))))
    sound = played(made, 0, 3 * SAMPLE_RATE)
    first, last = 10 * 2000, 34 * 2000
    assert not sound[:first].any()
    assert not sound[last:].any()
    inside = slice(first + FADE, last - FADE)
    assert np.array_equal(sound[inside], recorded(source, 36 * 2000 + FADE, 48000 - 2 * FADE))


def test_frames_of_an_ntsc_project_begin_at_the_nearest_sample(source: External) -> None:
    assert [sample_of(k, NTSC, SAMPLE_RATE) for k in (0, 1, 2, 3, 5)] == [0, 1602, 3203, 4805, 8008]
    made = project(audio(clip(source, 1, 30)), rate=NTSC)
    sound = played(made, 0, 10_000)
    assert not sound[:1602].any()
    assert np.array_equal(sound[1602:], recorded(source, 0, 10_000 - 1602))


def test_however_it_is_asked_for_it_is_the_same_sound(source: External) -> None:
    made = project(
        audio(clip(source, 0, 20), clip(source, 20, 30, RationalTime(50, FPS24))), audio(clip(source, 5, 40))
    )
    with Mixer(made, Path()) as mixer:
        whole = mixer.read(0, 100_000)
        pieces = [mixer.read(start, min(1111, 100_000 - start)) for start in range(0, 100_000, 1111)]
    assert np.array_equal(np.concatenate(pieces), whole)


def split(source: External, at: int, rate: Rate) -> tuple[Clip, Clip]:
    """Both halves of a clip of 60 frames that was split at frame `at`."""
    return clip(source, 0, at), clip(source, at, 60 - at, RationalTime(at, rate))


@pytest.mark.parametrize("rate", [FPS24, NTSC])
def test_a_split_is_not_heard(source: External, rate: Rate) -> None:
    whole = played(project(audio(clip(source, 0, 60)), rate=rate), 0, 90_000)
    for at in (1, 7, 31):
        halves = played(project(audio(*split(source, at, rate)), rate=rate), 0, 90_000)
        assert np.array_equal(halves, whole)


def test_cuts_do_not_click(source: External) -> None:
    made = project(audio(clip(source, 10, 12, RationalTime(34, FPS24))))
    sound = played(made, 0, 2 * SAMPLE_RATE)
    assert sound.max() > 0.4
    assert np.abs(np.diff(sound[:, 0])).max() < 0.5 / FADE * 1.5


def test_tracks_add_up_and_muted_ones_are_silent(source: External) -> None:
    one = played(project(audio(clip(source, 0, 60))), 0, 50_000)
    two = played(project(audio(clip(source, 0, 60)), audio(clip(source, 0, 60))), 0, 50_000)
    muted = played(project(audio(clip(source, 0, 60)), audio(clip(source, 0, 60), muted=True)), 0, 50_000)
    quiet = slice(0, 20_000)
    assert np.allclose(two[quiet], 2 * one[quiet], atol=1e-6)
    assert np.array_equal(muted, one)


def test_too_much_is_limited_softly(source: External) -> None:
    loud = played(project(*(audio(clip(source, 0, 90)) for _ in range(6))), 0, 3 * SAMPLE_RATE)
    assert np.abs(loud).max() <= 1


def test_one_loud_sound_alone_is_left_as_it_is(tmp_path: Path) -> None:
    path = write_film(tmp_path / "loud.mkv", 48, FPS24, sound=ramp(2, level=1.0))
    sound = played(project(audio(clip(film(path, 48), 0, 48))), 0, 90_000)
    assert np.array_equal(sound, read_audio(path)[:90_000])


def test_video_tracks_and_ghosts_are_silent(source: External) -> None:
    made = project(video(clip(source, 0, 60)), audio(clip(Generator(job_id="j"), 0, 60)))
    assert not played(made, 0, 50_000).any()


def test_lost_files_are_silent_listed_and_come_back(source: External, tmp_path: Path) -> None:
    made = project(audio(clip(film(Path("gone.mkv"), 96), 0, 60)))
    with Mixer(made, tmp_path) as mixer:
        assert not mixer.read(0, 5000).any()
        assert [problem.name for problem in mixer.problems] == ["gone.mkv"]
        (tmp_path / "gone.mkv").write_bytes(Path(source.path).read_bytes())
        mixer.update(made)
        assert mixer.read(0, 5000).any()
        assert mixer.problems == ()


def test_late_in_a_long_project_it_is_as_exact(source: External) -> None:
    frame = 24 * 3600 * 5
    made = project(audio(clip(source, frame, 48, RationalTime(30, FPS24))))
    sound = played(made, frame * 2000, 50_000)
    assert np.array_equal(sound[FADE:], recorded(source, 60_000 + FADE, 50_000 - FADE))
    assert 0 < np.abs(sound[1]).max() < np.abs(sound[FADE]).max()
