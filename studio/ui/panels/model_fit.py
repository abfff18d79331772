"""What a model really takes, as the choices of a form and as words."""

from __future__ import annotations

from studio.models.spec import ModelSpec
from studio.timing import Rate

_SHAPES = ((1, 1), (16, 9), (9, 16), (4, 3))


def usual_sizes(spec: ModelSpec) -> list[tuple[int, int]]:
    """The default size and the usual shapes with about its area, as far as the model's limits allow."""
    limits, defaults = spec.limits, spec.defaults
    sizes = [(defaults.width, defaults.height)]
    area = defaults.width * defaults.height
    for across, down in _SHAPES:
        scale = (area / (across * down)) ** 0.5
        step = max(limits.size_multiple, 16 if limits.size_multiple <= 16 else limits.size_multiple)
        size = (round(across * scale / step) * step, round(down * scale / step) * step)
        if size not in sizes and all(limits.min_size <= side <= limits.max_size for side in size):
            sizes.append(size)
    return sizes


def has_rare(spec: ModelSpec) -> bool:
    """Whether the model of `spec` takes any of what RareSettings shows."""
    limits = spec.limits
    return bool(
        limits.max_loras or limits.schedulers or spec.defaults.flow_shift is not None or spec.experts > 1
    )


def length_note(spec: ModelSpec, asked: int, rate: Rate) -> str:
    """What becomes of `asked` frames where the model makes another number of them, else ""."""
    grid = spec.limits.frames
    count = grid.snap(asked)
    if count == asked:
        return ""
    made = f"{count} frames, {float(count / rate.fraction):.2f} s"
    if asked > grid.maximum:
        return f"{made}: the most that this model makes at once."
    if asked < grid.minimum:
        return f"{made}: the least that this model makes."
    return f"{made}: this model makes {_series(spec)} …"


def _series(spec: ModelSpec) -> str:
    """The first counts that it makes: "5, 9, 13"."""
    grid = spec.limits.frames
    first = grid.snap(grid.minimum)
    return ", ".join(str(first + k * grid.step) for k in range(3))
