"""The identity of content."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.errors import MediaError, MissingFileError
from studio.media.fingerprint import content_hash


def test_content_counts_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"film" * 1000)
    (tmp_path / "b.mp4").write_bytes(b"film" * 1000)
    (tmp_path / "c").write_bytes(b"film" * 999 + b"filn")
    first = content_hash(tmp_path / "a")
    assert len(first) == 32
    assert first == content_hash(tmp_path / "b.mp4") != content_hash(tmp_path / "c")


def test_long_files_are_sampled_at_both_ends_and_between(tmp_path: Path) -> None:
    size = 80 * 1024 * 1024
    hashes = set()
    for change in (None, 0, size - 1, (size - 262_144) // 63 * 20 + 5):
        path = tmp_path / "long"
        with path.open("wb") as stream:
            stream.truncate(size)  # sparse: takes no room
            if change is not None:
                stream.seek(change)
                stream.write(b"x")
        hashes.add(content_hash(path))
    with path.open("r+b") as stream:
        stream.truncate(size + 1)
    hashes.add(content_hash(path))
    assert len(hashes) == 5


def test_nothing_to_hash(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        content_hash(tmp_path / "gone")
    with pytest.raises(MediaError):
        content_hash(tmp_path)
