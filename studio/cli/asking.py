"""From the options of a verb to the job they ask for; what had to be changed to fit is said."""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path

import msgspec

from studio.cli.console import Console
from studio.cli.drawing import generate_job
from studio.cli.fitting import existing, fitting_size, frames_asked, source
from studio.cli.interpolating import interpolate_job
from studio.cli.picture_options import picture_wishes
from studio.cli.stylizing import stylize_job
from studio.errors import MissingFileError, UsageError
from studio.jobs.job import (
    Animate,
    Arrangement,
    Deflicker,
    Export,
    Job,
    Source,
)
from studio.models.catalog import Catalog
from studio.models.spec import ModelSpec
from studio.project.timeline import Project
from studio.settings import load_settings
from studio.timing import Rate, frames_in, parse_timecode

# Seconds from one picture of a film to the next where no length is asked for.
_FILM_STEP_S = 2


def ask(options: argparse.Namespace, catalog: Catalog, console: Console) -> Job:
    """The job that `options` describe; raises UsageError, MissingFileError, ModelError, MediaError."""
    match options.verb:
        case "generate":
            return generate_job(options, catalog, console)
        case "animate":
            return _animate(options, catalog.get("animate"), console)
        case "stylize":
            return stylize_job(options)
        case "deflicker":
            original = source(options.original) if options.original else None
            return Deflicker(source=source(options.source), original=original, strength=options.strength)
        case "interpolate":
            return interpolate_job(options)
        case _:
            return _export(options)


def _animate(options: argparse.Namespace, spec: ModelSpec, console: Console) -> Animate:
    from studio.media.sequence import collect

    arrangement = options.arrangement or _natural_arrangement(options.pictures)
    pictures = collect([str(existing(path)) for path in options.pictures]).paths
    if not pictures:
        raise MissingFileError(
            f"There is no picture in {options.pictures[0]}.", "Name PNG, JPEG, WebP or TIFF files."
        )
    frame_rate = options.fps or spec.defaults.frame_rate
    size = options.size or _natural_size(arrangement, pictures[0], spec)
    width, height = fitting_size(size, spec.limits, console)
    job = Animate(
        pictures=tuple(Source(path) for path in pictures),
        arrangement=arrangement,
        move=options.move,
        easing=options.easing,
        width=width,
        height=height,
        num_frames=_animated_frames(options, arrangement, len(pictures), frame_rate),
        frame_rate=frame_rate,
    )
    wishes = picture_wishes(options, arrangement, len(pictures), frame_rate)
    job = msgspec.structs.replace(job, **wishes)
    console.note(_described(job))
    return job


def _natural_arrangement(pictures: list[str]) -> Arrangement:
    """A folder holds the frames of a film; single pictures are shots."""
    if len(pictures) == 1 and Path(pictures[0]).is_dir():
        return Arrangement.SEQUENCE
    return Arrangement.SHOTS


def _natural_size(arrangement: Arrangement, first: str, spec: ModelSpec) -> tuple[int, int]:
    """A sequence keeps its pictures' own size; shots and films have the model's usual one."""
    if arrangement is not Arrangement.SEQUENCE:
        return spec.defaults.width, spec.defaults.height
    from studio.media.probe import probe

    info = probe(first)
    return info.width, info.height


def _animated_frames(
    options: argparse.Namespace, arrangement: Arrangement, pictures: int, frame_rate: Rate
) -> int:
    """The length asked for, else the one that the pictures suggest."""
    if arrangement is Arrangement.SEQUENCE:
        return pictures
    if arrangement is Arrangement.FILM:
        suggested = Fraction(_FILM_STEP_S * (pictures - 1))
    else:
        suggested = Fraction(str(load_settings().still_length_s)) * pictures
    return frames_asked(options, frame_rate, frames_in(max(suggested, Fraction(1)), frame_rate))


def _described(job: Animate) -> str:
    kinds = {
        Arrangement.SHOTS: "a moving shot each",
        Arrangement.SEQUENCE: "one frame each",
        Arrangement.FILM: "in-betweens from each to the next",
    }
    count = len(job.pictures)
    pictures = "1 picture" if count == 1 else f"{count} pictures"
    return (
        f"{pictures}, {kinds[job.arrangement]}: {job.num_frames} frames at {job.frame_rate} fps, "
        f"{job.width}x{job.height}."
    )


def _export(options: argparse.Namespace) -> Export:
    from studio.project.project_file import load_project

    folder = existing(options.project)
    width, height = options.size or (None, None)
    return Export(
        project=_with_range(load_project(folder), options.range),
        folder=str(folder),
        target=str(Path(options.output).absolute()),
        width=width,
        height=height,
        crf=options.crf,
        preset=options.preset,
        range_only=options.range is not None,
    )


def _with_range(project: Project, text: str | None) -> Project:
    """`project` with the in and out points that `text` names ("FROM-TO"); its own where there are none."""
    if not text:
        return project
    first, dash, last = text.partition("-")
    if not dash:
        raise UsageError(f"'{text}' is not a range.", "Write FROM-TO, for example 0:10:00-0:14:12.")
    points = [parse_timecode(part, project.rate) for part in (first, last)]
    return msgspec.structs.replace(project, in_point=points[0], out_point=points[1])
