"""Watches one call of a diffusers pipeline: steps, phases, cancel and previews, for every model family.

What is uniform over the families is used and nothing else: the pipeline's own progress bar counts the
denoising steps, the children of every ModuleList are the places where a call can be left, and the
scheduler's `step` sees the model's prediction. None of it changes a number that the pipeline computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import nn

from studio.adapters.base import RunContext


class StepBar:
    """Stands in for the pipeline's tqdm bar."""

    def __init__(self, context: RunContext, total: int, after_step: Callable[[], None]) -> None:
        self._context, self._total, self._after_step = context, total, after_step
        self._done = 0
        context.progress("denoise", 0, total)

    def __enter__(self) -> StepBar:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def update(self, count: int = 1) -> None:
        self._done += count
        self._context.raise_if_cancelled()
        self._context.progress("denoise", self._done, self._total)
        if self._done < self._total:
            self._after_step()


class SchedulerTap:
    """Lets one see what a flow-matching scheduler was told in its last step.

    The scheduler's class is replaced by a subclass of it: pipelines copy and rebuild schedulers, which a
    patched instance would not survive.
    """

    def __init__(self, scheduler: Any) -> None:
        self._scheduler = scheduler
        kind = type(scheduler)
        if not hasattr(kind, "tapped_step"):
            scheduler.__class__ = type(kind.__name__, (_Tapped, kind), {})

    def clean_latents(self) -> torch.Tensor | None:
        """The clean latents that the model predicts at this point: x0 = sample − σ · velocity.

        None before the first step, and for schedulers that predict something else than the flow.
        """
        seen = self._scheduler.tapped_step
        if seen is None:
            return None
        velocity, sample, sigma = seen
        return sample - sigma * velocity

    def forget(self) -> None:
        """Lets go of the tensors."""
        self._scheduler.tapped_step = None


class _Tapped:
    tapped_step: tuple[torch.Tensor, torch.Tensor, float] | None = None

    def step(
        self: Any, model_output: torch.Tensor, timestep: Any, sample: torch.Tensor, *args: Any, **options: Any
    ) -> Any:
        result = super().step(model_output, timestep, sample, *args, **options)  # type: ignore[misc]
        if _predicts_flow(self):
            self.tapped_step = (model_output, sample, float(self.sigmas[self.step_index - 1]))
        return result


def _predicts_flow(scheduler: Any) -> bool:
    kind = scheduler.config.get("prediction_type", "flow_prediction")
    return kind == "flow_prediction" and hasattr(scheduler, "sigmas")


@contextmanager
def watched(pipe: Any, context: RunContext, after_step: Callable[[], None]) -> Iterator[None]:
    """While this is open, calls of `pipe` report their steps and stop with CancelledError when asked.

    `after_step` is called after every denoising step but the last. Cancel is noticed at every block of
    every network, so within a fraction of a step.
    """
    with ExitStack() as undo:
        pipe.progress_bar = lambda total: StepBar(context, total, after_step)
        undo.callback(delattr, pipe, "progress_bar")
        undo.callback(pipe.maybe_free_model_hooks)
        for block in _blocks(pipe):
            hook = block.register_forward_pre_hook(lambda *_: context.raise_if_cancelled())
            undo.callback(hook.remove)
        yield


def _blocks(pipe: Any) -> Iterator[nn.Module]:
    """The children of every ModuleList in every network of `pipe`."""
    for network in _networks(pipe):
        for module in network.modules():
            if isinstance(module, nn.ModuleList):
                # Some lists have holes (Mochi's VAE), which named_children leaves out.
                yield from module.children()


def _networks(pipe: Any) -> Iterator[nn.Module]:
    return (part for part in pipe.components.values() if isinstance(part, nn.Module))
