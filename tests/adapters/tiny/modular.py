"""Tiny pipelines of the families that exist in modular form only: MiniMax-H3 and Wan-Animate-2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from diffusers import (
    AutoencoderKLMiniMaxH3,
    AutoencoderKLMiniMaxH3Audio,
    FlowMatchEulerDiscreteScheduler,
    MiniMaxH3Blocks,
    MiniMaxH3Scheduler,
    MiniMaxH3Transformer3DModel,
    ModularPipeline,
    WanAnimate2Blocks,
    WanAnimate2DistilledBlocks,
    WanAnimate2Transformer3DModel,
)
from torch import nn
from transformers import (
    CLIPVisionConfig,
    CLIPVisionModel,
    PreTrainedTokenizerFast,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
)
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from tests.adapters.tiny import wan
from tests.adapters.tiny.texts import WIDTH, byte_tokenizer

_CHANNELS = 4
_TEXT = 16
_MARKS = ("<|vision_start|>", "<|image_pad|>", "<|vision_end|>", "<|video_pad|>")


class Modular:
    """A modular pipeline that is saved as it lies on the Hub; `processor` too, which the library would load
    with torchvision only."""

    def __init__(self, pipe: ModularPipeline, processor: Qwen2VLImageProcessorPil | None = None) -> None:
        self._pipe, self._processor = pipe, processor
        self.components: dict[str, Any] = pipe.components

    def save_pretrained(self, folder: Path) -> None:
        self._pipe.save_pretrained(str(folder), overwrite_modular_index=True)
        if self._processor is None:
            return
        self._processor.save_pretrained(folder / "processor")
        file = folder / "modular_model_index.json"
        index = json.loads(file.read_text("utf-8"))
        hint = ["transformers", "Qwen3VLProcessor"]
        place = {"pretrained_model_name_or_path": str(folder), "subfolder": "processor", "type_hint": hint}
        index["processor"] = [*hint, {**place, "variant": None, "revision": None}]
        file.write_text(json.dumps(index), "utf-8")


def with_sound() -> Modular:
    """MiniMax-H3."""
    tokenizer = byte_tokenizer()
    tokenizer.add_tokens(list(_MARKS), special_tokens=True)
    pipe: ModularPipeline = MiniMaxH3Blocks().init_pipeline()
    pipe.update_components(
        text_encoder=_conditioner(tokenizer),
        tokenizer=tokenizer,
        vae=_video_vae(),
        audio_vae=_audio_vae(),
        transformer=_h3_transformer(),
        scheduler=MiniMaxH3Scheduler(shift=12.0),
        audio_scheduler=MiniMaxH3Scheduler(shift=3.0),
    )
    sides = {"shortest_edge": 64, "longest_edge": 4096}
    pictures = Qwen2VLImageProcessorPil(patch_size=4, merge_size=2, temporal_patch_size=2, size=sides)
    return Modular(pipe, pictures)


def animation() -> Modular:
    """Wan-Animate-2."""
    return _animation(WanAnimate2Blocks())


def distilled_animation() -> Modular:
    return _animation(WanAnimate2DistilledBlocks())


def _animation(blocks: Any) -> Modular:
    reader = CLIPVisionConfig(
        # The network projects from this width and no other.
        hidden_size=1280,
        intermediate_size=16,
        num_attention_heads=2,
        num_hidden_layers=2,
        image_size=224,
        patch_size=28,
    )
    transformer = WanAnimate2Transformer3DModel(
        dim=96, ffn_dim=32, freq_dim=32, text_dim=WIDTH, num_heads=2, num_layers=2
    )
    parts = wan.parts(transformer)
    pipe: ModularPipeline = blocks.init_pipeline()
    pipe.update_components(
        **{**parts, "scheduler": FlowMatchEulerDiscreteScheduler(shift=5.0)},
        image_encoder=CLIPVisionModel(reader).eval(),
    )
    return Modular(pipe)


def _conditioner(tokenizer: PreTrainedTokenizerFast) -> Qwen3VLForConditionalGeneration:
    """The 50th layer is read, and there has to be one behind it."""
    start, picture, end, video = tokenizer.convert_tokens_to_ids(list(_MARKS))
    config = Qwen3VLConfig(
        text_config={
            "vocab_size": 320,
            "hidden_size": _TEXT,
            "intermediate_size": 16,
            "num_hidden_layers": 51,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "head_dim": 8,
            "rope_parameters": {
                "rope_type": "default",
                "mrope_section": [1, 1, 2],
                "mrope_interleaved": True,
                "rope_theta": 1e6,
            },
        },
        vision_config={
            "depth": 1,
            "hidden_size": 16,
            "intermediate_size": 16,
            "num_heads": 2,
            "patch_size": 4,
            "out_hidden_size": _TEXT,
            "num_position_embeddings": 256,
            "deepstack_visual_indexes": [0],
        },
        image_token_id=picture,
        video_token_id=video,
        vision_start_token_id=start,
        vision_end_token_id=end,
    )
    return Qwen3VLForConditionalGeneration(config).eval()


def _h3_transformer() -> nn.Module:
    return MiniMaxH3Transformer3DModel(
        num_attention_heads=2,
        attention_head_dim=16,
        hidden_size=32,
        num_layers=2,
        num_refiner_layers=1,
        ffn_dim=32,
        in_channels=_CHANNELS,
        audio_in_channels=_CHANNELS,
        text_dim=_TEXT,
        freq_dim=16,
        time_embed_hidden_dim=16,
        time_embed_dim=16,
        rope_freq_dim=2,
    ).eval()


def _video_vae() -> nn.Module:
    return AutoencoderKLMiniMaxH3(
        latent_channels=_CHANNELS,
        block_out_channels=(4, 4, 4, 4),
        layers_per_block=1,
        spatial_downsample_factors=(2, 2, 2, 2),
        temporal_downsample_factors=(1, 2, 2, 1),
        norm_num_groups=2,
        decoder_num_layers=1,
        decoder_num_attention_heads=2,
        decoder_attention_head_dim=16,
        latents_mean=(0.1,) * _CHANNELS,
        latents_std=(1.5,) * _CHANNELS,
    ).eval()


def _audio_vae() -> nn.Module:
    return AutoencoderKLMiniMaxH3Audio(
        encoder_dim=2,
        latent_dim=16,
        latent_channels=_CHANNELS,
        num_attention_heads=2,
        decoder_dim=128,
        resblock_kernel_sizes=(3,),
        resblock_dilation_sizes=((1,),),
        latents_mean=[0.0] * _CHANNELS,
        latents_std=[1.0] * _CHANNELS,
    ).eval()
