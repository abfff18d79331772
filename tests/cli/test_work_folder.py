"""A command that was killed goes on in the folder it worked in; one that ended leaves none."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from studio.cli.work_folder import work_folder, work_key
from studio.errors import CancelledError, StorageError
from studio.jobs.job import Export, Interpolate, Source
from studio.paths import cache_folder
from studio.project.timeline import Project
from studio.timing import Rate


def job(path: Path) -> Interpolate:
    return Interpolate(source=Source(path=str(path)), frame_rate=Rate(60))


def left() -> list[str]:
    return [path.name for path in (cache_folder() / "commands").iterdir() if path.is_dir()]


def test_the_same_command_has_the_same_name_until_its_file_changes(tmp_path: Path) -> None:
    film = tmp_path / "a.mp4"
    film.write_bytes(b"one")
    name = work_key(job(film))
    assert name and name == work_key(job(film))
    film.write_bytes(b"another")
    assert work_key(job(film)) != name
    project = Project(name="p", width=64, height=48, rate=Rate(24))
    assert work_key(Export(project=project, folder="", target="a.mp4")) == ""


def test_what_failed_is_found_again_and_what_ended_is_gone() -> None:
    with pytest.raises(StorageError), work_folder("abc") as folder:
        (folder / "segment").touch()
        raise StorageError("The disk is full.")
    with work_folder("abc") as folder:
        assert (folder / "segment").exists()
    assert left() == []


def test_what_was_cancelled_is_gone() -> None:
    with pytest.raises(CancelledError), work_folder("abc"):
        raise CancelledError
    assert left() == []


def test_two_commands_at_once_do_not_share() -> None:
    with work_folder("abc") as first, work_folder("abc") as second, work_folder("") as third:
        assert len({first, second, third}) == 3
    assert left() == []


def test_old_leftovers_are_cleared_away() -> None:
    with pytest.raises(StorageError), work_folder("old"):
        raise StorageError("The disk is full.")
    then = time.time() - 8 * 24 * 3600
    os.utime(cache_folder() / "commands" / "old", (then, then))
    with work_folder("new"):
        assert left() == ["new"]
