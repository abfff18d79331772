"""The engine: takes jobs, keeps them safe in the journal, and has worker processes carry them out."""

from __future__ import annotations

import logging
import random
import shutil
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from studio.engine.events import EventStream, Subscriber
from studio.engine.journal import Journal
from studio.engine.lane import CANCEL_GRACE_S, SILENCE_S, Ailment, WorkLane
from studio.engine.leftovers import remove_partials
from studio.engine.placing import lane_of, usable_spec
from studio.engine.queue import JobState, Lane, Queue, QueuedJob
from studio.engine.waiter import Waiter
from studio.errors import (
    CancelledError,
    ErrorReport,
    StudioError,
    UsageError,
    WorkerHungError,
)
from studio.jobs.job import Download, Job, ModelJob
from studio.jobs.messages import (
    Cancelled,
    Failed,
    Finished,
    Heartbeat,
    Notice,
    Paused,
    Progress,
    Queued,
    Ready,
    Report,
    Run,
)
from studio.models.catalog import Catalog
from studio.project.timeline import new_id

if TYPE_CHECKING:
    from studio.engine.worker_process import WorkerProcess

_LOG = logging.getLogger(__name__)
_LOOK_S = 0.1
# Longer between two looks than this: the whole machine slept, or we were stopped.
_STANDSTILL_S = 2.0
_CLOSE_GRACE_S = 1.0
_KEPT_ENDED = 200


