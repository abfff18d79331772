"""Gives a modular pipeline of diffusers the face of a classic one: some models exist in that form only."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import diffusers
import torch
from diffusers.hooks.group_offloading import apply_group_offloading
from diffusers.modular_pipelines.components_manager import ComponentsManager
from diffusers.modular_pipelines.wan_animate_2 import denoise as animate_denoise
from diffusers.utils import logging as diffusers_logging
from torch import nn

from studio.adapters.picture_tokens import PictureTokens
from studio.adapters.remembered_block import RememberedBlock
from studio.errors import ModelError
from studio.models.completeness import MODULAR_INDEX, components, read_json

_READER = "text_encoder"
_LIBRARIES = ("diffusers", "transformers")


class ModularOutput(NamedTuple):
    """What a classic pipeline's output has."""

    frames: Any
    audio: Any
    sampling_rate: int | None


class ModularPipe:
    """`modular` is the pipeline itself; what is not here is asked of it."""

    def __init__(self, modular: Any, offloading: ComponentsManager) -> None:
        self.modular = modular
        self._offloading = offloading
        self._reader = RememberedBlock(modular._blocks.sub_blocks[_READER])

    def __getattr__(self, name: str) -> Any:
        return getattr(self.modular, name)

    @property
    def scheduler(self) -> Any:
        return self.modular.scheduler

    @scheduler.setter
    def scheduler(self, scheduler: Any) -> None:
        self.modular.scheduler = scheduler

    @property
    def guider(self) -> Any:
        return self.modular.guider

    @guider.setter
    def guider(self, guider: Any) -> None:
        self.modular.guider = guider

    def __call__(self, **arguments: Any) -> ModularOutput:
        state = None
        with self._bars(), _quiet():
            state = self.modular(**arguments)
        return ModularOutput(state.get("videos"), state.get("audio"), state.get("sampling_rate"))

    def progress_bar(self, total: int) -> Any:
        """For a call that nobody watches; who watches sets another one on the instance."""
        return _SilentBar()

    def maybe_free_model_hooks(self) -> None:
        """Nothing: the offloading of modular pipelines keeps what there is room for."""

    def enable_model_cpu_offload(self, device: torch.device) -> None:
        """Brings each network to `device` when it is its turn, and moves others aside as far as needed."""
        for name, part in self._networks():
            self._offloading.add(name, part)
        self._offloading.enable_auto_cpu_offload(device=device)

    def remove_all_hooks(self) -> None:
        self._offloading.disable_auto_cpu_offload()

    def enable_group_offload(self, **options: Any) -> None:
        """As the classic pipeline's method of this name."""
        for _, part in self._networks():
            apply_group_offloading(part, **options)

    def _networks(self) -> Iterator[tuple[str, nn.Module]]:
        return ((name, part) for name, part in self.components.items() if isinstance(part, nn.Module))

    @contextmanager
    def _bars(self) -> Iterator[None]:
        """Hands `progress_bar` to all that would draw one of their own, prompts to what remembers them."""
        bar = self.progress_bar
        with ExitStack() as undo:
            for block in _walk(self.modular._blocks):
                if hasattr(type(block), "progress_bar"):
                    block.progress_bar = bar
                    undo.callback(delattr, block, "progress_bar")
            # Wan-Animate-2 asks no block for its bar but tqdm itself.
            undo.callback(setattr, animate_denoise, "tqdm", vars(animate_denoise)["tqdm"])
            setattr(animate_denoise, "tqdm", lambda total, **_: bar(total=total))  # noqa: B010
            # The prompt is read by a block; here and not once for all, as diffusers copies its blocks.
            blocks = self.modular._blocks.sub_blocks
            undo.callback(blocks.__setitem__, _READER, blocks[_READER])
            blocks[_READER] = self._reader
            yield


class _SilentBar:
    def __enter__(self) -> _SilentBar:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def update(self, count: int = 1) -> None:
        return None


def load_modular(folder: Path, dtype: Any) -> ModularPipe:
    """The modular pipeline that lies in `folder`, in single precision or as `dtype` says, by part.

    Blocks come from diffusers alone, never out of the folder. Raises ModelError for a part of another
    library or one that cannot be loaded.
    """
    index = read_json(folder / MODULAR_INDEX)
    named = components(index)
    for name in named:
        if index[name][0] not in _LIBRARIES:
            raise ModelError(
                f"{folder.name}: its {name} is of {index[name][0]}, which is not used.",
                "Choose another model.",
            )
    manager = ComponentsManager()
    kind = getattr(diffusers, index["_class_name"])
    modular = kind(pretrained_model_name_or_path=str(folder), local_files_only=True)
    if "processor" in named:
        # The library's own wants torchvision, which is there for videos that are never handed to it.
        del named["processor"]
        modular.update_components(processor=PictureTokens(folder))
    modular.load_components(names=list(named), dtype=dtype, local_files_only=True, use_safetensors=True)
    missing = [name for name in named if getattr(modular, name, None) is None]
    if missing:
        raise ModelError(f"The {missing[0]} of {folder.name} cannot be loaded.", "Install the model again.")
    return ModularPipe(modular, manager)


def _walk(block: Any) -> Iterator[Any]:
    yield block
    for part in block.sub_blocks.values():
        yield from _walk(part)


@contextmanager
def _quiet() -> Iterator[None]:
    """Each block that an error passes through would print it with its whole trace, a cancel too.

    And torch would rather have attention compiled, which is done where it can be.
    """
    level = diffusers_logging.get_verbosity()
    diffusers_logging.set_verbosity(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "flex_attention called without")
            yield
    finally:
        diffusers_logging.set_verbosity(level)
