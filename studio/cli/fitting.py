"""What several verbs share: files that must be there, lengths and sizes that must fit."""

from __future__ import annotations

import argparse
from pathlib import Path

from studio.cli.console import Console
from studio.errors import MissingFileError
from studio.jobs.job import Source
from studio.models.spec import Limits
from studio.timing import Rate, frames_in


def frames_asked(options: argparse.Namespace, frame_rate: Rate, default: int) -> int:
    if options.frames is not None:
        return options.frames
    return default if options.length is None else frames_in(options.length, frame_rate)


def fitting_size(size: tuple[int, int], limits: Limits, console: Console) -> tuple[int, int]:
    """The nearest size within `limits`; says so where it is another one."""
    fitting = (_fitting(size[0], limits), _fitting(size[1], limits))
    if fitting != size:
        console.note(f"{size[0]}x{size[1]} is not possible here; making {fitting[0]}x{fitting[1]}.")
    return fitting


def _fitting(length: int, limits: Limits) -> int:
    multiple = limits.size_multiple
    low = -(-limits.min_size // multiple) * multiple
    high = limits.max_size // multiple * multiple
    nearest = (length + multiple // 2) // multiple * multiple
    return min(max(nearest, low), high)


def existing(path: str) -> Path:
    """`path` made absolute (the worker may stand elsewhere); raises MissingFileError."""
    absolute = Path(path).absolute()
    if not absolute.exists():
        raise MissingFileError(f"There is no file {path}", "Check the name and the folder.")
    return absolute


def source(path: str) -> Source:
    return Source(str(existing(path)))
