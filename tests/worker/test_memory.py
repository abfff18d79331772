"""Out of memory in all its forms."""

from __future__ import annotations

import pytest
import torch

from studio.worker.memory import empty_device_cache, is_out_of_memory


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
    ],
)
def test_it_is_known_in_every_form(error: Exception) -> None:
    assert is_out_of_memory(error)


def test_what_torch_really_says_is_known() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 55, dtype=torch.uint8)
    assert is_out_of_memory(caught.value)


def test_other_errors_are_not() -> None:
    assert not is_out_of_memory(RuntimeError("shape mismatch"))
    assert not is_out_of_memory(ValueError("not enough memory of mine"))
    empty_device_cache()
