"""From the options of a verb to the job they ask for; what had to be changed to fit is said."""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path

import msgspec

from studio.cli.console import Console
from studio.errors import MissingFileError, UsageError
from studio.jobs.job import (
    Animate,
    Arrangement,
    Export,
    Generate,
    Interpolate,
    Job,
    Keyframe,
    Source,
    Stylize,
)
from studio.models.catalog import Catalog
from studio.models.spec import Limits, ModelSpec
from studio.project.timeline import Project
from studio.settings import load_settings
from studio.timing import Rate, frames_in, parse_timecode

# Seconds from one picture of a film to the next where no length is asked for.
_FILM_STEP_S = 2


def ask(options: argparse.Namespace, catalog: Catalog, console: Console) -> Job:
    """The job that `options` describe; raises UsageError, MissingFileError, ModelError, MediaError."""
    match options.verb:
        case "generate":
            return _generate(options, _spec(catalog, options.model), console)
        case "animate":
            return _animate(options, catalog.get("animate"), console)
        case "stylize":
            return Stylize(source=_source(options.source), look=options.look, strength=options.strength)
        case "interpolate":
            return Interpolate(source=_source(options.source), frame_rate=options.fps)
        case _:
            return _export(options)


def _spec(catalog: Catalog, model_id: str) -> ModelSpec:
    known = [spec.id for spec in catalog.all()]
    if model_id not in known:
        shown = ", ".join(sorted(spec.id for spec in catalog.all() if not spec.hidden))
        raise UsageError(f"There is no model called '{model_id}'.", f"Choose one of: {shown}.")
    return catalog.get(model_id)


def _generate(options: argparse.Namespace, spec: ModelSpec, console: Console) -> Generate:
    defaults = spec.defaults
    frame_rate = options.fps or defaults.frame_rate
    width, height = _fitting_size(options.size or (defaults.width, defaults.height), spec.limits, console)
    wanted = _frames(options, frame_rate, defaults.num_frames)
    frames = spec.limits.frames.snap(wanted)
    if frames != wanted:
        console.note(f"{spec.title} makes {frames} frames, not {wanted}.")
    return Generate(
        model=spec.id,
        seed=options.seed,
        prompt=options.prompt,
        negative_prompt=options.negative,
        style=options.style,
        images=_keyframes(options.image),
        width=width,
        height=height,
        num_frames=frames,
        frame_rate=frame_rate,
        num_inference_steps=options.steps or defaults.num_inference_steps,
        guidance_scale=defaults.guidance_scale if options.guidance is None else options.guidance,
    )


def _keyframes(paths: list[str]) -> tuple[Keyframe, ...]:
    """The first picture begins the video, a second one ends it."""
    return tuple(Keyframe(str(_existing(path)), frame=-k) for k, path in enumerate(paths))


def _animate(options: argparse.Namespace, spec: ModelSpec, console: Console) -> Animate:
    from studio.media.sequence import collect

    arrangement = options.arrangement or _natural_arrangement(options.pictures)
    pictures = collect([str(_existing(path)) for path in options.pictures]).paths
    if not pictures:
        raise MissingFileError(
            f"There is no picture in {options.pictures[0]}.", "Name PNG, JPEG, WebP or TIFF files."
        )
    frame_rate = options.fps or spec.defaults.frame_rate
    size = options.size or _natural_size(arrangement, pictures[0], spec)
    width, height = _fitting_size(size, spec.limits, console)
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
    return _frames(options, frame_rate, frames_in(max(suggested, Fraction(1)), frame_rate))


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

    folder = _existing(options.project)
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


def _frames(options: argparse.Namespace, frame_rate: Rate, default: int) -> int:
    if options.frames is not None:
        return options.frames
    return default if options.length is None else frames_in(options.length, frame_rate)


def _fitting_size(size: tuple[int, int], limits: Limits, console: Console) -> tuple[int, int]:
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


def _existing(path: str) -> Path:
    """`path` made absolute (the worker may stand elsewhere); raises MissingFileError."""
    absolute = Path(path).absolute()
    if not absolute.exists():
        raise MissingFileError(f"There is no file {path}", "Check the name and the folder.")
    return absolute


def _source(path: str) -> Source:
    return Source(str(_existing(path)))
