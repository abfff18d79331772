"""Imports any number of files as one undo step, with progress, and tells briefly what was wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from studio.errors import ErrorReport
from studio.project.edits import Edit, Several
from studio.ui.importing import Examined, adding_edits, examine, placing_edits
from studio.ui.long_work import Step

if TYPE_CHECKING:
    from studio.ui.session import Session

_ONE_BY_ONE = 3
"""More messages of a kind than this are told as one."""


def import_groups(
    session: Session,
    groups: Sequence[Sequence[str]],
    track_id: str | None = None,
    frame: int | None = None,
    inserts: bool = False,
) -> None:
    """Adds files to the library; with `frame`, the files of each group also lie one after another from there.

    They cover what lies there, or push it on (`inserts`). All of it is one undo step. Probing happens in the
    background; what cannot be used is told.
    """
    folder = session.folder
    count = sum(len(group) for group in groups)

    def examined(step: Step) -> list[Examined]:
        found: list[Examined] = []
        done = 0
        for group in groups:
            start = done
            found.append(examine(group, folder, lambda at, start=start: step(start + at, count)))
            done += len(group)
        return found

    def arrived(found: list[Examined]) -> None:
        _tell(session, [report for one in found for report in one.failures], count)
        _note(session, [note for one in found for note in one.notes])
        # Another project may have been opened meanwhile.
        if folder == session.folder:
            _store(session, found, track_id, frame, inserts)

    work = session.begin_work("Importing" if count == 1 else f"Importing {count:,} files")
    work.run(examined, arrived, session.tell_report)


def _store(
    session: Session, found: Sequence[Examined], track_id: str | None, frame: int | None, inserts: bool
) -> None:
    edits: list[Edit] = []
    project = session.project
    for one in found:
        fresh = adding_edits(one.assets)
        if frame is not None:
            still_s = session.settings.still_length_s
            fresh += placing_edits(project, one.assets, frame, still_s, track_id, inserts)
        edits += fresh
        if one is not found[-1]:
            for edit in fresh:
                project = edit.apply(project)
    if edits:
        session.apply(Several(edits=tuple(edits), name="Import"))


def _tell(session: Session, failures: Sequence[ErrorReport], count: int) -> None:
    if len(failures) <= _ONE_BY_ONE:
        for failure in failures:
            session.tell_report(failure)
        return
    details = "\n".join(f"{failure.message} {failure.hint}".strip() for failure in failures)
    message = f"{len(failures):,} of {count:,} files cannot be used."
    session.notify("error", message, "Details names each of them.", details)


def _note(session: Session, notes: Sequence[str]) -> None:
    if len(notes) <= _ONE_BY_ONE:
        for note in notes:
            session.notify("info", note)
    else:
        count = len({note.split(":")[0] for note in notes})
        message = f"There is something to know about {count:,} files."
        session.notify("info", message, "Details says what.", "\n".join(notes))
