"""The guard against disks that are too small."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from studio.errors import DiskFullError
from studio.worker.disk_room import check_room


def test_enough_room_is_no_news(tmp_path: Path) -> None:
    check_room({tmp_path: 1000}, "")


def test_folders_of_one_disk_count_together(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    half = shutil.disk_usage(tmp_path).free * 2 // 3
    check_room({tmp_path: half // 4}, "")
    with pytest.raises(DiskFullError, match="are free") as caught:
        check_room({tmp_path: half, other: half}, "Free some space.")
    assert caught.value.hint == "Free some space."
