"""The LoRAs on a pipeline's networks: put on, weighted, taken off, without loading the model again."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, NamedTuple

from peft.tuners.tuners_utils import BaseTunerLayer
from safetensors import SafetensorError, safe_open
from torch import nn

from studio.errors import ModelError
from studio.jobs.job import Expert, Lora


class _Hanging(NamedTuple):
    """What tells one LoRA on one network from another; a file that has changed is another one."""

    path: str
    modified_ns: int
    second: bool


class LoraRack:
    """Belongs to one loaded pipeline."""

    def __init__(self, pipe: Any, title: str) -> None:
        self._pipe, self._title = pipe, title
        self._names: dict[_Hanging, str] = {}
        self._counter = 0

    def hang(self, loras: tuple[Lora, ...]) -> bool:
        """Makes exactly `loras` count, with their weights; True when that changed anything.

        Raises ModelError for a file that is no LoRA or belongs to another family.
        """
        wanted = [(place, lora.weight) for lora in loras for place in _places(lora, self._pipe)]
        before = dict(self._names)
        for gone in self._names.keys() - {place for place, _ in wanted}:
            self._take_off(gone)
        for place, _ in wanted:
            if place not in self._names:
                self._put_on(place)
        if wanted:
            names = [self._names[place] for place, _ in wanted]
            self._pipe.set_adapters(names, [weight for _, weight in wanted])
        return bool(wanted) or before != self._names

    def _put_on(self, place: _Hanging) -> None:
        self._counter += 1
        name = f"lora{self._counter}"
        options = {"load_into_transformer_2": True} if place.second else {}
        try:
            tensors = _tensor_count(place.path)
            with warnings.catch_warnings():
                # That others are there already is what is wanted.
                warnings.filterwarnings("ignore", "Already found a `peft_config`")
                self._pipe.load_lora_weights(place.path, adapter_name=name, **options)
        except (SafetensorError, OSError, ValueError, KeyError, RuntimeError, AttributeError) as error:
            self._forget(name)
            raise self._refusal(place.path, str(error)) from error
        found = self._tensors_of(name)
        if found == 0 or 2 * found < tensors:
            self._forget(name)
            raise self._refusal(place.path, f"{found} of its {tensors} tensors have a place in this model")
        self._names[place] = name

    def _take_off(self, place: _Hanging) -> None:
        self._forget(self._names.pop(place))

    def _forget(self, name: str) -> None:
        if self._tensors_of(name):
            self._pipe.delete_adapters(name)
        if not self._names:
            # Gives the networks their own layers back: not one bit remains.
            self._pipe.unload_lora_weights()

    def _tensors_of(self, name: str) -> int:
        """How many tensors of the LoRA called `name` are on the networks."""
        count = 0
        for network in self._pipe.components.values():
            for layer in network.modules() if isinstance(network, nn.Module) else ():
                if isinstance(layer, BaseTunerLayer):
                    count += sum(name in getattr(layer, part) for part in layer.adapter_layer_names)
        return count

    def _refusal(self, path: str, details: str) -> ModelError:
        hint = "Choose one that was made for this model's family and size."
        return ModelError(f"The LoRA {Path(path).name} does not fit {self._title}.", hint, details)


def _places(lora: Lora, pipe: Any) -> list[_Hanging]:
    """The networks that `lora` is for: in a model with two, either or both."""
    modified = Path(lora.path).stat().st_mtime_ns
    has_two = getattr(pipe, "transformer_2", None) is not None
    first = [_Hanging(lora.path, modified, False)] if lora.expert is not Expert.LOW_NOISE else []
    second = [_Hanging(lora.path, modified, True)] if has_two and lora.expert is not Expert.HIGH_NOISE else []
    return first + second


def _tensor_count(path: str) -> int:
    """How many weight tensors of a LoRA a file holds (its scalars do not count)."""
    with safe_open(path, "pt") as file:
        return sum(not name.endswith((".alpha", ".scale", ".dora_scale")) for name in file.keys())  # noqa: SIM118
