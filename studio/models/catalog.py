"""Finds the models: shipped ones, the user's folder, and packages that bring some (`studio.models`)."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import msgspec

from studio.errors import ModelError, StudioError
from studio.models.spec import Capability, ModelSpec
from studio.paths import profile_folder, resources_folder

_GROUP = "studio.models"


def read_spec(folder: Path) -> ModelSpec:
    """The spec in `folder`/model.toml; raises ModelError naming the field that is wrong."""
    file = folder / "model.toml"
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        table["folder"] = str(folder)
        return msgspec.convert(table, ModelSpec)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ModelError(
            f"{file} is not a usable model description.", "Correct it or remove its folder.", str(error)
        ) from error


class Catalog:
    """The models by id. Folders found later win over earlier ones with the same id.

    A damaged description does not hide the others: it lands in `problems`.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self.problems: list[StudioError] = []

    @cached_property
    def _specs(self) -> dict[str, ModelSpec]:
        specs: dict[str, ModelSpec] = {}
        for parent in self._folders:
            for file in sorted(parent.glob("*/model.toml")):
                try:
                    spec = read_spec(file.parent)
                except ModelError as error:
                    self.problems.append(error)
                else:
                    specs[spec.id] = spec
        return specs

    def all(self) -> list[ModelSpec]:
        return list(self._specs.values())

    def get(self, model_id: str) -> ModelSpec:
        """The model called `model_id`; raises ModelError when there is none."""
        try:
            return self._specs[model_id]
        except KeyError:
            known = ", ".join(sorted(self._specs))
            raise ModelError(f"There is no model called '{model_id}'.", f"Choose one of: {known}.") from None

    def able_to(self, capability: Capability) -> list[ModelSpec]:
        return [spec for spec in self.all() if capability in spec.capabilities]


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
