"""Where networks run: which device, in which precision, on how many threads."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any, NamedTuple

import torch


def pick_device() -> torch.device:
    """The accelerator when there is one (NVIDIA, AMD, Apple, Intel), else the CPU."""
    return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")


def pick_dtype(device: torch.device) -> Any:
    """What `from_pretrained(dtype=…)` gets: on a CPU single precision, as half is slower and less exact."""
    if device.type == "cpu":
        return torch.float32
    return {"default": torch.bfloat16, "vae": torch.float32}


class Device(NamedTuple):
    """An accelerator that torch can use."""

    name: str
    kind: str
    """The maker's system: CUDA, ROCm, XPU, Metal."""
    memory_bytes: int
    """0: shared with the system."""


def devices() -> list[Device]:
    """The accelerators of this machine, in the order in which torch counts them."""
    current = torch.accelerator.current_accelerator(check_available=True)
    if current is None:
        return []
    if current.type == "mps":
        return [Device("Apple GPU", "Metal", 0)]
    kind = system_of(current.type)
    module = torch.get_device_module(current)
    found = [module.get_device_properties(index) for index in range(torch.accelerator.device_count())]
    return [Device(one.name, kind, one.total_memory) for one in found]


def system_of(device_type: str) -> str:
    """What makers call the system behind torch's name for a device; AMD's answers to "cuda" too."""
    if device_type == "cuda":
        return "ROCm" if torch.version.hip else "CUDA"
    return {"xpu": "XPU", "mps": "Metal", "cpu": "processor"}.get(device_type, device_type)


def why_this_device() -> str:
    """In a sentence, why torch runs on what it runs on."""
    built = torch.accelerator.current_accelerator()
    if built is None:
        return f"this torch ({torch.__version__}) is made for processors only"
    kind = system_of(built.type)
    if not torch.accelerator.is_available():
        return f"this torch ({torch.__version__}) is made for {kind}, and its driver shows no device"
    precision = "bfloat16, the autoencoder in float32"
    return f"this torch ({torch.__version__}) is made for {kind} and finds it; networks run in {precision}"


def limit_threads() -> None:
    """Leaves room for the window: STUDIO_TORCH_THREADS, else OMP_NUM_THREADS, else half of the processors.

    With two processors that is one thread: two were slower as soon as anything else ran (a barrier waits
    for the slower of them), and the window would have to share every core.
    """
    wish = os.environ.get("STUDIO_TORCH_THREADS") or os.environ.get("OMP_NUM_THREADS") or ""
    count = int(wish) if wish.isdigit() else (os.cpu_count() or 2) // 2
    torch.set_num_threads(max(1, count))


@lru_cache(maxsize=4)
def half_is_quicker(device: torch.device) -> bool:
    """Whether bfloat16 pays: with the processor's own instructions for it 1.3 to 1.6 times, else never.

    Asked of the processor and not measured, so that a job goes on after a kill with the same numbers. The
    blending is in single precision either way: the pictures differ by less than 60 dB.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    capable = torch.cpu.get_capabilities()
    return device.type == "cpu" and bool(capable.get("avx512_bf16") or capable.get("amx_bf16"))
