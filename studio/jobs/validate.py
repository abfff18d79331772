"""What is wrong with a job before it runs: one set of rules for panels, command line and interfaces."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from studio.errors import InputError, ModelError
from studio.jobs.job import Animate, Arrangement, Export, Generate, Interpolate, Job, Stylize, sources_of
from studio.models.spec import Capability, Limits, ModelSpec
from studio.models.vocabulary import load_vocabulary
from studio.timing import Rate

MAX_RATE = 240
MAX_FRAMES = 1_000_000
EXPORT_ENDINGS = (".mp4", ".mkv", ".gif", ".png")


class Problem(msgspec.Struct, frozen=True):
    """An "error" keeps the job from running; a "warning" is told and lets it."""

    severity: Literal["error", "warning"]
    field: str
    message: str
    hint: str = ""


def problems(job: Job, spec: ModelSpec | None) -> list[Problem]:
    """Everything that is wrong with `job`; `spec` is its model's (None for an export)."""
    found = [_missing_source(path) for path in _missing_paths(job)]
    if spec is not None:
        found += _model_problems(job, spec)
    match job:
        case Generate():
            found += _generate_problems(job, spec)
        case Animate():
            found += _animate_problems(job)
        case Interpolate():
            found += _rate_problems(job.frame_rate)
        case Stylize():
            found += (
                [] if 0 <= job.strength <= 1 else [Problem("error", "strength", "Strength goes from 0 to 1.")]
            )
        case Export():
            found += _export_problems(job)
    return found


def raise_on_errors(found: list[Problem]) -> None:
    """Raises InputError with the first error of `found`; the others stand in its details."""
    errors = [problem for problem in found if problem.severity == "error"]
    if errors:
        details = "\n".join(f"{problem.field}: {problem.message}" for problem in errors[1:])
        raise InputError(errors[0].message, errors[0].hint, details)


def _missing_paths(job: Job) -> list[str]:
    return [source.path for source in sources_of(job) if not Path(source.path).exists()]


def _missing_source(path: str) -> Problem:
    return Problem("error", "source", f"{Path(path).name} is not there any more.", "Choose the file again.")


def _capability_for(job: Job) -> Capability | None:
    match job:
        case Generate():
            return Capability.TEXT_TO_VIDEO
        case Animate():
            return Capability.ANIMATE
        case Interpolate():
            return Capability.INTERPOLATE
        case Stylize():
            return Capability.STYLIZE
        case Export():
            return None


def _model_problems(job: Job, spec: ModelSpec) -> list[Problem]:
    needed = _capability_for(job)
    found: list[Problem] = []
    if needed is not None and needed not in spec.capabilities:
        found.append(
            Problem("error", "model", f"{spec.title} cannot do this.", f"Choose a model for {needed.value}.")
        )
    if missing := spec.missing_files():
        message = f"{spec.title} is not complete: {missing[0]} is missing."
        found.append(Problem("error", "model", message, "Install the model again."))
    return found


def _generate_problems(job: Generate, spec: ModelSpec | None) -> list[Problem]:
    found = [*_rate_problems(job.frame_rate)]
    if not job.prompt.strip():
        found.append(
            Problem("error", "prompt", "Say what should be seen.", "Type a sentence, or click an example.")
        )
    if spec is None:
        return found
    found += _size_problems(job.width, job.height, spec.limits)
    found += _model_limits(job, spec)
    if spec.vocabulary:
        found += _word_problems(job.prompt, spec)
    return found


def _model_limits(job: Generate, spec: ModelSpec) -> list[Problem]:
    found: list[Problem] = []
    limits = spec.limits
    if job.images and Capability.IMAGE_TO_VIDEO not in spec.capabilities:
        hint = "Use the Images panel (studio animate) to set a picture in motion."
        found.append(Problem("error", "images", f"{spec.title} does not take pictures.", hint))
    if (snapped := limits.frames.snap(job.num_frames)) != job.num_frames:
        message = f"{spec.title} makes {snapped} frames, not {job.num_frames}."
        found.append(Problem("warning", "num_frames", message))
    if not 1 <= job.num_inference_steps <= limits.max_steps:
        found.append(Problem("error", "num_inference_steps", f"Steps go from 1 to {limits.max_steps}."))
    if not 0 <= job.guidance_scale <= 30:
        found.append(Problem("error", "guidance_scale", "Guidance goes from 0 to 30."))
    if job.style and job.style not in spec.styles:
        known = ", ".join(spec.styles) or "none"
        found.append(
            Problem("error", "style", f"{spec.title} has no style '{job.style}'.", f"Its styles: {known}.")
        )
    if limits.frame_rates and job.frame_rate not in limits.frame_rates:
        rates = ", ".join(str(rate) for rate in limits.frame_rates)
        message = (
            f"{spec.title} draws motion for {rates} fps; at {job.frame_rate} fps it plays at another speed."
        )
        found.append(Problem("warning", "frame_rate", message))
    return found


def _word_problems(prompt: str, spec: ModelSpec) -> list[Problem]:
    try:
        vocabulary = load_vocabulary(spec.path(spec.vocabulary))
    except ModelError as error:
        return [Problem("error", "model", error.message, error.hint)]
    found: list[Problem] = []
    for word, nearest in vocabulary.unknown_words(prompt):
        near = f"; the nearest I can draw is '{nearest}'" if nearest else ""
        found.append(Problem("warning", "prompt", f"I don't know '{word}'{near}."))
    return found


def _animate_problems(job: Animate) -> list[Problem]:
    found = [
        *_rate_problems(job.frame_rate),
        *_size_problems(job.width, job.height, Limits(min_size=2, max_size=8192)),
    ]
    if not job.pictures:
        found.append(Problem("error", "pictures", "There is no picture yet.", "Drop pictures here."))
    if job.arrangement is Arrangement.FILM and len(job.pictures) == 1:
        found.append(
            Problem("error", "pictures", "A film needs at least two pictures.", "Add one, or choose Shots.")
        )
    if not 1 <= job.num_frames <= MAX_FRAMES:
        found.append(Problem("error", "num_frames", f"The length goes from 1 to {MAX_FRAMES} frames."))
    return found


def _export_problems(job: Export) -> list[Problem]:
    found: list[Problem] = []
    if Path(job.target).suffix.lower() not in EXPORT_ENDINGS:
        hint = f"Use one of {', '.join(EXPORT_ENDINGS)}."
        found.append(
            Problem("error", "target", f"Cannot write '{Path(job.target).name}': unknown ending.", hint)
        )
    if job.project.duration == 0:
        found.append(Problem("error", "project", "The timeline is empty.", "Put a clip on it first."))
    if not 0 <= job.crf <= 51:
        found.append(Problem("error", "crf", "Quality (CRF) goes from 0 to 51."))
    return found


def _rate_problems(rate: Rate) -> list[Problem]:
    if rate.fraction <= MAX_RATE:
        return []
    return [Problem("error", "frame_rate", f"The frame rate goes up to {MAX_RATE} fps.")]


def _size_problems(width: int, height: int, limits: Limits) -> list[Problem]:
    found: list[Problem] = []
    for field, value in (("width", width), ("height", height)):
        if not limits.min_size <= value <= limits.max_size:
            message = f"The {field} goes from {limits.min_size} to {limits.max_size} pixels."
            found.append(Problem("error", field, message))
        elif value % limits.size_multiple:
            snapped = value - value % limits.size_multiple
            found.append(
                Problem(
                    "error", field, f"The {field} must divide by {limits.size_multiple}.", f"Use {snapped}."
                )
            )
    return found
