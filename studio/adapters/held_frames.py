"""Frames that a drawing has to show again, because it goes on from them or leads up to them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from PIL import Image

from studio.adapters.latent_scale import as_denoised
from studio.adapters.pipeline_facts import class_name, latent_shape, temporal_fold

HOLD = "callback_on_step_end"
"""The argument by which a pipeline's call is made to hold frames, where it takes one."""
# Where a pipeline keeps channels and time, as an order that brings them to second and third place.
_ORDERS = {"CogVideoXPipeline": (0, 2, 1, 3, 4), "Kandinsky5T2VPipeline": (0, 4, 1, 2, 3)}
_USUAL_ORDER = (0, 1, 2, 3, 4)


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
    it draws the rest.
    """
    known = _known_latents(held, pipe)
    shape = (1, known.shape[1], *latent_shape(pipe, *size, num_frames))
    noise = torch.randn(shape, generator=generator, dtype=torch.float32).to(pipe._execution_device)
    order = _ORDERS.get(class_name(pipe), _USUAL_ORDER)
    back = tuple(order.index(place) for place in range(len(order)))
    begin = noise
    if getattr(getattr(pipe, "transformer", None), "visual_cond", False):
        # Kandinsky's picture and its mask, of which there is none, stand behind the noise.
        begin = torch.cat([noise, torch.zeros_like(noise), torch.zeros_like(noise[:, :1])], dim=1)
    return {"latents": begin.permute(back), HOLD: Replacement(known, noise, held, order)}


class Replacement:
    """Puts known latents back after each step. As it is called, a step's callback of diffusers."""

    def __init__(
        self, known: torch.Tensor, noise: torch.Tensor, held: HeldFrames, order: tuple[int, ...]
    ) -> None:
        count = known.shape[2]
        self._place = slice(noise.shape[2] - count, None) if held.at_end else slice(0, count)
        self._known, self._noise = known, noise[:, :, self._place].clone()
        self._order = order

    def __call__(self, pipe: Any, step: int, timestep: Any, given: dict[str, Any]) -> dict[str, Any]:
        return {"latents": self.put_back(pipe.scheduler, step, given["latents"])}

    def put_back(self, scheduler: Any, step: int, latents: torch.Tensor) -> torch.Tensor:
        """`latents` after the step numbered `step`, with what is known in its place."""
        latents = latents.clone()
        video = latents.permute(self._order)[:, : self._known.shape[1]]
        video[:, :, self._place] = self._as_noisy(scheduler, step).to(latents.dtype)
        return latents

    def _as_noisy(self, scheduler: Any, step: int) -> torch.Tensor:
        """What is known, with as much noise as the scheduler has left after that step."""
        if type(scheduler).__name__.startswith("FlowMatch") or scheduler.config.get("use_flow_sigmas"):
            last = len(scheduler.sigmas) - 1
            sigma = float(scheduler.sigmas[min(scheduler.step_index, last)])
            # Mochi counts from noise to picture.
            sigma = 1 - sigma if scheduler.config.get("invert_sigmas") else sigma
            return (1 - sigma) * self._known + sigma * self._noise
        following = scheduler.timesteps[step + 1 : step + 2]
        return scheduler.add_noise(self._known, self._noise, following) if len(following) else self._known


@torch.no_grad()
def _known_latents(held: HeldFrames, pipe: Any) -> torch.Tensor:
    """As the network sees them: float32 (1, C, F, h, w)."""
    images = held.images
    fold = temporal_fold(pipe)
    if held.at_end and fold > 1:
        # The autoencoder is causal and folds its first frame alone: something has to come before them.
        images = images[:1] * (1 + 2 * fold) + images
    pixels = np.stack([np.asarray(image) for image in images]).astype(np.float32) / 127.5 - 1
    weight = next(pipe.vae.parameters())
    video = torch.from_numpy(pixels).permute(3, 0, 1, 2)[None].to(pipe._execution_device, weight.dtype)
    if isinstance(pipe.vae, AutoencoderKL):
        # One of single pictures: each is an item of a batch.
        video = video[0].transpose(0, 1)
    found: Any = pipe.vae.encode(video)
    latents = found.latent_dist.mode().float()
    latents = latents if latents.ndim == 5 else latents.transpose(0, 1)[None]
    if held.at_end:
        latents = latents[:, :, -(len(held.images) // fold) :]
    return as_denoised(pipe.vae, latents)
