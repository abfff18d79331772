"""Remembers what the text encoders made of the last prompts, so that the next job need not ask them again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from studio.adapters.pipeline_facts import class_name

# The last prompt is always kept; earlier ones only as long as all together are small (LTX-2's are not).
_KEPT_BYTES = 256 * 2**20


class PromptMemory:
    """Belongs to one loaded model."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Any] = OrderedDict()

    def forget(self) -> None:
        """After something that changes the text encoders."""
        self._known.clear()

    @contextmanager
    def used_by(self, pipe: Any) -> Iterator[None]:
        """While this is open, `pipe.encode_prompt` answers from memory where it can."""
        if not hasattr(pipe, "encode_prompt"):
            yield
            return
        encode = pipe.encode_prompt

        def remembered(*args: Any, **options: Any) -> Any:
            if any(isinstance(value, torch.Tensor) for value in (*args, *options.values())):
                return encode(*args, **options)
            key = repr((class_name(pipe), args, sorted(options.items())))
            if key not in self._known:
                self._known[key] = encode(*args, **options)
            self._known.move_to_end(key)
            self._make_room()
            return self._known[key]

        pipe.encode_prompt = remembered
        try:
            yield
        finally:
            del pipe.encode_prompt

    def _make_room(self) -> None:
        while len(self._known) > 1 and sum(map(_size, self._known.values())) > _KEPT_BYTES:
            self._known.popitem(last=False)


def _size(value: Any) -> int:
    """Bytes of the tensors in what an encoder returned."""
    if isinstance(value, torch.Tensor):
        return value.nbytes
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    return sum(map(_size, value)) if isinstance(value, list | tuple) else 0
