"""The report on the machine, and the list of models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio import cli
from studio.cli.doctor import Finding, as_text, findings

SUBJECTS = {"Kinora", "machine", "libraries", "device", "window", "codecs", "profile", "caches"}


@pytest.fixture(scope="module")
def report() -> list[Finding]:
    return list(findings())


def test_every_part_of_the_machine_is_told(report: list[Finding]) -> None:
    subjects = {finding.subject for finding in report}
    assert subjects >= SUBJECTS
    assert {"starter", "animate", "looks", "flow"} <= subjects
    assert "scripted" not in subjects


def test_what_a_healthy_machine_needs_is_there(report: list[Finding]) -> None:
    states = {finding.subject: finding.state for finding in report}
    assert {states[name] for name in ("libraries", "codecs", "profile", "caches", "animate")} == {"ok"}
    assert states["device"] in ("ok", "note")


def test_a_finding_reads_well() -> None:
    text = as_text(Finding("starter", "missing", "not complete", "Install it again."))
    assert text == "MISSING starter       not complete\n" + " " * 22 + "Install it again."


def test_a_broken_model_description_is_reported_and_hides_no_other(
    profile: str, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Path(profile) / "models" / "mine" / "model.toml"
    broken.parent.mkdir(parents=True)
    broken.write_text("id = 5", "utf-8")
    assert cli.main(["models"]) == 0
    shown = capsys.readouterr()
    assert "animate" in shown.out
    assert str(broken) in shown.err


def test_an_incomplete_model_says_what_is_missing(profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(profile) / "models" / "mine"
    folder.mkdir(parents=True)
    (folder / "model.toml").write_text(
        """
        id = "mine"
        title = "Mine"
        description = "A model of my own."
        family = "wan"
        capabilities = ["text-to-video"]
        adapter = "studio.adapters.diffusers_video:DiffusersVideoAdapter"
        files = ["transformer/weights.safetensors"]
        [licence]
        name = "Apache-2.0"
        """,
        "utf-8",
    )
    assert cli.main(["models", "--json"]) == 0
    models = {model["id"]: model for model in map(json.loads, capsys.readouterr().out.splitlines())}
    assert models["mine"]["missing_files"] == ["transformer/weights.safetensors"]
    assert not models["mine"]["ready"]
    assert models["animate"]["ready"]
    output = str(Path(profile) / "a.mp4")
    assert cli.main(["generate", "x", "--model", "mine", "-o", output]) == 1
    assert "transformer/weights.safetensors is missing" in capsys.readouterr().err
