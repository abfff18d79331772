"""Shows latents as pictures without decoding them: a linear map from a cell's numbers to its mean colour.

The map is fitted once for each autoencoder, from colour fields that it encodes itself, and kept on disk.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.autoencoders.autoencoder_kl_temporal_decoder import AutoencoderKLTemporalDecoder
from diffusers.models.autoencoders.autoencoder_kl_wan import AutoencoderKLWan

from studio.adapters.latent_scale import as_decoded
from studio.adapters.pipeline_facts import class_name, spatial_fold
from studio.media.fingerprint import content_hash
from studio.paths import cache_folder

_FIELDS = 8
_CELLS = 8
_FEW_CELLS = 36
_SHOWN_FRAMES = 8
_SHOWN_SIDE = 256
_RIDGE = 1e-3
# Where the pipeline keeps channels in another place than second.
_CHANNELS_THIRD = ("CogVideoX", "StableVideoDiffusion")
_CHANNELS_LAST = ("Kandinsky5",)


class LatentPreview:
    """Pictures of `pipe`'s latents; `vae_folder` is where its autoencoder lies."""

    def __init__(self, pipe: Any, vae_folder: Path) -> None:
        self._vae = pipe.vae
        self._fold = spatial_fold(pipe)
        self._file = cache_folder() / "latent-colours" / f"{_identity(vae_folder)}.npy"
        self._map: np.ndarray | None = None

    def pictures(self, pipe: Any, latents: torch.Tensor, shape: tuple[int, int, int]) -> list[np.ndarray]:
        """Some frames of `latents`, as `pipe` holds them while denoising: uint8 RGB, small, in play order.

        `shape`: latent frames, rows, columns of the video.
        """
        video = _ordered(pipe, latents, shape).float()
        if isinstance(self._vae, AutoencoderKLWan) and shape[1] * shape[2] <= _FEW_CELLS:
            return [self._decoded(video[:, :1])]
        if self._map is None:
            self._map = self._known_map(pipe)
        picked = np.unique(np.linspace(0, video.shape[1] - 1, _SHOWN_FRAMES).round().astype(int))
        cells = as_decoded(self._vae, video[:, picked]).cpu().numpy()
        colours = np.einsum("cfhw,ck->fhwk", cells, self._map[:-1]) + self._map[-1]
        return [_enlarged(frame) for frame in np.clip(colours, 0, 255).astype(np.uint8)]

    def _decoded(self, latents: torch.Tensor) -> np.ndarray:
        """The first frame as it is: this autoencoder decodes it alone, and so few cells cost little."""
        weight = next(self._vae.parameters())
        frame = self._vae.decode(as_decoded(self._vae, latents)[None].to(weight.dtype), return_dict=False)[0][
            0, :, 0
        ]
        shown = (frame.permute(1, 2, 0).float() * 127.5 + 127.5).round().clamp(0, 255)
        return shown.to("cpu", torch.uint8).numpy()

    def _known_map(self, pipe: Any) -> np.ndarray:
        """float32 (channels + 1, 3): from the disk, else fitted now."""
        if self._file.is_file():
            return np.load(self._file)
        fitted = self._fitted_map(pipe)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_suffix(".partial.npy")
        np.save(part, fitted)
        part.replace(self._file)
        return fitted

    @torch.no_grad()
    def _fitted_map(self, pipe: Any) -> np.ndarray:
        flat = isinstance(self._vae, AutoencoderKL | AutoencoderKLTemporalDecoder)
        weight = next(self._vae.parameters())
        cells, colours = [], []
        # One at a time: some autoencoders encode a single video only.
        for field in _colour_fields(_CELLS * self._fold):
            picture = torch.from_numpy(_as_seen(pipe, field)).permute(2, 0, 1)[None]
            picture = (picture if flat else picture[:, :, None]).to(pipe._execution_device, weight.dtype)
            found = self._vae.encode(picture)
            latent = found.latent_dist.mode() if hasattr(found, "latent_dist") else found.latent
            latent = latent.float().reshape(latent.shape[1], -1, *latent.shape[-2:])[:, 0]
            rows, columns = latent.shape[-2:]
            cells.append(latent.reshape(latent.shape[0], -1).T.cpu().numpy())
            colours.append(cv2.resize(field, (columns, rows), interpolation=cv2.INTER_AREA).reshape(-1, 3))
        known = np.concatenate([np.concatenate(cells), np.ones((sum(map(len, cells)), 1))], axis=1)
        # A little ridge: more channels than independent colours must not blow up.
        square = known.T @ known + _RIDGE * len(known) * np.eye(known.shape[1])
        return np.linalg.solve(square, known.T @ np.concatenate(colours)).astype(np.float32)


def _as_seen(pipe: Any, field: np.ndarray) -> np.ndarray:
    """Colours of 0 … 255 as the autoencoder of `pipe` wants them: -1 … 1, or by a mean and spread."""
    if hasattr(pipe, "pixel_mean"):
        mean, std = (np.float32(getattr(pipe, name)) for name in ("pixel_mean", "pixel_std"))
        return (field / 255 - mean) / std
    return field / 127.5 - 1


def _identity(vae_folder: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for file in sorted(vae_folder.glob("*.*")):
        digest.update(f"{file.name}\0{content_hash(file)}\0".encode())
    return digest.hexdigest()


def _colour_fields(side: int) -> list[np.ndarray]:
    """Soft fields of all colours: float32 (side, side, 3), 0 … 255, the same every time."""
    chance = np.random.default_rng(7)
    coarse = chance.uniform(0, 255, (_FIELDS, 4, 4, 3)).astype(np.float32)
    return [
        np.clip(cv2.resize(field, (side, side), interpolation=cv2.INTER_CUBIC), 0, 255) for field in coarse
    ]


def _ordered(pipe: Any, latents: torch.Tensor, shape: tuple[int, int, int]) -> torch.Tensor:
    """`latents` of one video as (C, F, h, w)."""
    kind = class_name(pipe)
    if latents.ndim == 2:
        return _unrolled(latents, pipe.patch_size, shape)
    if kind.startswith("WanAnimate2"):
        # The first cell of time shows who appears; it is no part of the video.
        latents = latents[:, :, 1:]
    if latents.ndim == 3:
        frames, rows, columns = shape
        patch, patch_t = pipe.transformer_spatial_patch_size, pipe.transformer_temporal_patch_size
        count = frames * rows * columns // (patch * patch * patch_t)
        # Tokens of keyframes stand before (LTX) or behind (LTX-2) those of the video.
        own = latents[:, :count] if kind.startswith("LTX2") else latents[:, -count:]
        latents = pipe._unpack_latents(own, frames, rows, columns, patch, patch_t)
    if kind.startswith(_CHANNELS_THIRD):
        latents = latents.transpose(1, 2)
    elif kind.startswith(_CHANNELS_LAST):
        latents = latents.permute(0, 4, 1, 2, 3)
    return latents[0]


def _unrolled(rows: torch.Tensor, patch: tuple[int, int, int], shape: tuple[int, int, int]) -> torch.Tensor:
    """MiniMax-H3's rows, one for each patch of the video, as (C, F, h, w)."""
    counts = [size // step for size, step in zip(shape, patch, strict=True)]
    cells = rows.reshape(*counts, -1, *patch)
    return cells.permute(3, 0, 4, 1, 5, 2, 6).reshape(-1, *shape)


def _enlarged(frame: np.ndarray) -> np.ndarray:
    scale = max(1.0, _SHOWN_SIDE / max(frame.shape[:2]))
    return cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
