"""What a form should say when a clip is to be continued: as the clip was made, or at least of its shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from studio.jobs.job import Generate, read_recipe
from studio.models.spec import ModelSpec


def recipe_to_continue(recipe: Mapping[str, Any] | None) -> Generate | None:
    """The job that made a clip, without what only its own frames had; None where no prompt made it."""
    job = read_recipe(recipe)
    if not isinstance(job, Generate):
        return None
    last = job.windows[-1].prompt if job.windows else job.prompt
    return replace(
        job,
        prompt=last,
        images=(),
        video=None,
        control=None,
        mask=None,
        painted=(),
        extend=None,
        windows=(),
        seed=None,
        model_hash="",
    )


def size_like(spec: ModelSpec, width: int, height: int) -> tuple[int, int]:
    """The size nearest to the shape `width` × `height` that the model of `spec` draws, as large as usual."""
    limits, defaults = spec.limits, spec.defaults
    step = limits.size_multiple
    scale = (defaults.width * defaults.height / (width * height)) ** 0.5

    def fitted(side: int) -> int:
        low, high = -(-limits.min_size // step) * step, limits.max_size // step * step
        return min(max(round(side * scale / step) * step, low), high)

    fits = all(limits.min_size <= side <= limits.max_size and side % step == 0 for side in (width, height))
    return (width, height) if fits and scale >= 1 else (fitted(width), fitted(height))
