"""Reads what any diffusers folder can do from its own files, without torch and without a model.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from studio.errors import ModelError
from studio.models.completeness import (
    MODULAR_CLASSES,
    MODULAR_INDEX,
    index_of,
    missing_parts,
    modular_refusal,
    read_json,
)
from studio.models.families import ADAPTER, FAMILIES, Family, family_id
from studio.models.signatures import family_of_class
from studio.models.spec import Licence, Limits, ModelSpec


def spec_of_folder(folder: Path, model_id: str = "") -> ModelSpec:
    """The model that lies in `folder`; its id is the folder's path where none is given.

    Raises ModelError for a folder that is no pipeline, is not whole, or makes no video.
    """
    index_file = index_of(folder)
    if index_file is None:
        hint = "Choose a folder that has a model_index.json, as diffusers saves it."
        raise ModelError(f"{folder} is not a diffusers model.", hint)
    index = read_json(index_file)
    if index_file.name == MODULAR_INDEX and index.get("_class_name") not in MODULAR_CLASSES:
        raise modular_refusal(folder.name)
    if missing := missing_parts(folder):
        hint = "Fetch it again; weights must be safetensors files."
        raise ModelError(f"{folder.name} is not complete: {missing[0]} is missing.", hint, ", ".join(missing))
    class_name = str(index.get("_class_name", ""))
    name, family = _family(class_name, index, folder)
    limits = replace(family.limits, size_multiple=_size_multiple(folder, family.limits))
    return ModelSpec(
        id=model_id or str(folder),
        title=folder.name,
        description=f"{family.title}, from {folder}",
        family=name,
        capabilities=family.capabilities,
        adapter=ADAPTER,
        licence=Licence(name="as its maker says"),
        reads_prompt=family.reads_prompt,
        experts=2 if family.experts == 2 else 1,
        limits=limits,
        defaults=family.defaults,
        files=model_files(folder),
        folder=str(folder),
    )


def _family(class_name: str, index: dict[str, Any], folder: Path) -> tuple[str, Family]:
    """The family's name and its facts; "class:Name" for pipelines that are read from their own signature."""
    transformer = _config(folder, "transformer")
    name = family_id(
        class_name,
        experts=1 + ((index.get("transformer_2") or [None])[0] is not None),
        expands_timesteps=bool(index.get("expand_timesteps")),
        two_pictures=transformer.get("pos_embed_seq_len") is not None,
    )
    if name is not None:
        return name, FAMILIES[name]
    family = family_of_class(class_name)
    if family is None:
        raise ModelError(
            f"{folder.name} does not make video: its pipeline is {class_name or 'not named'}.",
            "Choose a video model.",
        )
    return f"class:{class_name}", family


def _size_multiple(folder: Path, limits: Limits) -> int:
    """What the folder's own autoencoder and transformer fold into one token, where they say so plainly."""
    vae, transformer = _config(folder, "vae"), _config(folder, "transformer")
    patch: Any = transformer.get("patch_size")
    while isinstance(patch, list):
        patch = patch[-1]  # type: ignore[reportUnknownVariableType] - JSON
    fold = vae.get("scale_factor_spatial") or vae.get("spatial_compression_ratio")
    if isinstance(fold, int) and isinstance(patch, int):
        return fold * patch
    return limits.size_multiple


def _config(folder: Path, component: str) -> dict[str, Any]:
    file = folder / component / "config.json"
    return read_json(file) if file.is_file() else {}


def model_files(folder: Path) -> tuple[str, ...]:
    """Every file that makes the model what it is, relative to `folder`."""
    found = [path for path in folder.glob("*/*") if path.suffix in (".json", ".safetensors", ".model")]
    index = index_of(folder)
    named = (index.name,) if index is not None else ()
    return (*named, *sorted(path.relative_to(folder).as_posix() for path in found))
