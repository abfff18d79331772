"""What can be asked of Kinora, as data: one tagged union, told apart by `kind`.

The same value is the queue's entry, the worker's order, later the HTTP body, and the recipe inside
the finished file. Everything that changes the result stands in it. `seed=None` means "draw one": the
engine does so on submit and writes it down. Content hashes are filled in by the worker (`seal`), so
that a recipe names its inputs and its model by what they are, not only by where they lay.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

from studio.models.spec import Capability, Component
from studio.project.curves import Curve
from studio.project.timeline import Project
from studio.timing import Rate, RationalTime, TimeRange


class Source(msgspec.Struct, frozen=True):
    """An input file, or the part of it that a clip shows; `time_range` is relative to its first frame."""

    path: str
    content_hash: str = ""
    time_range: TimeRange | None = None


class Keyframe(Source, frozen=True):
    """A picture that the video shows at `frame`; -1 is the last frame, -2 the one before it."""

    frame: int = 0
    strength: float = 1.0
    """How exactly it is kept, 0 … 1, where the model can choose."""


class Extension(Source, frozen=True):
    """A clip that a video goes on from, or, `backwards`, leads up to."""

    backwards: bool = False


class Mask(Source, frozen=True):
    """A picture painted over `frame` of the video: white is drawn anew. Motion carries it to the others."""

    frame: int = 0


class Window(msgspec.Struct, frozen=True):
    """A part of a long video with words of its own; the parts follow each other."""

    prompt: str
    num_frames: int


class Expert(StrEnum):
    """Which network of a model with two: the one for the first, noisy steps, or the one for the last."""

    BOTH = "both"
    HIGH_NOISE = "high-noise"
    LOW_NOISE = "low-noise"


class Lora(msgspec.Struct, frozen=True):
    """A small file of changes to a model's weights, applied `weight` times."""

    path: str
    weight: float = 1.0
    expert: Expert = Expert.BOTH
    content_hash: str = ""


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


class NamedStyle(StrEnum):
    """The style pictures that are shipped, by the names of their files in resources/styles."""

    NIGHT_SWIRLS = "night-swirls"
    THICK_OIL = "thick-oil"
    POINTILLIST = "pointillist"
    PASTEL = "pastel"
    MOSAIC = "mosaic"
    STAINED_GLASS = "stained-glass"
    WOODCUT = "woodcut"
    WOODBLOCK = "woodblock"
    CUBIST = "cubist"
    INK_WASH = "ink-wash"


class JobBase(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag=str.lower):
    """What every job has in common."""


class ModelJob(JobBase, frozen=True, kw_only=True):
    """A job that a model of the catalog carries out; `model` is its id."""

    model: str
    model_hash: str = ""
    seed: int | None = None


class Generate(ModelJob, frozen=True, kw_only=True):
    """Video from words, and from pictures and videos where the model takes them."""

    model: str = "starter"
    prompt: str
    negative_prompt: str = ""
    style: str = ""
    images: tuple[Keyframe, ...] = ()
    references: tuple[Source, ...] = ()
    """Pictures of who or what should appear."""
    video: Source | None = None
    """What is drawn anew: all of it by `strength`, or what `mask` shows in white."""
    strength: float = 0.8
    control: Source | None = None
    """A video of outlines, depths or poses that leads the drawing."""
    sound: Source | None = None
    """A sound that the video is drawn to; it stays the sound of the result."""
    mask: Source | None = None
    """A picture or video over `video`: white is drawn anew, black is kept."""
    painted: tuple[Mask, ...] = ()
    """In place of `mask`: painted on single frames, carried through `video` along its motion."""
    extend: Extension | None = None
    """What the video goes on from or leads up to; of this clip nothing is in the result."""
    windows: tuple[Window, ...] = ()
    """The parts of a long video, in place of `prompt`; together `num_frames` long."""
    width: int
    height: int
    num_frames: int
    frame_rate: Rate
    num_inference_steps: int
    guidance_scale: float
    guidance_scale_2: float | None = None
    """Of the second expert; None: the same."""
    scheduler: str = ""
    """A name of studio.models.schedulers.SCHEDULERS; empty: the model's own."""
    flow_shift: float | None = None
    """None: as the model's scheduler says."""
    loras: tuple[Lora, ...] = ()
    few_step: str = ""
    """The id of one of the model's few-step choices, which then decides over steps, guidance, scheduler and
    shift; empty: none."""


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
    lengths: tuple[int, ...] = ()
    """Frames for each picture, together `num_frames`; empty: alike. In a film from each to the next."""
    loop: bool = False
    """A film that leads back to its first picture."""
    camera: Move = Move.STILL
    """What the camera does over the whole of a film."""


class Quality(StrEnum):
    """How much work a picture between two is worth; optical flow alone knows no difference."""

    FAST = "fast"
    BEST = "best"


class Tear(StrEnum):
    """What is shown between two frames that do not belong together: at a cut, about a flash."""

    HOLD = "hold"
    """The first one, until the second one's time has come."""
    FADE = "fade"
    """One dissolved into the other."""


class SpeedPoint(msgspec.Struct, frozen=True):
    """At the moment `at` of the source (from where its range begins) it plays at `speed`; 1/4 is slow."""

    at: RationalTime
    speed: Rate


