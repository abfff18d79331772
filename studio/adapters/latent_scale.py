"""Between the latents that a network denoises and those that its autoencoder gives and takes."""

from __future__ import annotations

from typing import Any

import torch


def as_decoded(vae: Any, latents: torch.Tensor) -> torch.Tensor:
    """Denoised latents (…, C, F, h, w) as the autoencoder itself would have given them."""
    mean, std, scale = _statistics(vae, latents)
    return latents * std / scale + mean


def as_denoised(vae: Any, latents: torch.Tensor) -> torch.Tensor:
    """The other way: the autoencoder's own (…, C, F, h, w) as the network sees them."""
    mean, std, scale = _statistics(vae, latents)
    return (latents - mean) * scale / std


def _statistics(vae: Any, latents: torch.Tensor) -> tuple[Any, Any, float]:
    """Mean and spread of each channel, shaped (C, 1, 1, 1), and what all are multiplied by."""
    mean, std = (_numbers(vae, name, latents) for name in ("latents_mean", "latents_std"))
    scale = vae.config.get("scaling_factor") or 1.0
    return (0.0, 1.0, scale) if mean is None or std is None else (mean, std, scale)


def _numbers(vae: Any, name: str, latents: torch.Tensor) -> torch.Tensor | None:
    """From the autoencoder's settings or its buffers."""
    values = vae.config.get(name)
    if values is None:
        values = dict(vae.named_buffers()).get(name)
    if values is None:
        return None
    return torch.as_tensor(values, dtype=latents.dtype, device=latents.device).view(-1, 1, 1, 1)
