"""Carries out an Export job."""

from __future__ import annotations

from pathlib import Path

from studio.jobs.job import Export
from studio.jobs.messages import Result
from studio.media.fingerprint import content_hash
from studio.worker.context import WorkerContext


def run_export(job: Export, context: WorkerContext) -> Result:
    """Writes the file that `job` asks for; notes of the exporter become notices."""
    # Only here: a worker that never exports need not load the compositor.
    from studio.render.export import ExportOptions, export
    from studio.render.sound import heard_clips

    options = ExportOptions(
        width=job.width, height=job.height, crf=job.crf, preset=job.preset, range_only=job.range_only
    )
    report = export(
        job.project,
        Path(job.folder),
        Path(job.target),
        options,
        lambda step, steps: context.progress("write", step, steps),
        context.raise_if_cancelled,
    )
    for note in report.notes:
        context.notice(note)
    return Result(
        path=str(report.path),
        content_hash=content_hash(report.path),
        width=job.width or job.project.width,
        height=job.height or job.project.height,
        frame_count=report.frames,
        rate=job.project.rate,
        has_audio=bool(heard_clips(job.project)),
    )
