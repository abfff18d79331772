"""What the model library shows: every model and LoRA with how it stands, as plain values."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from studio.engine.queue import JobState, QueuedJob
from studio.errors import ErrorReport
from studio.jobs.job import Download
from studio.jobs.messages import Progress
from studio.models.amounts import amount
from studio.models.catalog import Catalog
from studio.models.hub_cache import cache_folders
from studio.models.own import OwnLora
from studio.models.spec import ModelSpec
from studio.models.store import disk_size, partial_size
from studio.ui.panels.queue_row import time_left


class Standing(StrEnum):
    READY = "ready"
    INCOMPLETE = "incomplete"
    WAITING = "waiting"
    FETCHING = "fetching"
    PAUSED = "paused"
    FAILED = "failed"
    ABSENT = "absent"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the library; either `spec` or `lora` is there."""

    id: str
    title: str
    standing: Standing
    spec: ModelSpec | None = None
    lora: OwnLora | None = None
    on_disk: int = 0
    """Bytes of it that are here, whole or in part."""
    job_id: str = ""
    """Its latest download."""
    progress: Progress | None = None
    error: ErrorReport | None = None

    @property
    def is_under_way(self) -> bool:
        return self.standing in (Standing.WAITING, Standing.FETCHING)

    def finds(self, words: str) -> bool:
        """Whether every word of `words` stands in its name, family, tasks, licence or origin."""
        hay = [self.id, self.title, "LoRA" if self.lora else ""]
        if self.spec is not None:
            spec = self.spec
            hay += [spec.description, spec.family, spec.repo, spec.licence.name, *spec.capabilities]
        if self.lora is not None:
            hay.append(self.lora.family)
        text = " ".join(hay).lower()
        return all(word in text for word in words.lower().split())


def entries(catalog: Catalog, jobs: Sequence[QueuedJob]) -> list[Entry]:
    """What is here first, then what can be fetched, each by name; LoRAs last."""
    latest = {entry.job.repo: entry for entry in jobs if isinstance(entry.job, Download)}
    models = [_model_entry(spec, latest.get(spec.repo)) for spec in catalog.all() if not spec.hidden]
    models.sort(key=lambda entry: (not (entry.spec and entry.spec.is_installed), entry.title.lower()))
    return models + [_lora_entry(lora) for lora in catalog.loras()]


def entry_of(spec: ModelSpec, jobs: Sequence[QueuedJob]) -> Entry:
    """How the one model of `spec` stands."""
    downloads = [one for one in jobs if isinstance(one.job, Download) and one.job.repo == spec.repo]
    return _model_entry(spec, downloads[-1] if downloads else None)


def _model_entry(spec: ModelSpec, job: QueuedJob | None) -> Entry:
    standing = Standing.READY if spec.shortcoming() is None else Standing.INCOMPLETE
    if not spec.is_installed:
        standing = _standing_of(job, partial_size(spec))
    elif job is not None and not job.state.has_ended:
        standing = _standing_of(job, 0)
    return Entry(
        id=spec.id,
        title=spec.title,
        standing=standing,
        spec=spec,
        on_disk=disk_size(spec) or partial_size(spec),
        job_id="" if job is None else job.id,
        progress=None if job is None else job.progress,
        error=job.error if job is not None and standing is Standing.FAILED else None,
    )


def _standing_of(job: QueuedJob | None, partial_bytes: int) -> Standing:
    match None if job is None else job.state:
        case JobState.WAITING:
            return Standing.WAITING
        case JobState.RUNNING:
            return Standing.FETCHING
        case JobState.FAILED:
            return Standing.FAILED
        case _:
            return Standing.PAUSED if partial_bytes else Standing.ABSENT


def _lora_entry(lora: OwnLora) -> Entry:
    size = Path(lora.file).stat().st_size
    return Entry(id=lora.id, title=lora.title, standing=Standing.READY, lora=lora, on_disk=size)


def free_bytes() -> int:
    """What is free where downloads go."""
    place = cache_folders()[0]
    there = next(folder for folder in (place, *place.parents) if folder.is_dir())
    return shutil.disk_usage(there).free


def state_words(entry: Entry) -> str:
    """How it stands, in a few words."""
    size = f" · {amount(entry.on_disk)}" if entry.on_disk else ""
    match entry.standing:
        case Standing.READY:
            return ("LoRA" if entry.lora else "Ready") + size
        case Standing.INCOMPLETE:
            return "Not complete" + size
        case Standing.WAITING:
            return "Waiting for another download"
        case Standing.FETCHING:
            return fetching_words(entry.progress)
        case Standing.PAUSED:
            word = "Paused" if entry.job_id else "Partly here"
            return f"{word} · {amount(entry.on_disk)} are here" if entry.on_disk else word
        case Standing.FAILED:
            return f"Stopped: {entry.error.message}" if entry.error else "Stopped"
        case Standing.ABSENT:
            bytes_to_come = entry.spec.download_bytes if entry.spec else 0
            return f"{amount(bytes_to_come)} to fetch" if bytes_to_come else "To fetch"


def fetching_words(progress: Progress | None) -> str:
    """How far a download is: "Fetched 3.2 GB of 14 GB · 12:10 left"."""
    if progress is None or progress.phase != "download":
        return "Asking the Hub"
    left = "" if progress.left_s is None else f" · {time_left(progress.left_s)} left"
    return f"Fetched {amount(progress.step)} of {amount(progress.steps)}{left}"
