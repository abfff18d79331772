"""What is wrong with a job before it runs: one set of rules for panels, command line and interfaces."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from studio.errors import InputError, ModelError
from studio.jobs.drawing import Problem, drawing_problems, input_problems
from studio.jobs.job import (
    Animate,
    Arrangement,
    Deflicker,
    Download,
    Export,
    Generate,
    Interpolate,
    Job,
    Stylize,
    capabilities_for,
    sources_of,
)
from studio.jobs.windows import parts_of
from studio.models.spec import Capability, Limits, ModelSpec
from studio.timing import Rate

MAX_RATE = 240
SLOWEST, FASTEST = Fraction(1, 64), 16
MAX_FRAMES = 1_000_000
_REPO = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
EXPORT_ENDINGS = (".mp4", ".mkv", ".gif", ".png")
_FROM_PICTURES = {Capability.IMAGE_TO_VIDEO, Capability.FIRST_LAST}
_FIELDS = {
    Capability.VIDEO_TO_VIDEO: "video",
    Capability.CONTROL: "control",
    Capability.INPAINT: "mask",
    Capability.REFERENCES: "references",
    Capability.SOUND_TO_VIDEO: "sound",
}


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
            found += [*_rate_problems(job.frame_rate), *_speed_problems(job)]
        case Stylize():
            found += _stylize_problems(job)
        case Deflicker():
            found += (
                [] if 0 <= job.strength <= 1 else [Problem("error", "strength", "Strength goes from 0 to 1.")]
            )
        case Export():
            found += _export_problems(job)
        case Download():
            found += _download_problems(job)
    return found


def _stylize_problems(job: Stylize) -> list[Problem]:
    found: list[Problem] = []
    given = [choice for choice in (job.look, job.style, job.named_style) if choice is not None]
    if len(given) != 1:
        found.append(
            Problem(
                "error", "look", "A look, a picture or a named style is needed, one of them.", "Choose one."
            )
        )
    curve = job.strength_curve
    strengths = [job.strength] if curve is None else [key.value for key in curve.keyframes] or [curve.value]
    if not all(0 <= strength <= 1 for strength in strengths):
        found.append(Problem("error", "strength", "Strength goes from 0 to 1."))
    if not 0 <= job.keep_colours <= 1:
        found.append(Problem("error", "keep_colours", "Keeping colours goes from 0 to 1."))
    if job.best and job.look is not None:
        found.append(Problem("error", "best", "Best is for the styles of pictures.", "Leave it off."))
    return found


def raise_on_errors(found: list[Problem]) -> None:
    """Raises InputError with the first error of `found`; the others stand in its details."""
    errors = [problem for problem in found if problem.severity == "error"]
    if errors:
        details = "\n".join(f"{problem.field}: {problem.message}" for problem in errors[1:])
        raise InputError(errors[0].message, errors[0].hint, details)


def _missing_paths(job: Job) -> list[str]:
    paths = [source.path for source in sources_of(job)]
    if isinstance(job, Generate):
        paths += [lora.path for lora in job.loras]
    return [path for path in paths if not Path(path).exists()]


def _missing_source(path: str) -> Problem:
    return Problem("error", "source", f"{Path(path).name} is not there any more.", "Choose the file again.")


def _model_problems(job: Job, spec: ModelSpec) -> list[Problem]:
    found = [_inability(needed, spec) for needed in capabilities_for(job) if needed not in spec.capabilities]
    if shortcoming := spec.shortcoming():
        found.append(Problem("error", "model", *shortcoming))
    return found


def _inability(needed: Capability, spec: ModelSpec) -> Problem:
    match needed:
        case Capability.IMAGE_TO_VIDEO if Capability.FIRST_LAST in spec.capabilities:
            message = f"{spec.title} leads from a first picture to a last one."
            return Problem("error", "images", message, "Add the last picture.")
        case Capability.IMAGE_TO_VIDEO:
            hint = "Use the Images panel (studio animate) to set a picture in motion."
            return Problem("error", "images", f"{spec.title} does not take pictures.", hint)
        case Capability.FIRST_LAST | Capability.KEYFRAMES:
            message = f"{spec.title} cannot lead from one picture to another."
            return Problem("error", "images", message, "Give it the first picture only, or another model.")
        case Capability.EXTEND:
            message = f"{spec.title} cannot go on from what is there already."
            return Problem("error", "extend", message, "Choose a model that starts from a picture or a clip.")
        case Capability.EXTEND_BACK:
            message = f"{spec.title} cannot lead up to a clip: it knows no last frame."
            return Problem("error", "extend", message, "Continue the clip forwards, or choose another model.")
        case Capability.VIDEO_TO_VIDEO if Capability.INPAINT in spec.capabilities:
            message = f"{spec.title} draws a part of a video anew, not all of it."
            return Problem("error", "video", message, "Paint a mask over that part.")
        case Capability.TEXT_TO_VIDEO if set(spec.capabilities) & _FROM_PICTURES:
            return Problem("error", "images", f"{spec.title} starts from a picture.", "Add one.")
        case Capability.TEXT_TO_VIDEO if Capability.CONTROL in spec.capabilities:
            hint = "Add one, and a picture of who appears."
            return Problem("error", "control", f"{spec.title} follows a video.", hint)
        case _:
            field = _FIELDS.get(needed, "model")
            hint = f"Choose a model for {needed.value}."
            return Problem("error", field, f"{spec.title} cannot do this.", hint)


def _generate_problems(job: Generate, spec: ModelSpec | None) -> list[Problem]:
    found = [*_rate_problems(job.frame_rate), *input_problems(job)]
    silent = not all(part.prompt.strip() for part in parts_of(job))
    if silent and (spec is None or spec.reads_prompt):
        found.append(
            Problem("error", "prompt", "Say what should be seen.", "Type a sentence, or click an example.")
        )
    if spec is None:
        return found
    found += _size_problems(job.width, job.height, spec.limits)
    found += drawing_problems(job, spec)
    if spec.vocabulary:
        for prompt in dict.fromkeys(part.prompt for part in parts_of(job)):
            if prompt.strip():
                found += _word_problems(prompt, spec)
    return found


def _word_problems(prompt: str, spec: ModelSpec) -> list[Problem]:
    from studio.models.vocabulary import load_vocabulary  # Once something is typed: not at every start.

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
    if job.lengths and (len(job.lengths) != len(job.pictures) or sum(job.lengths) != job.num_frames):
        message = "There must be one length per picture, and together they must be the whole."
        found.append(Problem("error", "num_frames", message))
    if any(length < 1 for length in job.lengths):
        found.append(Problem("error", "num_frames", "A picture is shown for at least one frame."))
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
    elif job.range_only and not job.project.chosen_range():
        hint = "Set the in and out points around some of it, or export the whole film."
        found.append(Problem("error", "range_only", "Nothing lies in the chosen range.", hint))
    if not 0 <= job.crf <= 51:
        found.append(Problem("error", "crf", "Quality (CRF) goes from 0 to 51."))
    return found


def is_repo_name(text: str) -> bool:
    """Whether `text` has the form of a repository's name on the Hub: owner/name."""
    return _REPO.fullmatch(text) is not None


def _download_problems(job: Download) -> list[Problem]:
    if is_repo_name(job.repo):
        return []
    hint = "Write it as on the Hub: owner/name."
    return [Problem("error", "repo", f"'{job.repo}' is not the name of a repository.", hint)]


def _rate_problems(rate: Rate) -> list[Problem]:
    if rate.fraction <= MAX_RATE:
        return []
    return [Problem("error", "frame_rate", f"The frame rate goes up to {MAX_RATE} fps.")]


def _speed_problems(job: Interpolate) -> list[Problem]:
    found: list[Problem] = []
    if any(not SLOWEST <= point.speed.fraction <= FASTEST for point in job.speed):
        found.append(Problem("error", "speed", f"The speed goes from 1/{1 / SLOWEST} to {FASTEST}."))
    moments = [point.at.seconds for point in job.speed]
    if any(later <= earlier for earlier, later in pairwise(moments)):
        found.append(Problem("error", "speed", "The moments of a course of speeds must follow one another."))
    return found


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
