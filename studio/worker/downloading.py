"""Carries out a Download job."""

from __future__ import annotations

from studio.jobs.job import Download
from studio.jobs.messages import Result
from studio.worker.context import WorkerContext


def run_download(job: Download, context: WorkerContext) -> Result:
    """Fetches the model into the shared cache; one that no catalog knows becomes the user's own."""
    # Only here: a worker that never downloads needs no network.
    from studio.models.access_token import access_token
    from studio.models.adding import add_repo
    from studio.models.download import ModelDownload
    from studio.models.hub_client import HubClient
    from studio.models.patience import Patience

    patience, token = Patience(context), access_token()
    # The model itself last: what there is of it then counts as whole.
    for part in job.components:
        client = HubClient(part.repo, patience, token)
        ModelDownload(client, context, patience).run(part.revision, names=part.files)
    client = HubClient(job.repo, patience, token)
    snapshot = ModelDownload(client, context, patience).run(job.revision, job.variant, job.files)
    if job.model == job.repo:
        add_repo(job.repo, job.revision, job.variant)
    return Result(path=str(snapshot), content_hash=snapshot.name)
