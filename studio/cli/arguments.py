"""The options of every verb, and how their texts become values."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from enum import StrEnum
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from typing import TypeVar

from studio.cli.interpolating import add_interpolate_options
from studio.cli.library_arguments import add_models
from studio.cli.picture_options import add_picture_options
from studio.cli.stylizing import add_stylize_options
from studio.errors import InputError
from studio.jobs.job import Arrangement, Easing, Look, Move
from studio.timing import Rate

_SIZE = re.compile(r"(\d{1,5})\s*[xX×]\s*(\d{1,5})")
_OUTPUT = "the file to write; its ending decides: .mp4, .mkv (lossless), .gif, .png (numbered pictures)"
Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=StrEnum)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="studio",
        description="Kinora makes video on your own machine. Without a verb it opens the window.",
        epilog="'studio VERB --help' lists the options of a verb.",
    )
    parser.add_argument("--version", action="version", version=f"Kinora {kinora_version()}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    _add_generate(verbs)
    _add_animate(verbs)
    _add_stylize(verbs)
    _add_interpolate(verbs)
    _add_deflicker(verbs)
    _add_export(verbs)
    add_models(_add_verb(verbs, "models", "the models: list, show, pull, add, remove, verify"))
    licences = _add_verb(verbs, "licences", "under which licences a film was made")
    licences.add_argument("project", metavar="PROJECT", help="the project's folder (Name.kinora)")
    _add_verb(verbs, "doctor", "what this machine has, what works, what does not and why")
    return parser


def kinora_version() -> str:
    try:
        return version("kinora")
    except PackageNotFoundError:
        return "(not installed)"


def _add_verb(verbs: argparse._SubParsersAction, name: str, words: str) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    verb.add_argument("--json", action="store_true", help="one JSON value a line instead of text")
    verb.add_argument("--verbose", action="store_true", help="log everything that happens to stderr")
    return verb


def _add_maker(verbs: argparse._SubParsersAction, name: str, words: str) -> argparse.ArgumentParser:
    verb = _add_verb(verbs, name, words)
    verb.add_argument("-o", "--output", metavar="FILE", required=True, help=_OUTPUT)
    return verb


def _add_length(verb: argparse.ArgumentParser) -> None:
    length = verb.add_mutually_exclusive_group()
    length.add_argument("--length", metavar="S", type=seconds, help="length in seconds")
    length.add_argument("--frames", metavar="N", type=natural, help="length in frames")


def _add_generate(verbs: argparse._SubParsersAction) -> None:
    verb = _add_maker(verbs, "generate", "video from words")
    verb.add_argument("prompt", metavar="PROMPT", help="what should be seen")
    verb.add_argument(
        "--model",
        metavar="ID",
        default="starter",
        help="see 'studio models', or any diffusers folder (default: starter)",
    )
    verb.add_argument("--style", metavar="NAME", default="", help="one of the model's styles")
    verb.add_argument("--size", metavar="WxH", type=size, help="size in pixels, for example 640x360")
    _add_length(verb)
    verb.add_argument("--fps", metavar="R", type=rate, help="frames per second, for example 24 or 29.97")
    verb.add_argument("--steps", metavar="N", type=natural, help="denoising steps: more is slower and finer")
    verb.add_argument("--guidance", metavar="G", type=float, help="how closely to follow the words")
    verb.add_argument(
        "--seed", metavar="N", type=seed, help="the same seed makes the same video (default: drawn)"
    )
    verb.add_argument("--negative", metavar="TEXT", default="", help="what should not be seen")
    _add_inputs(verb)
    _add_tuning(verb)


def _add_inputs(verb: argparse.ArgumentParser) -> None:
    """What the video is made from besides words, where the model takes it."""
    add = verb.add_argument
    add("--image", metavar="FILE", action="append", default=[], help="the first picture; again: the last one")
    add("--last", metavar="FILE", help="the last picture")
    add("--keyframe", metavar=("FRAME", "FILE"), nargs=2, action="append", default=[], help="a picture there")
    add("--video", metavar="FILE", help="a video that is drawn anew")
    add("--strength", metavar="0…1", type=float, help="how much of it is drawn anew")
    add("--mask", metavar="FILE", help="picture or video: only what is white in it is drawn anew")
    add(
        "--mask-frame",
        metavar=("FRAME", "FILE"),
        nargs=2,
        action="append",
        default=[],
        help="a mask painted on that frame of the video, carried to the others along their motion",
    )
    add("--control", metavar="FILE", help="a video of outlines, depths or poses to follow")
    add("--sound", metavar="FILE", help="a sound that the video is drawn to, and keeps")
    add("--extend", metavar="CLIP", help="a clip that the video goes on from; only what is new is written")
    add("--backwards", action="store_true", help="with --extend: lead up to the clip's first frames")
    add(
        "--window-prompt",
        metavar="TEXT",
        action="append",
        default=[],
        help="the words of the next part of a long video; the parts are equally long",
    )
    add("--reference", metavar="FILE", action="append", default=[], help="who or what should appear")


def _add_tuning(verb: argparse.ArgumentParser) -> None:
    add = verb.add_argument
    add(
        "--lora",
        metavar="FILE[@WEIGHT[@EXPERT]]",
        action="append",
        default=[],
        help="changes to the model (.safetensors); EXPERT: both, high-noise, low-noise",
    )
    add("--few-step", metavar="NAME", default="", help="one of the model's few-step settings, with its LoRA")
    add("--scheduler", metavar="NAME", default="", help="how the noise is taken away (default: the model's)")
    add("--flow-shift", metavar="S", type=float, help="where the steps are spent, for models that have it")
    add("--guidance-2", metavar="G", type=float, help="guidance of the second expert")


def _add_animate(verbs: argparse._SubParsersAction) -> None:
    verb = _add_maker(verbs, "animate", "video from pictures")
    verb.add_argument("pictures", metavar="PICTURE", nargs="+", help="pictures, or a folder of them")
    verb.add_argument(
        "--as",
        dest="arrangement",
        type=choice(Arrangement),
        metavar="KIND",
        help="shots: each picture is a moving shot; sequence: each is one frame; film: in-betweens lead "
        "from each to the next (default: a folder is a sequence, pictures are shots)",
    )
    verb.add_argument(
        "--move", type=choice(Move), default=Move.ZOOM_IN, metavar="MOVE", help=_listed(Move) + " (zoom-in)"
    )
    verb.add_argument(
        "--easing", type=choice(Easing), default=Easing.EASE, metavar="E", help=_listed(Easing) + " (ease)"
    )
    verb.add_argument("--size", metavar="WxH", type=size, help="size in pixels (default: 1280x720)")
    verb.add_argument("--fps", metavar="R", type=rate, help="frames per second (default: 24)")
    add_picture_options(verb, choice(Move))
    _add_length(verb)


def _add_stylize(verbs: argparse._SubParsersAction) -> None:
    add_stylize_options(_add_maker(verbs, "stylize", "the same video in another look"), choice(Look))


def _add_interpolate(verbs: argparse._SubParsersAction) -> None:
    words = "the same video at another frame rate or speed, with true in-betweens"
    add_interpolate_options(_add_maker(verbs, "interpolate", words), rate)


def _add_deflicker(verbs: argparse._SubParsersAction) -> None:
    verb = _add_maker(verbs, "deflicker", "the same video without its flicker")
    verb.add_argument("source", metavar="IN", help="a video")
    verb.add_argument("--original", metavar="CLIP", help="the video before it was processed; it leads")
    verb.add_argument(
        "--strength", metavar="0…1", type=float, default=1.0, help="how much is taken out (default: 1)"
    )


def _add_export(verbs: argparse._SubParsersAction) -> None:
    verb = _add_maker(verbs, "export", "a project as a file for others")
    verb.add_argument("project", metavar="PROJECT", help="the project's folder (Name.kinora)")
    verb.add_argument("--size", metavar="WxH", type=size, help="size in pixels (default: the project's)")
    verb.add_argument("--crf", metavar="N", type=int, default=18, help="quality of .mp4, 0 best … 51 (18)")
    verb.add_argument("--preset", metavar="NAME", default="medium", help="x264's speed: ultrafast … veryslow")
    verb.add_argument(
        "--range",
        metavar="FROM-TO",
        nargs="?",
        const="",
        help="only a part, for example 0:10:00-0:14:12; without times the project's in and out points",
    )


def _listed(kind: type[StrEnum]) -> str:
    return ", ".join(member.value for member in kind)


def _reader(parse: Callable[[str], Value], says: str) -> Callable[[str], Value]:
    """`parse` as an argparse type whose error says what is wrong and what would be right."""

    def read(text: str) -> Value:
        try:
            return parse(text)
        except (ValueError, ZeroDivisionError, InputError) as error:
            raise argparse.ArgumentTypeError(f"'{text}' is not {says}") from error

    return read


def choice(kind: type[Choice]) -> Callable[[str], Choice]:
    """An argparse type for the members of an enumeration."""
    return _reader(kind, f"one of {_listed(kind)}")


def _size(text: str) -> tuple[int, int]:
    match = _SIZE.fullmatch(text.strip())
    if match is None or not int(match[1]) or not int(match[2]):
        raise ValueError(text)
    return int(match[1]), int(match[2])


def _seconds(text: str) -> Fraction:
    value = Fraction(text)
    if not 0 < value <= 36_000:
        raise ValueError(text)
    return value


def _natural(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def _seed(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**63:
        raise ValueError(text)
    return value


size = _reader(_size, "a size such as 640x360")
seconds = _reader(_seconds, "a length in seconds above 0 (up to ten hours)")
natural = _reader(_natural, "a whole number above 0")
seed = _reader(_seed, "a seed: a whole number from 0 up")
rate = _reader(Rate.of, "a frame rate such as 24, 29.97 or 30000/1001")
