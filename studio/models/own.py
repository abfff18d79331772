"""The user's own models and LoRAs, as the small files in the profile's models folder describe them.

A model.toml without a family points to where a model lies, and what it can do is read from there each
time; a lora.toml points to a LoRA.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from studio.errors import ModelError
from studio.models.hub_cache import find_snapshot
from studio.models.spec import ModelSpec

_HUB = "https://huggingface.co"


class OwnModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of three: a diffusers folder (`weights`), one of the Hub (`repo`), or `parts` over a `base`."""

    id: str
    title: str
    weights: str = ""
    repo: str = ""
    revision: str = "main"
    variant: str = ""
    base: str = ""
    """The id of the model that everything else comes from, for a file that is only a part of one."""
    parts: dict[str, str] = {}
    """Component → file, as in ModelSpec."""
    folder: str = ""

    def spec(self, known: Mapping[str, ModelSpec]) -> ModelSpec:
        """All that is known about it; raises ModelError where what it points to has gone."""
        if self.base:
            if self.base not in known:
                hint = f"Add or install it, or take this one away: studio models remove {self.id}"
                raise ModelError(f"{self.title} builds on {self.base}, which is not there.", hint)
            base = known[self.base]
            return replace(
                base,
                id=self.id,
                title=self.title,
                weights=base.weights or ("" if base.repo else base.folder),
                folder=self.folder,
                parts=self.parts,
                hidden=False,
            )
        from studio.models.folders import spec_of_folder

        place = self._place()
        found = spec_of_folder(place)
        if self.repo:
            licence = replace(found.licence, link=f"{_HUB}/{self.repo}")
            description = found.description.replace(str(place), self.repo)
            found = replace(found, licence=licence, description=description)
        return replace(
            found,
            id=self.id,
            title=self.title,
            folder=self.folder,
            weights=str(place),
            repo=self.repo,
            revision=self.revision,
            variant=self.variant,
        )

    def _place(self) -> Path:
        if self.repo:
            snapshot = find_snapshot(self.repo, self.revision, self.variant)
            if snapshot is None:
                hint = f"studio models pull {self.repo}, or studio models remove {self.id}"
                raise ModelError(f"{self.title} is not installed any more.", hint)
            return snapshot
        place = Path(self.weights)
        if not place.is_dir():
            hint = f"Connect its drive, or take it off the list: studio models remove {self.id}"
            raise ModelError(f"{self.title} is not at {place} any more.", hint)
        return place


class OwnLora(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of changes to the models of one family (empty: its names tell none)."""

    id: str
    title: str
    file: str
    family: str = ""
    folder: str = ""


def read_lora(folder: Path) -> OwnLora:
    """What `folder`/lora.toml says; raises ModelError where that is not usable or the file has gone."""
    import tomllib  # Only where there is a LoRA: not at every start.

    file = folder / "lora.toml"
    try:
        table = tomllib.loads(file.read_text("utf-8"))
        lora = msgspec.convert({**table, "folder": str(folder)}, OwnLora)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ModelError(
            f"{file} is not a usable description.", "Correct it or remove its folder.", str(error)
        ) from error
    if not Path(lora.file).is_file():
        hint = f"Connect its drive, or take it off the list: studio models remove {lora.id}"
        raise ModelError(f"{lora.title} is not at {lora.file} any more.", hint)
    return lora
