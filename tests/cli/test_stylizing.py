"""`studio stylize`: from argv to the job, to the file, with the number said."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from studio.cli import DONE, FAILED, USAGE, main
from studio.cli.arguments import build_parser
from studio.cli.stylizing import stylize_job
from studio.jobs.job import NamedStyle, Stylize
from studio.media.reader import VideoReader
from studio.project.curves import Curve, Keyframe
from studio.timing import Rate
from tests.adapters.moving import film, scene, transparent_film
from tests.ui.hands import save_picture

COUNT = 8


@pytest.fixture
def clip(tmp_path: Path) -> str:
    return film(tmp_path / "in.mkv", [scene(3.0 * k)[:65, :97] for k in range(COUNT)], Rate(24)).path


def job(*words: str) -> Stylize:
    return stylize_job(build_parser().parse_args(["stylize", *words, "-o", "out.mkv"]))


def frames_of(path: Path) -> list[np.ndarray]:
    with VideoReader(path, alpha=True) as reader:
        return [frame.image for frame in reader.frames()]


def test_words_become_the_job(clip: str, tmp_path: Path) -> None:
    picture = str(save_picture(tmp_path / "painting.png"))
    named = job(clip, "--style", "mosaic", "--best")
    assert (named.model, named.named_style, named.style, named.best) == (
        "style",
        NamedStyle.MOSAIC,
        None,
        True,
    )
    own = job(clip, "--style", picture, "--keep-colours", "0.5", "--mask", picture, "--strength", "0.7")
    assert own.style is not None and own.mask is not None and own.named_style is None
    assert (own.style.path, own.mask.path) == (picture, picture)
    assert (own.keep_colours, own.strength, own.strength_curve) == (0.5, 0.7, None)
    assert job(clip, "--look", "ink").model == "looks"


def test_keyframes_of_strength_are_at_the_clips_own_frames(clip: str) -> None:
    curve = job(clip, "--look", "ink", "--strength", "0:0, 1/8:0.5, 0.25:1").strength_curve
    keys = ((0, 0.0), (3, 0.5), (6, 1.0))
    assert curve == Curve(0.0, tuple(Keyframe(frame=frame, value=value) for frame, value in keys))


def test_a_look_that_comes_slowly_and_the_number(
    clip: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out.mkv"
    assert main(["stylize", clip, "--look", "ink", "--strength", "0:0,0.25:1", "-o", str(target)]) == DONE
    assert "frame by frame" in capfd.readouterr().out
    changes = [
        float(np.abs(one.astype(int) - other).mean())
        for one, other in zip(frames_of(target), frames_of(Path(clip)), strict=True)
    ]
    assert changes[0] == 0 < changes[2] < changes[4] < changes[6]


def test_the_number_is_in_the_json(clip: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.mp4"
    assert main(["stylize", clip, "--style", "pastel", "--json", "-o", str(target)]) == DONE
    told = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert told["type"] == "Done"
    assert told["flicker"]["after"] < told["flicker"]["before"]


def test_odd_sizes_and_alpha_reach_the_file(tmp_path: Path) -> None:
    source, alphas = transparent_film(tmp_path / "in.mkv", [scene(k)[:45, :67] for k in range(3)])
    target = tmp_path / "out.mkv"
    assert main(["stylize", source.path, "--look", "oil", "-o", str(target)]) == DONE
    result = frames_of(target)
    assert all(np.array_equal(frame[..., 3], alpha) for frame, alpha in zip(result, alphas, strict=True))


@pytest.mark.parametrize(
    "strength", ["loud", "2", "0:0,1:1.5", "1:0,0:1", "0:0,0.001:1", "0:0,1", "1/0:1", "nan"]
)
def test_a_strength_that_is_none_is_refused(
    strength: str, clip: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out.mp4"
    assert main(["stylize", clip, "--look", "ink", "--strength", strength, "-o", str(target)]) == USAGE
    assert "strength" in capfd.readouterr().err.lower()
    assert not target.exists()


def test_a_style_that_is_not_there_is_said(
    clip: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["stylize", clip, "--style", "gone.png", "-o", str(tmp_path / "out.mp4")]) == FAILED
    assert "no file gone.png" in capfd.readouterr().err
