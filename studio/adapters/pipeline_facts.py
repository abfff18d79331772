"""What a loaded pipeline says about itself, under the several names that diffusers has for the same thing."""

from __future__ import annotations

import inspect
from functools import cache
from math import ceil
from typing import Any

from studio.timing import FrameGrid

SEGMENT = 81
"""How many frames Wan-Animate-2 draws at a time; a part begins with the last one before it."""
_SPATIAL = (
    "vae_scale_factor_spatial",
    "vae_spatial_compression_ratio",
    "vae_spatial_scale_factor",
    "vae_scale_factor",
)
_TEMPORAL = ("vae_scale_factor_temporal", "vae_temporal_compression_ratio", "vae_temporal_scale_factor")


def class_name(pipe: Any) -> str:
    """The name that diffusers has for the class of `pipe`."""
    return type(getattr(pipe, "modular", pipe)).__name__


def call_parameters(pipe: Any) -> frozenset[str]:
    """The names of what the call of `pipe` takes."""
    if (modular := getattr(pipe, "modular", None)) is not None:
        return frozenset(one.name for one in modular.blocks.inputs if one.name)
    return _parameters(type(pipe))


@cache
def _parameters(kind: type) -> frozenset[str]:
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
    if (chunk := getattr(pipe, "vae_frames_per_chunk", None)) is not None:
        # MiniMax-H3 folds 17 frames into 5, and 5 more into 2.
        kept = pipe.vae_latents_per_chunk
        return (frames - kept) // chunk * kept + 2, height // fold, width // fold
    return (frames - 1) // temporal_fold(pipe) + 1, height // fold, width // fold


def parts_of_call(pipe: Any, frames: int) -> int:
    """How many times over one call denoises and decodes for so many frames."""
    if not class_name(pipe).startswith("WanAnimate2"):
        return 1
    return max(1, ceil((frames - 1) / (SEGMENT - 1)))


def frame_grid(pipe: Any, known: FrameGrid) -> FrameGrid:
    """`known`, or, where that names no grid, the one that the pipeline's own autoencoder folds."""
    fold = temporal_fold(pipe)
    return FrameGrid(fold, 1, known.minimum, known.maximum) if fold > known.step == 1 else known


def _first(pipe: Any, names: tuple[str, ...], otherwise: int) -> int:
    return next((getattr(pipe, name) for name in names if hasattr(pipe, name)), otherwise)
