"""Which model carries out a job, and in which lane."""

from __future__ import annotations

from studio.engine.queue import Lane
from studio.errors import ModelError
from studio.jobs.job import Download, Export, Job
from studio.models.catalog import Catalog
from studio.models.spec import ModelSpec


def usable_spec(catalog: Catalog, model_id: str) -> ModelSpec:
    """The model called `model_id`; raises ModelError when it is unknown or files of it are missing."""
    spec = catalog.get(model_id)
    if shortcoming := spec.shortcoming():
        lost = ", ".join(spec.missing_files())
        raise ModelError(*shortcoming, f"missing in {spec.weights or spec.folder}: {lost}")
    return spec


def lane_of(job: Job, catalog: Catalog) -> Lane:
    """Exports and models without torch never wait behind a diffusion job, and nothing behind a download."""
    if isinstance(job, Download):
        return Lane.DOWNLOAD
    if isinstance(job, Export) or catalog.get(job.model).device == "none":
        return Lane.MEDIA
    return Lane.TORCH
