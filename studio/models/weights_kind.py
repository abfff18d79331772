"""Guesses what a file of weights is, from the names of its tensors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from studio.models.safetensors_header import read_safetensors_header

Kind = Literal["lora", "transformer", "vae", "text_encoder", "motion_adapter", "checkpoint", "unknown"]

_LORA = re.compile(r"lora_(A|B|up|down)\b|\.lora\.|lora_(unet|te)|lokr_|hada_w|\.diff(_b)?$|dora_scale")
_PREFIXES = re.compile(
    r"^(model\.diffusion_model\.|diffusion_model\.|base_model\.model\.|transformer\.|unet\.|lora_unet_|model\.)+"
)
# The first that matches any name wins, so the more special come first. What several families share
# (transformer_blocks.0.attn1.to_q) tells none: a wrong guess would refuse a file that fits.
_FAMILIES = (
    ("ltx-2", r"audio_patchify_proj|audio_to_video_attn|av_ca_|audio_proj_in"),
    ("hunyuan-1.5", r"byt5_in|context_embedder_2|vision_in\.proj"),
    ("hunyuan-1.0", r"double_blocks?[._]\d+[._]img"),
    ("animatediff", r"motion_modules"),
    ("stable-video", r"time_stack|temporal_transformer_blocks|time_mix_blocks"),
    ("mochi", r"blocks[._]\d+[._]attn[._]qkv_[xy]|pos_frequencies"
              r"|transformer_blocks[._]\d+[._]attn1[._]add_q_proj"),
    ("cogvideox", r"patch_embed\.text_proj|transformer_blocks[._]\d+[._]norm1[._]linear"),
    ("kandinsky-5", r"visual_transformer_blocks|text_transformer_blocks"),
    ("sana-video", r"conv_inverted"),
    ("wan", r"^blocks[._]\d+[._](self_attn|cross_attn|attn1|attn2)[._](q|k|v|o|to_q|to_k|to_v|norm_q)\b"
            r"|^blocks[._]\d+[._](self_attn|cross_attn)_[qkvo]|condition_embedder\.time_embedder|vace_blocks"),
    ("ltx", r"patchify_proj|transformer_blocks[._]\d+[._]scale_shift_table"),
)  # fmt: skip
_TEXT_ENCODER = re.compile(
    r"^(encoder\.block\.\d+\.layer|shared\.weight$|text_model\.encoder|token_embedding)"
)
_VAE = re.compile(
    r"^(vae\.|first_stage_model\.)?(decoder|encoder)\.(conv_in|conv1|up_blocks|down_blocks|middle)"
)


class Guess(msgspec.Struct, frozen=True):
    """`family` as `suits` compares it; "" where the names tell none."""

    kind: Kind
    family: str = ""


def guess(names: Iterable[str]) -> Guess:
    """What the tensors called `names` are together."""
    names = list(names)
    family = _family([_PREFIXES.sub("", name) for name in names])
    if any(_LORA.search(name) for name in names):
        return Guess("lora", family)
    if any(name.startswith("first_stage_model.") for name in names):
        return Guess("checkpoint", family)
    if names and all("motion_modules" in name for name in names):
        return Guess("motion_adapter", "animatediff")
    if family:
        return Guess("transformer", family)
    if any(_VAE.search(name) for name in names):
        return Guess("vae")
    if any(_TEXT_ENCODER.search(name) for name in names):
        return Guess("text_encoder")
    return Guess("unknown")


def misfit(lora: Path, model_family: str) -> str:
    """Why the file cannot be laid over a model of that family, in a sentence; "" where it may.

    Reads the header only, and each file once. Raises ModelError where it is damaged.
    """
    status = lora.stat()
    found = _guess_of(str(lora), status.st_size, status.st_mtime_ns)
    if found.kind != "lora":
        return f"{lora.name} is no LoRA."
    # A family outside the table is read from its own pipeline: nothing is known about its tensors.
    is_known = not model_family.startswith("class:")
    if is_known and found.family and not suits(found.family, model_family):
        return f"{lora.name} was made for models of the family {found.family}."
    return ""


@lru_cache(maxsize=256)
def _guess_of(path: str, size: int, modified_ns: int) -> Guess:
    """`size` and `modified_ns` are there to notice that the file has changed."""
    return guess(read_safetensors_header(Path(path)).tensors)


def suits(family: str, model_family: str) -> bool:
    """Whether what was made for `family` (of a Guess) can be laid over a model of `model_family`.

    The names of tensors tell wan from ltx, but not the members of one line (wan-i2v, wan-vace …).
    """
    if model_family.startswith("ltx-2"):
        return family == "ltx-2"
    return model_family == family or model_family.startswith(f"{family}-")


def _family(names: list[str]) -> str:
    for family, pattern in _FAMILIES:
        compiled = re.compile(pattern)
        if any(compiled.search(name) for name in names):
            return family
    return ""
