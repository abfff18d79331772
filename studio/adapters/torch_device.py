"""Where networks run: which device, in which precision, on how many threads."""

from __future__ import annotations

import os
from typing import Any

import torch


def pick_device() -> torch.device:
    """The accelerator when there is one (NVIDIA, AMD, Apple, Intel), else the CPU."""
    return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")


def pick_dtype(device: torch.device) -> Any:
    """What `from_pretrained(dtype=…)` gets: on a CPU single precision, as half is slower and less exact."""
    if device.type == "cpu":
        return torch.float32
    return {"default": torch.bfloat16, "vae": torch.float32}


def limit_threads() -> None:
    """Leaves room for the window: STUDIO_TORCH_THREADS, else OMP_NUM_THREADS, else half of the processors.

    With two processors that is one thread: two were slower as soon as anything else ran (a barrier waits
    for the slower of them), and the window would have to share every core.
    """
    wish = os.environ.get("STUDIO_TORCH_THREADS") or os.environ.get("OMP_NUM_THREADS") or ""
    count = int(wish) if wish.isdigit() else (os.cpu_count() or 2) // 2
    torch.set_num_threads(max(1, count))
