"""Tiny pipelines of the two families built on image UNets: AnimateDiff and Stable Video Diffusion."""

from __future__ import annotations

from typing import Any

from diffusers import (
    AnimateDiffPipeline,
    AutoencoderKL,
    AutoencoderKLTemporalDecoder,
    DDIMScheduler,
    EulerDiscreteScheduler,
    MotionAdapter,
    PNDMScheduler,
    StableDiffusionPipeline,
    StableVideoDiffusionPipeline,
    UNet2DConditionModel,
    UNetSpatioTemporalConditionModel,
)
from diffusers.pipelines.pipeline_utils import DiffusionPipeline

from tests.adapters.tiny.texts import (
    WIDTH,
    clip_picture_encoder,
    clip_text_encoder,
    picture_processor,
    word_tokenizer,
)

_BLOCKS = (8, 16)


def animatediff() -> DiffusionPipeline:
    return AnimateDiffPipeline(**_picture_parts(), motion_adapter=motion_adapter(), scheduler=_noise())


def picture_base() -> DiffusionPipeline:
    """A pipeline of single pictures, which a motion adapter makes a video model of."""
    return StableDiffusionPipeline(
        **_picture_parts(),
        scheduler=PNDMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def motion_adapter() -> MotionAdapter:
    return MotionAdapter(
        block_out_channels=_BLOCKS,
        motion_layers_per_block=1,
        motion_norm_num_groups=2,
        motion_num_attention_heads=2,
    ).eval()


def _noise() -> DDIMScheduler:
    return DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="linear", clip_sample=False, steps_offset=1
    )


def _picture_parts() -> dict[str, Any]:
    unet = UNet2DConditionModel(
        block_out_channels=_BLOCKS,
        layers_per_block=1,
        sample_size=8,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=WIDTH,
        norm_num_groups=2,
        attention_head_dim=2,
    )
    # Four levels, as the real one: eight pixels to a cell.
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
        norm_num_groups=2,
    )
    return {
        "vae": vae.eval(),
        "text_encoder": clip_text_encoder(),
        "tokenizer": word_tokenizer(77),
        "unet": unet.eval(),
    }


def stable_video() -> DiffusionPipeline:
    unet = UNetSpatioTemporalConditionModel(
        sample_size=8,
        in_channels=8,
        out_channels=4,
        block_out_channels=(32, 32),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
        up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
        cross_attention_dim=WIDTH,
        num_attention_heads=(2, 2),
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=24,
        num_frames=9,
    )
    vae = AutoencoderKLTemporalDecoder(
        block_out_channels=(32, 32, 32, 32),
        down_block_types=("DownEncoderBlock2D",) * 4,
        latent_channels=4,
    )
    return StableVideoDiffusionPipeline(
        vae=vae.eval(),
        # The pipeline itself brings pictures to 224 pixels for this one.
        image_encoder=clip_picture_encoder(224, patch=32),
        unet=unet.eval(),
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            interpolation_type="linear",
            prediction_type="v_prediction",
            sigma_max=700.0,
            sigma_min=0.002,
            steps_offset=1,
            timestep_spacing="leading",
            timestep_type="continuous",
            use_karras_sigmas=True,
        ),
        feature_extractor=picture_processor(224),
    )
