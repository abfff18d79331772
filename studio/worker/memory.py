"""Knows an out-of-memory in all its forms, without importing torch where nobody else has."""

from __future__ import annotations

import gc
import sys

# torch raises plain RuntimeError for host memory: "DefaultCPUAllocator: can't allocate memory" (c10) and
# "not enough memory" on Windows.
_HOST_WORDS = ("can't allocate memory", "not enough memory", "out of memory")


def is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError):
        return True
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(error, torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _HOST_WORDS)


def empty_device_cache() -> None:
    """Gives back what is held for reuse, on the host and on an accelerator."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.accelerator.is_available():
        torch.accelerator.memory.empty_cache()
