"""One lane of the engine: its worker process, the job that is in it, and how long it has been silent."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from studio.engine.queue import Lane
from studio.jobs.messages import Cancel, Prepare, Progress, Ready, Report, Run
from studio.models.spec import ModelSpec

if TYPE_CHECKING:
    from studio.engine.worker_process import WorkerProcess

# A heartbeat comes every 0.5 s. With ten looks a second and a new worker up in about half a
# second, a silent one is replaced within 5 s.
SILENCE_S = 3.5
# Importing torch and reading weights hold the interpreter for as long as a cold disk needs.
LOADING_SILENCE_S = 180.0
CANCEL_GRACE_S = 3.0


class Ailment(Enum):
    """Why a worker has to be replaced."""

    SILENT = "silent"
    DEAF = "deaf"
    """It was asked to cancel and did not within the grace period."""


class WorkLane:
    """Not thread-safe: the engine calls under its lock."""

    def __init__(
        self,
        name: Lane,
        on_report: Callable[[WorkerProcess, Report], None],
        on_exit: Callable[[WorkerProcess, int], None],
    ) -> None:
        self.name = name
        self.job_id: str | None = None
        self.worker: WorkerProcess | None = None
        self._on_report = on_report
        self._on_exit = on_exit
        self._last_sign = 0.0
        self._loading = False
        # How many times Ready is still to come: once for the start, once for each Prepare.
        self._awaited = 0
        self._cancel_until: float | None = None

    @property
    def is_cancelling(self) -> bool:
        return self._cancel_until is not None

    def warm_up(self) -> WorkerProcess:
        """The lane's worker, started when there is none."""
        if self.worker is None:
            # Imported here: subprocess and what it brings would cost the window's start 4 ms.
            from studio.engine.worker_process import WorkerProcess

            self.worker = WorkerProcess(self.name.value, self._on_report, self._on_exit)
            self._awaited = 1
            self._loading = False
            self._last_sign = time.monotonic()
        return self.worker

    def prepare(self, spec: ModelSpec) -> None:
        """Has the worker load a model ahead of time; raises WorkerCrashedError where none can be started."""
        self.warm_up().send(Prepare(spec))
        self._awaited += 1

    def begin(self, command: Run) -> None:
        """Gives the worker a job; raises WorkerCrashedError where none can be started."""
        worker = self.warm_up()
        self.job_id = command.job_id
        self._cancel_until = None
        worker.send(command)

    def ask_to_cancel(self) -> None:
        """Asks the running job to stop; the grace period begins with the first call."""
        if self.job_id is not None and self._cancel_until is None:
            self._cancel_until = time.monotonic() + CANCEL_GRACE_S
            self.warm_up().send(Cancel(self.job_id))

    def hear(self, report: Report) -> None:
        """Takes a sign of life."""
        self._last_sign = time.monotonic()
        if isinstance(report, Progress):
            self._loading = report.phase == "load" and report.step < report.steps
        elif isinstance(report, Ready):
            self._awaited -= 1

    def end_job(self) -> None:
        self.job_id = None
        self._cancel_until = None

    def drop_worker(self) -> WorkerProcess | None:
        """Lets go of the worker (dead, or about to be): what it still says is not heard any more."""
        worker, self.worker = self.worker, None
        return worker

    def ailment(self, now: float) -> Ailment | None:
        """What is wrong with the worker at monotonic time `now`."""
        if self.worker is None:
            return None
        if self._cancel_until is not None and now > self._cancel_until:
            return Ailment.DEAF
        limit = LOADING_SILENCE_S if self._loading or self._awaited else SILENCE_S
        return Ailment.SILENT if now - self._last_sign > limit else None

    def forgive(self, pause_s: float) -> None:
        """After our own process stood still for `pause_s`: the silence was ours, not the worker's."""
        self._last_sign += pause_s
        if self._cancel_until is not None:
            self._cancel_until += pause_s
