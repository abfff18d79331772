"""Files appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.errors import StorageError
from studio.media.atomic_file import PartialFile


def test_commit_replaces_and_discard_does_not(tmp_path: Path) -> None:
    target = tmp_path / "f.mp4"
    target.write_bytes(b"old")
    first = PartialFile(target)
    first.path.write_bytes(b"half")
    first.discard()
    first.discard()
    assert target.read_bytes() == b"old"
    second = PartialFile(target)
    assert second.path.parent == tmp_path
    assert second.path != first.path
    second.path.write_bytes(b"new")
    assert target.read_bytes() == b"old"
    second.commit()
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def test_target_that_became_a_folder_meanwhile(tmp_path: Path) -> None:
    file = PartialFile(tmp_path / "f.mp4")
    (tmp_path / "f.mp4").mkdir()
    with pytest.raises(StorageError):
        file.commit()
    assert list(tmp_path.iterdir()) == [tmp_path / "f.mp4"]
