"""A project on disk: round trips, kills at any moment, damage, newer versions, full disks."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from studio.errors import MissingFileError, ProjectError, ProjectVersionError, StorageError
from studio.project.edits import AddMarker, ChangeProject
from studio.project.project_file import OpenProject, create_project, load_project, open_project
from studio.project.timeline import Marker, new_id
from tests.project.examples import project_with_clips

GOLDEN = Path(__file__).parent / "golden"


def mark(opened: OpenProject, frame: int) -> None:
    opened.document.apply(AddMarker(marker=Marker(id=new_id(), frame=frame)))


def frames(opened: OpenProject) -> list[int]:
    return [marker.frame for marker in opened.document.project.markers]


def test_undo_history_survives_closing_and_opening(tmp_path: Path) -> None:
    folder = tmp_path / "film.kinora"
    opened = create_project(folder, project_with_clips())
    for frame in range(5):
        mark(opened, frame)
    opened.document.undo()
    opened.close()
    again = open_project(folder)
    assert frames(again) == [0, 1, 2, 3]
    assert again.document.redo() and frames(again) == [0, 1, 2, 3, 4]
    while again.document.undo():
        pass
    assert frames(again) == []
    again.close()
    assert load_project(folder).markers == ()


def test_a_kill_loses_nothing_that_was_done(tmp_path: Path) -> None:
    folder = tmp_path / "film.kinora"
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from tests.project.test_project_file import *\n"
        f"opened = create_project(Path({str(folder)!r}), project_with_clips())\n"
        "[mark(opened, frame) for frame in range(300)]; opened.document.undo()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    died = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=False)
    assert died.returncode == -signal.SIGKILL
    opened = open_project(folder)
    assert frames(opened) == list(range(299))
    assert opened.document.can_undo and opened.document.can_redo
    assert opened.notices == []
    opened.close()


@pytest.mark.parametrize("kept", range(1, 12))
def test_half_a_journal_line_costs_only_that_step(tmp_path: Path, kept: int) -> None:
    folder = tmp_path / "film.kinora"
    opened = create_project(folder, project_with_clips())
    for frame in range(3):
        mark(opened, frame)
    opened._lock.release()  # as if killed: no checkpoint
    journal = folder / "journal.jsonl"
    whole = journal.read_bytes()
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    journal.write_bytes(whole[: last + kept * (len(whole) - last) // 12])
    again = open_project(folder)
    assert frames(again) == [0, 1]
    mark(again, 9)
    again.close()
    assert [marker.frame for marker in load_project(folder).markers] == [0, 1, 9]


def test_history_and_where_it_stands_cross_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "film.kinora"
    opened = create_project(folder, project_with_clips())
    for frame in range(5):
        mark(opened, frame)
    opened.document.jump(2)
    history = opened.document.history()
    opened._lock.release()  # As after a kill: nothing is closed.
    again = open_project(folder)
    assert again.document.history() == history == (["Add marker"] * 5, 2)
    assert frames(again) == [0, 1]
    again.document.jump(4)
    assert frames(again) == [0, 1, 2, 3]
    again.close()
    third = open_project(folder)
    assert frames(third) == [0, 1, 2, 3]
    third.close()


def test_damage_in_the_middle_falls_back_on_the_checkpoint_and_keeps_the_rest(tmp_path: Path) -> None:
    folder = tmp_path / "film.kinora"
    opened = create_project(folder, project_with_clips())
    for frame in range(6):
        mark(opened, frame)
    opened.close()
    journal = folder / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[2] = b"\x00" * 40 + b"\n"
    journal.write_bytes(b"".join(lines))
    again = open_project(folder)
    assert frames(again) == [0, 1, 2, 3, 4, 5]
    assert any("put aside" in notice for notice in again.notices)
    assert (folder / "journal.damaged-1").read_bytes() == b"".join(lines[2:])
    mark(again, 7)
    again.close()
    third = open_project(folder)
    assert frames(third) == [0, 1, 2, 3, 4, 5, 7]
    third.close()


def test_a_lost_base_costs_the_history_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "film.kinora"
    opened = create_project(folder, project_with_clips())
    mark(opened, 1)
    opened.checkpoint()
    mark(opened, 2)
    opened._lock.release()
    (folder / "base.json").unlink()
    again = open_project(folder)
    assert frames(again) == [1, 2]
    mark(again, 3)
    again.close()
    third = open_project(folder)
    assert frames(third) == [1, 2, 3]
    third.close()


def test_a_newer_project_is_refused_and_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "film.kinora"
    create_project(folder, project_with_clips()).close()
    file = folder / "project.json"
    content = json.loads(file.read_text())
    content["schema"] = 99
    content["project"]["tracks"] = "words of the future"
    file.write_text(json.dumps(content))
    with pytest.raises(ProjectVersionError, match="newer Kinora"):
        open_project(folder)
    assert json.loads(file.read_text()) == content


def test_what_is_no_project_is_said_clearly(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no Kinora project"):
        open_project(tmp_path)
    (tmp_path / "project.json").write_text("{half")
    with pytest.raises(ProjectError, match="damaged"):
        open_project(tmp_path)


def test_one_project_is_open_only_once(tmp_path: Path) -> None:
    folder = tmp_path / "film.kinora"
    opened = create_project(folder, project_with_clips())
    with pytest.raises(ProjectError, match="another window"):
        open_project(folder)
    opened.close()
    open_project(folder).close()


def test_a_full_disk_is_told_and_the_step_is_written_later(tmp_path: Path) -> None:
    folder = tmp_path / "film.kinora"
    opened = create_project(folder, project_with_clips())
    mark(opened, 1)
    size = (folder / "journal.jsonl").stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, hard))
        with pytest.raises(StorageError):
            mark(opened, 2)
        with pytest.raises(StorageError):
            opened.checkpoint()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert frames(opened) == [1, 2], "nothing of the work in the window is lost"
    mark(opened, 3)
    opened._lock.release()
    again = open_project(folder)
    assert frames(again) == [1, 2, 3]
    again.close()
    assert not list(folder.glob(".project.json*")), "no half checkpoint is left behind"


def test_a_folder_that_cannot_be_made_is_said_clearly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageError):
        create_project(tmp_path / "file" / "film.kinora", project_with_clips())


def test_the_golden_project_of_schema_1_opens(tmp_path: Path) -> None:
    for file in (GOLDEN / "schema-1").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    opened = open_project(tmp_path)
    assert opened.document.project.name == "Golden"
    assert [len(track.clips) for track in opened.document.project.tracks] == [2, 1, 1]
    assert opened.document.undo_label == "Change project"
    opened.close()


def write_golden(folder: Path) -> None:
    """How golden/schema-1 was made; kept so that the next schema's can be made alike."""
    opened = create_project(folder, project_with_clips())
    opened.document.apply(ChangeProject(name="Golden"))
    opened.close()
    os.remove(folder / "lock")  # noqa: PTH107
