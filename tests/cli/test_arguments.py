"""Options become values; what makes no sense is refused with exit code 2 and a sentence."""

from __future__ import annotations

from fractions import Fraction

import pytest

from studio.cli.arguments import build_parser
from studio.jobs.job import Arrangement, Look, Move
from studio.timing import Rate


def test_generate_takes_every_option() -> None:
    words = "--model m --style s --size 640x360 --length 2.5 --fps 29.97 --steps 9 --guidance 3.5 --seed 7"
    images = ["--image", "x.png", "--image", "y.png"]
    options = build_parser().parse_args(
        ["generate", "a red ball", "-o", "a.mp4", *words.split(), *images, "--negative", "blur", "--json"]
    )
    assert options.prompt == "a red ball"
    assert options.image == ["x.png", "y.png"]
    assert options.size == (640, 360)
    assert options.length == Fraction(5, 2)
    assert options.fps == Rate(30000, 1001)
    assert (options.steps, options.guidance, options.seed, options.negative) == (9, 3.5, 7, "blur")
    assert options.json


def test_animate_takes_moves_and_kinds() -> None:
    options = build_parser().parse_args(
        ["animate", "a.jpg", "b.jpg", "-o", "f.mp4", "--move", "pan-left", "--as", "film"]
    )
    assert (options.move, options.arrangement) == (Move.PAN_LEFT, Arrangement.FILM)
    assert options.pictures == ["a.jpg", "b.jpg"]


def test_stylize_takes_a_look() -> None:
    options = build_parser().parse_args(["stylize", "a.mp4", "--look", "oil", "-o", "b.mp4"])
    assert options.look is Look.OIL


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "VERB"),
        (["paint"], "invalid choice"),
        (["generate", "x"], "-o"),
        (["generate", "x", "-o", "a.mp4", "--size", "big"], "640x360"),
        (["generate", "x", "-o", "a.mp4", "--size", "0x10"], "640x360"),
        (["generate", "x", "-o", "a.mp4", "--fps", "fast"], "29.97"),
        (["generate", "x", "-o", "a.mp4", "--fps", "0"], "29.97"),
        (["generate", "x", "-o", "a.mp4", "--length", "-1"], "seconds"),
        (["generate", "x", "-o", "a.mp4", "--frames", "0"], "whole number"),
        (["generate", "x", "-o", "a.mp4", "--seed", "-1"], "seed"),
        (["generate", "x", "-o", "a.mp4", "--frames", "9", "--length", "1"], "not allowed with"),
        (["stylize", "x", "-o", "a.mp4", "--look", "mud"], "oil, pencil"),
        (["animate", "x", "-o", "a.mp4", "--move", "jump"], "zoom-in, zoom-out"),
    ],
)
def test_nonsense_is_refused(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(arguments)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err
