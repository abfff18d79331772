"""Loads pipelines from folders: safetensors only, nothing fetched, no code out of the folder."""

from __future__ import annotations

import inspect
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import diffusers
import torch
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from diffusers.quantizers.quantization_config import GGUFQuantizationConfig
from diffusers.utils import logging as diffusers_logging
from safetensors import SafetensorError
from transformers.utils import logging as transformers_logging

from studio.adapters.memory_ladder import MemoryLadder
from studio.adapters.modular_pipe import load_modular
from studio.adapters.pipeline_facts import class_name
from studio.adapters.torch_device import pick_dtype
from studio.errors import ModelError
from studio.models.completeness import MODULAR_INDEX, index_of, read_json
from studio.models.families import FAMILIES
from studio.models.schedulers import SCHEDULERS
from studio.models.spec import ModelSpec

_TROUBLE = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RuntimeError,
    NotImplementedError,
    ImportError,
    SafetensorError,
)


def be_quiet() -> None:
    """No bars and warnings of the libraries: what a person should know we say ourselves."""
    for library in (diffusers_logging, transformers_logging):
        library.set_verbosity_error()
        library.disable_progress_bar()


def load_pipeline(spec: ModelSpec, device: torch.device) -> tuple[Any, MemoryLadder]:
    """The pipeline of `spec`, put on `device` by its ladder; raises ModelError when it cannot be loaded."""
    dtype = pick_dtype(device)
    folder = spec.path("")
    try:
        if (index := index_of(folder)) is not None and index.name == MODULAR_INDEX:
            modular = load_modular(folder, dtype)
            _fuse(modular, device)
            return modular, MemoryLadder(modular, device)
        parts = {name: _part(folder, name, Path(file), dtype) for name, file in spec.parts.items()}
        # By its own class: DiffusionPipeline (0.42.1) silently loads the folder's own network in place of a
        # given one that is optional in that class, as Wan's are.
        kind = _class_of(spec) if parts else DiffusionPipeline
        pipe: Any = kind.from_pretrained(
            folder,
            dtype=dtype,
            variant=spec.variant or None,
            local_files_only=True,
            use_safetensors=True,
            **parts,
        )
        if spec.scheduler:
            pipe.scheduler = _scheduler(pipe.scheduler, spec)
        return pipe, MemoryLadder(pipe, device)
    except torch.OutOfMemoryError:
        raise
    except _TROUBLE as error:
        raise ModelError(
            f"The model '{spec.title}' cannot be loaded.",
            "Install it again, or choose another one.",
            f"{type(error).__name__}: {error}",
        ) from error


def _fuse(pipe: Any, device: torch.device) -> None:
    """Wan-Animate-2's attention is written for a compiler: without one it holds every score in memory.

    That is too much for all but small pictures; on a processor, and where there is no Triton, it has to do.
    """
    if class_name(pipe).startswith("WanAnimate2") and device.type != "cpu" and find_spec("triton"):
        pipe.transformer.compile_repeated_blocks(fullgraph=False)


def _class_of(spec: ModelSpec) -> Any:
    """The folder's own, or, where parts make something else of it, the first of its family."""
    family = FAMILIES.get(spec.family)
    if spec.components and family is not None:
        return getattr(diffusers, family.routes[0].pipeline)
    return getattr(diffusers, read_json(spec.path("model_index.json"))["_class_name"])


def _scheduler(own: Any, spec: ModelSpec) -> Any:
    settings = dict(spec.scheduler)
    kind = getattr(diffusers, SCHEDULERS[str(settings.pop("name"))].class_name)
    return kind.from_config(own.config, **settings)


def _part(folder: Path, name: str, place: Path, dtype: Any) -> Any:
    """A network from one file, in its makers' layout or as GGUF, with the folder's settings; or a folder."""
    precision = dtype["default"] if isinstance(dtype, dict) else dtype
    if place.is_dir():
        kind = getattr(diffusers, read_json(place / "config.json")["_class_name"])
        variant = "fp16" if not (place / "diffusion_pytorch_model.safetensors").is_file() else None
        return kind.from_pretrained(
            place, dtype=precision, variant=variant, local_files_only=True, use_safetensors=True
        )
    class_name = read_json(folder / "model_index.json")[name][1]
    kind = getattr(diffusers, class_name)
    options: dict[str, Any] = {"config": str(folder), "subfolder": name, "dtype": precision}
    if place.suffix.lower() == ".gguf":
        options["quantization_config"] = GGUFQuantizationConfig(compute_dtype=precision)
    return kind.from_single_file(str(place), local_files_only=True, **options)


def sibling(pipe: Any, class_name: str) -> Any:
    """The pipeline of another class over the same networks; raises ModelError when it needs more."""
    kind: Any = getattr(diffusers, class_name)
    wanted = inspect.signature(kind.__init__).parameters
    have = {**dict(pipe.config), **pipe.components}
    given = {name: have[name] for name in wanted if name in have}
    missing = [
        name
        for name, parameter in wanted.items()
        if name != "self" and name not in given and parameter.default is inspect.Parameter.empty
    ]
    if missing:
        hint = "Choose a model that was made for this."
        raise ModelError(f"This model has no {missing[0]}, which this job needs.", hint)
    return kind(**given)
