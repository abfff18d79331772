"""`studio stylize`: its options, and the job that they ask for."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from studio.cli.fitting import source
from studio.errors import UsageError
from studio.jobs.job import Look, NamedStyle, Source, Stylize
from studio.project.curves import Curve, Keyframe
from studio.timing import Rate

_KEY = re.compile(r"([\d./]+)\s*:\s*([\d./]+)")
_HINT = "Write a share such as 0.7, or SECONDS:SHARE in order, for example 0:0,2:1."


def add_stylize_options(verb: argparse.ArgumentParser, look: Callable[[str], Look]) -> None:
    """`look` reads the name of a look."""
    add = verb.add_argument
    add("source", metavar="IN", help="a video")
    what = verb.add_mutually_exclusive_group(required=True)
    what.add_argument("--look", type=look, metavar="LOOK", help=", ".join(Look))
    what.add_argument("--style", metavar="PICTURE", help="any picture, or a name: " + ", ".join(NamedStyle))
    add(
        "--strength",
        metavar="0…1|S:V,S:V,…",
        default="1",
        help="how much of it (default: 1), or keyframes: at S seconds the share V",
    )
    add("--keep-colours", metavar="0…1", type=float, default=0.0, help="how much of its own colours (0)")
    add("--mask", metavar="FILE", help="picture or video: the look is seen where it is white")
    add("--best", action="store_true", help="with --style: works every picture out, slowly")


def stylize_job(options: argparse.Namespace) -> Stylize:
    """Raises UsageError for a strength that is none, MissingFileError, MediaError."""
    given = source(options.source)
    strength, curve = _strength(options.strength, given)
    named = options.style in set(NamedStyle)
    return Stylize(
        model="style" if options.style else "looks",
        source=given,
        look=options.look,
        style=source(options.style) if options.style and not named else None,
        named_style=NamedStyle(options.style) if named else None,
        strength=strength,
        strength_curve=curve,
        keep_colours=options.keep_colours,
        mask=source(options.mask) if options.mask else None,
        best=options.best,
    )


def _strength(text: str, given: Source) -> tuple[float, Curve | None]:
    """A number, or the keyframes of a curve over the frames of `given`."""
    try:
        if ":" not in text:
            return float(text), None
        keys = [_key(part, given) for part in text.split(",")]
    except (ValueError, ZeroDivisionError) as error:
        raise UsageError(f"'{text}' is no strength.", _HINT) from error
    if any(later.frame <= earlier.frame for earlier, later in pairwise(keys)):
        raise UsageError(f"The moments of the strength '{text}' do not follow one another.", _HINT)
    return 1.0, Curve(keys[0].value, tuple(keys))


def _key(text: str, given: Source) -> Keyframe:
    match = _KEY.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    frame = round(Fraction(match[1]) * _rate(given.path).fraction)
    return Keyframe(frame=frame, value=float(Fraction(match[2])))


def _rate(path: str) -> Rate:
    """The rate at which `path` is drawn."""
    from studio.media.probe import probe

    return probe(path).rate or Rate(24)
