"""`studio export`: a project's folder becomes a file for others, journal included."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio import cli
from studio.media.probe import probe
from studio.media.reader import VideoReader
from studio.project.project_file import create_project
from studio.project.timeline import Clip, Project, Take, Title, Track
from studio.render.single import single_clip_project
from studio.timing import Rate, RationalTime


@pytest.fixture
def project(tmp_path: Path) -> Path:
    clip = tmp_path / "clip.mkv"
    made = ["generate", "frames=12 step_s=0", "--model", "scripted", "--seed", "1", "-o", str(clip)]
    assert cli.main(made) == 0
    folder = tmp_path / "Holiday.kinora"
    create_project(folder, single_clip_project(clip)).close()
    return folder


def test_a_project_is_exported_at_its_own_size_or_another(project: Path, tmp_path: Path) -> None:
    own, other = tmp_path / "own.mp4", tmp_path / "other.mp4"
    assert cli.main(["export", str(project), "-o", str(own)]) == 0
    assert cli.main(["export", str(project), "-o", str(other), "--size", "128x96", "--crf", "30"]) == 0
    source = probe(tmp_path / "clip.mkv")
    assert (probe(own).width, probe(own).height) == (source.width, source.height)
    assert (probe(other).width, probe(other).height) == (128, 96)
    assert probe(own).frame_count == probe(other).frame_count == 12


def test_a_part_of_the_film_is_exported(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    part, marked = tmp_path / "part.mkv", tmp_path / "marked.mkv"
    assert cli.main(["export", str(project), "-o", str(part), "--range", "0:03-0:08"]) == 0
    assert probe(part).frame_count == 5
    assert cli.main(["export", str(project), "-o", str(marked), "--range"]) == 0
    assert probe(marked).frame_count == 12, "no points are set: all of it"
    assert cli.main(["export", str(project), "-o", str(marked), "--range", "0:09-0:02"]) != 0
    assert "range" in capsys.readouterr().err
    assert cli.main(["export", str(project), "-o", str(marked), "--range", "0:09"]) != 0


def test_a_worker_without_a_screen_letters_titles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    take = Take(id="take", reference=Title(text="À bientôt", size=0.4))
    clip = Clip(id="clip", name="title", start=0, duration=5, takes=(take,))
    track = Track(id="track", name="V1", kind="video", clips=(clip,))
    folder = tmp_path / "Title.kinora"
    create_project(folder, Project(width=320, height=180, tracks=(track,))).close()
    assert cli.main(["export", str(folder), "-o", str(tmp_path / "title.mkv")]) == 0
    with VideoReader(tmp_path / "title.mkv") as reader:
        image = reader.at(RationalTime(2, Rate(24)))
    assert (image == 255).all(axis=-1).sum() > 1000


def test_a_lost_file_is_named_and_nothing_is_written(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "clip.mkv").unlink()
    assert cli.main(["export", str(project), "-o", str(tmp_path / "a.mp4")]) == 1
    assert "clip.mkv" in capsys.readouterr().err
    assert not (tmp_path / "a.mp4").exists()


def test_a_project_of_a_newer_version_is_refused(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "project.json"
    document = json.loads(file.read_text("utf-8"))
    key = "schema"
    file.write_text(json.dumps({**document, key: 999}), "utf-8")
    assert cli.main(["export", str(project), "-o", str(tmp_path / "a.mp4")]) == 1
    assert "newer" in capsys.readouterr().err
