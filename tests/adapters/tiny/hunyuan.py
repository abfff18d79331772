"""Tiny HunyuanVideo pipelines: the first one, and 1.5 from words and from a picture."""

from __future__ import annotations

from typing import Any

from diffusers import (
    AutoencoderKLHunyuanVideo,
    AutoencoderKLHunyuanVideo15,
    FlowMatchEulerDiscreteScheduler,
    HunyuanVideo15ImageToVideoPipeline,
    HunyuanVideo15Pipeline,
    HunyuanVideo15Transformer3DModel,
    HunyuanVideoPipeline,
    HunyuanVideoTransformer3DModel,
)
from diffusers.guiders import ClassifierFreeGuidance
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from transformers import (
    ByT5Tokenizer,
    LlamaConfig,
    LlamaModel,
    Qwen2_5_VLTextConfig,
    Qwen2_5_VLTextModel,
    SiglipImageProcessor,
    SiglipVisionConfig,
    SiglipVisionModel,
)

from tests.adapters.tiny.texts import byte_tokenizer, clip_text_encoder, t5_encoder, word_tokenizer

_CHANNELS = 4
_WIDTH = 16
# The pipeline speaks of 729 tokens of a picture: 27 × 27 patches.
_SIDE = 54


def first() -> DiffusionPipeline:
    transformer = HunyuanVideoTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=8,
        num_layers=1,
        num_single_layers=1,
        num_refiner_layers=1,
        mlp_ratio=2.0,
        text_embed_dim=_WIDTH,
        pooled_projection_dim=_WIDTH,
        rope_axes_dim=(2, 2, 4),
    )
    vae = AutoencoderKLHunyuanVideo(
        block_out_channels=(8, 8, 8, 8),
        layers_per_block=1,
        norm_num_groups=4,
        mid_block_add_attention=False,
    )
    reader = LlamaConfig(
        vocab_size=320,
        hidden_size=_WIDTH,
        intermediate_size=16,
        # The last but two is read.
        num_hidden_layers=4,
        num_attention_heads=2,
    )
    return HunyuanVideoPipeline(
        transformer=transformer.eval(),
        vae=vae.eval(),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
        text_encoder=LlamaModel(reader).eval(),
        tokenizer=byte_tokenizer(),
        text_encoder_2=clip_text_encoder(_WIDTH),
        tokenizer_2=word_tokenizer(77),
    )


def text() -> DiffusionPipeline:
    return HunyuanVideo15Pipeline(**_parts("t2v"))


def picture() -> DiffusionPipeline:
    config = SiglipVisionConfig(
        hidden_size=_WIDTH,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=_SIDE,
        patch_size=2,
    )
    return HunyuanVideo15ImageToVideoPipeline(
        **_parts("i2v"),
        image_encoder=SiglipVisionModel(config).eval(),
        feature_extractor=SiglipImageProcessor(size={"height": _SIDE, "width": _SIDE}),
    )


def _parts(task: str) -> dict[str, Any]:
    return {
        "transformer": _transformer(task),
        "vae": AutoencoderKLHunyuanVideo15(
            latent_channels=_CHANNELS,
            block_out_channels=(8, 8, 8, 8, 8),
            layers_per_block=1,
            downsample_match_channel=False,
            upsample_match_channel=False,
        ).eval(),
        "scheduler": FlowMatchEulerDiscreteScheduler(shift=7.0),
        "text_encoder": _encoder(),
        "tokenizer": byte_tokenizer(),
        "text_encoder_2": t5_encoder(_WIDTH),
        "tokenizer_2": ByT5Tokenizer(),
        "guider": ClassifierFreeGuidance(guidance_scale=6.0),
    }


def _transformer(task: str) -> HunyuanVideo15Transformer3DModel:
    return HunyuanVideo15Transformer3DModel(
        in_channels=2 * _CHANNELS + 1,
        out_channels=_CHANNELS,
        num_attention_heads=2,
        attention_head_dim=8,
        num_layers=2,
        num_refiner_layers=1,
        mlp_ratio=2.0,
        text_embed_dim=_WIDTH,
        text_embed_2_dim=_WIDTH,
        image_embed_dim=_WIDTH,
        rope_axes_dim=(2, 2, 4),
        target_size=64,
        task_type=task,
    ).eval()


def _encoder() -> Qwen2_5_VLTextModel:
    config = Qwen2_5_VLTextConfig(
        vocab_size=320,
        hidden_size=_WIDTH,
        intermediate_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        rope_parameters={"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 1e6},
    )
    return Qwen2_5_VLTextModel(config).eval()
