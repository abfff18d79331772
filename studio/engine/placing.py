"""Which model carries out a job, and in which lane."""

from __future__ import annotations

from studio.engine.queue import Lane
from studio.errors import ModelError
from studio.jobs.job import Export, Job
from studio.models.catalog import Catalog
from studio.models.spec import ModelSpec


def usable_spec(catalog: Catalog, model_id: str) -> ModelSpec:
    """The model called `model_id`; raises ModelError when it is unknown or files of it are missing."""
    spec = catalog.get(model_id)
    if missing := spec.missing_files():
        raise ModelError(
            f"The model '{spec.title}' is incomplete.",
            "Install it again or choose another model.",
            f"missing in {spec.folder}: {', '.join(missing)}",
        )
    return spec


def lane_of(job: Job, catalog: Catalog) -> Lane:
    """Exports and models without torch never wait behind a diffusion job."""
    if isinstance(job, Export) or catalog.get(job.model).device == "none":
        return Lane.MEDIA
    return Lane.TORCH
