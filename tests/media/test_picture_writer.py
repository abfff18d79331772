"""GIF and numbered PNG files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.errors import StorageError, UsageError
from studio.media.picture import load_picture
from studio.media.picture_writer import GifWriter, PngSequenceWriter
from studio.media.probe import probe
from studio.media.reader import VideoReader
from studio.timing import Rate
from tests.media.films import picture


def test_gif_keeps_colours_and_length(tmp_path: Path) -> None:
    with GifWriter(tmp_path / "f.gif", 64, 48, Rate(25)) as writer:
        for number in range(20):
            writer.write(picture(number))
    with VideoReader(tmp_path / "f.gif") as reader:
        frames = [frame.image for frame in reader.frames()]
        assert reader.info.rate == Rate(25)
        assert reader.info.notes == ()
    assert len(frames) == 20
    for number, image in enumerate(frames):
        assert np.abs(image.astype(int) - picture(number)).mean() < 8


def test_gif_of_a_fast_film_leaves_frames_out_and_says_so(tmp_path: Path) -> None:
    with GifWriter(tmp_path / "f.gif", 16, 16, Rate(60)) as writer:
        for number in range(60):
            writer.write(picture(number, 16, 16))
    assert "50 of 60" in writer.notes[0]
    info = probe(tmp_path / "f.gif")
    assert info.duration is not None
    assert info.duration.seconds == 1


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_numbered_pictures(tmp_path: Path) -> None:
    with PngSequenceWriter(tmp_path / "out.png", 64, 48, Rate(24)) as writer:
        for number in range(3):
            writer.write(picture(number))
        assert not list(tmp_path.glob("out_*.png"))
    assert names(tmp_path) == ["out_00001.png", "out_00002.png", "out_00003.png"]
    for number in range(3):
        assert np.array_equal(load_picture(tmp_path / f"out_{number + 1:05}.png").image, picture(number))


def test_all_or_none(tmp_path: Path) -> None:
    (tmp_path / "out_00001.png").write_bytes(b"old 1")
    # A folder where the third picture should go: the move fails in the middle.
    (tmp_path / "out_00003.png").mkdir()
    (tmp_path / "out_00003.png" / "in the way").touch()
    (tmp_path / "out_00004.png").mkdir()
    with pytest.raises(StorageError), PngSequenceWriter(tmp_path / "out.png", 64, 48, Rate(24)) as writer:
        for number in range(4):
            writer.write(picture(number))
        (tmp_path / "out_00002.png").mkdir()
        next(tmp_path.glob(".out.png.*.partial/out_00004.png")).unlink()
    assert (tmp_path / "out_00001.png").read_bytes() == b"old 1"
    assert names(tmp_path) == [f"out_0000{number}.png" for number in range(1, 5)]


def test_an_exception_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyError), PngSequenceWriter(tmp_path / "out.png", 64, 48, Rate(24)) as writer:
        writer.write(picture(0))
        raise KeyError
    assert names(tmp_path) == []
    with pytest.raises(UsageError), PngSequenceWriter(tmp_path / "out.png", 64, 48, Rate(24)) as writer:
        writer.write(picture(0, 32, 32))
    assert names(tmp_path) == []


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no folder"):
        PngSequenceWriter(tmp_path / "gone" / "out.png", 64, 48, Rate(24))
    with pytest.raises(StorageError, match="no folder"):
        GifWriter(tmp_path / "gone" / "out.gif", 64, 48, Rate(24))
