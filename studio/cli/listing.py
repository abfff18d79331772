"""`studio models`: what each model can do, and whether it is ready."""

from __future__ import annotations

import argparse
from typing import Any

from studio.cli.console import Console
from studio.models.amounts import amount
from studio.models.catalog import Catalog, default_catalog
from studio.models.own import OwnLora
from studio.models.spec import ModelSpec


def list_models(options: argparse.Namespace, console: Console) -> int:
    """Lists the models that people choose from, and their LoRAs; hidden ones are for tests."""
    catalog = default_catalog()
    specs, loras = shown_models(catalog), catalog.loras()
    if options.json:
        for value in (*map(as_data, specs), *map(lora_data, loras)):
            console.value(value)
    else:
        console.result(as_table(specs, loras))
    for problem in catalog.problems:
        console.note(problem.message, problem.hint)
    return 0


def shown_models(catalog: Catalog) -> list[ModelSpec]:
    return [spec for spec in catalog.all() if not spec.hidden]


def as_data(spec: ModelSpec) -> dict[str, Any]:
    limits = spec.limits
    return {
        "id": spec.id,
        "title": spec.title,
        "description": spec.description,
        "capabilities": [capability.value for capability in spec.capabilities],
        "ready": not spec.missing_files(),
        "missing_files": spec.missing_files(),
        "installed": spec.is_installed,
        "licence": spec.licence.name,
        "licence_link": spec.licence.link,
        "restrictions": spec.licence.restrictions,
        "family": spec.family,
        "repo": spec.repo,
        "download_sizes": spec.sizes,
        "sizes": [limits.min_size, limits.max_size],
        "frames": [limits.frames.minimum, limits.frames.maximum],
        "folder": spec.weights or spec.folder,
    }


def lora_data(lora: OwnLora) -> dict[str, Any]:
    return {"id": lora.id, "title": lora.title, "kind": "lora", "family": lora.family, "file": lora.file}


def as_table(specs: list[ModelSpec], loras: list[OwnLora]) -> str:
    """What is here, then what can be fetched with its size, then LoRAs; one line each."""
    width = max((len(entry.id) for entry in (*specs, *loras)), default=0) + 2
    groups = {
        "Here": [_line(spec, "", width) for spec in specs if spec.is_installed],
        "To fetch: studio models pull ID": [
            _line(spec, _download(spec), width) for spec in specs if not spec.is_installed
        ],
        "LoRAs": [f"  {lora.id:<{width}}{lora.title} (for {lora.family or '?'})" for lora in loras],
    }
    return "\n\n".join("\n".join([name, *lines]) for name, lines in groups.items() if lines)


def _line(spec: ModelSpec, size: str, width: int) -> str:
    abilities = ", ".join(capability.value for capability in spec.capabilities)
    bars = " · licence bars some uses" if spec.licence.restrictions and not spec.is_installed else ""
    shortcoming = spec.shortcoming() if spec.is_installed else None
    state = f" · not ready: {' '.join(shortcoming)}" if shortcoming else ""
    return f"  {spec.id:<{width}}{size:<9}{spec.title} ({abilities}){bars}{state}"


def _download(spec: ModelSpec) -> str:
    size = spec.download_bytes
    return amount(size) if size else "?"
