"""`studio interpolate`: its options, and the job that they ask for."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from fractions import Fraction

from studio.cli.fitting import source
from studio.errors import InputError, UsageError
from studio.jobs.job import Interpolate, Quality, SpeedPoint, Tear
from studio.timing import Rate, RationalTime

_QUALITIES = (*(quality.value for quality in Quality), "flow")
_POINT = re.compile(r"([\d./]+)\s*:\s*([\d./]+)")


def add_interpolate_options(verb: argparse.ArgumentParser, rate: Callable[[str], Rate]) -> None:
    """`rate` reads a frame rate."""
    add = verb.add_argument
    add("source", metavar="IN", help="a video")
    new_rate = verb.add_mutually_exclusive_group()
    new_rate.add_argument("--fps", metavar="R", type=rate, help="the new frame rate, for example 59.94")
    new_rate.add_argument("--times", metavar="N", type=int, help="so many times the frame rate, 2 to 16")
    speed = verb.add_mutually_exclusive_group()
    speed.add_argument("--slow", metavar="F", help="the new speed: 0.25 is four times as long (1 is normal)")
    speed.add_argument(
        "--speed", metavar="S:F,S:F,…", help="a course of speeds: at S seconds of the source speed F"
    )
    add("--quality", choices=_QUALITIES, default="best", help="flow: without the network (default: best)")
    add(
        "--cuts",
        choices=tuple(tear.value for tear in Tear),
        default=Tear.HOLD.value,
        help="between two shots the first is held, or they fade (default: hold); never a morph",
    )
    add("--replace-repeats", action="store_true", help="draw frames anew that only repeat the one before")


def interpolate_job(options: argparse.Namespace) -> Interpolate:
    """Raises UsageError where neither rate nor speed is asked for, MissingFileError, MediaError."""
    speed = _speed(options)
    if options.fps is None and options.times is None and not speed:
        raise UsageError("Nothing would change.", "Ask for --fps 60, --times 2, --slow 0.5 or --speed.")
    given = source(options.source)
    return Interpolate(
        model="flow" if options.quality == "flow" else "interpolation",
        source=given,
        frame_rate=options.fps or _times(given.path, options.times or 1),
        quality=Quality.FAST if options.quality == "fast" else Quality.BEST,
        speed=speed,
        at_cuts=Tear(options.cuts),
        replace_repeats=options.replace_repeats,
    )


def _times(path: str, times: int) -> Rate:
    from studio.media.probe import probe

    if not 1 <= times <= 16:
        raise UsageError("--times goes from 2 to 16.", f"{times} is outside.")
    own = probe(path).rate
    if own is None:
        raise UsageError(f"{path} has no frame rate to multiply.", "Ask for --fps instead.")
    return Rate.of(own.fraction * times)


def _speed(options: argparse.Namespace) -> tuple[SpeedPoint, ...]:
    """The course of speeds that is asked for; empty where the clip keeps its own."""
    points = [f"0:{options.slow}"] if options.slow else (options.speed or "").split(",")
    return tuple(_point(text) for text in points if text)


def _point(text: str) -> SpeedPoint:
    match = _POINT.fullmatch(text.strip())
    try:
        assert match is not None
        return SpeedPoint(RationalTime.from_seconds(Fraction(match[1])), Rate.of(Fraction(match[2])))
    except (AssertionError, InputError, ValueError, ZeroDivisionError) as error:
        hint = "Write SECONDS:SPEED, for example 0:1,2:0.25,5:1."
        raise UsageError(f"'{text.removeprefix('0:')}' is no speed.", hint) from error
