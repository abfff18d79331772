"""Carries out one job: seal it, run its adapter, write the master, say how it ended."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

from studio.errors import CancelledError, ErrorReport, OutOfMemoryError, report_of
from studio.jobs.job import Download, Export, Job, encode
from studio.jobs.messages import Cancelled, Failed, Finished, Ready, Result, Run, Started
from studio.models.spec import ModelSpec
from studio.worker.context import WorkerContext
from studio.worker.downloading import run_download
from studio.worker.exporting import run_export
from studio.worker.memory import empty_device_cache, is_out_of_memory
from studio.worker.outlet import Outlet
from studio.worker.residency import Residency
from studio.worker.sealing import sealed
from studio.worker.segments import Segments
from studio.worker.writing import Master, write_master

_LOG = logging.getLogger(__name__)


class Runner:
    """`run` belongs to the inference thread; `cancel` and `ticks` may be used from any."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._residency = Residency()
        self._lock = threading.Lock()
        self._cancelled: set[str] = set()
        self._context: WorkerContext | None = None
        self._job_id = ""
        # How long each phase of each model took the last time, for estimates.
        self._durations: dict[str, dict[str, float]] = {}

    @property
    def ticks(self) -> int:
        """Counts the inference thread's steps: two equal readings may be one long step, or a hang."""
        context = self._context
        return context.ticks if context is not None else 0

    def cancel(self, job_id: str) -> None:
        """Makes the job stop at its next checkpoint, or right when it begins."""
        with self._lock:
            self._cancelled.add(job_id)
            if self._context is not None and self._job_id == job_id:
                self._context.cancelled.set()

    def run(self, order: Run) -> None:
        """Carries out `order` and reports its end, whatever it is."""
        context = self._begin(order)
        try:
            self._outlet.send(Started(order.job_id))
            job, result = self._carry_out(order, context)
        except CancelledError:
            self._outlet.send(Cancelled(order.job_id))
        except Exception as error:  # noqa: BLE001 - the boundary: whatever it was becomes the job's error
            _LOG.info("job %s failed", order.job_id, exc_info=True)
            self._outlet.send(Failed(order.job_id, _report(error)))
        else:
            self._outlet.send(Finished(order.job_id, job, result))
        finally:
            with self._lock:
                self._context = None
                self._cancelled.discard(order.job_id)

    def prepare(self, spec: ModelSpec) -> None:
        """Loads the model of `spec`; a failure is only logged, the job that needs it will say it."""
        try:
            self._residency.adapter(spec)
        except Exception:  # noqa: BLE001 - nobody has asked for anything yet
            _LOG.warning("%s could not be prepared", spec.id, exc_info=True)
        self._outlet.send(Ready(os.getpid()))

    def _begin(self, order: Run) -> WorkerContext:
        scratch = Path(order.scratch)
        earlier = self._durations.get(order.spec.id) if order.spec else None
        context = WorkerContext(self._outlet, order.job_id, scratch, earlier)
        with self._lock:
            self._context, self._job_id = context, order.job_id
            if order.job_id in self._cancelled:
                context.cancelled.set()
        return context

    def _carry_out(self, order: Run, context: WorkerContext) -> tuple[Job, Result]:
        context.raise_if_cancelled()
        if isinstance(order.job, Export):
            return order.job, run_export(order.job, context)
        if isinstance(order.job, Download):
            return order.job, run_download(order.job, context)
        assert order.spec is not None  # the engine sends the spec of every job that has a model
        for folder in (Path(order.scratch), Path(order.results)):
            folder.mkdir(parents=True, exist_ok=True)
        job = sealed(order.job, order.spec)
        target = Path(order.results) / f"{order.job_id}.mkv"
        try:
            result = self._make(job, order.spec, target, context)
        except Exception as error:
            if not is_out_of_memory(error) or not self._can_economise():
                raise
            context.notice("Memory ran out; trying again in a thriftier way.", "This takes a little longer.")
            result = self._make(job, order.spec, target, context)
        self._durations[order.spec.id] = context.pace.durations
        return job, result

    def _make(self, job: Job, spec: ModelSpec, target: Path, context: WorkerContext) -> Result:
        """One try: load, run, write."""
        if not self._residency.is_loaded(spec):
            context.progress("load", 0, 1)
            self._residency.adapter(spec)
            context.progress("load", 1, 1)
        recipe = encode(job).decode()
        segments = Segments(context.scratch / "segments", recipe)
        context.finished_frames = segments.frame_count
        footage = self._residency.adapter(spec).run(job, context)
        phase = "render" if spec.device == "none" else "write"
        return write_master(footage, Master(target, recipe, phase), segments, context)

    def _can_economise(self) -> bool:
        empty_device_cache()
        return self._residency.economise()


def _report(error: Exception) -> ErrorReport:
    if is_out_of_memory(error):
        return OutOfMemoryError(
            "There was not enough memory for this job.",
            "Choose a smaller size or a shorter length, or close other programs.",
            f"{type(error).__name__}: {error}",
        ).report()
    return report_of(error)
