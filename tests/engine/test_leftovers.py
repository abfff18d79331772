"""Half-written files of killed workers."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from studio.engine.leftovers import remove_partials
from studio.jobs.job import Export
from studio.project.timeline import Project
from studio.timing import Rate
from tests.engine.test_queue import entry


def test_only_the_jobs_own_partials_go(tmp_path: Path) -> None:
    mine = tmp_path / ".job.mkv.0123456789ab.partial"
    others = [tmp_path / "job.mkv", tmp_path / ".other.mkv.0123456789ab.partial", tmp_path / ".job.mkv.note"]
    for path in (mine, *others):
        path.write_bytes(b"x")
    remove_partials(replace(entry("job"), results=str(tmp_path)))
    assert sorted(tmp_path.iterdir()) == sorted(others)


def test_an_exports_partials_lie_beside_its_target(tmp_path: Path) -> None:
    folder = tmp_path / ".out.png.0123456789ab.partial"
    folder.mkdir()
    (folder / "out_00001.png").write_bytes(b"x")
    project = Project(name="p", rate=Rate(24), width=64, height=48)
    job = Export(project=project, folder=str(tmp_path), target=str(tmp_path / "out.png"))
    remove_partials(replace(entry("job"), job=job))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_no_trouble(tmp_path: Path) -> None:
    remove_partials(replace(entry("job"), results=str(tmp_path / "gone")))
