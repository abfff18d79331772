"""Carries out a job for the command line: engine → master → the file that was asked for."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from studio.cli.asking import ask
from studio.cli.console import Console
from studio.cli.work_folder import work_folder, work_key
from studio.engine.engine import Engine
from studio.errors import InputError, StorageError, UsageError, storage_error
from studio.jobs.job import Export, Job, ModelJob
from studio.jobs.messages import Event, Notice, Result
from studio.jobs.titles import flicker_words
from studio.jobs.validate import EXPORT_ENDINGS, problems
from studio.models.catalog import Catalog, default_catalog
from studio.timing import Rate

if TYPE_CHECKING:
    from studio.jobs.validate import Problem


def make(options: argparse.Namespace, console: Console) -> int:
    """Makes the file that `options.output` names; returns 0 or raises the StudioError that stopped it."""
    target = _checked_target(options.output)
    catalog = default_catalog()
    job = ask(options, catalog, console)
    _check(job, catalog, console)
    key = work_key(job)
    if key and isinstance(job, ModelJob) and job.seed is None:
        # Not drawn anew: after a kill the same command must ask for the same.
        job = msgspec.structs.replace(job, seed=int(key[:7], 16))
    with work_folder(key) as scratch, closing(Engine(catalog, None, scratch)) as engine:
        master = scratch / "results" / f"{key}.mkv"
        result, seed = _carry_out(engine, job, target, console, master if key else None)
    _tell(job, result, seed, console)
    return 0


def _checked_target(output: str) -> Path:
    """Where to write, absolute; raises before any work is done where that cannot succeed."""
    target = Path(output).absolute()
    if target.suffix.lower() not in EXPORT_ENDINGS:
        raise UsageError(
            f"Cannot write '{target.name}': unknown ending.", f"Use one of {', '.join(EXPORT_ENDINGS)}."
        )
    if not target.parent.is_dir():
        raise StorageError(f"There is no folder {target.parent}", "Make it first or choose another one.")
    if target.is_dir():
        raise StorageError(f"{target} is a folder.", "Choose a file name inside it.")
    try:
        with tempfile.TemporaryFile(dir=target.parent):
            return target
    except OSError as error:
        raise storage_error(error, target) from error


def _check(job: Job, catalog: Catalog, console: Console) -> None:
    """Says what is worth knowing; raises UsageError on an error (InputError: the model is not complete)."""
    spec = catalog.get(job.model) if isinstance(job, ModelJob) else None
    found = problems(job, spec)
    for problem in found:
        if problem.severity != "error":
            console.note(problem.message, problem.hint)
    errors = [problem for problem in found if problem.severity == "error"]
    if errors:
        raise _refusal(errors, complete=spec is None or not spec.missing_files())


def _refusal(errors: list[Problem], complete: bool) -> UsageError | InputError:
    """The first error as an exception; the others stand in its details."""
    details = "\n".join(f"{problem.field}: {problem.message}" for problem in errors[1:])
    kind = UsageError if complete else InputError
    return kind(errors[0].message, errors[0].hint, details)


def _carry_out(
    engine: Engine, job: Job, target: Path, console: Console, master: Path | None
) -> tuple[Result, int | None]:
    """Runs `job`, and the export of its master where the target is not a master itself.

    `master` is where a killed command may have left it finished.
    """

    def hear(event: Event) -> None:
        if isinstance(event, Notice) and not console.as_json:
            console.note(event.message, event.hint)
        else:
            console.event(event)

    if master is not None and master.exists():
        result = _result_of(master)
    else:
        finished = engine.run(job, hear, job_id=master.stem if master else "")
        job, result = finished.job, finished.result
    if isinstance(job, Export):
        return result, None
    seed = job.seed if isinstance(job, ModelJob) else None
    if target.suffix.lower() == ".mkv":
        _put(Path(result.path), target)
        return msgspec.structs.replace(result, path=str(target)), seed
    exported = engine.run(_export_of(result, target), hear).result
    return msgspec.structs.replace(exported, filled=result.filled, flicker=result.flicker), seed


def _result_of(master: Path) -> Result:
    from studio.media.fingerprint import content_hash
    from studio.media.probe import probe

    info = probe(master)
    return Result(
        path=str(master),
        content_hash=content_hash(master),
        width=info.width,
        height=info.height,
        frame_count=info.frame_count,
        rate=info.rate or Rate(1),
        has_audio=info.audio is not None,
    )


def _export_of(master: Result, target: Path) -> Export:
    from studio.render.single import single_clip_project

    project = single_clip_project(Path(master.path))
    return Export(project=project, folder=str(Path(master.path).parent), target=str(target))


def _put(master: Path, target: Path) -> None:
    """Copies the master to `target`, which appears whole or not at all."""
    from studio.media.atomic_file import PartialFile

    partial = PartialFile(target)
    try:
        shutil.copyfile(master, partial.path)
    except OSError as error:
        partial.discard()
        raise storage_error(error, target) from error
    except BaseException:
        partial.discard()
        raise
    partial.commit()


def _tell(job: Job, result: Result, seed: int | None, console: Console) -> None:
    duration_s = float(result.frame_count / result.rate.fraction)
    text = (
        f"{result.path}: {result.frame_count} frames, {result.width}x{result.height}, "
        f"{duration_s:.2f} s at {result.rate} fps" + ("" if seed is None else f", seed {seed}")
    )
    if result.flicker is not None:
        text += f"\nFlicker along the motion: {flicker_words(job, result.flicker)}."
    console.result(
        text,
        path=result.path,
        frames=result.frame_count,
        width=result.width,
        height=result.height,
        frame_rate=[result.rate.numerator, result.rate.denominator],
        duration_s=round(duration_s, 6),
        has_audio=result.has_audio,
        seed=seed,
        filled=list(result.filled),
        flicker=None if result.flicker is None else msgspec.structs.asdict(result.flicker),
    )