class Engine:
    """Thread-safe. Jobs of one lane run one after the other, the lanes beside each other.

    `journal` is the file that keeps the queue (None: in memory); `scratch` a folder for checkpoints and
    for the results of jobs that name no folder of their own. `notices` says what a person should know
    about the opening. Raises StorageError when the journal is in use or cannot be opened.
    """

    def __init__(self, catalog: Catalog, journal: Path | None, scratch: Path) -> None:
        self._catalog = catalog
        self._scratch = scratch
        self._lock = threading.RLock()
        self._journal = Journal(journal)
        self._queue = Queue(self._journal.load())
        self.notices = tuple(self._journal.notices)
        self._events = EventStream()
        self._lanes = {name: WorkLane(name, self._hear, self._lose) for name in Lane}
        self._paused = False
        self._closed = threading.Event()
        self._recover()
        self._watcher = threading.Thread(target=self._watch, name="engine-watch", daemon=True)
        self._watcher.start()
        with self._lock:
            self._hand_out()

    # What callers do

    def submit(self, job: Job, results: Path | None = None) -> str:
        """Puts `job` into the queue and returns its id; an empty seed is drawn and written down.

        Raises ModelError when the model is unknown or incomplete, StorageError when the queue cannot be
        saved (the job is not in it then).
        """
        return self._submit(new_id(), job, results)

    def run(
        self, job: Job, on_event: Subscriber | None = None, results: Path | None = None, *, job_id: str = ""
    ) -> Finished:
        """Submits `job` and waits for its end; Ctrl+C cancels it.

        With a `job_id` of the caller's own it goes on with what an earlier engine left in the same scratch.
        `on_event` hears the job's events on the engine's thread. Raises the StudioError with which the
        job failed, CancelledError when it was cancelled.
        """
        waiter = Waiter(job_id or new_id(), on_event)
        unsubscribe = self._events.subscribe(waiter.hear)
        try:
            self._submit(waiter.job_id, job, results)
            self._wait(waiter)
        finally:
            unsubscribe()
        return waiter.outcome()

    def cancel(self, job_id: str) -> None:
        """Stops a job: a waiting one at once, a running one within a grace period; ended ones stay as is."""
        with self._lock:
            entry = self._queue.get(job_id)
            if entry.state == JobState.RUNNING:
                self._lanes[entry.lane].ask_to_cancel()
            elif entry.state == JobState.WAITING:
                self._end_cancelled(job_id)

    def retry(self, job_id: str) -> None:
        """Asks for an ended job again, with the same seed; raises UsageError where it has not ended."""
        with self._lock:
            self._save(self._queue.retry(job_id))
            self._events.publish(Queued(job_id))
            self._hand_out()

    def remove(self, job_id: str) -> None:
        """Forgets a job that does not run (its result stays on disk); raises UsageError where it runs."""
        with self._lock:
            self._queue.remove(job_id)
            self._journal.delete(job_id)
            self._forget_scratch(job_id)

    def pause(self) -> None:
        """Hands out no more jobs; what runs goes on to its end."""
        self._set_paused(True)

    def resume(self) -> None:
        self._set_paused(False)

    @property
    def is_paused(self) -> bool:
        return self._paused

    def jobs(self) -> list[QueuedJob]:
        """Every job as it stands now, in the order of submission."""
        with self._lock:
            return self._queue.all()

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Calls `subscriber(event)` on the engine's event thread from now on; returns what ends that."""
        return self._events.subscribe(subscriber)

    def prewarm(self, lane: Lane, model: str = "") -> None:
        """Starts the lane's worker process before a job needs it, and has it load `model` if one is named.

        Raises ModelError when the model is unknown or incomplete.
        """
        spec = usable_spec(self._catalog, model) if model else None
        with self._lock:
            if self._closed.is_set():
                return
            self._warm_up(self._lanes[lane])
            if spec is not None and self._lanes[lane].worker is not None:
                self._lanes[lane].prepare(spec)

    def close(self) -> None:
        """Ends the workers. Running jobs stay in the journal and start again with the next engine."""
        with self._lock:
            if self._closed.is_set():
                return
            self._closed.set()
            workers = [lane.drop_worker() for lane in self._lanes.values()]
        for worker in workers:
            if worker is not None:
                worker.close(_CLOSE_GRACE_S)
        if threading.current_thread() is not self._watcher:
            self._watcher.join()
        self._events.close()
        with self._lock:
            self._journal.close()

    def _wait(self, waiter: Waiter) -> None:
        try:
            while not waiter.wait(0.5):
                if self._closed.is_set():
                    raise CancelledError
        except KeyboardInterrupt:
            self.cancel(waiter.job_id)
            waiter.wait(CANCEL_GRACE_S + 1.0)
            raise CancelledError from None

    def _submit(self, job_id: str, job: Job, results: Path | None) -> str:
        if isinstance(job, ModelJob):
            usable_spec(self._catalog, job.model)
            if job.seed is None:
                job = replace(job, seed=random.SystemRandom().randrange(2**31))
        entry = QueuedJob(
            id=job_id,
            job=job,
            lane=lane_of(job, self._catalog),
            results=str(results or self._scratch / "results"),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        with self._lock:
            if self._closed.is_set():
                raise UsageError("The engine is closed.", "Start Kinora again.")
            self._journal.save(entry)
            self._queue.add(entry)
            self._events.publish(Queued(job_id))
            self._hand_out()
        return job_id

    # Under the lock from here on

    def _recover(self) -> None:
        """What a killed owner left: running jobs wait again, half-written files go, history is cut."""
        for entry in self._queue.recover():
            remove_partials(entry)
            self._journal.save(entry)
        for job_id in self._queue.prune(_KEPT_ENDED):
            self._journal.delete(job_id)
            self._forget_scratch(job_id)

    def _hand_out(self) -> None:
        if self._paused or self._closed.is_set():
            return
        for lane in self._lanes.values():
            while lane.job_id is None and (entry := self._queue.next_waiting(lane.name)) is not None:
                self._begin(lane, entry)

    def _begin(self, lane: WorkLane, entry: QueuedJob) -> None:
        """Sends `entry` to the lane's worker, or fails it where that is impossible."""
        scratch = self._scratch / "jobs" / entry.id
        try:
            spec = usable_spec(self._catalog, entry.job.model) if isinstance(entry.job, ModelJob) else None
            self._save(self._queue.start(entry.id))
            lane.begin(Run(entry.id, entry.job, entry.results, str(scratch), spec))
        except StudioError as error:
            self._fail(entry.id, error.report())

    def _set_paused(self, paused: bool) -> None:
        with self._lock:
            if self._paused != paused:
                self._paused = paused
                self._events.publish(Paused(paused))
                self._hand_out()

    def _fail(self, job_id: str, error: ErrorReport) -> None:
        _LOG.warning("job %s failed: %s %s", job_id, error.message, error.details)
        self._save(self._queue.fail(job_id, error))
        self._events.publish(Failed(job_id, error))

    def _end_cancelled(self, job_id: str) -> None:
        self._save(self._queue.cancel(job_id))
        self._forget_scratch(job_id)
        self._events.publish(Cancelled(job_id))

    def _hear(self, worker: WorkerProcess, report: Report) -> None:
        """What a worker says; called on its reader thread."""
        with self._lock:
            lane = self._lane_with(worker)
            if lane is None:
                return
            lane.hear(report)
            if isinstance(report, Ready | Heartbeat) or report.job_id != lane.job_id:
                return
            match report:
                case Progress():
                    self._queue.report(report)
                    self._events.publish(report)
                case Finished(job_id=job_id, job=job, result=result):
                    self._save(self._queue.finish(job_id, job, result))
                    if isinstance(job, Download):
                        self._catalog.refresh()
                    self._forget_scratch(job_id)
                    self._events.publish(report)
                case Failed(job_id=job_id, error=error):
                    self._fail(job_id, error)
                case Cancelled(job_id=job_id):
                    self._end_cancelled(job_id)
                case _:
                    self._events.publish(report)
            if isinstance(report, Finished | Failed | Cancelled):
                lane.end_job()
                self._hand_out()

    def _lose(self, worker: WorkerProcess, code: int) -> None:
        """A worker has ended by itself; called on its reader thread."""
        with self._lock:
            lane = self._lane_with(worker)
            if lane is None:
                return
            _LOG.warning("%s worker %d ended with code %d", worker.name, worker.pid, code)
            lane.drop_worker()
            self._end_without_worker(lane, worker.crash_error(code), may_retry=True)
            self._hand_out()

    def _watch(self) -> None:
        """Looks for workers that are silent or deaf, and replaces them."""
        last = time.monotonic()
        while not self._closed.wait(_LOOK_S):
            now = time.monotonic()
            stood_still = now - last - _LOOK_S
            last = now
            with self._lock:
                for lane in self._lanes.values():
                    if stood_still > _STANDSTILL_S:
                        lane.forgive(stood_still)
                    elif ailment := lane.ailment(now):
                        self._replace(lane, ailment)

    def _replace(self, lane: WorkLane, ailment: Ailment) -> None:
        worker = lane.drop_worker()
        if worker is None:
            return
        worker.kill()
        _LOG.warning("%s worker %d was %s and is replaced", worker.name, worker.pid, ailment.value)
        error = WorkerHungError(
            "The worker process stopped answering and was replaced.",
            "Try again. If it happens again, choose a smaller size or a shorter length.",
            f"no sign of life for {SILENCE_S:g} s\n{worker.last_lines}".rstrip(),
        )
        self._end_without_worker(lane, error, may_retry=False)
        self._hand_out()
        if lane.worker is None:
            self._warm_up(lane)

    def _end_without_worker(self, lane: WorkLane, error: StudioError, *, may_retry: bool) -> None:
        """Ends the lane's job, whose worker is gone: cancelled if asked, tried once more, or failed."""
        if lane.job_id is None:
            return
        entry = self._queue.get(lane.job_id)
        was_cancelling = lane.is_cancelling
        lane.end_job()
        remove_partials(entry)
        if was_cancelling:
            self._end_cancelled(entry.id)
        elif may_retry and entry.crashes == 0:
            self._save(self._queue.put_back(entry.id))
            self._events.publish(Failed(entry.id, error.report(), retrying=True))
        else:
            self._fail(entry.id, error.report())

    def _warm_up(self, lane: WorkLane) -> None:
        try:
            lane.warm_up()
        except StudioError as error:
            _LOG.error("%s %s", error.message, error.details)

    def _lane_with(self, worker: WorkerProcess) -> WorkLane | None:
        """The lane that `worker` serves; None once it has been replaced."""
        return next((lane for lane in self._lanes.values() if lane.worker is worker), None)

    def _save(self, entry: QueuedJob) -> None:
        """Journals what has happened. It has happened all the same where the disk refuses."""
        try:
            self._journal.save(entry)
        except StudioError as error:
            _LOG.error("%s %s", error.message, error.details)
            self._events.publish(Notice(entry.id, error.message, error.hint))

    def _forget_scratch(self, job_id: str) -> None:
        shutil.rmtree(self._scratch / "jobs" / job_id, ignore_errors=True)
