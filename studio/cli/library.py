"""`studio models VERB`: shows, fetches, adds, removes and checks models."""

from __future__ import annotations

import argparse
import getpass
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from studio.cli.console import Console
from studio.cli.listing import as_data, list_models
from studio.engine.engine import Engine
from studio.errors import CancelledError, TokenNeededError, UsageError
from studio.jobs.downloads import download_of
from studio.jobs.few_step import few_step_download, few_step_of, few_step_shortcoming
from studio.jobs.job import Download
from studio.jobs.messages import Progress, Result
from studio.jobs.validate import is_repo_name
from studio.models.amounts import amount
from studio.models.catalog import Catalog, default_catalog
from studio.models.own import OwnLora
from studio.models.spec import ModelSpec
from studio.paths import cache_folder


def run(options: argparse.Namespace, console: Console) -> int:
    """Carries out the verb below `models`; returns the exit code or raises what stopped it."""
    match options.models_verb:
        case "show":
            return _show(options, console)
        case "pull":
            return _pull(options, console)
        case "add":
            return _add(options, console)
        case "remove":
            return _remove(options, console)
        case "verify":
            return _verify(options, console)
        case "token":
            return _token(options, console)
        case _:
            return list_models(options, console)


def _spec(catalog: Catalog, model_id: str) -> ModelSpec:
    if all(spec.id != model_id for spec in catalog.all()):
        shown = ", ".join(sorted(spec.id for spec in catalog.all() if not spec.hidden))
        raise UsageError(f"There is no model called '{model_id}'.", f"Choose one of: {shown}.")
    return catalog.get(model_id)


def _show(options: argparse.Namespace, console: Console) -> int:
    from studio.models.store import disk_size, partial_size

    spec = _spec(default_catalog(), options.model)
    sizes = {"on_disk": disk_size(spec), "partly_fetched": partial_size(spec)}
    if options.json:
        console.value({**as_data(spec), **sizes})
        return 0
    console.result("\n".join(f"{name:<12}{text}" for name, text in _facts(spec, **sizes) if text))
    return 0


def _facts(spec: ModelSpec, on_disk: int, partly_fetched: int) -> list[tuple[str, str]]:
    """What there is to know about a model, as (name, words)."""
    limits, licence = spec.limits, spec.licence
    shortcoming = spec.shortcoming()
    state = "ready" if shortcoming is None else " ".join(shortcoming)
    if partly_fetched:
        state += f" ({amount(partly_fetched)} are here already)"
    sizes = ", ".join(f"{name} {amount(size)}" for name, size in spec.sizes.items())
    return [
        ("Model", f"{spec.title} ({spec.id})"),
        ("", spec.description),
        ("State", state),
        ("Tasks", ", ".join(capability.value for capability in spec.capabilities)),
        ("Sides", f"{limits.min_size} to {limits.max_size} pixels, multiples of {limits.size_multiple}"),
        ("Frames", f"{limits.frames.minimum} to {limits.frames.maximum}"),
        ("Licence", f"{licence.name} {licence.link}".strip()),
        *(("", restriction) for restriction in licence.restrictions),
        ("Notice", licence.notice),
        ("From", f"{', '.join(spec.repos)} at {spec.revision}" if spec.repo else ""),
        ("Download", sizes),
        ("On disk", amount(on_disk) if on_disk else ""),
        ("Folder", (spec.weights or spec.folder) if spec.is_installed else ""),
        *((name, file) for name, file in spec.parts.items()),
    ]


def _pull(options: argparse.Namespace, console: Console) -> int:
    catalog = default_catalog()
    known = next((spec for spec in catalog.all() if spec.id == options.model), None)
    if known is None and not is_repo_name(options.model):
        _spec(catalog, options.model)
    job = _download(options, known)
    if known is not None:
        _show_licence(known, options.accept_licence, console)
    result = _fetched(catalog, job, console)
    size = sum(path.stat().st_size for path in Path(result.path).rglob("*") if path.is_file())
    text = f"{job.title or job.repo} is installed: {amount(size)} in {result.path}"
    console.result(text, model=job.model, path=result.path, commit=result.content_hash, size=size)
    return 0


def _download(options: argparse.Namespace, known: ModelSpec | None) -> Download:
    if known is None:
        if options.few_step:
            raise UsageError("Only models of the library have few-step settings.", "See: studio models list")
        repo: str = options.model
        return Download(model=repo, repo=repo, revision=options.revision or "main", variant=options.precision)
    if not known.repo and not options.few_step:
        raise UsageError(f"{known.title} is here already: there is nothing to fetch.", "")
    if options.few_step:
        return _few_step(known, options.few_step)
    if options.revision or options.precision:
        hint = f"For another form of it: studio models pull {known.repo} …"
        raise UsageError(f"{known.title} is fetched as its model.toml says.", hint)
    return download_of(known)


def _few_step(spec: ModelSpec, name: str) -> Download:
    choice = few_step_of(spec, name)
    if choice is None:
        raise UsageError(*(few_step_shortcoming(spec, name) or ("", "")))
    return few_step_download(spec, choice)


