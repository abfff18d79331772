"""How a long video, or one that continues a clip, is drawn: as overlapping windows, each a short job."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from studio.jobs.job import Generate, Keyframe, Source, Window, capabilities_for
from studio.models.spec import Capability, ModelSpec
from studio.timing import FrameGrid, RationalTime, TimeRange, frame_time

if TYPE_CHECKING:
    from studio.models.families import Family


class PlannedWindow(msgspec.Struct, frozen=True):
    """One call of the model. `job` asks for it as for a short video of its own.

    The window draws `job.num_frames` frames: `held` of them show again what is there already, `keeps` are
    new, and what is left over (the model's frame grid) is dropped.
    """

    job: Generate
    start: int
    """The place of its first new frame in the whole video."""
    keeps: int
    held: int
    backwards: bool = False

    @property
    def new(self) -> slice:
        """Where its new frames stand among those it draws."""
        first = self.job.num_frames - self.held - self.keeps if self.backwards else self.held
        return slice(first, first + self.keeps)

    @property
    def shared(self) -> slice:
        """Where the frames stand that are there already."""
        count = self.job.num_frames
        return slice(count - self.held, count) if self.backwards else slice(0, self.held)

    @property
    def needs(self) -> tuple[Capability, ...]:
        """What a pipeline must be able to do for it."""
        needed = capabilities_for(self.job)
        if not self.held:
            return needed
        more = tuple(one for one in needed if one is not Capability.TEXT_TO_VIDEO)
        return (*more, Capability.EXTEND_BACK if self.backwards else Capability.EXTEND)


def is_long(job: Generate, spec: ModelSpec) -> bool:
    """Whether `job` is drawn in windows: it asks for them, continues a clip, or is too long for one call."""
    if len(job.windows) > 1 or job.extend is not None:
        return True
    return Capability.EXTEND in spec.capabilities and job.num_frames > spec.limits.frames.maximum


def planned(job: Generate, spec: ModelSpec, family: Family) -> list[PlannedWindow]:
    """The windows of `job` in the order in which they are drawn; [] where `family` cannot continue.

    Each gets its own words, the pictures that stand in it, its part of control video and mask, and a seed
    of its own (`job.seed` + its place), so that no two begin from the same noise.
    """
    backwards = job.extend is not None and job.extend.backwards
    route = family.route_for((Capability.EXTEND_BACK if backwards else Capability.EXTEND,))
    held = 0 if route is None else route.held_back if backwards else route.held
    length = spec.limits.frames.snap(spec.defaults.num_frames)
    if not 0 < held < length:
        return []
    found: list[PlannedWindow] = []
    start = 0
    for place, (prompt, keeps, shared) in enumerate(_sizes(job, length, held)):
        count = _at_least(spec.limits.frames, shared + keeps)
        window = PlannedWindow(job, start, keeps, shared, backwards)
        found.append(replace(window, job=_part(job, window, prompt, count, place)))
        start += keeps
    return found[::-1] if backwards else found


def parts_of(job: Generate) -> tuple[Window, ...]:
    """The parts of `job` with words of their own; one where it has no windows."""
    return job.windows or (Window(job.prompt, job.num_frames),)


def evenly(prompts: list[str], num_frames: int) -> tuple[Window, ...]:
    """A part for each of `prompts`, together `num_frames` long and as equal as whole frames allow."""
    ends = [num_frames * (k + 1) // len(prompts) for k in range(len(prompts))]
    starts = [0, *ends[:-1]]
    return tuple(
        Window(prompt, end - start) for prompt, start, end in zip(prompts, starts, ends, strict=True)
    )


def _sizes(job: Generate, length: int, held: int) -> list[tuple[str, int, int]]:
    """Words, new frames and held frames of every window, of `length` frames at most, in play order."""
    found: list[tuple[str, int, int]] = []
    for part in parts_of(job):
        left = part.num_frames
        while left > 0:
            # The very first one of a video from nothing has nothing to hold.
            own = held if found or job.extend is not None else 0
            room = length - own
            windows = 1 + ceil(max(0, left - room) / (length - held))
            keeps = min(room, ceil(left / windows))
            found.append((part.prompt, keeps, own))
            left -= keeps
    return found


def _part(job: Generate, window: PlannedWindow, prompt: str, count: int, place: int) -> Generate:
    part = replace(
        job,
        prompt=prompt,
        seed=None if job.seed is None else job.seed + place,
        num_frames=count,
        images=(),
        extend=None,
        windows=(),
    )
    first = replace(window, job=part).new.start
    part = replace(part, images=_images_in(job, window, first))
    begin = window.start - first
    return replace(
        part,
        control=_later(job.control, begin, job),
        video=_later(job.video, begin, job),
        mask=_later(job.mask, begin, job),
        sound=_later(job.sound, begin, job),
    )


def _images_in(job: Generate, window: PlannedWindow, first: int) -> tuple[Keyframe, ...]:
    """The pictures that stand among the new frames of `window`, at their places there."""
    places = [(image, image.frame % job.num_frames) for image in job.images]
    return tuple(
        replace(image, frame=place - window.start + first)
        for image, place in places
        if window.start <= place < window.start + window.keeps
    )


def _later(source: Source | None, frames: int, job: Generate) -> Source | None:
    """`source` from its frame number `frames` on, at the job's rate; a picture stays as it is."""
    if source is None or frames <= 0:
        return source
    begin = frame_time(frames, job.frame_rate)
    if source.time_range is None:
        return replace(source, time_range=TimeRange(begin, frame_time(job.num_frames, job.frame_rate)))
    # Behind its end its last frame is held.
    begin = min(begin, source.time_range.duration - frame_time(1, job.frame_rate))
    begin = max(begin, RationalTime(0, job.frame_rate))
    left = source.time_range.duration - begin
    return replace(source, time_range=TimeRange(source.time_range.start + begin, left))


def _at_least(grid: FrameGrid, frames: int) -> int:
    """The shortest length on `grid` that holds `frames`; its longest where none does."""
    count = grid.snap(frames)
    return count if count >= frames else grid.snap(count + grid.step)
