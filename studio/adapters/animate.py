"""Animate: video from pictures, as moving shots, as a sequence, or as a film with in-betweens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from studio.adapters.base import Footage, RunContext
from studio.adapters.clip_source import reported
from studio.jobs.job import Animate, Arrangement
from studio.media.sequence import Sequence, collect, fit_picture, load_picture
from studio.models.spec import ModelSpec
from studio.render.film import film, shots


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
        size = (job.width, job.height)
        match job.arrangement:
            case Arrangement.SEQUENCE:
                count = len(slots)
                frames = _sequence(paths, slots, size)
            case Arrangement.FILM if len(paths) > 1:
                count = job.num_frames
                steps = [paths[slot] for slot in slots]
                frames = film(lambda k: _fitted(steps[k], size), len(steps), count, job.easing)
            case _:
                count = job.num_frames
                frames = shots(
                    lambda k: _flat(paths[k]), len(paths), count, job.frame_rate, size, job.move, job.easing
                )
        return Footage(reported(frames, count, context), job.width, job.height, job.frame_rate, count)


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


def _sequence(paths: tuple[str, ...], slots: tuple[int, ...], size: tuple[int, int]) -> Iterator[np.ndarray]:
    shown, picture = -1, None
    for slot in slots:
        if picture is None or slot != shown:
            shown, picture = slot, _fitted(paths[slot], size)
        yield picture


def _fitted(path: str, size: tuple[int, int]) -> np.ndarray:
    return fit_picture(load_picture(path).image, size[0], size[1], "cover")


def _flat(path: str) -> np.ndarray:
    """The picture in its own size, laid over black where it is transparent."""
    image = load_picture(path).image
    return fit_picture(image, image.shape[1], image.shape[0])
