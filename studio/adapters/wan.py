"""The Wan family (and the starter, which is built from its classes): text to video through diffusers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from diffusers.utils import logging as diffusers_logging
from transformers.utils import logging as transformers_logging

from studio.adapters.base import Footage, RunContext
from studio.adapters.diffusers_calls import SchedulerTap, watched
from studio.adapters.torch_device import limit_threads, pick_device, pick_dtype
from studio.errors import ModelError
from studio.jobs.job import Generate
from studio.models.spec import ModelSpec
from studio.render.enlarge import enlarge, fills


class WanAdapter:
    """Frames are those of the bare `pipe(...)` call with `call_arguments`, rounded to 8 bit."""

    def load(self, spec: ModelSpec) -> None:
        """Reads a diffusers folder: safetensors only, no network, no code out of the folder."""
        limit_threads()
        for library in (diffusers_logging, transformers_logging):
            library.set_verbosity_error()
            library.disable_progress_bar()
        device = pick_device()
        try:
            pipe: Any = DiffusionPipeline.from_pretrained(
                spec.folder, dtype=pick_dtype(device), local_files_only=True, use_safetensors=True
            )
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelError(
                f"The model '{spec.title}' cannot be loaded.", "Install it again.", str(error)
            ) from error
        self._spec = spec
        self._pipe = pipe.to(device)
        self._tap = SchedulerTap(pipe.scheduler)
        self._showing = False

    def run(self, job: Generate, context: RunContext) -> Footage:
        if job.images:
            # A description may promise more than this adapter can: better refused than left out unsaid.
            raise ModelError(f"'{self._spec.title}' cannot start from pictures.", "Leave the pictures out.")
        frames = self._frames(job, context)
        count = self._spec.limits.frames.snap(job.num_frames)
        return Footage(frames, job.width, job.height, job.frame_rate, count)

    def economise(self) -> bool:
        """Decodes in tiles: a little slower, with a fraction of the memory."""
        vae = self._pipe.vae
        if vae.use_tiling:
            return False
        vae.enable_tiling()
        return True

    def unload(self) -> None:
        del self._pipe, self._tap

    def call_arguments(self, job: Generate) -> dict[str, Any]:
        """What the pipeline is called with for `job`; the CPU draws the random numbers for every device."""
        width, height = self._drawn_size(job)
        return {
            "prompt": _prompt(job, self._spec),
            "negative_prompt": job.negative_prompt,
            "width": width,
            "height": height,
            "num_frames": self._spec.limits.frames.snap(job.num_frames),
            "num_inference_steps": job.num_inference_steps,
            "guidance_scale": job.guidance_scale,
            "generator": torch.Generator("cpu").manual_seed(job.seed or 0),
            "output_type": "np",
            **self._spec.call,
        }

    def _frames(self, job: Generate, context: RunContext) -> Iterator[np.ndarray]:
        size, target = self._drawn_size(job), (job.width, job.height)
        if not fills(size, target):
            context.notice(
                f"{self._spec.title} draws {size[0]}×{size[1]}; the sides of the picture are filled in.",
                "Choose the model's own shape for a full picture.",
            )
        arguments = self.call_arguments(job)
        with watched(self._pipe, context, lambda: self._show(context)), self._phases(context, arguments):
            video = self._pipe(**arguments).frames[0]
        for frame in video:
            yield enlarge(np.round(frame * 255).astype(np.uint8), target)

    @contextmanager
    def _phases(self, context: RunContext, arguments: dict[str, Any]) -> Iterator[None]:
        """Reports what comes before and after denoising; the VAE decodes one latent frame at a time."""
        steps = (arguments["num_frames"] - 1) // self._pipe.vae_scale_factor_temporal + 1
        decoded = 0

        def encoding(*_: object) -> None:
            context.progress("encode", 0, 1)

        def decoding(*_: object) -> None:
            nonlocal decoded
            if not self._showing:
                # In tiles there are more calls than latent frames; the bar then waits before the end.
                context.progress("decode", min(decoded, steps - 1), steps)
                decoded += 1

        hooks = [
            self._pipe.text_encoder.register_forward_pre_hook(encoding),
            self._pipe.vae.decoder.register_forward_pre_hook(decoding),
        ]
        try:
            yield
            context.progress("decode", steps, steps)
        finally:
            self._tap.forget()
            for hook in hooks:
                hook.remove()

    def _show(self, context: RunContext) -> None:
        """Sends the first picture of what the model expects the video to become.

        Only the first: the causal VAE decodes it alone, for about a tenth of the price of all.
        """
        latents = self._tap.clean_latents()
        if latents is None or not context.wants_preview():
            return
        vae = self._pipe.vae
        mean, std = (
            torch.tensor(values, dtype=vae.dtype, device=latents.device).view(1, -1, 1, 1, 1)
            for values in (vae.config.latents_mean, vae.config.latents_std)
        )
        self._showing = True
        try:
            picture = vae.decode(latents[:, :, :1].to(vae.dtype) * std + mean, return_dict=False)[0]
        finally:
            self._showing = False
        shown = (picture[0, :, 0].permute(1, 2, 0) * 127.5 + 127.5).round().clamp(0, 255)
        context.preview([shown.to("cpu", torch.uint8).numpy()])

    def _drawn_size(self, job: Generate) -> tuple[int, int]:
        """What the network draws: its native size, or the size asked for rounded up to what it can."""
        if self._spec.limits.native_size is not None:
            return self._spec.limits.native_size
        _, down, across = self._pipe.transformer.config.patch_size
        step = self._pipe.vae_scale_factor_spatial
        return _round_up(job.width, step * across), _round_up(job.height, step * down)


def _prompt(job: Generate, spec: ModelSpec) -> str:
    style = spec.styles.get(job.style, "")
    return f"{job.prompt}, {style}" if style else job.prompt


def _round_up(value: int, step: int) -> int:
    return -(-value // step) * step
