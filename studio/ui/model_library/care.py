"""What the model library does with models, in the background: add, check, remove."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from studio.errors import ErrorReport, StudioError
from studio.jobs.downloads import download_of
from studio.models.adding import add, remove_own
from studio.models.amounts import amount
from studio.models.spec import ModelSpec
from studio.models.store import Verdict, discard_damaged, remove, verify
from studio.ui.bridge import run_in_background
from studio.ui.model_library.shelf import Entry

if TYPE_CHECKING:
    from studio.ui.long_work import Step
    from studio.ui.session import Session


def add_models(session: Session, paths: Sequence[Path], on_added: Callable[[str], None]) -> None:
    """Adds each of `paths` where it lies, and tells what cannot be; `on_added` gets each new id."""

    def added(model_id: str) -> None:
        session.models_changed.emit()
        on_added(model_id)

    for path in paths:
        run_in_background(lambda path=path: add(path, session.catalog).id, added, session.tell_report)


class _Watch:
    """A long work as the one who follows a check."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._last = (0, 1)

    def progress(self, phase: str, step: int, steps: int) -> None:
        # Signals carry 32-bit numbers; bytes outgrow them.
        self._last = (step >> 10, max(1, steps >> 10))
        self._step(*self._last)

    def notice(self, message: str, hint: str = "") -> None:
        """A check has nothing to say on its way."""

    def raise_if_cancelled(self) -> None:
        self._step(*self._last)


def check_model(session: Session, spec: ModelSpec) -> None:
    """Compares every byte of the model in the background and tells what came of it."""
    work = session.begin_work(f"Checking {spec.title}")
    work.run(
        lambda step: verify(spec, _Watch(step)),
        lambda verdict: _tell(session, spec, verdict),
        session.tell_report,
    )


def _tell(session: Session, spec: ModelSpec, verdict: Verdict) -> None:
    if verdict.is_sound:
        words = f"{verdict.compared} files are as their makers gave them." if verdict.compared else ""
        rest = f" {len(verdict.unproven)} have no checksum." if verdict.unproven else ""
        session.notify("info", f"{spec.title} is sound.", words + rest)
        return
    wrong = [*verdict.damaged, *verdict.missing]
    action = ("Fetch again", lambda: _repair(session, spec, verdict)) if spec.repo else None
    message = f"{spec.title} is damaged: {wrong[0]}" + (f" and {len(wrong) - 1} more" if wrong[1:] else "")
    session.notify("error", message, "", "\n".join(wrong), action)


def _repair(session: Session, spec: ModelSpec, verdict: Verdict) -> None:
    try:
        discard_damaged(spec, verdict)
    except StudioError as error:
        session.tell(error)
        return
    session.catalog.refresh()
    session.models_changed.emit()
    session.submit(download_of(spec))


def remove_model(session: Session, entry: Entry) -> None:
    """Takes a model or LoRA away in the background and tells what is free again."""

    def done(freed: int) -> None:
        session.catalog.refresh()
        session.models_changed.emit()
        words = f"{amount(freed)} are free again." if freed else "Its files stay where they are."
        session.notify("info", f"{entry.title} is removed.", words)

    def refused(report: ErrorReport) -> None:
        session.tell_report(report)

    def work() -> int:
        if entry.spec is not None:
            return remove(entry.spec)
        remove_own(entry.id)
        return 0

    run_in_background(work, done, refused)
