"""What can be asked of Kinora, as data: one tagged union, told apart by `kind`.

The same value is the queue's entry, the worker's order, later the HTTP body, and the recipe inside
the finished file. Everything that changes the result stands in it. `seed=None` means "draw one": the
engine does so on submit and writes it down. Content hashes are filled in by the worker (`seal`), so
that a recipe names its inputs and its model by what they are, not only by where they lay.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from studio.project.timeline import Project
from studio.timing import Rate, TimeRange


class Source(msgspec.Struct, frozen=True):
    """An input file, or the part of it that a clip shows; `time_range` is relative to its first frame."""

    path: str
    content_hash: str = ""
    time_range: TimeRange | None = None


class Easing(StrEnum):
    LINEAR = "linear"
    EASE = "ease"
    EASE_IN = "ease-in"
    EASE_OUT = "ease-out"


class Move(StrEnum):
    """What the camera does over a still picture."""

    ZOOM_IN = "zoom-in"
    ZOOM_OUT = "zoom-out"
    PAN_LEFT = "pan-left"
    PAN_RIGHT = "pan-right"
    PAN_UP = "pan-up"
    PAN_DOWN = "pan-down"
    PARALLAX = "parallax"
    STILL = "still"


class Arrangement(StrEnum):
    """How several pictures become a video."""

    SHOTS = "shots"
    """Each picture is a moving shot of its own, one after the other."""
    SEQUENCE = "sequence"
    """Each picture is one frame."""
    FILM = "film"
    """Motion-compensated in-betweens lead from each picture to the next."""


class Look(StrEnum):
    OIL = "oil"
    PENCIL = "pencil"
    CARTOON = "cartoon"
    WATERCOLOUR = "watercolour"
    HALFTONE = "halftone"
    INK = "ink"


class JobBase(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag=str.lower):
    """What every job has in common."""


class ModelJob(JobBase, frozen=True, kw_only=True):
    """A job that a model of the catalog carries out; `model` is its id."""

    model: str
    model_hash: str = ""
    seed: int | None = None


class Generate(ModelJob, frozen=True, kw_only=True):
    """Video from words, and from `images` where the model takes them (first frame, then last)."""

    model: str = "starter"
    prompt: str
    negative_prompt: str = ""
    style: str = ""
    images: tuple[Source, ...] = ()
    width: int
    height: int
    num_frames: int
    frame_rate: Rate
    num_inference_steps: int
    guidance_scale: float


class Animate(ModelJob, frozen=True, kw_only=True):
    """Video from pictures by camera moves and in-betweens."""

    model: str = "animate"
    pictures: tuple[Source, ...]
    arrangement: Arrangement = Arrangement.SHOTS
    move: Move = Move.ZOOM_IN
    easing: Easing = Easing.EASE
    width: int
    height: int
    num_frames: int
    """Frames of the whole video. A sequence has one per picture and ignores this."""
    frame_rate: Rate


class Interpolate(ModelJob, frozen=True, kw_only=True):
    """The same clip at another frame rate, with true in-betweens; its length stays."""

    model: str = "flow"
    source: Source
    frame_rate: Rate


class Stylize(ModelJob, frozen=True, kw_only=True):
    """The same clip in another look."""

    model: str = "looks"
    source: Source
    look: Look
    strength: float = 1.0
    """How much of the look, 0 … 1."""


class Export(JobBase, frozen=True, kw_only=True):
    """A file for others, from the project as it was when this was asked."""

    project: Project
    folder: str
    """What the project's relative media paths are relative to."""
    target: str
    """Its ending decides: .mp4, .mkv (lossless), .gif, .png (numbered pictures)."""
    width: int | None = None
    height: int | None = None
    crf: int = 18
    preset: str = "medium"


Job = Generate | Animate | Interpolate | Stylize | Export


def sources_of(job: Job) -> tuple[Source, ...]:
    """Every input file that `job` reads, in a fixed order (Export reads through its project)."""
    match job:
        case Generate():
            return job.images
        case Animate():
            return job.pictures
        case Interpolate() | Stylize():
            return (job.source,)
        case Export():
            return ()


def encode(job: Job) -> bytes:
    """`job` as JSON: the recipe."""
    return msgspec.json.encode(job)


def decode(recipe: bytes | str) -> Job:
    """The job that `recipe` describes; raises msgspec.ValidationError where it is none."""
    return msgspec.json.decode(recipe, type=Job)


def title_of(job: Job) -> str:
    """A few words for the queue, a clip's name or a file name."""
    match job:
        case Generate():
            return job.prompt.strip()[:60] or "Generated"
        case Animate():
            count = len(job.pictures)
            return (
                f"{job.move.value.replace('-', ' ').capitalize()}"
                if count == 1
                else f"Film of {count} pictures"
            )
        case Interpolate():
            return f"Interpolate to {job.frame_rate} fps"
        case Stylize():
            return f"{job.look.value.capitalize()} look"
        case Export():
            return f"Export {job.project.name}"
