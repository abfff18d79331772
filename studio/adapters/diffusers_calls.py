"""Watches one call of a diffusers pipeline: steps, phases and cancel, for every model family.

What is uniform over the families is used and nothing else: the pipeline's own progress bar counts the
denoising steps, the children of every ModuleList are the places where a call can be left. None of it changes
a number that the pipeline computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from diffusers.models.autoencoders.autoencoder_kl_wan import AutoencoderKLWan
from torch import nn

from studio.adapters.base import RunContext


class StepBar:
    """Stands in for the pipeline's tqdm bar."""

    def __init__(self, phases: Phases, total: int, after_step: Callable[[], None]) -> None:
        self._phases, self._after_step = phases, after_step
        self._done, self._end = phases.begin_part(total)

    def __enter__(self) -> StepBar:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def update(self, count: int = 1) -> None:
        self._done += count
        self._phases.denoise(self._done)
        if self._done < self._end:
            with self._phases.unheard():
                self._after_step()


class Phases:
    """Tells what a call is doing: encode until the first step, denoise, then decode.

    `decodes`: how often the decoder will be called where that is known (Wan's decodes one latent frame at a
    time), else 1. `parts`: how many times over the call denoises and decodes; what it decodes before the last
    part is not told.
    """

    def __init__(self, context: RunContext, decodes: int, parts: int) -> None:
        self._context, self._decodes, self._parts = context, decodes, parts
        self._phase = ""
        self._decoded = self._begun = self._steps = 0

    def begin_part(self, steps: int) -> tuple[int, int]:
        """A part of `steps` steps begins: the numbers of its first and of its last one."""
        first = self._begun * steps
        self._begun += 1
        self._steps = steps * max(self._parts, self._begun)
        self.denoise(first)
        return first, first + steps

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """For a preview, which may decode something itself."""
        phase, self._phase = self._phase, "preview"
        try:
            yield
        finally:
            self._phase = phase

    def encode(self, *_: object) -> None:
        if self._phase == "":
            self._phase = "encode"
            self._context.progress("encode", 0, 1)

    def denoise(self, step: int) -> None:
        self._phase = "denoise"
        self._context.raise_if_cancelled()
        self._context.progress("denoise", step, self._steps)

    def decode(self, *_: object) -> None:
        """A decoder begins a part; in tiles there are more parts than counted, and the bar then waits."""
        if self._phase in ("denoise", "decode") and self._begun >= self._parts:
            self._phase = "decode"
            if self._decoded < self._decodes:
                self._context.progress("decode", self._decoded, self._decodes)
                self._decoded += 1

    def end(self) -> None:
        self._context.progress("decode", self._decodes, self._decodes)


@contextmanager
def watched(
    pipe: Any, context: RunContext, latent_frames: int, after_step: Callable[[], None], parts: int = 1
) -> Iterator[None]:
    """While this is open, a call of `pipe` reports its steps and stops with CancelledError when asked.

    `after_step` is called after every denoising step but the last of each of its `parts`. Cancel is noticed
    at every block of every network, so within a fraction of a step.
    """
    counted = isinstance(getattr(pipe, "vae", None), AutoencoderKLWan)
    phases = Phases(context, latent_frames if counted and parts == 1 else 1, parts)
    with ExitStack() as undo:
        pipe.progress_bar = lambda total: StepBar(phases, total, after_step)
        undo.callback(delattr, pipe, "progress_bar")
        undo.callback(pipe.maybe_free_model_hooks)
        for block in _blocks(pipe):
            hook = block.register_forward_pre_hook(lambda *_: context.raise_if_cancelled())
            undo.callback(hook.remove)
        for network, tell in _stages(pipe, phases):
            undo.callback(network.register_forward_pre_hook(tell).remove)
        yield
        phases.end()


def _blocks(pipe: Any) -> Iterator[nn.Module]:
    """The children of every ModuleList in every network of `pipe`.

    Compiled ones are left out: a hook that comes and goes would have them compiled again for every job.
    """
    for network in _networks(pipe).values():
        yield from _listed(network)


def _listed(module: nn.Module) -> Iterator[nn.Module]:
    # Some lists have holes (Mochi's VAE), which children() leaves out.
    for child in module.children():
        if child._compiled_call_impl is None:
            if isinstance(module, nn.ModuleList):
                yield child
            yield from _listed(child)


def _stages(pipe: Any, phases: Phases) -> Iterator[tuple[nn.Module, Callable[..., None]]]:
    """The networks whose calls mark a phase."""
    for name, network in _networks(pipe).items():
        decoder = getattr(network, "decoder", None)
        if name == "vocoder":
            yield network, phases.decode
        elif "encoder" in name:
            yield network, phases.encode
            if isinstance(inner := getattr(network, "model", None), nn.Module):
                # MiniMax-H3 calls it past its head.
                yield inner, phases.encode
        elif isinstance(decoder, nn.Module):
            yield decoder, phases.decode
            if isinstance(encoder := getattr(network, "encoder", None), nn.Module):
                yield encoder, phases.encode


def _networks(pipe: Any) -> dict[str, nn.Module]:
    return {name: part for name, part in pipe.components.items() if isinstance(part, nn.Module)}
