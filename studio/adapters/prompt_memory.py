"""Remembers what the text encoders made of the last prompts, so that the next job need not ask them again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

_KEPT = 8


class PromptMemory:
    """For one loaded pipeline: kept on the processor's side of nothing, only until the model goes."""

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
            key = repr((type(pipe).__name__, args, sorted(options.items())))
            if key not in self._known:
                self._known[key] = encode(*args, **options)
                while len(self._known) > _KEPT:
                    self._known.popitem(last=False)
            self._known.move_to_end(key)
            return self._known[key]

        pipe.encode_prompt = remembered
        try:
            yield
        finally:
            del pipe.encode_prompt
