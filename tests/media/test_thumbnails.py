"""Filmstrips, and their cache."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.errors import MediaError, UsageError
from studio.media.reader import VideoReader
from studio.media.thumbnails import filmstrip
from studio.paths import cache_folder
from studio.timing import Rate, RationalTime
from tests.media.films import make_film, make_sound, tone

TIMES = [RationalTime(second, Rate(2)) for second in (3, 0, 1, 3)]


def test_filmstrip_shows_the_frames_at_their_times(tmp_path: Path) -> None:
    path = make_film(tmp_path / "f.mp4", 60)
    strip = filmstrip(path, TIMES, 24)
    with VideoReader(path, size=(32, 24)) as reader:
        for time, image in zip(TIMES, strip, strict=True):
            assert np.array_equal(image, reader.at(time))


def test_a_second_look_comes_from_the_disk_even_after_a_move(tmp_path: Path) -> None:
    path = make_film(tmp_path / "f.mp4", 60)
    first = filmstrip(path, TIMES, 24)
    kept = list(cache_folder().rglob("*.jpg"))
    assert len(kept) == 3
    stamps = {file: file.stat().st_mtime_ns for file in kept}
    moved = path.rename(tmp_path / "moved.mp4")
    second = filmstrip(moved, TIMES, 24)
    assert {file: file.stat().st_mtime_ns for file in cache_folder().rglob("*.jpg")} == stamps
    for a, b in zip(first, second, strict=True):
        assert a.shape == b.shape
        assert np.abs(a.astype(int) - b).mean() < 12  # JPEG


def test_broken_cache_entries_are_made_again(tmp_path: Path) -> None:
    path = make_film(tmp_path / "f.mp4", 60)
    first = filmstrip(path, TIMES, 24)
    for file in cache_folder().rglob("*.jpg"):
        file.write_bytes(b"" if "0-1" in file.name else b"rubbish")
    again = filmstrip(path, TIMES, 24)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_PROFILE", str(tmp_path / "profile"))
    cache_folder()
    (tmp_path / "profile" / "cache" / "thumbnails").touch()  # a file where the folder should be
    assert len(filmstrip(make_film(tmp_path / "f.mp4", 60), TIMES, 24)) == 4


def test_pictures_and_sounds(tmp_path: Path) -> None:
    import cv2

    cv2.imwrite(str(tmp_path / "p.png"), np.full((40, 80, 3), 50, np.uint8))
    assert filmstrip(tmp_path / "p.png", TIMES[:1], 10)[0].shape == (10, 20, 3)
    with pytest.raises(MediaError, match="no picture"):
        filmstrip(make_sound(tmp_path / "s.wav", tone(1), "pcm_s16le"), TIMES, 10)
    with pytest.raises(UsageError):
        filmstrip(tmp_path / "p.png", TIMES, 0)
