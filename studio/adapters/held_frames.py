"""Frames that a drawing has to show again, because it goes on from them or leads up to them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image

from studio.adapters.pipeline_facts import latent_shape, temporal_fold


class HeldFrames(NamedTuple):
    """`images` stand at the start of what is drawn, or `at_end`; each has the size that is drawn."""

    images: list[Image.Image]
    at_end: bool

    def places(self, num_frames: int) -> range:
        """Where they stand among `num_frames` drawn ones."""
        count = len(self.images)
        return range(num_frames - count, num_frames) if self.at_end else range(count)


def held_of(frames: np.ndarray, at_end: bool) -> HeldFrames:
    """From uint8 RGB (F, H, W, 3)."""
    return HeldFrames([Image.fromarray(frame) for frame in frames], at_end)


def latent_arguments(
    held: HeldFrames, pipe: Any, size: tuple[int, int], num_frames: int, generator: torch.Generator
) -> dict[str, Any]:
    """How a pipeline that takes words only is made to hold frames: its noise, and what follows each step.

    After every step the latent frames that are known are put back in their place, as noisy as the others are
    then ("replacement", Ho et al., "Video Diffusion Models", 2022, section 3.1): the network sees them while
    it draws the rest. Only for autoencoders of the Wan kind.
    """
    shape = (1, pipe.transformer.config.in_channels, *latent_shape(pipe, *size, num_frames))
    noise = torch.randn(shape, generator=generator, dtype=torch.float32).to(pipe._execution_device)
    return {"latents": noise, "callback_on_step_end": _Replacement(_known_latents(held, pipe), noise, held)}


class _Replacement:
    """A step's callback, as diffusers calls it."""

    def __init__(self, known: torch.Tensor, noise: torch.Tensor, held: HeldFrames) -> None:
        count = known.shape[2]
        self._place = slice(noise.shape[2] - count, None) if held.at_end else slice(0, count)
        self._known, self._noise = known, noise[:, :, self._place].clone()

    def __call__(self, pipe: Any, step: int, timestep: Any, given: dict[str, Any]) -> dict[str, Any]:
        scheduler = pipe.scheduler
        last = len(scheduler.sigmas) - 1
        sigma = float(scheduler.sigmas[min(scheduler.step_index, last)])
        latents = given["latents"].clone()
        latents[:, :, self._place] = (1 - sigma) * self._known + sigma * self._noise
        return {"latents": latents}


@torch.no_grad()
def _known_latents(held: HeldFrames, pipe: Any) -> torch.Tensor:
    """As the network sees them: float32 (1, C, F, h, w)."""
    images = held.images
    fold = temporal_fold(pipe)
    if held.at_end:
        # The autoencoder is causal and folds its first frame alone: something has to come before them.
        images = images[:1] * (1 + 2 * fold) + images
    pixels = np.stack([np.asarray(image) for image in images]).astype(np.float32) / 127.5 - 1
    weight = next(pipe.vae.parameters())
    video = torch.from_numpy(pixels).permute(3, 0, 1, 2)[None].to(pipe._execution_device, weight.dtype)
    latents = pipe.vae.encode(video).latent_dist.mode().float()
    if held.at_end:
        latents = latents[:, :, -(len(held.images) // fold) :]
    mean, std = (
        torch.tensor(pipe.vae.config[name], device=latents.device).view(1, -1, 1, 1, 1)
        for name in ("latents_mean", "latents_std")
    )
    return (latents - mean) / std
