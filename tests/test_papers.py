"""What the papers say is true: their examples run, their tables match the code."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import cv2
import numpy as np
import pytest

from studio import cli
from studio.cli.arguments import build_parser
from studio.media.probe import probe
from studio.models.catalog import read_spec
from studio.models.spec import ModelSpec
from studio.project.project_file import create_project
from studio.render.single import single_clip_project

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
HOUSE = (ROOT / "studio" / "README.md").read_text("utf-8")
COMMANDS = [shlex.split(line)[1:] for line in README.splitlines() if line.startswith("studio ")]


def write_pictures(folder: Path) -> None:
    """The files that the commands of the README name."""
    (folder / "frames").mkdir()
    names = ["photo.jpg", "A.jpg", "B.jpg", "C.jpg", *(f"frames/{k}.png" for k in range(1, 7))]
    ramp = np.linspace(0, 255, 96, dtype=np.uint8)
    for shift, name in enumerate(names):
        picture = np.dstack([np.roll(np.tile(ramp, (64, 1)), 8 * (shift + k), axis=1) for k in range(3)])
        assert cv2.imwrite(str(folder / name), picture)


def write_project(folder: Path) -> None:
    project = single_clip_project(folder / "sequence.mp4")
    create_project(folder / "Holiday.kinora", project).close()


def test_the_commands_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In their order: later ones use the files of earlier ones, as a reader would."""
    monkeypatch.chdir(tmp_path)
    write_pictures(tmp_path)
    for command in COMMANDS:
        if command[0] == "export":
            write_project(tmp_path)
        code = cli.main(command)
        assert code == 0 or command == ["doctor"], command
        if "-o" in command:
            assert probe(command[command.index("-o") + 1]).frame_count > 0


def test_the_readme_names_every_verb() -> None:
    actions = build_parser()._subparsers
    assert actions is not None
    verbs = next(action.choices for action in actions._group_actions if action.choices)
    assert {command[0] for command in COMMANDS} == set(verbs)


def test_what_the_readme_shows_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_room_of_the_house_is_described() -> None:
    rooms = {
        path.stem
        for path in (ROOT / "studio").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    described = set(re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| (`.*?) \|", HOUSE, re.M))))
    assert rooms - {"__init__"} == described


def test_the_rules_in_the_papers_are_those_that_are_checked() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = next(contract["layers"] for contract in table["contracts"] if contract["type"] == "layers")
    block = re.search(r"```\n(__main__ >.*?)```", HOUSE, re.S)
    assert block is not None
    told = [{room.strip() for room in floor.split("|")} for floor in block[1].split(">")]
    assert told == [{room.strip() for room in floor.split("|")} for floor in layers]


def test_the_model_description_in_the_papers_is_a_valid_one(tmp_path: Path) -> None:
    block = re.search(r"```toml\n(.*?)```", HOUSE, re.S)
    assert block is not None
    (tmp_path / "model.toml").write_text(block[1], encoding="utf-8")
    spec = read_spec(tmp_path)
    assert isinstance(spec, ModelSpec)
    assert spec.limits.frames.snap(spec.defaults.num_frames) == spec.defaults.num_frames


@pytest.mark.parametrize("verb", ["generate", "animate", "stylize", "interpolate", "export"])
def test_every_option_has_its_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args([verb, "--help"])
    assert ended.value.code == 0
    assert "--output FILE" in capsys.readouterr().out
