"""What a loaded pipeline says about itself, under the several names that diffusers has for the same thing."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

from studio.timing import FrameGrid

_SPATIAL = (
    "vae_scale_factor_spatial",
    "vae_spatial_compression_ratio",
    "vae_spatial_scale_factor",
    "vae_scale_factor",
)
_TEMPORAL = ("vae_scale_factor_temporal", "vae_temporal_compression_ratio", "vae_temporal_scale_factor")


@cache
def call_parameters(kind: type) -> frozenset[str]:
    """The names of what a pipeline class's call takes."""
    return frozenset(inspect.signature(kind.__call__).parameters)  # type: ignore[operator]


def spatial_fold(pipe: Any) -> int:
    """How many pixels a side of a latent cell covers."""
    return _first(pipe, _SPATIAL, 8)


def temporal_fold(pipe: Any) -> int:
    """How many frames a latent frame covers (all but the first); 1: each frame is its own."""
    return _first(pipe, _TEMPORAL, 1)


def size_multiple(pipe: Any) -> int:
    """What width and height must divide by."""
    network = getattr(pipe, "transformer", None)
    patch = network.config.get("patch_size", 1) if network is not None else 1
    return spatial_fold(pipe) * (patch[-1] if isinstance(patch, list | tuple) else patch)


def latent_shape(pipe: Any, width: int, height: int, frames: int) -> tuple[int, int, int]:
    """Latent frames, rows and columns of a video."""
    fold = spatial_fold(pipe)
    return (frames - 1) // temporal_fold(pipe) + 1, height // fold, width // fold


def frame_grid(pipe: Any, known: FrameGrid) -> FrameGrid:
    """`known`, or, where that names no grid, the one that the pipeline's own autoencoder folds."""
    fold = temporal_fold(pipe)
    return FrameGrid(fold, 1, known.minimum, known.maximum) if fold > known.step == 1 else known


def _first(pipe: Any, names: tuple[str, ...], otherwise: int) -> int:
    return next((getattr(pipe, name) for name in names if hasattr(pipe, name)), otherwise)
