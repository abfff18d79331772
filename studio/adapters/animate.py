"""Animate: video from pictures, as moving shots, as a sequence, or as a film with in-betweens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from studio.adapters.base import Footage, RunContext
from studio.adapters.clip_source import reported
from studio.jobs.job import Animate, Arrangement, Move, Quality
from studio.media.sequence import Sequence, collect, fit_picture, load_picture, spans
from studio.models.spec import ModelSpec
from studio.render.camera import Shot
from studio.render.film import Film, Pairing, shots
from studio.render.flow import CUT, alike, cross_fade


class AnimateAdapter:
    """Has no weights: cameras and optical flow of `render`."""

    def load(self, spec: ModelSpec) -> None:
        """Nothing to bring into memory."""

    def unload(self) -> None:
        """Nothing to let go."""

    def run(self, job: Animate, context: RunContext) -> Footage:
        """The job's pictures as it arranges them. Raises UsageError, MissingFileError and MediaError.

        Pictures of other shapes fill the frame and are cropped; what was done to them is said.
        """
        paths, slots = _in_order(job, context)
        start = context.finished_frames
        filled: tuple[int, ...] = ()
        match job.arrangement:
            case Arrangement.SEQUENCE:
                count = len(slots)
                filled = tuple(frame for frame in range(1, count) if slots[frame] == slots[frame - 1])
                frames = _sequence(paths, slots, job, start, context)
            case Arrangement.FILM if len(paths) > 1:
                count = job.num_frames
                frames = _film([paths[slot] for slot in slots], job, start, context)
            case _:
                count = job.num_frames
                frames = islice(_shots(paths, job), start, None)
        if filled:
            context.notice(f"Filled with in-betweens and marked: frames {spans([k + 1 for k in filled])}.")
        shown = reported(frames, count, context, start)
        return Footage(shown, job.width, job.height, job.frame_rate, count, filled=filled, start=start)


def _in_order(job: Animate, context: RunContext) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The pictures' paths, and for each step of the film which of them; says what should be known."""
    given = [source.path for source in job.pictures]
    found = collect(given)
    _tell(found, job, context)
    absolute = tuple(str(Path(path).absolute()) for path in given)
    if sorted(absolute) == sorted(found.paths) and absolute != found.paths:
        # The same files in an order of the user's own: it counts more than their numbers.
        return absolute, tuple(range(len(absolute)))
    return found.paths, found.slots


def _tell(found: Sequence, job: Animate, context: RunContext) -> None:
    for note in found.notes:
        context.notice(note[0].upper() + note[1:] + ".")
    if (count := len(set(found.sizes))) > 1:
        context.notice(
            f"The pictures have {count} different sizes.",
            f"Each fills {job.width}×{job.height}; what sticks out is cropped.",
        )
    if job.arrangement is not Arrangement.SEQUENCE and len(found.paths) > job.num_frames:
        context.notice(
            f"{len(found.paths)} pictures do not fit into {job.num_frames} frames: some are left out.",
            "Choose a longer length.",
        )


def _sequence(
    paths: tuple[str, ...], slots: tuple[int, ...], job: Animate, start: int, context: RunContext
) -> Iterator[np.ndarray]:
    """One picture a frame; the frames of a hole lead from the picture before it to the one behind it."""
    size = (job.width, job.height)
    shown, picture = -1, None
    draw: Callable[[float], np.ndarray] | None = None
    for frame in range(start, len(slots)):
        slot = slots[frame]
        if picture is None or slot != shown:
            shown, picture, draw = slot, _fitted(paths[slot], size), None
        first = slots.index(slot)
        if frame == first:
            yield picture
            continue
        if draw is None:
            after = _fitted(paths[slot + 1], size)
            torn = alike(picture, after) < CUT
            draw = partial(cross_fade, picture, after) if torn else _network(context)(picture, after)
        yield draw((frame - first) / slots.count(slot))


def _film(steps: list[str], job: Animate, start: int, context: RunContext) -> Iterator[np.ndarray]:
    size = (job.width, job.height)
    made = Film(
        lambda k: _fitted(steps[k], size),
        len(steps),
        job.num_frames,
        job.easing,
        lengths=job.lengths if len(job.lengths) == len(steps) else (),
        loop=job.loop,
        pairing=_network(context),
    )
    for frame in range(start, job.num_frames):
        picture = made.at(frame)
        if job.camera is not Move.STILL:
            picture = Shot(picture, size, job.camera, job.easing).at(frame / max(1, job.num_frames - 1))
        yield picture


def _shots(paths: tuple[str, ...], job: Animate) -> Iterator[np.ndarray]:
    size = (job.width, job.height)
    return shots(
        lambda k: _flat(paths[k]),
        len(paths),
        job.num_frames,
        job.frame_rate,
        size,
        job.move,
        job.easing,
        job.lengths if len(job.lengths) == len(paths) else (),
    )


def _network(context: RunContext) -> Pairing:
    """In-betweens by the shipped network; it is loaded only for films, which need it."""
    context.progress("load", 0, 1)
    # Only here: a process that never draws in-betweens starts without torch.
    from studio.adapters.interpolation import pairing

    found = pairing(Quality.BEST)
    context.progress("load", 1, 1)
    return found


def _fitted(path: str, size: tuple[int, int]) -> np.ndarray:
    picture = load_picture(path).image
    if picture.shape[0] * size[0] > 1.2 * picture.shape[1] * size[1]:
        # Much of a tall picture is cut off: as in shots not as much above, where faces are, as below.
        return Shot(_flat(path), size, Move.STILL).at(0)
    return fit_picture(picture, size[0], size[1], "cover")


def _flat(path: str) -> np.ndarray:
    """The picture in its own size, laid over black where it is transparent."""
    image = load_picture(path).image
    return fit_picture(image, image.shape[1], image.shape[0])
