"""Adds what the user has: a diffusers folder, a single file of weights, a LoRA, a repository of the Hub.

Nothing is copied unless asked for: a small file in the profile's models folder says where the thing lies.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import msgspec

from studio.errors import InputError, MissingFileError, ModelError, UsageError, storage_error
from studio.models.catalog import Catalog, read_spec
from studio.models.completeness import INDEX_NAMES, missing_parts
from studio.models.gguf_header import read_gguf_header
from studio.models.own import OwnLora, OwnModel
from studio.models.safetensors_header import read_safetensors_header
from studio.models.selection import PICKLES, pickle_refusal
from studio.models.weights_kind import Guess, guess, suits
from studio.paths import profile_folder


def own_folder() -> Path:
    """Where the user's own models are described; it need not exist."""
    return profile_folder() / "models"


def add(
    path: Path, catalog: Catalog, *, title: str = "", base: str = "", copy: bool = False
) -> OwnModel | OwnLora:
    """Adds what lies at `path`, under a name that is not taken yet; the catalog is refreshed.

    `base` is the id of the model that a single file is a part of (empty: the only one of its family);
    `copy` takes the file or folder into the profile. Raises MissingFileError, ModelError (damaged, half,
    or of no known kind), InputError (a pickle or another file), StorageError.
    """
    path = path.expanduser().absolute()
    if not path.exists():
        raise MissingFileError(f"There is no file {path}", "Check its name.")
    title = title or path.name.removesuffix(path.suffix if path.is_file() else "")
    own = _examined_folder(path, title) if path.is_dir() else _examined_file(path, title, base, catalog)
    added = _kept(own, catalog, path if copy else None)
    catalog.refresh()
    return added


def add_repo(repo: str, revision: str, variant: str = "") -> None:
    """Lists an installed repository of the Hub among the user's own models, unless it is there already."""
    place = own_folder() / _slug(repo)
    if not place.exists():
        own = OwnModel(
            id=place.name, title=repo.partition("/")[2], repo=repo, revision=revision, variant=variant
        )
        _write(place / "model.toml", own)


def is_own(model_id: str) -> bool:
    """Whether something was added under that id; a model.toml that was written in full by hand was not."""
    place = own_folder() / model_id
    # Resolved, because the parent of "models/.." is "models" by name.
    if place.resolve().parent != own_folder().resolve():
        return False
    if (place / "lora.toml").is_file():
        return True
    return (place / "model.toml").is_file() and isinstance(read_spec(place), OwnModel)


def remove_own(model_id: str) -> bool:
    """Takes an added model or LoRA off the list, with its copy if one was made; False if none is so called.

    What lies elsewhere stays. Raises StorageError.
    """
    place = own_folder() / model_id
    if not is_own(model_id):
        return False
    try:
        shutil.rmtree(place)
    except OSError as error:
        raise storage_error(error, place) from error
    return True


def _examined_folder(path: Path, title: str) -> OwnModel:
    from studio.models.folders import spec_of_folder

    if not any((path / name).is_file() for name in INDEX_NAMES):
        pickles = [file for file in path.iterdir() if file.suffix.lower() in PICKLES]
        if pickles:
            raise pickle_refusal(str(pickles[0]))
        raise ModelError(
            f"{path.name} is not a model's folder: it has no {INDEX_NAMES[0]}.",
            "Choose the folder that holds transformer/, vae/ and the others.",
        )
    if missing := missing_parts(path):
        details = "\n".join(missing)
        raise ModelError(
            f"{path.name} is only part of a model: {missing[0]} is missing.", "Fetch it again.", details
        )
    for file in sorted(path.glob("*/*.safetensors")):
        read_safetensors_header(file)
    spec_of_folder(path)
    return OwnModel(id="", title=title, weights=str(path))


def _examined_file(path: Path, title: str, base: str, catalog: Catalog) -> OwnModel | OwnLora:
    found = examine(path)
    if found.kind == "lora":
        return OwnLora(id="", title=title, file=str(path), family=found.family)
    if found.kind in ("transformer", "vae") and (found.family or base):
        return OwnModel(id="", title=title, base=_base(found, base, catalog), parts={found.kind: str(path)})
    words = found.kind.replace("_", " ")
    raise ModelError(
        f"{path.name} cannot be used by itself: "
        + ("it is of no kind known here." if words == "unknown" else f"it is a {words}."),
        "Add the whole model's folder in diffusers' layout, or name the model it belongs to: --base ID",
    )


def examine(path: Path) -> Guess:
    """What the file at `path` is; raises ModelError where it is damaged or a pickle, else InputError."""
    suffix = path.suffix.lower()
    if suffix == ".safetensors":
        return guess(read_safetensors_header(path).tensors)
    if suffix == ".gguf":
        return guess(read_gguf_header(path).tensors)
    if suffix in PICKLES:
        raise pickle_refusal(str(path))
    raise InputError(f"{path.name} is not a model.", "Add a folder, a .safetensors or a .gguf file.")


def _base(found: Guess, base: str, catalog: Catalog) -> str:
    """The id of the model that a part belongs to."""
    if base:
        return catalog.get(base).id
    fitting = [
        spec.id
        for spec in catalog.all()
        if suits(found.family, spec.family) and not spec.parts and not spec.limits.native_size
    ]
    if len(fitting) == 1:
        return fitting[0]
    known = f"Name it: --base {' or '.join(fitting)}" if fitting else "Add that model first."
    raise UsageError(f"This is a part of a model of the family {found.family}: which one?", known)


def _kept(own: OwnModel | OwnLora, catalog: Catalog, source: Path | None) -> OwnModel | OwnLora:
    """Writes `own` down under a free id, with a copy of `source` if there is one."""
    taken = {spec.id for spec in catalog.all()}
    name = _slug(own.title)
    numbered = (name if number == 1 else f"{name}-{number}" for number in range(1, 10_000))
    model_id = next(n for n in numbered if n not in taken and not (own_folder() / n).exists())
    place = own_folder() / model_id
    own = msgspec.structs.replace(own, id=model_id)
    try:
        place.mkdir(parents=True)
        if source is not None:
            own = _copied(own, source, place)
        _write(place / ("lora.toml" if isinstance(own, OwnLora) else "model.toml"), own)
    except OSError as error:
        shutil.rmtree(place, ignore_errors=True)
        raise storage_error(error, place) from error
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return own


def _copied(own: OwnModel | OwnLora, source: Path, place: Path) -> OwnModel | OwnLora:
    target = place / ("weights" if source.is_dir() else source.name)
    if source.is_dir():
        shutil.copytree(source, target)
        return msgspec.structs.replace(own, weights=str(target))
    shutil.copyfile(source, target)
    if isinstance(own, OwnLora):
        return msgspec.structs.replace(own, file=str(target))
    return msgspec.structs.replace(own, parts=dict.fromkeys(own.parts, str(target)))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.") or "model"


def _write(file: Path, own: OwnModel | OwnLora) -> None:
    """`own` as TOML, with its empty fields left out."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fields = {
        name: str(getattr(own, name)) for name in own.__struct_fields__ if name not in ("parts", "folder")
    }
    lines = [f"{name} = {_quoted(text)}" for name, text in fields.items() if text]
    if isinstance(own, OwnModel) and own.parts:
        lines += ["", "[parts]", *(f"{name} = {_quoted(text)}" for name, text in own.parts.items())]
    temporary = file.with_suffix(".tmp")
    temporary.write_text("\n".join(lines) + "\n", "utf-8")
    temporary.replace(file)


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are a subset of its own."""
    return msgspec.json.encode(text).decode()
