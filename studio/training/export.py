"""Writes the trained parts as an ordinary pipeline folder, which diffusers loads as a WanPipeline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import torch
from diffusers.models.autoencoders.autoencoder_kl_wan import AutoencoderKLWan
from diffusers.pipelines.wan.pipeline_wan import WanPipeline
from diffusers.schedulers.scheduling_unipc_multistep import UniPCMultistepScheduler

from studio.training.transformer import Denoiser
from studio.training.vocabulary import vocabulary

FLOW_SHIFT = 2.0


def build_pipeline(vae: AutoencoderKLWan, denoiser: Denoiser) -> WanPipeline:
    """Put the parts together; the latents' mean and deviation go into the autoencoder's configuration."""
    vae.register_to_config(
        latents_mean=denoiser.mean.flatten().tolist(), latents_std=denoiser.std.flatten().tolist()
    )
    scheduler = UniPCMultistepScheduler(
        prediction_type="flow_prediction",
        use_flow_sigmas=True,
        flow_shift=FLOW_SHIFT,
        num_train_timesteps=1000,
    )
    # The pipeline is annotated with the classes of one checkpoint and takes any of their kind.
    return WanPipeline(
        tokenizer=cast(Any, denoiser.tokenizer),
        text_encoder=denoiser.encoder,
        transformer=denoiser.transformer,
        vae=vae,
        scheduler=cast(Any, scheduler),
    )


def export_pipeline(vae: AutoencoderKLWan, denoiser: Denoiser, folder: Path) -> None:
    """Save everything in half precision with the word list; parts that exist already are overwritten."""
    pipeline = build_pipeline(vae, denoiser).to(dtype=torch.float16)
    pipeline.save_pretrained(folder, safe_serialization=True)
    for weights in folder.rglob("*.safetensors"):
        weights.chmod(0o644)  # safetensors leaves them to their owner alone
    words = json.dumps(vocabulary(), indent=1, ensure_ascii=False)
    (folder / "vocabulary.json").write_text(words + "\n", encoding="utf-8")
