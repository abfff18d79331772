"""Fills the content hashes into a job, so that the recipe names its inputs and its model by what they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from studio.errors import MissingFileError
from studio.jobs.few_step import few_step_files, few_step_of
from studio.jobs.job import (
    Animate,
    Deflicker,
    Extension,
    Generate,
    Interpolate,
    Job,
    Keyframe,
    Lora,
    Mask,
    ModelJob,
    Source,
    Stylize,
)
from studio.media.fingerprint import content_hash
from studio.models.folders import model_files
from studio.models.spec import ModelSpec

Input = TypeVar("Input", Source, Keyframe, Mask, Extension, Lora)


def sealed(job: Job, spec: ModelSpec | None) -> Job:
    """`job` with the hashes of its inputs and of its model.

    Raises MissingFileError for an input that is gone.
    """
    match job:
        case Generate():
            job = _sealed_generate(job)
        case Animate():
            job = replace(job, pictures=tuple(_sealed_source(source) for source in job.pictures))
        case Interpolate():
            job = replace(job, source=_sealed_source(job.source))
        case Stylize():
            job = replace(
                job,
                source=_sealed_source(job.source),
                style=_sealed_source(job.style) if job.style else None,
                mask=_sealed_source(job.mask) if job.mask else None,
            )
        case Deflicker():
            job = replace(
                job,
                source=_sealed_source(job.source),
                original=_sealed_source(job.original) if job.original else None,
            )
        case _:
            return job
    if not isinstance(job, ModelJob) or spec is None:
        return job
    return replace(job, model_hash=model_hash(spec, job.few_step if isinstance(job, Generate) else ""))


def model_hash(spec: ModelSpec, few_step: str = "") -> str:
    """One hash (blake2b-128, hex) over the files that make the model what it is.

    The LoRAs of its choice called `few_step` are among them.
    """
    digest = hashlib.blake2b(digest_size=16)
    choice = few_step_of(spec, few_step)
    for name, path in [
        *_model_files(spec),
        *((path.name, path) for path in (choice and few_step_files(choice)) or ()),
    ]:
        digest.update(f"{name}\0{_hash_of(path)}\0".encode())
    return digest.hexdigest()


def _model_files(spec: ModelSpec) -> Iterator[tuple[str, Path]]:
    """Its description where it has one, its own files, and parts that lie elsewhere."""
    description = Path(spec.folder) / "model.toml"
    if description.is_file():
        yield "model.toml", description
    names = spec.files or (model_files(Path(spec.weights)) if spec.weights else ())
    for name in names:
        yield name, spec.path(name)
    for name, part in spec.parts.items():
        place = Path(part)
        inside = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
        yield from ((name, path) for path in inside)


def _sealed_generate(job: Generate) -> Generate:
    return replace(
        job,
        images=tuple(_sealed_source(source) for source in job.images),
        references=tuple(_sealed_source(source) for source in job.references),
        video=_sealed_source(job.video) if job.video else None,
        control=_sealed_source(job.control) if job.control else None,
        sound=_sealed_source(job.sound) if job.sound else None,
        mask=_sealed_source(job.mask) if job.mask else None,
        painted=tuple(_sealed_source(mask) for mask in job.painted),
        extend=_sealed_source(job.extend) if job.extend else None,
        loras=tuple(_sealed_source(lora) for lora in job.loras),
    )


def _sealed_source(source: Input) -> Input:
    path = Path(source.path)
    if not path.is_file():
        raise MissingFileError(f"{path.name} is not there any more.", "Choose the file again.", str(path))
    return replace(source, content_hash=_hash_of(path))


def _hash_of(path: Path) -> str:
    status = path.stat()
    return _cached_hash(str(path), status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=4096)
def _cached_hash(path: str, size: int, modified_ns: int) -> str:
    """`size` and `modified_ns` are there to notice that the file has changed."""
    return content_hash(path)
