"""The ending of a name decides what is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.errors import UsageError
from studio.media.writer import (
    GifWriter,
    MasterWriter,
    Mp4Writer,
    PngSequenceWriter,
    check_ending,
    open_writer,
)
from studio.timing import Rate
from tests.media.films import picture

KINDS = {"a.mp4": Mp4Writer, "b.MKV": MasterWriter, "c.gif": GifWriter, "d.png": PngSequenceWriter}


@pytest.mark.parametrize("name", KINDS)
def test_the_ending_decides(tmp_path: Path, name: str) -> None:
    with open_writer(tmp_path / name, 64, 48, Rate(24)) as writer:
        assert isinstance(writer, KINDS[name])
        writer.write(picture(0))
    assert any(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["film.avi", "film", "film.mp4.txt"])
def test_unknown_endings_are_refused_before_anything_is_made(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot write") as caught:
        open_writer(tmp_path / name, 64, 48, Rate(24))
    assert ".mp4" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_check_ending() -> None:
    assert check_ending("Film.MP4") == ".mp4"
