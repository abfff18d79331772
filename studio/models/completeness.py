"""Whether a diffusers folder has all that its model_index.json names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec

from studio.errors import ModelError

MODULAR_INDEX = "modular_model_index.json"
INDEX_NAMES = ("model_index.json", MODULAR_INDEX)
# Pipelines that exist in that form only, and that there is a family for.
MODULAR_CLASSES = (
    "MiniMaxH3ModularPipeline",
    "WanAnimate2ModularPipeline",
    "WanAnimate2DistilledModularPipeline",
)
# Components that no pipeline here loads: a filter for single pictures, MiniMax-H3's second 62 GB network.
_UNUSED = ("safety_checker", "transformer_ref")


def modular_refusal(name: str) -> ModelError:
    """Why a model that exists only as a modular pipeline without a family here is not taken."""
    return ModelError(
        f"{name} is only there as a modular pipeline that Kinora cannot run.",
        "Choose one that has a model_index.json.",
    )


# Components that are only settings: they come without weights.
_WEIGHTLESS = re.compile(r"Tokenizer|Scheduler|Processor|Extractor|Guidance|Guider")
_SHARD_LISTS = "*.safetensors.index*.json"


class _ShardList(msgspec.Struct):
    weight_map: dict[str, str]


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in the file at `path`; raises ModelError when there is none."""
    try:
        return parse_json(path.read_bytes(), str(path))
    except OSError as error:
        raise ModelError(f"{path} cannot be read.", "Install the model again.", str(error)) from error


def parse_json(content: bytes, name: str) -> dict[str, Any]:
    """`content` as a JSON object; raises ModelError naming `name` when it is none."""
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise ModelError(f"{name} is damaged.", "Install the model again.", str(error)) from error


def components(index: dict[str, Any]) -> dict[str, str]:
    """The components that a model_index.json names, and the class of each; left-out ones are not in it."""
    found: dict[str, str] = {}
    for name, value in index.items():
        match value:
            case [_, str(class_name), *_] if not name.startswith("_") and name not in _UNUSED:
                found[name] = class_name
            case _:
                pass
    return found


def has_weights(class_name: str) -> bool:
    """Whether a component of that class comes with weights."""
    return _WEIGHTLESS.search(class_name) is None


def index_of(folder: Path) -> Path | None:
    """The file that names a model's components; None in a folder that has none."""
    contents = {name: (folder / name).read_bytes() for name in INDEX_NAMES if (folder / name).is_file()}
    return folder / index_name(contents) if contents else None


def index_name(contents: dict[str, bytes]) -> str:
    """Which of a model's index files counts, of at least one, by their contents.

    The classic one, unless the modular one names a pipeline that there is no classic one for: makers keep
    another library's beside it.
    """
    modular = contents.get(MODULAR_INDEX, b"")
    if any(name.encode() in modular for name in MODULAR_CLASSES):
        return MODULAR_INDEX
    return next(name for name in INDEX_NAMES if name in contents)


def missing_parts(folder: Path) -> list[str]:
    """What `folder` lacks to be a model: its index, component folders, weights, shards of weights."""
    index_file = index_of(folder)
    if index_file is None:
        return [INDEX_NAMES[0]]
    try:
        named = components(read_json(index_file))
    except ModelError:
        return [index_file.name]
    missing: list[str] = []
    for name, class_name in named.items():
        part = folder / name
        if not any(part.glob("*.json")):
            missing.append(name)
        elif has_weights(class_name):
            missing += [f"{name}/{file}" for file in _missing_weights(part)]
    return missing


def _missing_weights(part: Path) -> list[str]:
    """The safetensors files that a component's folder lacks."""
    lists = sorted(part.glob(_SHARD_LISTS))
    if not lists:
        return [] if any(part.glob("*.safetensors")) else ["*.safetensors"]
    shards = _shards(lists[0])
    return [name for name in shards if not (part / name).is_file()]


def _shards(list_file: Path) -> list[str]:
    """The files that an index of shards names; the index itself where it is damaged."""
    try:
        table = msgspec.json.decode(list_file.read_bytes(), type=_ShardList).weight_map
    except (OSError, msgspec.DecodeError):
        return [f"{list_file.name} (damaged)"]
    return sorted(set(table.values()))
