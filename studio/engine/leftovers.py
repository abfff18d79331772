"""Clears away what a killed worker had half written."""

from __future__ import annotations

import shutil
from pathlib import Path

from studio.engine.queue import QueuedJob
from studio.jobs.job import Export


def remove_partials(entry: QueuedJob) -> None:
    """Removes the files and folders `.<name>.<random>.partial` beside the target of `entry`."""
    if isinstance(entry.job, Export):
        target = Path(entry.job.target)
    else:
        target = Path(entry.results) / f"{entry.id}.mkv"
    start, end = f".{target.name}.", ".partial"
    if not target.parent.is_dir():
        return
    for path in target.parent.iterdir():
        if path.name.startswith(start) and path.name.endswith(end):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
