"""`studio interpolate`: every way to ask, from argv to the job, to the file, and on after a kill."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from studio.cli import DONE, USAGE, main
from studio.cli.arguments import build_parser
from studio.cli.interpolating import interpolate_job
from studio.cli.picture_options import picture_wishes
from studio.errors import UsageError
from studio.jobs.job import Arrangement, Interpolate, Move, Quality, Tear
from studio.media.audio import read_audio
from studio.media.reader import VideoReader
from studio.timing import Rate
from tests.adapters.moving import film, scene

ROOT = Path(__file__).parent.parent.parent


def asked(words: str, source: Path) -> Interpolate:
    return interpolate_job(
        build_parser().parse_args(["interpolate", str(source), "-o", "o.mp4", *words.split()])
    )


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    wave = 0.3 * np.sin(np.arange(48000) / 20)
    sound = np.repeat(wave[:, None], 2, axis=1).astype(np.float32)
    return Path(
        film(tmp_path / "clip.mkv", [scene(k)[:48, :64] for k in range(24)], Rate(24000, 1001), sound).path
    )


def test_the_ways_to_ask(clip: Path) -> None:
    assert asked("--fps 60", clip).frame_rate == Rate(60)
    assert asked("--times 4", clip).frame_rate == Rate(96000, 1001)
    slow = asked("--slow 0.25 --quality fast --cuts fade --replace-repeats", clip)
    assert slow.quality is Quality.FAST and slow.frame_rate == Rate(24000, 1001)
    assert (
        slow.speed[0].speed.fraction == Fraction(1, 4) and slow.at_cuts is Tear.FADE and slow.replace_repeats
    )
    course = asked("--speed 0:1,0.5:1/4", clip)
    assert [(point.at.seconds, point.speed.fraction) for point in course.speed] == [
        (0, 1),
        (Fraction(1, 2), Fraction(1, 4)),
    ]
    assert asked("--fps 48", clip).quality is Quality.BEST
    assert asked("--fps 48 --quality flow", clip).model == "flow"


@pytest.mark.parametrize("words", ["", "--slow never", "--slow 0", "--times 99", "--speed 1:2:3"])
def test_what_makes_no_sense_is_refused(clip: Path, words: str) -> None:
    with pytest.raises(UsageError):
        asked(words, clip)


def test_speeds_out_of_reach_and_out_of_order_are_refused(clip: Path, tmp_path: Path) -> None:
    for words in (["--slow", "0.001"], ["--speed", "2:1,1:1"]):
        assert main(["interpolate", str(clip), "-o", str(tmp_path / "o.mkv"), *words]) == USAGE


def test_lengths_of_pictures() -> None:
    def wishes(words: str) -> dict[str, object]:
        options = build_parser().parse_args(["animate", "a.png", "b.png", "-o", "o.mp4", *words.split()])
        return picture_wishes(options, options.arrangement or Arrangement.SHOTS, 2, Rate(24))

    assert wishes("") == {"loop": False, "camera": Move.STILL}
    assert wishes("--each 2")["lengths"] == (48, 48)
    assert wishes("--each 1,0.5 --as film --loop --camera zoom-in") == {
        "loop": True,
        "camera": Move.ZOOM_IN,
        "lengths": (24, 12),
        "num_frames": 36,
    }
    for words in (
        "--each 1,2,3",
        "--each 0",
        "--each x",
        "--loop",
        "--each 2 --as sequence",
        "--each 2 --length 3",
    ):
        with pytest.raises(UsageError):
            wishes(words)


def test_a_killed_command_goes_on_to_the_same_file(clip: Path, tmp_path: Path) -> None:
    target = tmp_path / "slow.mkv"
    words = ["interpolate", str(clip), "--quality", "flow", "--slow", "0.02", "-o"]
    assert main([*words, str(tmp_path / "whole.mkv")]) == DONE
    command = subprocess.Popen(
        [sys.executable, "-m", "studio", *words, str(target), "--json"], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert command.stdout is not None
    with command, command.stdout:
        for line in command.stdout:
            # A piece of 120 frames is finished, and most of the work is still to come.
            if 130 <= json.loads(line).get("step", 0) <= 600:
                break
        command.kill()
    assert not target.exists()
    assert main([*words, str(target)]) == DONE
    with VideoReader(target) as again, VideoReader(tmp_path / "whole.mkv") as whole:
        pictures = list(zip(again.frames(), whole.frames(), strict=True))
    assert len(pictures) == 1200
    assert all(np.array_equal(one.image, two.image) for one, two in pictures)
    assert np.array_equal(read_audio(target), read_audio(tmp_path / "whole.mkv"))
