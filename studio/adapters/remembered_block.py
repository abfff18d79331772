"""Remembers what a modular pipeline's reader of prompts made of the last ones, as prompt_memory elsewhere."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Any

from PIL import Image

_KEPT = 4


class RememberedBlock:
    """Stands in for one block; belongs to one loaded pipeline."""

    def __init__(self, block: Any) -> None:
        self._block = block
        self._known: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def __getattr__(self, name: str) -> Any:
        return getattr(vars(self)["_block"], name)

    def __call__(self, components: Any, state: Any) -> tuple[Any, Any]:
        """What the block itself would do, from memory where all that it reads is as it was."""
        read = [state.get(one.name) for one in self._block.inputs if one.name]
        # Wan-Animate-2 reads the words against it only where it is guided.
        key = repr(_plain([read, getattr(components, "requires_unconditional_embeds", None)]))
        if key not in self._known:
            components, state = self._block(components, state)
            self._known[key] = {one.name: state.get(one.name) for one in self._outputs()}
        else:
            for one in self._outputs():
                state.set(one.name, self._known[key][one.name], one.kwargs_type)
        self._known.move_to_end(key)
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return components, state

    def _outputs(self) -> list[Any]:
        return [one for one in self._block.intermediate_outputs if one.name]


def _plain(value: Any) -> Any:
    """`value` with a hash in place of each picture's pixels."""
    if isinstance(value, Image.Image):
        return value.size, value.mode, hashlib.blake2b(value.tobytes(), digest_size=16).hexdigest()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
