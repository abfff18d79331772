"""In-betweens by our own network: one picture between two, and a clip at another rate or speed."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from safetensors import SafetensorError

from studio.adapters.base import Footage, RunContext
from studio.adapters.free_memory import free_memory
from studio.adapters.pair import VIEWS, Pair
from studio.adapters.refined import Refined
from studio.adapters.resampling import Draw, resampled
from studio.adapters.torch_device import limit_threads, pick_device
from studio.errors import ModelError, UsageError
from studio.jobs.job import Interpolate, Quality
from studio.models.spec import ModelSpec
from studio.paths import resources_folder
from studio.render.flow import CUT, alike, cross_fade

QualityName = Literal["fast", "best"]
WEIGHTS, MOTION_WEIGHTS = "interpolation.safetensors", "motion.safetensors"
# What a picture in the making holds besides its pixels, measured from 1080p to 8K; and what each pixel of a
# clip costs: two frames in their views, those that are read ahead, those that wait to be written.
_TILE_BYTES = 450_000_000
_PIXEL_BYTES = 60
_LARGE = 1_000_000


def between(
    first: np.ndarray, second: np.ndarray, t: float = 0.5, quality: QualityName = "best"
) -> np.ndarray:
    """The picture at time `t` (0 = `first`, 1 = `second`) between two: uint8 RGB (H, W, 3), any one size.

    Pictures of different scenes cross-fade. Raises UsageError for pictures of other kinds or unequal sizes,
    for a `t` outside 0 to 1 and for an unknown quality, ModelError when the weights are missing.
    """
    for picture in (first, second):
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or not picture.size:
            raise UsageError(f"Pictures must be uint8 (H, W, 3), not {picture.dtype} {picture.shape}.")
    if first.shape != second.shape:
        raise UsageError(f"The pictures have different sizes: {first.shape[:2]} and {second.shape[:2]}.")
    if not 0 <= t <= 1:
        raise UsageError(f"The time between two pictures goes from 0 to 1, not {t}.")
    if t in (0, 1) or np.array_equal(first, second):
        return (second if t == 1 else first).copy()
    if alike(first, second) < CUT:
        return cross_fade(first, second, t)
    network = shipped()
    return network.picture(_pair(network, first, second, _quality(quality)), t, _pool())


class InterpolationAdapter:
    """Streams a clip through the network, several pictures at a time on a processor with several cores."""

    def __init__(self) -> None:
        self._network: Refined | None = None

    def load(self, spec: ModelSpec) -> None:
        limit_threads()
        self._network = loaded(spec.path(WEIGHTS), spec.path(MOTION_WEIGHTS), pick_device())

    def unload(self) -> None:
        self._network = None

    def run(self, job: Interpolate, context: RunContext) -> Footage:
        """The job's clip at its rate and speed; raises UsageError for a still picture."""
        assert self._network is not None  # the runner loads before it runs
        drawing = partial(_drawing, self._network, job.quality)
        return resampled(job, context, drawing, partial(at_once, job.quality))


def _drawing(network: Refined, quality: Quality, first: np.ndarray, second: np.ndarray) -> Draw:
    pair = _pair(network, first, second, quality)
    return partial(network.picture, pair, pool=_pool() if len(pair.views) > 1 else None)


def _pair(network: Refined, first: np.ndarray, second: np.ndarray, quality: Quality) -> Pair:
    """Best is drawn several times from different sides, which errs less than once."""
    return network.pair(first, second, VIEWS if quality is Quality.BEST else VIEWS[:1])


def _quality(name: str) -> Quality:
    try:
        return Quality(name)
    except ValueError:
        raise UsageError(f"There is no quality '{name}'.", "Use fast or best.") from None


def _threads() -> int:
    """Pictures drawn at a time, each on a core of its own: that pays more than a picture on all cores."""
    return max(1, min(4, os.cpu_count() or 1))


def at_once(quality: Quality, pixels: int, free: int | None = None) -> int:
    """How many pictures of so many pixels to draw at a time where `free` bytes are free (None: asked for).

    Tiles are always of one size, whatever is free: a job that goes on after a kill must draw the same.
    """
    if quality is Quality.BEST and pixels > _LARGE:
        # Its views keep the cores busy already, and all of a pair's are held until the picture is done.
        return 1
    free = free_memory() if free is None else free
    if free is None:
        return _threads()
    room = free // 2 - pixels * _PIXEL_BYTES
    return max(1, min(_threads(), room // _TILE_BYTES))


def loaded(weights: Path, motion_weights: Path, device: torch.device | None = None) -> Refined:
    """The networks of two weights files; raises ModelError where they cannot be used."""
    try:
        return Refined(weights, motion_weights, device)
    except (OSError, KeyError, RuntimeError, SafetensorError) as error:
        message = f"{weights.parent.name} cannot be loaded: its weights are damaged or missing."
        raise ModelError(message, "Install Kinora again.", f"{type(error).__name__}: {error}") from error


def pairing(quality: Quality) -> Callable[[np.ndarray, np.ndarray], Draw]:
    """Two uint8 RGB pictures of one size and scene → the picture at any time between them."""
    return partial(_drawing, shipped(), quality)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_threads(), "view")


@cache
def shipped() -> Refined:
    """The shipped networks, on the processor; raises ModelError."""
    folder = resources_folder() / "models" / "interpolation"
    return loaded(folder / WEIGHTS, folder / MOTION_WEIGHTS)
