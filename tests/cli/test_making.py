"""Commands from argv to the file, through the real engine and its worker process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from studio import cli
from studio.cli import CANCELLED, DONE, FAILED, USAGE
from studio.media.probe import probe
from studio.media.reader import VideoReader

ROOT = Path(__file__).parents[2]
QUICK = ["generate", "frames=8 step_s=0", "--model", "scripted", "--seed", "3"]


def frames_of(path: Path) -> np.ndarray:
    with VideoReader(str(path)) as reader:
        return np.stack([frame.image for frame in reader.frames()])


def test_the_ending_decides(tmp_path: Path) -> None:
    for name in ("a.mkv", "a.mp4", "a.gif", "a.png"):
        assert cli.main([*QUICK, "-o", str(tmp_path / name)]) == DONE
    assert probe(tmp_path / "a.mkv").codec == "ffv1"
    assert (probe(tmp_path / "a.mp4").codec, probe(tmp_path / "a.mp4").frame_count) == ("h264", 8)
    assert probe(tmp_path / "a.gif").frame_count == 8
    pictures = sorted(path.name for path in tmp_path.glob("a_*.png"))
    assert (pictures[0], len(pictures)) == ("a_00001.png", 8)
    assert not list(tmp_path.glob(".*"))


def test_the_same_seed_makes_the_same_frames_and_the_file_keeps_its_recipe(tmp_path: Path) -> None:
    first, second = tmp_path / "first.mp4", tmp_path / "second.mp4"
    for target in (first, second):
        assert cli.main([*QUICK, "-o", str(target)]) == DONE
    assert np.array_equal(frames_of(first), frames_of(second))
    recipe = json.loads(probe(first).comment)
    assert (recipe["kind"], recipe["seed"], recipe["model"]) == ("generate", 3, "scripted")


def test_json_lines_tell_the_whole_story(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*QUICK, "-o", str(tmp_path / "a.mp4"), "--json"]) == DONE
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    kinds = [line["type"] for line in lines]
    assert kinds[0] == "Queued"
    assert "Progress" in kinds
    assert kinds.count("Finished") == 2
    assert lines[-1]["type"] == "Done"
    assert (lines[-1]["frames"], lines[-1]["seed"], lines[-1]["path"]) == (8, 3, str(tmp_path / "a.mp4"))


def test_sizes_and_lengths_that_do_not_fit_are_changed_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "a.mkv"
    assert cli.main([*QUICK, "-o", str(target), "--size", "101x75"]) == DONE
    assert "101x75 is not possible here" in capsys.readouterr().err
    info = probe(target)
    assert info.width % 2 == info.height % 2 == 0


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["generate", " ", "--model", "scripted", "-o", "a.mp4"], USAGE, "Say what should be seen"),
        (["generate", "x", "--model", "nobody", "-o", "a.mp4"], USAGE, "no model called 'nobody'"),
        (["generate", "x", "--model", "scripted", "-o", "a.doc"], USAGE, "unknown ending"),
        (["generate", "x", "--model", "scripted", "-o", "nowhere/a.mp4"], FAILED, "no folder"),
        (["generate", "x", "--model", "looks", "-o", "a.mp4"], USAGE, "cannot do this"),
        (["generate", "x", "--model", "scripted", "--style", "mud", "-o", "a.mp4"], USAGE, "no style"),
        (["generate", "fail-at=2 step_s=0", "--model", "scripted", "-o", "a.mp4"], FAILED, ""),
        (["stylize", "gone.mp4", "--look", "oil", "-o", "a.mp4"], FAILED, "no file gone.mp4"),
        (["interpolate", "gone.mp4", "--fps", "30", "-o", "a.mp4"], FAILED, "no file gone.mp4"),
        (["animate", "gone.jpg", "-o", "a.mp4"], FAILED, "no file gone.jpg"),
        (["export", "gone.kinora", "-o", "a.mp4"], FAILED, "no file gone.kinora"),
        (["export", ".", "-o", "a.mp4"], FAILED, ""),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_a_code(
    arguments: list[str],
    code: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == code
    shown = capsys.readouterr().err
    assert says in shown
    assert shown.strip()
    assert "Traceback" not in shown
    assert list(tmp_path.iterdir()) == []


def test_a_failed_command_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.mp4"
    target.write_bytes(b"old")
    assert cli.main(["generate", "fail-at=2 step_s=0", "--model", "scripted", "-o", str(target)]) == FAILED
    assert target.read_bytes() == b"old"
    assert cli.main([*QUICK, "-o", str(target)]) == DONE
    assert probe(target).frame_count == 8


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a process of its own")
def test_ctrl_c_cancels_cleanly(tmp_path: Path) -> None:
    """As in a terminal: the signal goes to the whole process group, the worker included."""
    slow = [
        "generate",
        "frames=500 step_s=0.05",
        "--model",
        "scripted",
        "--json",
        "-o",
        str(tmp_path / "a.mp4"),
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "studio", *slow],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["type"] == "Progress":
            break
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == CANCELLED
    assert json.loads(out.splitlines()[-1])["kind"] == "CancelledError"
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []
    caches = Path(os.environ["STUDIO_PROFILE"]) / "cache"
    assert list(caches.glob("command-*")) == []
