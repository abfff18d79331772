"""What running jobs look like right now: the last progress and preview pictures of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from studio.errors import ErrorReport
from studio.jobs.messages import Cancelled, Event, Failed, Finished, Preview, Progress, Queued, Started
from studio.models.amounts import amount

if TYPE_CHECKING:
    from studio.ui.session import Session


class LiveJobs(QObject):
    """Follows the session's job events; belongs to the window's thread."""

    changed = Signal(str)
    """The id of the job that has something new to show, or that ended."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._progress: dict[str, Progress] = {}
        self._pictures: dict[str, tuple[QImage, ...]] = {}
        self._failures: dict[str, ErrorReport] = {}
        self._latest = ""
        self._session = session
        session.job_event.connect(self._take)
        session.project_opened.connect(self._catch_up)
        self._catch_up()

    @property
    def latest(self) -> str:
        """The running job that was heard of last; "" when none runs."""
        return self._latest

    def progress(self, job_id: str) -> Progress | None:
        return self._progress.get(job_id)

    def pictures(self, job_id: str) -> tuple[QImage, ...]:
        """The newest preview of `job_id` in play order; empty before the first."""
        return self._pictures.get(job_id, ())

    def failure(self, job_id: str) -> ErrorReport | None:
        """Why `job_id` failed; None while it has not."""
        return self._failures.get(job_id)

    def _catch_up(self) -> None:
        """What failed before anybody listened."""
        self._failures = {entry.id: entry.error for entry in self._session.jobs() if entry.error is not None}

    def _take(self, event: Event) -> None:
        match event:
            case Started(job_id):
                self._forget(job_id)
                self._latest = job_id
            case Progress(job_id):
                self._progress[job_id] = event
                self._latest = job_id
            case Preview(job_id, images):
                decoded = (QImage.fromData(image) for image in images)
                self._pictures[job_id] = tuple(image for image in decoded if not image.isNull())
                self._latest = job_id
            case Failed(job_id, error, retrying):
                self._forget(job_id)
                if not retrying:
                    self._failures[job_id] = error
            case Queued(job_id) | Finished(job_id) | Cancelled(job_id):
                self._forget(job_id)
            case _:
                return
        self.changed.emit(job_id)

    def _forget(self, job_id: str) -> None:
        self._progress.pop(job_id, None)
        self._pictures.pop(job_id, None)
        self._failures.pop(job_id, None)
        if self._latest == job_id:
            self._latest = ""


def describe(progress: Progress | None) -> str:
    """What a person is told of a job's progress: "Generating 12/20"."""
    if progress is None:
        return "Waiting"
    if progress.phase == "download":
        return f"Fetched {amount(progress.step)} of {amount(progress.steps)}"
    word = _PHASES.get(progress.phase, progress.phase.capitalize())
    return f"{word} {progress.step}/{progress.steps}" if progress.steps > 1 else word


_PHASES = {
    "load": "Loading the model",
    "encode": "Reading the prompt",
    "denoise": "Generating",
    "decode": "Developing",
    "render": "Drawing",
    "write": "Writing",
}
