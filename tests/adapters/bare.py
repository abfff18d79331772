"""diffusers alone, for comparison: the same pipeline without anything of ours around it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import ModularPipeline

from studio.adapters.picture_tokens import PictureTokens


def bare_pipeline(pipe: Any, folder: Path) -> Any:
    """The pipeline of the class of `pipe` (an adapter's), loaded afresh from `folder`."""
    if not hasattr(pipe, "modular"):
        classic = type(pipe).from_pretrained(folder, dtype=torch.float32)
        classic.set_progress_bar_config(disable=True)
        return classic
    modular = ModularPipeline.from_pretrained(str(folder), local_files_only=True)
    if (folder / "processor").is_dir():
        modular.update_components(processor=PictureTokens(folder))
    modular.load_components(dtype=torch.float32, local_files_only=True)
    return modular


def bare_frames(pipe: Any, arguments: dict[str, Any]) -> np.ndarray:
    """What it draws, rounded to 8 bit: uint8 RGB (F, H, W, 3)."""
    with warnings.catch_warnings():
        # Compiling Wan-Animate-2's attention wants a compiler, which a processor's user need not have.
        warnings.filterwarnings("ignore", "flex_attention called without")
        output = pipe(**arguments)
    frames = output.get("videos") if isinstance(pipe, ModularPipeline) else output.frames
    return np.round(frames[0] * 255).astype(np.uint8)