class Interpolate(ModelJob, frozen=True, kw_only=True):
    """The same clip at another frame rate or speed, with true in-betweens."""

    model: str = "interpolation"
    source: Source
    frame_rate: Rate
    quality: Quality = Quality.BEST
    speed: tuple[SpeedPoint, ...] = ()
    """Empty: as it is. From point to point the speed changes evenly, before and after them it stays."""
    at_cuts: Tear = Tear.HOLD
    replace_repeats: bool = False
    """Frames that only repeat the one before, as in animation on twos, are drawn anew."""


class Stylize(ModelJob, frozen=True, kw_only=True):
    """The same clip in another look: one of `look`, `style` and `named_style`."""

    model: str = "looks"
    source: Source
    look: Look | None = None
    style: Source | None = None
    """A picture whose style the clip takes on."""
    named_style: NamedStyle | None = None
    strength: float = 1.0
    """How much of the look, 0 … 1."""
    strength_curve: Curve | None = None
    """In place of `strength`: over the frames of the source's range, at the source's rate."""
    keep_colours: float = 0.0
    """How much of the clip's own colours stays, 0 … 1."""
    mask: Source | None = None
    """A picture or video: the look is seen where it is white."""
    best: bool = False
    """Every picture is worked out for itself: better strokes, a hundred times as slow."""


class Deflicker(ModelJob, frozen=True, kw_only=True):
    """The same clip without its flicker."""

    model: str = "deflicker"
    source: Source
    original: Source | None = None
    """The clip before it was processed, from the same moment on: its motion leads."""
    strength: float = 1.0
    """How much of the flicker is taken out, 0 … 1."""


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
    range_only: bool = False
    """Only what lies between the project's in and out points."""


class Download(JobBase, frozen=True, kw_only=True):
    """The weights of a model, fetched from the Hub into the cache that all its programs share.

    `model` is the id in the catalog, or the repository's own name for one that the catalog does not know
    yet. A token is never part of it.
    """

    model: str
    repo: str
    revision: str = "main"
    variant: str = ""
    title: str = ""
    files: tuple[str, ...] = ()
    """Only these files of the repository, which need not hold a whole model; empty: the model."""
    components: tuple[Component, ...] = ()
    """What lies in repositories of their own, and is fetched first."""


Job = Generate | Animate | Interpolate | Stylize | Deflicker | Export | Download


def sources_of(job: Job) -> tuple[Source, ...]:
    """Every input file that `job` reads, in a fixed order (Export reads through its project)."""
    match job:
        case Generate():
            single = (job.video, job.control, job.mask, job.extend, job.sound)
            given = (source for source in single if source is not None)
            return (*job.images, *job.references, *job.painted, *given)
        case Animate():
            return job.pictures
        case Interpolate():
            return (job.source,)
        case Stylize():
            return (job.source, *(source for source in (job.style, job.mask) if source is not None))
        case Deflicker():
            return (job.source,) if job.original is None else (job.source, job.original)
        case Export() | Download():
            return ()


def capabilities_for(job: Job) -> tuple[Capability, ...]:
    """What a model must be able to do for `job`, all of it at once."""
    match job:
        case Generate():
            return _drawing_capabilities(job)
        case Animate():
            return (Capability.ANIMATE,)
        case Interpolate():
            return (Capability.INTERPOLATE,)
        case Stylize():
            return (Capability.STYLIZE if job.look is not None else Capability.PICTURE_STYLE,)
        case Deflicker():
            return (Capability.DEFLICKER,)
        case Export() | Download():
            return ()


def _drawing_capabilities(job: Generate) -> tuple[Capability, ...]:
    needed: list[Capability] = []
    places = [image.frame for image in job.images]
    if places == [0]:
        needed.append(Capability.IMAGE_TO_VIDEO)
    elif places:
        ends = len(places) == 2 and places[0] == 0 and places[1] in (-1, job.num_frames - 1)
        needed.append(Capability.FIRST_LAST if ends else Capability.KEYFRAMES)
    if job.video is not None:
        has_mask = job.mask is not None or job.painted
        needed.append(Capability.INPAINT if has_mask else Capability.VIDEO_TO_VIDEO)
    if job.control is not None:
        needed.append(Capability.CONTROL)
    if job.references:
        needed.append(Capability.REFERENCES)
    if job.sound is not None:
        needed.append(Capability.SOUND_TO_VIDEO)
    if job.extend is not None:
        needed.append(Capability.EXTEND_BACK if job.extend.backwards else Capability.EXTEND)
    needed = needed or [Capability.TEXT_TO_VIDEO]
    if len(job.windows) > 1 and Capability.EXTEND not in needed and Capability.EXTEND_BACK not in needed:
        needed.append(Capability.EXTEND)
    return tuple(needed)


def encode(job: Job) -> bytes:
    """`job` as JSON: the recipe."""
    return msgspec.json.encode(job)


def decode(recipe: bytes | str) -> Job:
    """The job that `recipe` describes; raises msgspec.ValidationError where it is none."""
    return msgspec.json.decode(recipe, type=Job)


def read_recipe(recipe: Mapping[str, Any] | None) -> Job | None:
    """The job in `recipe`; None for footage, and for a recipe that this version does not know."""
    if recipe is None:
        return None
    try:
        return msgspec.convert(recipe, Job)
    except msgspec.ValidationError:
        return None
