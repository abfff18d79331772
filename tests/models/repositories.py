"""Small repositories as the Hub would hold them: real safetensors of a few kilobytes, settings, a licence."""

from __future__ import annotations

import json
import random
import struct

REPO = "kinora-tests/tiny-video"


def safetensors(names: list[str], seed: int = 0, size: int = 4096) -> bytes:
    """A valid file with one float32 tensor of `size` bytes under each name."""
    header = {
        name: {"dtype": "F32", "shape": [size // 4], "data_offsets": [index * size, (index + 1) * size]}
        for index, name in enumerate(names)
    }
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + random.Random(seed).randbytes(size * len(names))


def tiny_video() -> dict[str, bytes]:
    """A whole model in diffusers' layout, and beside it what nobody should fetch."""
    index = {
        "_class_name": "WanPipeline",
        "_diffusers_version": "0.42.1",
        "scheduler": ["diffusers", "UniPCMultistepScheduler"],
        "text_encoder": ["transformers", "UMT5EncoderModel"],
        "tokenizer": ["transformers", "T5TokenizerFast"],
        "transformer": ["diffusers", "WanTransformer3DModel"],
        "transformer_2": [None, None],
        "vae": ["diffusers", "AutoencoderKLWan"],
    }
    shards = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    return {
        "model_index.json": json.dumps(index).encode(),
        "LICENSE.txt": b"Apache-2.0",
        "README.md": b"# Tiny",
        "scheduler/scheduler_config.json": b'{"flow_shift": 3.0}',
        "tokenizer/tokenizer.json": b"{}" * 600,
        "tokenizer/tokenizer_config.json": b"{}",
        "text_encoder/config.json": b'{"model_type": "umt5"}',
        "text_encoder/model.safetensors.index.json": json.dumps({"weight_map": shards}).encode(),
        "text_encoder/model-00001-of-00002.safetensors": safetensors(["a"], 1),
        "text_encoder/model-00002-of-00002.safetensors": safetensors(["b"], 2),
        "text_encoder/pytorch_model.bin": b"\x80\x02" * 1000,
        "transformer/config.json": b'{"_class_name": "WanTransformer3DModel"}',
        "transformer/diffusion_pytorch_model.safetensors": safetensors(
            ["blocks.0.attn1.to_q.weight", "condition_embedder.time_embedder.linear_1.weight"], 3, 1_500_000
        ),
        "transformer/diffusion_pytorch_model.fp16.safetensors": safetensors(["x"], 4, 20_000),
        "vae/config.json": b'{"_class_name": "AutoencoderKLWan"}',
        "vae/diffusion_pytorch_model.safetensors": safetensors(["decoder.conv_in.weight"], 5),
        "vae/diffusion_pytorch_model.bin": b"\x80\x02" * 1000,
        "examples/film.mp4": bytes(5000),
    }


def needed() -> set[str]:
    """What of tiny_video() a model needs in its plain precision."""
    unwanted = ("README.md", "examples/film.mp4", "transformer/diffusion_pytorch_model.fp16.safetensors")
    return {name for name in tiny_video() if name not in unwanted and not name.endswith(".bin")}
