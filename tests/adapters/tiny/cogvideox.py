"""Tiny CogVideoX pipelines: from words, and from a picture."""

from __future__ import annotations

from typing import Any

from diffusers import (
    AutoencoderKLCogVideoX,
    CogVideoXDDIMScheduler,
    CogVideoXDPMScheduler,
    CogVideoXImageToVideoPipeline,
    CogVideoXPipeline,
    CogVideoXTransformer3DModel,
)
from diffusers.pipelines.pipeline_utils import DiffusionPipeline

from tests.adapters.tiny.texts import WIDTH, t5_encoder, word_tokenizer

_CHANNELS = 4


def text() -> DiffusionPipeline:
    return CogVideoXPipeline(**_parts(_CHANNELS), scheduler=CogVideoXDDIMScheduler(**_noise()))


def picture() -> DiffusionPipeline:
    return CogVideoXImageToVideoPipeline(**_parts(2 * _CHANNELS), scheduler=CogVideoXDPMScheduler(**_noise()))


def _noise() -> dict[str, Any]:
    return {
        "prediction_type": "v_prediction",
        "rescale_betas_zero_snr": True,
        "timestep_spacing": "trailing",
        "snr_shift_scale": 1.0,
    }


def _parts(in_channels: int) -> dict[str, Any]:
    transformer = CogVideoXTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=16,
        in_channels=in_channels,
        out_channels=_CHANNELS,
        time_embed_dim=4,
        text_embed_dim=WIDTH,
        num_layers=2,
        sample_width=8,
        sample_height=8,
        sample_frames=9,
        max_text_seq_length=226,
        use_rotary_positional_embeddings=True,
    )
    vae = AutoencoderKLCogVideoX(
        block_out_channels=(8, 8, 8, 8), latent_channels=_CHANNELS, layers_per_block=1, norm_num_groups=2
    )
    return {
        "tokenizer": word_tokenizer(),
        "text_encoder": t5_encoder(),
        "vae": vae.eval(),
        "transformer": transformer.eval(),
    }
