"""Under which licences a film was made: the models behind what it shows, and what came from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from studio.errors import ModelError, StudioError
from studio.jobs.job import Export, Generate, Job, ModelJob, decode, read_recipe, sources_of
from studio.media.probe import probe
from studio.models.catalog import Catalog
from studio.models.spec import Licence
from studio.project.media_paths import resolve_path
from studio.project.timeline import Clip, External, ImageSequence, Project

# Results are made of results; more steps than this are a ring of files that name each other.
_DEEPEST = 32


class Use(msgspec.Struct, frozen=True):
    """One model, its licence (None where the model is not known here any more), and where it was used."""

    model: str
    title: str
    licence: Licence | None
    clips: tuple[str, ...]


class LicenceReport(msgspec.Struct, frozen=True):
    film: str
    uses: tuple[Use, ...]
    footage: tuple[str, ...]
    """Names of the files that no model of ours has made: their rights are the user's to know."""


def licences_of(project: Project, folder: Path, catalog: Catalog) -> LicenceReport:
    """What stands behind the takes that `project` shows; files lie relative to `folder`.

    Follows results made of results through the recipe in each file. Opens those files: not for the window's
    thread.
    """
    models: dict[str, list[str]] = {}
    footage: dict[str, None] = {}
    for _, clip in project.clips():
        for model, file in _behind_clip(clip, folder, 0):
            if not model:
                footage[file] = None
            elif clip.name not in models.setdefault(model, []):
                models[model].append(clip.name)
    uses = [_use(model, tuple(clips), catalog) for model, clips in sorted(models.items())]
    return LicenceReport(project.name, tuple(uses), tuple(sorted(footage)))


def as_text(report: LicenceReport) -> str:
    """The report for people: what was used, what has to be said with it, what is barred."""
    parts = [f"Licences of {report.film}"]
    parts += ["\n".join(_use_lines(use)) for use in report.uses]
    if report.footage:
        names = "\n".join(f"  {name}" for name in report.footage)
        parts.append(f"From elsewhere; their rights are yours to know:\n{names}")
    if not report.uses and not report.footage:
        parts.append("The film is empty.")
    return "\n\n".join(parts) + "\n"


def _use_lines(use: Use) -> Iterator[str]:
    licence = use.licence
    if licence is None:
        yield f"{use.title}: this model is not known here any more, and so is its licence."
    else:
        yield f"{use.title}: {licence.name} {licence.link}".rstrip()
        if licence.notice:
            yield f"  To be said with the film: {licence.notice}"
        yield from (f"  Barred: {restriction}" for restriction in licence.restrictions)
    yield f"  Used in: {', '.join(use.clips)}"


def _behind_clip(clip: Clip, folder: Path, depth: int) -> Iterator[tuple[str, str]]:
    """(model, "") of what made the clip, and of what that was made of; ("", file name) of other files."""
    job = read_recipe(clip.take.recipe)
    if job is not None:
        yield from _behind(job, folder, depth)
        return
    for path in _paths(clip):
        yield from _behind_file(resolve_path(folder, path), folder, depth)


def _behind(job: Job, folder: Path, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(job, ModelJob):
        yield job.model, ""
    if isinstance(job, Generate):
        yield from (("", f"{Path(lora.path).name} (LoRA)") for lora in job.loras)
    if isinstance(job, Export):
        for _, clip in job.project.clips():
            yield from _behind_clip(clip, Path(job.folder), depth + 1)
    for source in sources_of(job):
        yield from _behind_file(resolve_path(folder, source.path), folder, depth)


def _behind_file(path: Path, folder: Path, depth: int) -> Iterator[tuple[str, str]]:
    origin = _origin(path) if depth < _DEEPEST else None
    if origin is None:
        yield "", path.name
    else:
        yield from _behind(origin, folder, depth + 1)


def _origin(path: Path) -> Job | None:
    """The job that made the file; None for footage, and for what cannot be read."""
    try:
        return decode(probe(path).comment)
    except (StudioError, msgspec.DecodeError, msgspec.ValidationError):
        return None


def _paths(clip: Clip) -> tuple[str, ...]:
    match clip.take.reference:
        case External(path=path):
            return (path,)
        case ImageSequence(paths=paths):
            return paths
        case _:
            return ()


def _use(model: str, clips: tuple[str, ...], catalog: Catalog) -> Use:
    try:
        spec = catalog.get(model)
    except ModelError:
        return Use(model, model, None, clips)
    return Use(model, spec.title, spec.licence, clips)
