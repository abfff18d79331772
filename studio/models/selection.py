"""Which files of a repository a model needs: settings and safetensors of what model_index.json names."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

import msgspec

from studio.errors import ModelError
from studio.models.completeness import INDEX_NAMES, components, has_weights, parse_json

PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl", ".pickle")
"""Files that run code when they are loaded. None is ever fetched or opened."""
_SETTINGS = (".json", ".txt", ".model", ".jinja")
_PAPERS = re.compile(r"(LICEN[CS]E|NOTICE|USE_POLICY)[\w.-]*", re.IGNORECASE)
_SHARD = re.compile(r"-\d{5}-of-\d{5}$")
# Weights of a folder that belong to another library: flax, onnx, openvino, a consolidated copy.
_OF_OTHERS = re.compile(r"^(flax_|tf_|openvino_|rust_|consolidated)")


class RemoteFile(msgspec.Struct, frozen=True):
    """One file of a repository; `etag` is its checksum: sha256 for large files, git's sha1 for small ones."""

    path: str
    size: int
    etag: str

    @property
    def is_large(self) -> bool:
        """Kept outside git: its checksum is a sha256."""
        return len(self.etag) == 64


def needed_files(
    repo: str, tree: tuple[RemoteFile, ...], index: bytes, variant: str = ""
) -> tuple[RemoteFile, ...]:
    """The files of `tree` that the model in `repo` needs, small ones first.

    `index` is the content of its index file, `variant` a precision's name ("fp16"; where a component
    has no such file, its plain one). Raises ModelError where a component has no weights that can be
    loaded safely, or where a path would lead out of the folder.
    """
    needed = [file for file in tree if "/" not in file.path and _is_paper(file.path)]
    table = parse_json(index, f"{repo}: its index")
    for name, class_name in components(table).items():
        inside = [file for file in tree if file.path.startswith(f"{name}/")]
        if not inside:
            raise ModelError(f"{repo} is not complete: it has no {name}.", _where_it_is(table[name]))
        settings = [file for file in inside if file.path.endswith(_SETTINGS) and not _is_shard_list(file)]
        needed += [file for file in settings if file.path.count("/") == 1]
        if has_weights(class_name):
            needed += _weights(repo, name, inside, variant)
    for file in needed:
        _check_path(repo, file.path)
    return tuple(sorted(needed, key=lambda file: (file.size, file.path)))


def named_files(repo: str, tree: tuple[RemoteFile, ...], names: tuple[str, ...]) -> tuple[RemoteFile, ...]:
    """The files of `tree` called `names`, which must be there, settings or safetensors; raises ModelError."""
    known = {file.path: file for file in tree}
    for name in names:
        _check_path(repo, name)
        if not name.lower().endswith((".safetensors", ".json")):
            raise pickle_refusal(name)
        if name not in known:
            hint = "Its makers may have renamed it; look at the repository."
            raise ModelError(f"{repo} has no file {name}.", hint)
    return tuple(known[name] for name in names)


def _where_it_is(entry: list[Any]) -> str:
    """A hint: a modular pipeline's index may name components of other repositories."""
    match entry:
        case [_, _, {"pretrained_model_name_or_path": str(other)}] if other:
            return f"That part comes from {other}: choose a model that holds all of its own."
        case _:
            return "Choose another repository or revision."


def _is_paper(path: str) -> bool:
    return path in INDEX_NAMES or _PAPERS.fullmatch(path) is not None


def _is_shard_list(file: RemoteFile) -> bool:
    return file.path.endswith(".index.json") or ".index." in file.path


def _weights(repo: str, name: str, inside: list[RemoteFile], variant: str) -> list[RemoteFile]:
    """The safetensors of one component, with the list of its shards where it comes in several."""
    weights = [file for file in inside if _is_weight(file)]
    plain = [file for file in weights if not _variant_of(file)]
    chosen = [file for file in weights if variant and _variant_of(file) == variant] or plain or weights
    if not chosen:
        raise _no_safe_weights(repo, name, inside)
    shards = [file for file in chosen if _SHARD.search(_stem(file))]
    if not shards:
        return chosen
    lists = [file for file in inside if _is_shard_list(file) and ".safetensors." in file.path]
    fitting = [file for file in lists if (variant and f".{variant}." in file.path) or "." not in _stem(file)]
    return shards + (fitting or lists)


def _is_weight(file: RemoteFile) -> bool:
    path = PurePosixPath(file.path)
    return path.suffix == ".safetensors" and len(path.parts) == 2 and not _OF_OTHERS.match(path.name)


def _stem(file: RemoteFile) -> str:
    """The name without the endings that all weights have."""
    name = PurePosixPath(file.path).name
    return name.removesuffix(".index.json").removesuffix(".safetensors")


def _variant_of(file: RemoteFile) -> str:
    """The precision in a name: "fp16" of "model.fp16-00001-of-00002.safetensors"; "" of plain names."""
    return _SHARD.sub("", _stem(file)).partition(".")[2]


def _no_safe_weights(repo: str, name: str, inside: list[RemoteFile]) -> ModelError:
    pickles = [file.path for file in inside if file.path.endswith(PICKLES)]
    if pickles:
        return pickle_refusal(f"{repo}/{pickles[0]}")
    return ModelError(f"{repo} has no weights for its {name}.", "Choose another repository or revision.")


def pickle_refusal(name: str) -> ModelError:
    """Why a pickle file is not used, and what is used in its place."""
    return ModelError(
        f"{PurePosixPath(name).name} is a pickle file: loading it can run any program on this machine.",
        "Use the .safetensors form of the model; most makers offer one.",
        name,
    )


def _check_path(repo: str, path: str) -> None:
    """Raises ModelError for a path that does not stay inside the folder on every system."""
    parts = path.split("/")
    if any(part in ("", ".", "..") or part[-1] in " ." for part in parts) or re.search(
        r'[\\:*?"<>|\0]', path
    ):
        raise ModelError(f"{repo} holds a file with an impossible name.", "Do not use this repository.", path)
