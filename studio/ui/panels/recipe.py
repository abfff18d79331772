"""A recipe as a person reads it: names and values with their units."""

from __future__ import annotations

from pathlib import Path

from studio.jobs.job import (
    Animate,
    Arrangement,
    Deflicker,
    Download,
    Export,
    Generate,
    Interpolate,
    Job,
    ModelJob,
    Source,
    Stylize,
)
from studio.models.catalog import Catalog
from studio.timing import Rate


def recipe_lines(job: Job, catalog: Catalog) -> list[tuple[str, str]]:
    """(name, value) of everything that made the result, in the panels' order."""
    match job:
        case Generate():
            lines = _generate_lines(job)
        case Animate():
            lines = _animate_lines(job)
        case Interpolate():
            lines = [("Frame rate", f"{job.frame_rate} fps"), *_speed(job)]
            lines += [("Quality", job.quality.value.capitalize()), ("From", _name(job.source))]
        case Stylize():
            lines = _stylize_lines(job)
        case Deflicker():
            lines = [("Strength", f"{job.strength:.0%}"), ("From", _name(job.source))]
            lines += [("Original", _name(job.original))] if job.original else []
        case Export():
            return [("File", job.target)]
        case Download():
            return [("Model", job.title or job.model), ("From", job.repo)]
    titles = {spec.id: spec.title for spec in catalog.all()}
    seed = "Random" if job.seed is None else str(job.seed)
    return [*lines, ("Model", titles.get(job.model, job.model)), ("Seed", seed)]


def take_title(job: Job) -> str:
    """What a take made by `job` is called."""
    match job:
        case Stylize():
            return _look_name(job)
        case Interpolate():
            return f"{job.frame_rate} fps"
        case Deflicker():
            return "Without flicker"
        case _:
            return f"Seed {job.seed}" if isinstance(job, ModelJob) and job.seed is not None else "New seed"


def _stylize_lines(job: Stylize) -> list[tuple[str, str]]:
    strength = "Keyframed" if job.strength_curve is not None else f"{job.strength:.0%}"
    lines = [("Look", _look_name(job)), ("Strength", strength)]
    lines += [("Own colours", f"{job.keep_colours:.0%}")] if job.keep_colours else []
    lines += [("Mask", _name(job.mask))] if job.mask else []
    lines += [("Quality", "Best")] if job.best else []
    return [*lines, ("From", _name(job.source))]


def _look_name(job: Stylize) -> str:
    if job.style is not None:
        return _name(job.style)
    chosen = job.look or job.named_style
    return chosen.value.replace("-", " ").capitalize() if chosen is not None else "None"


def _generate_lines(job: Generate) -> list[tuple[str, str]]:
    lines = [("Prompt", job.prompt)]
    lines += [("Then", window.prompt) for window in job.windows[1:]]
    lines += [
        ("Not", job.negative_prompt),
        ("Style", job.style.capitalize()),
        *_input_lines(job),
        ("Size", f"{job.width} × {job.height} px"),
        ("Length", _length(job.num_frames, job.frame_rate)),
        ("In few steps", job.few_step),
        ("Steps", "" if job.few_step else str(job.num_inference_steps)),
        ("Guidance", _guidance(job)),
        ("Scheduler", job.scheduler),
        ("Flow shift", "" if job.flow_shift is None else f"{job.flow_shift:g}"),
        ("LoRAs", ", ".join(f"{Path(lora.path).stem} × {lora.weight:g}" for lora in job.loras)),
    ]
    return [(name, words) for name, words in lines if words]


def _input_lines(job: Generate) -> list[tuple[str, str]]:
    """What it started from besides words; empty words for what it did not have."""
    masks = (*job.painted, *((job.mask,) if job.mask else ()))
    way = "Leads up to" if job.extend is not None and job.extend.backwards else "Goes on from"
    redrawn = f"{_name(job.video)}, {job.strength:.0%}" if job.video else ""
    return [
        ("Images", ", ".join(f"{_name(image)} ({_place(image.frame)})" for image in job.images)),
        ("References", ", ".join(_name(source) for source in job.references)),
        ("Redrawn from", _name(job.video) if job.video and masks else redrawn),
        ("Mask", ", ".join(_name(mask) for mask in masks)),
        ("Control", _name(job.control) if job.control else ""),
        (way, _name(job.extend) if job.extend else ""),
    ]


def _place(frame: int) -> str:
    return {0: "first", -1: "last"}.get(frame, f"frame {frame}")


def _guidance(job: Generate) -> str:
    both = "" if job.guidance_scale_2 is None else f", {job.guidance_scale_2:g} for the second expert"
    return f"{job.guidance_scale:g}{both}"


def _animate_lines(job: Animate) -> list[tuple[str, str]]:
    shots = job.arrangement is Arrangement.SHOTS
    count = len(job.pictures)
    lines = [("Pictures", _name(job.pictures[0]) if count == 1 else str(count))]
    lines += [("Arrangement", job.arrangement.value.capitalize())]
    lines += (
        [("Move", f"{job.move.value}, {job.easing.value}".replace("-", " ").capitalize())] if shots else []
    )
    return [
        *lines,
        ("Size", f"{job.width} × {job.height} px"),
        ("Length", _length(job.num_frames, job.frame_rate)),
    ]


def _length(frames: int, rate: Rate) -> str:
    return f"{frames} frames, {float(frames / rate.fraction):.1f} s at {rate} fps"


def _speed(job: Interpolate) -> list[tuple[str, str]]:
    points = [f"{point.speed}× at {float(point.at.seconds):g} s" for point in job.speed]
    if len(points) == 1:
        points = [f"{job.speed[0].speed}×"]
    return [("Speed", ", ".join(points))] if points else []


def _name(source: Source) -> str:
    return source.path.replace("\\", "/").rsplit("/", 1)[-1]
