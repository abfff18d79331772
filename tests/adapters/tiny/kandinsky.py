"""Tiny Kandinsky 5 pipelines: from words, and from a picture."""

from __future__ import annotations

from typing import Any

from diffusers import (
    AutoencoderKLHunyuanVideo,
    FlowMatchEulerDiscreteScheduler,
    Kandinsky5I2VPipeline,
    Kandinsky5T2VPipeline,
    Kandinsky5Transformer3DModel,
)
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

from tests.adapters.tiny.texts import byte_tokenizer, clip_text_encoder, word_tokenizer

_WIDTH = 32


def text() -> DiffusionPipeline:
    return Kandinsky5T2VPipeline(**_parts())


def picture() -> DiffusionPipeline:
    return Kandinsky5I2VPipeline(**_parts())


def _parts() -> dict[str, Any]:
    transformer = Kandinsky5Transformer3DModel(
        in_visual_dim=16,
        in_text_dim=_WIDTH,
        in_text_dim2=16,
        time_dim=16,
        out_visual_dim=16,
        model_dim=16,
        ff_dim=32,
        num_text_blocks=1,
        num_visual_blocks=2,
        axes_dims=(2, 2, 4),
        # Words and pictures share their weights: a picture's latents stand beside the noise either way.
        visual_cond=True,
    )
    vae = AutoencoderKLHunyuanVideo(
        block_out_channels=(8, 8, 8, 8),
        layers_per_block=1,
        norm_num_groups=4,
        mid_block_add_attention=False,
    )
    return {
        "transformer": transformer.eval(),
        "vae": vae.eval(),
        "text_encoder": _encoder(),
        "tokenizer": byte_tokenizer(),
        "text_encoder_2": clip_text_encoder(16),
        "tokenizer_2": word_tokenizer(77),
        "scheduler": FlowMatchEulerDiscreteScheduler(shift=5.0),
    }


def _encoder() -> Qwen2_5_VLForConditionalGeneration:
    config = Qwen2_5_VLConfig(
        text_config={
            "vocab_size": 320,
            "hidden_size": _WIDTH,
            "intermediate_size": 16,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "rope_parameters": {"rope_type": "default", "mrope_section": [2, 2, 4], "rope_theta": 1e6},
        },
        vision_config={
            "depth": 1,
            "hidden_size": _WIDTH,
            "intermediate_size": 16,
            "num_heads": 2,
            "out_hidden_size": _WIDTH,
        },
    )
    return Qwen2_5_VLForConditionalGeneration(config).eval()