def _show_licence(spec: ModelSpec, is_accepted: bool, console: Console) -> None:
    """Says what the licence bars, and goes on only where that was accepted."""
    licence = spec.licence
    for restriction in licence.restrictions:
        console.note(f"{licence.name}: {restriction}")
    if not licence.restrictions or is_accepted:
        return
    hint = f"Read {licence.link or 'the licence'}, then add --accept-licence."
    if console.as_json or not sys.stdin.isatty():
        raise UsageError(f"The licence of {spec.title} bars some uses.", hint)
    if input("Fetch it under these terms? [y/N] ").strip().lower() not in ("y", "yes"):
        raise CancelledError("Nothing was fetched.", hint)


def _fetched(catalog: Catalog, job: Download, console: Console) -> Result:
    """Runs `job` on the engine; asks a person for a token where one is needed."""
    with (
        tempfile.TemporaryDirectory(prefix="command-", dir=cache_folder()) as scratch,
        closing(Engine(catalog, None, Path(scratch))) as engine,
    ):
        try:
            return engine.run(job, console.event).result
        except TokenNeededError as error:
            if console.as_json or not sys.stdin.isatty():
                raise
            console.note(error.message, error.hint)
            _keep_token(getpass.getpass("Access token (nothing is shown): "))
            return engine.run(job, console.event).result
        except CancelledError as error:
            hint = "What has arrived is kept: the same command goes on from there."
            raise CancelledError("Stopped.", hint) from error


def _add(options: argparse.Namespace, console: Console) -> int:
    from studio.models.adding import add

    added = add(
        Path(options.path), default_catalog(), title=options.title, base=options.base, copy=options.copy
    )
    if isinstance(added, OwnLora):
        family = f"for {added.family}" if added.family else "its family could not be told"
        console.result(
            f"Added the LoRA {added.id} ({family}).", id=added.id, kind="lora", family=added.family
        )
        return 0
    spec = _spec(default_catalog(), added.id)
    abilities = ", ".join(capability.value for capability in spec.capabilities)
    console.result(
        f"Added {added.id}: {spec.family} ({abilities}).", id=added.id, kind="model", family=spec.family
    )
    return 0


def _remove(options: argparse.Namespace, console: Console) -> int:
    from studio.models.adding import remove_own
    from studio.models.store import remove

    catalog = default_catalog()
    known = next((spec for spec in catalog.all() if spec.id == options.model), None)
    if known is None:
        # A LoRA, or an entry whose drive is not connected: not in the catalog, but on the list.
        if not remove_own(options.model):
            _spec(catalog, options.model)
        freed = 0
    else:
        freed = remove(known)
    words = f"{amount(freed)} are free again." if freed else "Its files stay where they are."
    console.result(f"Removed {options.model}. {words}", model=options.model, freed=freed)
    return 0


class _Line:
    """Shows the progress of work that is done in this process."""

    def __init__(self, console: Console, model_id: str) -> None:
        self._console = console
        self._model_id = model_id

    def progress(self, phase: str, step: int, steps: int) -> None:
        self._console.event(Progress(self._model_id, phase, step, steps))

    def notice(self, message: str, hint: str = "") -> None:
        self._console.note(message, hint)

    def raise_if_cancelled(self) -> None:
        """Ctrl+C arrives as KeyboardInterrupt by itself."""


def _verify(options: argparse.Namespace, console: Console) -> int:
    """Checks one model or all that are installed; returns 1 when something is not sound."""
    catalog = default_catalog()
    specs = [_spec(catalog, options.model)] if options.model else catalog.all()
    worst = 0
    for spec in specs:
        if not options.model and (spec.hidden or not spec.is_installed):
            continue
        worst = max(worst, _verify_one(spec, catalog, options.repair, console))
    return worst


def _verify_one(spec: ModelSpec, catalog: Catalog, repair: bool, console: Console) -> int:
    from studio.models.store import discard_damaged, verify

    verdict = verify(spec, _Line(console, spec.id))
    if verdict.damaged and repair:
        discard_damaged(spec, verdict)
        _fetched(catalog, download_of(spec), console)
        verdict = verify(catalog.get(spec.id), _Line(console, spec.id))
    lost = [f"damaged: {name}" for name in verdict.damaged] + [f"missing: {name}" for name in verdict.missing]
    words = f"sound ({verdict.compared} files compared, {len(verdict.unproven)} without a checksum)"
    console.result(
        f"{spec.id:<12}{'; '.join(lost) or words}",
        model=spec.id,
        sound=verdict.is_sound,
        compared=verdict.compared,
        unproven=verdict.unproven,
        damaged=verdict.damaged,
        missing=verdict.missing,
    )
    return 0 if verdict.is_sound else 1


def _token(options: argparse.Namespace, console: Console) -> int:
    if options.forget:
        _keep_token("")
        console.result("The token is forgotten.")
        return 0
    if sys.stdin.isatty():
        token = getpass.getpass("Access token (nothing is shown): ")
    else:
        token = sys.stdin.readline()
    if not token.strip():
        raise UsageError("No token was given.", "Make one on the Hub: Settings, Access Tokens (read).")
    _keep_token(token)
    console.result("The token is in the system's keyring.")
    return 0


def _keep_token(token: str) -> None:
    from studio.models.access_token import keep_token

    keep_token(token)
