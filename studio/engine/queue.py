"""The queue as pure logic: which jobs there are, what state each is in, and which comes next.

No processes, files or threads; the engine holds the lock and writes what these methods return into
its journal.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from studio.errors import ErrorReport, UsageError
from studio.jobs.job import Job
from studio.jobs.messages import Progress, Result
from studio.jobs.titles import title_of


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def has_ended(self) -> bool:
        return self in (JobState.FINISHED, JobState.FAILED, JobState.CANCELLED)


class Lane(StrEnum):
    """Jobs of different lanes run beside each other, those of one lane one after the other."""

    TORCH = "torch"
    MEDIA = "media"
    DOWNLOAD = "download"


class QueuedJob(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the queue and how it fares."""

    id: str
    job: Job
    lane: Lane
    results: str
    """The folder that the master goes into."""
    created: str
    """When it was submitted: ISO 8601, UTC."""
    state: JobState = JobState.WAITING
    attempts: int = 0
    """How often it was started."""
    crashes: int = 0
    """How many workers it has cost since it was last asked for."""
    error: ErrorReport | None = None
    result: Result | None = None
    progress: Progress | None = None
    """The latest report while it runs."""

    @property
    def title(self) -> str:
        return title_of(self.job)


class Queue:
    """Jobs in the order in which they were submitted."""

    def __init__(self, entries: Iterable[QueuedJob] = ()) -> None:
        self._entries = {entry.id: entry for entry in entries}

    def all(self) -> list[QueuedJob]:
        return list(self._entries.values())

    def get(self, job_id: str) -> QueuedJob:
        """Raises UsageError for an id that is not in the queue."""
        try:
            return self._entries[job_id]
        except KeyError:
            raise UsageError(f"There is no job {job_id} in the queue.", "It may have been removed.") from None

    def next_waiting(self, lane: Lane) -> QueuedJob | None:
        waiting = (e for e in self._entries.values() if e.lane == lane and e.state == JobState.WAITING)
        return next(waiting, None)

    def add(self, entry: QueuedJob) -> QueuedJob:
        return self._put(entry)

    def start(self, job_id: str) -> QueuedJob:
        entry = self.get(job_id)
        return self._put(replace(entry, state=JobState.RUNNING, attempts=entry.attempts + 1, progress=None))

    def report(self, progress: Progress) -> None:
        """Remembers how far a job is; not worth a line in the journal."""
        self._put(replace(self.get(progress.job_id), progress=progress))

    def finish(self, job_id: str, job: Job, result: Result) -> QueuedJob:
        entry = self.get(job_id)
        return self._put(replace(entry, state=JobState.FINISHED, job=job, result=result, progress=None))

    def fail(self, job_id: str, error: ErrorReport) -> QueuedJob:
        return self._put(replace(self.get(job_id), state=JobState.FAILED, error=error, progress=None))

    def cancel(self, job_id: str) -> QueuedJob:
        return self._put(replace(self.get(job_id), state=JobState.CANCELLED, progress=None))

    def put_back(self, job_id: str) -> QueuedJob:
        """The job's worker died: it waits again, in its old place."""
        entry = self.get(job_id)
        return self._put(replace(entry, state=JobState.WAITING, crashes=entry.crashes + 1, progress=None))

    def retry(self, job_id: str) -> QueuedJob:
        """Asks for an ended job again; raises UsageError where it has not ended."""
        entry = self.get(job_id)
        if not entry.state.has_ended:
            raise UsageError(f"'{entry.title}' is still {entry.state.value}.", "Cancel it first.")
        return self._put(replace(entry, state=JobState.WAITING, crashes=0, error=None, result=None))

    def remove(self, job_id: str) -> None:
        """Forgets a job; raises UsageError where it is running."""
        entry = self.get(job_id)
        if entry.state == JobState.RUNNING:
            raise UsageError(f"'{entry.title}' is running.", "Cancel it first.")
        del self._entries[job_id]

    def recover(self) -> list[QueuedJob]:
        """After the owner of the queue died: what was running waits again. Returns the changed entries."""
        running = [entry for entry in self._entries.values() if entry.state == JobState.RUNNING]
        return [self._put(replace(entry, state=JobState.WAITING)) for entry in running]

    def prune(self, keep: int) -> list[str]:
        """Forgets the oldest ended jobs beyond `keep` of them; returns their ids."""
        ended = [entry.id for entry in self._entries.values() if entry.state.has_ended]
        surplus = ended[: max(0, len(ended) - keep)]
        for job_id in surplus:
            del self._entries[job_id]
        return surplus

    def _put(self, entry: QueuedJob) -> QueuedJob:
        self._entries[entry.id] = entry
        return entry
