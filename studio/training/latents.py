"""Draws clips, encodes them with the finished autoencoder, and keeps the latents for the transformer.

A shard is one safetensors file: `latents` float16 (SHARD, z, t, h, w), not normalised, with the scenes as
JSON in its header.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl_wan import AutoencoderKLWan
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from studio.training import parallel
from studio.training.scenes import draw
from studio.training.vae import to_video
from studio.training.world import Scene, sample_scene

SHARD = 250
ENCODE_BATCH = 5


@torch.inference_mode()
def encode(vae: AutoencoderKLWan, clips: np.ndarray) -> Tensor:
    """Latent means of uint8 clips (B, T, H, W, 3): float16 (B, z, t, h, w) on the CPU."""
    video = to_video(clips).to(vae.device)
    with torch.autocast(vae.device.type, torch.bfloat16):
        return vae.encode(video, return_dict=False)[0].mean.half().cpu()


def _write_shard(vae: AutoencoderKLWan, path: Path, number: int) -> None:
    rng = np.random.default_rng((3, number))
    scenes = [sample_scene(rng) for _ in range(SHARD)]
    batches = [scenes[i : i + ENCODE_BATCH] for i in range(0, SHARD, ENCODE_BATCH)]
    latents = torch.cat([encode(vae, np.stack([draw(scene) for scene in batch])) for batch in batches])
    told = json.dumps([dataclasses.asdict(scene) for scene in scenes])
    part = path.with_suffix(".part")
    save_file({"latents": latents}, part, metadata={"scenes": told})
    part.replace(path)


def fill_cache(vae: AutoencoderKLWan, folder: Path, clips: int) -> None:
    """Write the shards that are missing; several processes share the work."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(parallel.rank(), -(-clips // SHARD), parallel.world_size()):
        path = folder / f"{number:04}.safetensors"
        if not path.exists():
            _write_shard(vae, path, number)
            print(f"cache shard {number} of {-(-clips // SHARD)}", flush=True)


class LatentCache:
    """All shards of a folder in memory; `refresh` takes in those that came since."""

    def __init__(self, folder: Path) -> None:
        """Read what is there now."""
        self._folder = folder
        self._read: set[Path] = set()
        self.latents = torch.empty(0)
        self.scenes: list[Scene] = []
        self.refresh()

    def refresh(self) -> None:
        """Read shards that are new."""
        for path in sorted(set(self._folder.glob("*.safetensors")) - self._read):
            with safe_open(path, "pt") as shard:
                latents = shard.get_tensor("latents")
                told = json.loads(shard.metadata()["scenes"])
            self.latents = torch.cat([self.latents.to(latents.dtype), latents]) if self.scenes else latents
            self.scenes += [Scene(**scene) for scene in told]
            self._read.add(path)

    def statistics(self) -> tuple[list[float], list[float]]:
        """Mean and standard deviation of every latent channel over the first clips."""
        sample = self.latents[:1000].float()
        return sample.mean((0, 2, 3, 4)).tolist(), sample.std((0, 2, 3, 4)).tolist()
