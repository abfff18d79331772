"""Remove flicker: a clip held still by a small recurrent network of our own, its sound carried along."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice, repeat
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from studio.adapters.base import Footage, RunContext, by_segments
from studio.adapters.clip_source import ClipSource, joined, open_source, parted, reported
from studio.adapters.deflicker_stream import AHEAD, LEAD, Moment, steadied
from studio.adapters.flicker_figures import FlickerFigures
from studio.adapters.torch_device import limit_threads, pick_device
from studio.errors import InputError, ModelError, UsageError
from studio.jobs.job import Deflicker
from studio.models.spec import ModelSpec
from studio.networks.deflicker import FlickerNetwork
from studio.paths import resources_folder
from studio.render.flow import cross_fade
from studio.timing import frame_time

WEIGHTS = "deflicker.safetensors"


def deflicker(frames: list[np.ndarray], originals: list[np.ndarray] | None = None) -> list[np.ndarray]:
    """`frames` (uint8 RGB (H, W, 3), all of one size) without their flicker, as many and of that size.

    With `originals`, the clip before it was processed (equally many, of the same size), motion and cuts are
    read from there. Raises UsageError for frames of other kinds, ModelError when the weights are missing.
    """
    _check(frames, originals)
    moments = map(Moment, frames, originals or repeat(None))
    return [image for _, image in steadied(moments, shipped())]


def _check(frames: list[np.ndarray], originals: list[np.ndarray] | None) -> None:
    if originals is not None and len(originals) != len(frames):
        raise UsageError(f"There are {len(frames)} frames, but {len(originals)} originals.")
    for picture in (*frames, *(originals or ())):
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or not picture.size:
            raise UsageError(f"Frames must be uint8 (H, W, 3), not {picture.dtype} {picture.shape}.")
        if picture.shape != frames[0].shape:
            raise UsageError(f"Frames have different sizes: {frames[0].shape[:2]} and {picture.shape[:2]}.")


class DeflickerAdapter:
    """Streams a clip through the network; after a kill it goes on behind the last finished segment."""

    def __init__(self) -> None:
        self._network: FlickerNetwork | None = None

    def load(self, spec: ModelSpec) -> None:
        self._network = loaded(spec.path(WEIGHTS)).to(pick_device())

    def unload(self) -> None:
        self._network = None

    def run(self, job: Deflicker, context: RunContext) -> Footage:
        """The job's clip without flicker, frame for frame at its own rate; measured before and after.

        Raises UsageError for a still picture, InputError for an original that ends long before the clip.
        """
        assert self._network is not None  # the runner loads before it runs
        source = open_source(job.source, context)
        if source.info.kind == "picture":
            raise UsageError("A still picture does not flicker.", "Choose a video.")
        original = None if job.original is None else open_source(job.original, context)
        _check_lengths(source, original)
        run = _Run(self._network, job, context, source, original)
        frames = reported(run.frames(), run.count, context, context.finished_frames)
        size = source.info.width, source.info.height
        start, alpha = context.finished_frames, source.has_alpha
        sound, told = source.audio, run.figures.total
        return Footage(frames, *size, source.rate, run.count, sound, start, alpha=alpha, flicker=told)


def _check_lengths(source: ClipSource, original: ClipSource | None) -> None:
    slack = frame_time(3, source.rate)
    if original is not None and original.time_range.duration + slack < source.time_range.duration:
        raise InputError(
            "The original is shorter than the clip made from it.",
            "Give the original from the same moment on, at least as long.",
        )


class _Run:
    """One job under way."""

    def __init__(
        self,
        network: FlickerNetwork,
        job: Deflicker,
        context: RunContext,
        source: ClipSource,
        original: ClipSource | None,
    ) -> None:
        self._network = network
        self._strength = job.strength
        self._context = context
        self._source = source
        self._original = original
        self.count = max(1, source.time_range.duration.ceil_frames(source.rate))
        self.figures = FlickerFigures(context.scratch, self.count)

    def frames(self) -> Iterator[np.ndarray]:
        yield from by_segments(self._context.finished_frames, self.count, self._segment)

    def _segment(self, first: int, end: int) -> Iterator[np.ndarray]:
        """Frames [first, end), after a lead-in that is worked through and not shown."""
        begin = max(0, first - LEAD)
        measured = self.figures.segment(first)
        finished = steadied(self._moments(begin, min(end + AHEAD, self.count)), self._network)
        for number, (moment, image) in enumerate(islice(finished, first - begin, end - begin), first):
            if self._strength < 1:
                image = cross_fade(moment.frame, image, self._strength)
            if measured.wants(number):
                scene = image if moment.original is None else moment.original
                measured.add(number, scene, moment.frame, image)
            yield joined(image, moment.alpha)

    def _moments(self, begin: int, end: int) -> Iterator[Moment]:
        originals = repeat(None) if self._original is None else self._originals(begin)
        frames = islice(self._source.frames_from(begin), end - begin)
        for frame, original in zip(frames, originals, strict=False):
            colours, alpha = parted(frame)
            yield Moment(colours, original, alpha)

    def _originals(self, begin: int) -> Iterator[np.ndarray]:
        """The original's frames at the clip's times and in its size; the last one stays."""
        assert self._original is not None
        size = self._source.info.width, self._source.info.height
        original = self._original._replace(rate=self._source.rate)
        last: np.ndarray | None = None
        for picture, _ in map(parted, original.frames_from(begin)):
            fits = (picture.shape[1], picture.shape[0]) == size
            last = picture if fits else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
            yield last
        if last is not None:
            yield from repeat(last)


@cache
def shipped() -> FlickerNetwork:
    """The network that comes with Kinora, on the best device there is, loaded once."""
    return loaded(resources_folder() / "models" / "deflicker" / WEIGHTS).to(pick_device())


def loaded(weights: Path) -> FlickerNetwork:
    """The network of a weights file; raises ModelError where it cannot be used."""
    limit_threads()
    network = FlickerNetwork()
    try:
        network.load_state_dict(load_file(weights))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ModelError(
            f"The weights {weights} cannot be used.", "Install Kinora again.", str(error)
        ) from error
    return network.eval().to(memory_format=torch.channels_last)  # pyright: ignore
