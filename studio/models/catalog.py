"""Finds the models: shipped ones, the user's folder, and packages that bring some (`studio.models`)."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from studio.errors import ModelError, StudioError
from studio.models.hub_cache import cache_folders, find_file, find_snapshot
from studio.models.own import OwnLora, OwnModel, read_lora
from studio.models.spec import Capability, ModelSpec
from studio.models.spec_cache import SpecCache
from studio.paths import profile_folder, resources_folder

_GROUP = "studio.models"
_REPO = re.compile(rb"""^repo\s*=\s*["']([\w./-]+)["']""", re.MULTILINE)


def read_spec(folder: Path) -> ModelSpec | OwnModel:
    """What `folder`/model.toml says; raises ModelError naming the field that is wrong."""
    import tomllib  # Only for files that are new: not at every start.

    file = folder / "model.toml"
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        table["folder"] = str(folder)
        return msgspec.convert(_completed(table), ModelSpec if "family" in table else OwnModel)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ModelError(
            f"{file} is not a usable model description.", "Correct it or remove its folder.", str(error)
        ) from error


def _completed(table: dict[str, Any]) -> dict[str, Any]:
    """`table` with what its family says of itself, where it does not say what it can do."""
    if "family" not in table or "capabilities" in table:
        return table
    from studio.models.families import family_table  # Only for files that are new: not at every start.

    usual = family_table(str(table["family"]))
    parts = {name: {**usual[name], **table.get(name, {})} for name in ("limits", "defaults") if usual}
    return {**usual, **table, **parts}


class Catalog:
    """The models by id. Folders found later win over earlier ones with the same id.

    A damaged description does not hide the others: it lands in `problems`.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._troubles: dict[Path, StudioError] = {}

    @property
    def problems(self) -> list[StudioError]:
        """What is wrong with the descriptions that have been read so far."""
        return list(self._troubles.values())

    @cached_property
    def _specs(self) -> dict[str, ModelSpec]:
        return self._read(self._files("model.toml"))

    @cached_property
    def _near(self) -> dict[str, ModelSpec]:
        """Those of which something lies here: reading thirty descriptions of models that are still on the
        Hub took a twentieth of the window's start. All of them where others than the shipped ones are known,
        as these may build on any and win over any.
        """
        files = self._files("model.toml")
        if "_specs" in self.__dict__ or any(file.parent.parent != self._folders[0] for file in files):
            return self._specs
        begun = {path.name for cache in cache_folders() for path in cache.glob("models--*")}
        return self._read([file for file in files if _may_be_here(file, begun)])

    def _read(self, files: list[Path]) -> dict[str, ModelSpec]:
        specs: dict[str, ModelSpec] = {}
        own: list[OwnModel] = []
        caches, cache = cache_folders(), SpecCache()
        for file in files:
            try:
                if (found := cache.get(file)) is None:
                    cache.put(file, found := read_spec(file.parent))
                if isinstance(found, OwnModel):
                    own.append(found)
                else:
                    specs[found.id] = _located(found, caches)
            except StudioError as error:
                self._troubles[file] = error
        cache.save()
        # Last, because they build on others.
        for model in own:
            try:
                specs[model.id] = model.spec(specs)
            except StudioError as error:
                self._troubles[Path(model.folder)] = error
        return specs

    def _files(self, name: str) -> list[Path]:
        return [file for parent in self._folders for file in sorted(parent.glob(f"*/{name}"))]

    def loras(self) -> list[OwnLora]:
        """The LoRAs that the user has added; damaged descriptions land in `problems`."""
        return list(self._loras)

    @cached_property
    def _loras(self) -> list[OwnLora]:
        found: list[OwnLora] = []
        for file in self._files("lora.toml"):
            try:
                found.append(read_lora(file.parent))
            except StudioError as error:
                self._troubles[file] = error
        return found

    def refresh(self) -> None:
        """Looks again the next time it is asked: something was installed, added or removed."""
        for name in ("_specs", "_near", "_loras"):
            self.__dict__.pop(name, None)
        self._troubles.clear()

    def all(self) -> list[ModelSpec]:
        return list(self._specs.values())

    def installed(self) -> list[ModelSpec]:
        """Those that need no fetching; quicker than `all` where the descriptions are read the first time."""
        return [spec for spec in self._near.values() if spec.is_installed]

    def get(self, model_id: str) -> ModelSpec:
        """The model called `model_id`, or the one in the folder of that path; raises ModelError."""
        if (found := self._near.get(model_id) or self._specs.get(model_id)) is not None:
            return found
        if Path(model_id).is_absolute() and Path(model_id).is_dir():
            from studio.models.folders import spec_of_folder

            return spec_of_folder(Path(model_id))
        known = ", ".join(sorted(self._specs))
        raise ModelError(f"There is no model called '{model_id}'.", f"Choose one of: {known}.")

    def able_to(self, capability: Capability) -> list[ModelSpec]:
        return [spec for spec in self.all() if capability in spec.capabilities]


def _may_be_here(file: Path, begun: set[str]) -> bool:
    """Whether the model that `file` describes may be installed: not of the Hub, or `begun` has its folder.

    By a look at the text alone: parsing takes twenty times as long.
    """
    try:
        found = _REPO.search(file.read_bytes())
    except OSError:
        return True  # Told by whoever reads it whole.
    return found is None or "models--" + found[1].decode().replace("/", "--") in begun


def _located(spec: ModelSpec, caches: tuple[Path, ...]) -> ModelSpec:
    """`spec` with the place of its weights and parts, where it comes from the Hub and is installed."""
    if not spec.repo or spec.weights:
        return spec
    snapshot = find_snapshot(spec.repo, spec.revision, spec.variant, caches)
    if snapshot is None or not spec.components:
        return spec if snapshot is None else replace(spec, weights=str(snapshot))
    parts: dict[str, str] = {}
    for name, component in spec.components.items():
        found = [find_file(component.repo, file, component.revision) for file in component.files]
        if None in found or found[0] is None:
            return spec
        parts[name] = str(found[0].parent)
    return replace(spec, weights=str(snapshot), parts={**parts, **spec.parts})


def default_catalog() -> Catalog:
    """Shipped models, then packages', then the user's own."""
    return Catalog([resources_folder() / "models", *_brought(), profile_folder() / "models"])


def _brought() -> list[Path]:
    """The folders that installed packages name in the entry-point group `studio.models`.

    importlib.metadata and its look at every package cost a tenth of the window's start, so it is asked
    only where the text of some package's entry points names the group.
    """
    texts = (file for place in sys.path for file in Path(place).glob("*.dist-info/entry_points.txt"))
    if not any(f"[{_GROUP}]" in file.read_text("utf-8") for file in texts):
        return []
    from importlib.metadata import entry_points

    return [Path(str(entry.load())) for entry in entry_points(group=_GROUP)]
