"""`studio animate`: what is asked of single pictures and of the whole film."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from studio.errors import UsageError
from studio.jobs.job import Arrangement, Move
from studio.timing import Rate, frames_in


def add_picture_options(verb: argparse.ArgumentParser, move: Callable[[str], Move]) -> None:
    """`move` reads the name of a camera move."""
    add = verb.add_argument
    add("--each", metavar="S[,S,…]", help="seconds for each picture: one number for all, or one for each")
    add("--loop", action="store_true", help="a film that leads back to its first picture")
    add("--camera", type=move, default=Move.STILL, metavar="MOVE", help="over the whole of a film (still)")


def picture_wishes(
    options: argparse.Namespace, arrangement: Arrangement, pictures: int, rate: Rate
) -> dict[str, Any]:
    """The fields of an Animate job that these options set; raises UsageError where they do not fit."""
    if options.loop and arrangement is not Arrangement.FILM:
        raise UsageError("Only a film can lead back to its first picture.", "Add --as film.")
    wishes: dict[str, Any] = {"loop": options.loop, "camera": options.camera}
    if not options.each:
        return wishes
    if arrangement is Arrangement.SEQUENCE:
        raise UsageError("In a sequence each picture is one frame.", "Leave out --each, or add --as shots.")
    if options.length is not None or options.frames is not None:
        raise UsageError("--each sets the length already.", "Leave out --length and --frames.")
    lengths = _lengths(options.each, pictures, rate)
    return {**wishes, "lengths": lengths, "num_frames": sum(lengths)}


def _lengths(text: str, pictures: int, rate: Rate) -> tuple[int, ...]:
    try:
        seconds = [Fraction(part) for part in text.split(",")]
    except (ValueError, ZeroDivisionError) as error:
        raise UsageError(f"'{text}' are no lengths in seconds.", "Write for example 2 or 1,2.5,1.") from error
    if len(seconds) == 1:
        seconds *= pictures
    if len(seconds) != pictures:
        raise UsageError(f"{len(seconds)} lengths were given for {pictures} pictures.", "Give one for each.")
    if min(seconds) <= 0:
        raise UsageError("A picture is shown for longer than nothing.", f"Not '{text}'.")
    return tuple(frames_in(length, rate) for length in seconds)
