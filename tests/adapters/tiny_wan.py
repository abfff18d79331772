"""A Wan pipeline with random weights, built of diffusers' own classes, small enough to run in a moment."""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import AutoencoderKLWan, UniPCMultistepScheduler, WanPipeline, WanTransformer3DModel
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast, UMT5Config, UMT5EncoderModel

_WORDS = ["<pad>", "</s>", "<unk>", "a", "red", "ball", "bouncing", "on", "the", "beach"]

MODEL_TOML = """
id = "tiny-wan"
title = "Tiny Wan"
description = "Random weights, for tests."
family = "wan"
capabilities = ["text-to-video"]
adapter = "studio.adapters.diffusers_video:DiffusersVideoAdapter"
files = ["model_index.json", "transformer/diffusion_pytorch_model.safetensors"]
[licence]
name = "Apache-2.0"
[limits]
native_size = [32, 32]
frames = { step = 4, offset = 1, minimum = 5, maximum = 81 }
[styles]
crayon = "drawn with crayons"
[call]
max_sequence_length = 16
"""


def build_tiny_wan(folder: Path, *, layers: int = 2, heads: int = 2, base_dim: int = 8) -> Path:
    """Writes model.toml and the pipeline into `folder` in half precision, like the shipped starter."""
    torch.manual_seed(0)
    vae = AutoencoderKLWan(
        base_dim=base_dim,
        z_dim=8,
        dim_mult=[1, 2, 2],
        num_res_blocks=1,
        temperal_downsample=[True, True],
        in_channels=48,
        out_channels=48,
        patch_size=4,
        scale_factor_temporal=4,
        scale_factor_spatial=16,
        latents_mean=[0.1] * 8,
        latents_std=[1.5] * 8,
    )
    transformer = _transformer(layers, heads)
    encoder = UMT5EncoderModel(
        UMT5Config(vocab_size=len(_WORDS), d_model=32, d_kv=16, d_ff=64, num_layers=1, num_heads=2)
    )
    scheduler = UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=2.0, num_train_timesteps=1000
    )
    pipe = WanPipeline(
        tokenizer=_tokenizer(), text_encoder=encoder, transformer=transformer, vae=vae, scheduler=scheduler
    )
    pipe.to(dtype=torch.float16).save_pretrained(folder)
    (folder / "model.toml").write_text(MODEL_TOML, encoding="utf-8")
    return folder


def _transformer(layers: int, heads: int) -> WanTransformer3DModel:
    return WanTransformer3DModel(
        patch_size=(1, 2, 2),
        num_attention_heads=heads,
        attention_head_dim=64,
        in_channels=8,
        out_channels=8,
        text_dim=32,
        freq_dim=64,
        ffn_dim=heads * 128,
        num_layers=layers,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
        rope_max_seq_len=64,
    )


def _tokenizer() -> PreTrainedTokenizerFast:
    words = Tokenizer(models.WordLevel({word: i for i, word in enumerate(_WORDS)}, unk_token="<unk>"))
    words.normalizer = normalizers.Lowercase()
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
