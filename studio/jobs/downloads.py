"""What has to be fetched for a model."""

from __future__ import annotations

from studio.jobs.job import Download
from studio.models.spec import ModelSpec


def download_of(spec: ModelSpec) -> Download:
    """The job that fetches the model of `spec`."""
    return Download(
        model=spec.id,
        repo=spec.repo,
        revision=spec.revision,
        variant=spec.variant,
        title=spec.title,
        components=tuple(spec.components.values()),
    )
