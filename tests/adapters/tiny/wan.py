"""Tiny Wan pipelines: 2.1 (words, picture, control), 2.2 A14B with two experts, 2.2 5B; SkyReels V2."""

from __future__ import annotations

from typing import Any

from diffusers import (
    AutoencoderKLWan,
    SkyReelsV2Pipeline,
    SkyReelsV2Transformer3DModel,
    UniPCMultistepScheduler,
    WanImageToVideoPipeline,
    WanPipeline,
    WanTransformer3DModel,
    WanVACEPipeline,
    WanVACETransformer3DModel,
)
from diffusers.pipelines.pipeline_utils import DiffusionPipeline

from tests.adapters.tiny.texts import (
    WIDTH,
    clip_picture_encoder,
    picture_processor,
    umt5_encoder,
    word_tokenizer,
)

_SIDE = 32


def text() -> DiffusionPipeline:
    return WanPipeline(**parts(_transformer()))


def picture() -> DiffusionPipeline:
    return _with_pictures(None)


def first_last() -> DiffusionPipeline:
    """Its transformer knows two pictures' tokens, and wants two."""
    return _with_pictures(2 * ((_SIDE // 8) ** 2 + 1))


def _with_pictures(tokens: int | None) -> DiffusionPipeline:
    transformer = _transformer(in_channels=36, image_dim=WIDTH, pos_embed_seq_len=tokens)
    return WanImageToVideoPipeline(
        **parts(transformer),
        image_encoder=clip_picture_encoder(_SIDE),
        image_processor=picture_processor(_SIDE),
    )


def control() -> DiffusionPipeline:
    transformer = WanVACETransformer3DModel(**sizes(), in_channels=16, vace_layers=[0], vace_in_channels=96)
    return WanVACEPipeline(**parts(transformer))


def experts_text() -> DiffusionPipeline:
    return WanPipeline(**parts(_transformer()), transformer_2=_transformer(), boundary_ratio=0.875)


def experts_picture() -> DiffusionPipeline:
    return WanImageToVideoPipeline(
        **parts(_transformer(in_channels=36)),
        transformer_2=_transformer(in_channels=36),
        boundary_ratio=0.9,
    )


def five_billion() -> DiffusionPipeline:
    """The 5B's autoencoder folds 16×16 pixels into one cell, and its transformer 2×2 cells into a token."""
    vae = AutoencoderKLWan(
        **_vae_sizes(48),
        in_channels=12,
        out_channels=12,
        patch_size=2,
        is_residual=True,
        decoder_base_dim=4,
        scale_factor_spatial=16,
    )
    transformer = WanTransformer3DModel(**sizes(), in_channels=48, out_channels=48)
    return WanPipeline(**{**parts(transformer), "vae": vae.eval()}, expand_timesteps=True)


def skyreels() -> DiffusionPipeline:
    return SkyReelsV2Pipeline(**parts(SkyReelsV2Transformer3DModel(**sizes())))


def parts(transformer: Any) -> dict[str, Any]:
    """What a pipeline of the Wan kin has around its transformer."""
    return {
        "tokenizer": word_tokenizer(),
        "text_encoder": umt5_encoder(),
        "transformer": transformer.eval(),
        "vae": AutoencoderKLWan(**_vae_sizes(16)).eval(),
        "scheduler": UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
        ),
    }


def _transformer(**changes: Any) -> WanTransformer3DModel:
    return WanTransformer3DModel(**{**sizes(), "in_channels": 16, "out_channels": 16, **changes})


def sizes() -> dict[str, Any]:
    """The settings that transformers of the Wan kin share."""
    return {
        "patch_size": (1, 2, 2),
        "num_attention_heads": 2,
        "attention_head_dim": 16,
        "text_dim": WIDTH,
        "freq_dim": 32,
        "ffn_dim": 32,
        "num_layers": 2,
        "rope_max_seq_len": 64,
    }


def _vae_sizes(channels: int) -> dict[str, Any]:
    return {
        "base_dim": 4,
        "z_dim": channels,
        "dim_mult": [1, 1, 1, 1],
        "num_res_blocks": 1,
        "temperal_downsample": [False, True, True],
        "latents_mean": [0.1] * channels,
        "latents_std": [1.5] * channels,
    }
