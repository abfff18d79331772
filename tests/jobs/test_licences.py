"""Under which licences a film was made: through results of results, with what is barred and to be said."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from studio import cli
from studio.jobs.job import Animate, Export, Generate, Job, Look, Lora, Source, Stylize, encode
from studio.jobs.licences import as_text, licences_of
from studio.media.writer import MasterWriter
from studio.models.catalog import Catalog, default_catalog
from studio.paths import resources_folder
from studio.project.project_file import create_project
from studio.project.timeline import Clip, External, Project, Take, new_project
from studio.timing import Rate, RationalTime

BARRING = """
id = "barring"
title = "Barring Model"
description = "A test."
family = "wan"
capabilities = ["text-to-video"]
adapter = "a:B"
[licence]
name = "Barring Licence"
link = "https://example.org"
notice = "Powered by Barring"
restrictions = ["Not on Sundays."]
"""
RATE = Rate(12)


def generate(model: str) -> Generate:
    return Generate(
        model=model,
        prompt="a boat",
        width=64,
        height=48,
        num_frames=3,
        frame_rate=RATE,
        num_inference_steps=1,
        guidance_scale=1.0,
        loras=(Lora(path="/where/Sketch.safetensors"),),
    )


def master(path: Path, job: Job | None) -> str:
    with MasterWriter(path, 64, 48, RATE, comment=encode(job).decode() if job else "") as writer:
        for _ in range(3):
            writer.write(np.zeros((48, 64, 3), np.uint8))
    return str(path)


def clip(name: str, path: str, start: int, job: Job | None) -> Clip:
    reference = External(path=path, duration=RationalTime(3, RATE), rate=RATE, width=64, height=48)
    recipe = None if job is None else msgspec.to_builtins(job)
    return Clip(
        id=name,
        name=name,
        start=start,
        duration=3,
        takes=(Take(id=name, reference=reference, recipe=recipe),),
    )


def film(*clips: Clip) -> Project:
    project = new_project("Sunday")
    track = msgspec.structs.replace(project.tracks[0], clips=clips)
    return msgspec.structs.replace(project, tracks=(track, *project.tracks[1:]))


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    (tmp_path / "models" / "barring").mkdir(parents=True)
    (tmp_path / "models" / "barring" / "model.toml").write_text(BARRING)
    return Catalog([resources_folder() / "models", tmp_path / "models"])


def test_results_of_results_are_followed_to_their_models(tmp_path: Path, catalog: Catalog) -> None:
    drawn = master(tmp_path / "drawn.mkv", generate("barring"))
    painted = Stylize(source=Source(path=drawn), look=Look.OIL)
    project = film(
        clip("Painted", master(tmp_path / "painted.mkv", painted), 0, painted),
        clip("Holiday", master(tmp_path / "holiday.mkv", None), 3, None),
    )
    report = licences_of(project, tmp_path, catalog)
    assert [(use.model, use.clips) for use in report.uses] == [
        ("barring", ("Painted",)),
        ("looks", ("Painted",)),
    ]
    assert report.footage == ("Sketch.safetensors (LoRA)", "holiday.mkv")
    text = as_text(report)
    for words in ("Powered by Barring", "Barred: Not on Sundays.", "https://example.org", "Used in: Painted"):
        assert words in text


def test_an_imported_film_of_ours_is_known_by_the_recipe_in_it(tmp_path: Path, catalog: Catalog) -> None:
    drawn = clip("Drawn", master(tmp_path / "drawn.mkv", generate("barring")), 0, generate("barring"))
    export = Export(project=film(drawn), folder=str(tmp_path), target="film.mkv")
    project = film(clip("Film", master(tmp_path / "film.mkv", export), 0, None))
    report = licences_of(project, tmp_path, catalog)
    assert [use.model for use in report.uses] == ["barring"]


def test_models_and_files_that_are_gone_are_said(tmp_path: Path, catalog: Catalog) -> None:
    animate = Animate(
        pictures=(Source(path=str(tmp_path / "gone.jpg")),),
        width=64,
        height=48,
        num_frames=3,
        frame_rate=RATE,
    )
    project = film(
        clip("Old", "old.mkv", 0, generate("no-longer-here")), clip("Shot", "shot.mkv", 3, animate)
    )
    report = licences_of(project, tmp_path, catalog)
    assert "not known here any more" in as_text(report)
    assert "gone.jpg" in report.footage
    assert as_text(licences_of(new_project("Empty"), tmp_path, catalog)).endswith("The film is empty.\n")


def test_files_that_name_each_other_come_to_an_end(tmp_path: Path, catalog: Catalog) -> None:
    ring = Stylize(source=Source(path=str(tmp_path / "ring.mkv")), look=Look.INK)
    master(tmp_path / "ring.mkv", ring)
    report = licences_of(film(clip("Ring", "ring.mkv", 0, ring)), tmp_path, catalog)
    assert [use.model for use in report.uses] == ["looks"]


def test_the_command_line_tells_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = master(tmp_path / "drawn.mkv", generate("starter"))
    folder = tmp_path / "film.kinora"
    create_project(folder, film(clip("Drawn", path, 0, generate("starter")))).close()
    assert cli.main(["licences", str(folder)]) == 0
    assert "Kinora Starter: Apache-2.0" in capsys.readouterr().out
    assert cli.main(["licences", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["uses"][0]["title"] == "Kinora Starter"
    assert cli.main(["licences", str(tmp_path / "gone.kinora")]) == 1
    assert default_catalog().get("starter").licence.name == "Apache-2.0"
