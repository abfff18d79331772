"""`studio models`: what each model can do, and whether it is ready."""

from __future__ import annotations

import argparse
from typing import Any

from studio.cli.console import Console
from studio.models.catalog import Catalog, default_catalog
from studio.models.spec import ModelSpec


def list_models(options: argparse.Namespace, console: Console) -> int:
    """Lists the models that people choose from; hidden ones are for tests."""
    catalog = default_catalog()
    for spec in shown_models(catalog):
        if options.json:
            console.value(as_data(spec))
        else:
            console.result(as_text(spec))
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


def as_text(spec: ModelSpec) -> str:
    shortcoming = spec.shortcoming()
    state = "ready" if shortcoming is None else f"not ready: {shortcoming[0]} {shortcoming[1]}"
    abilities = ", ".join(capability.value for capability in spec.capabilities)
    return f"{spec.id:<11} {spec.title} ({abilities}) — {state}\n{'':<12}{spec.description}"
