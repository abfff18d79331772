"""Waits for the end of one job."""

from __future__ import annotations

import threading

from studio.engine.events import Subscriber
from studio.errors import CancelledError, error_from_report
from studio.jobs.messages import Cancelled, Event, Failed, Finished, Paused


class Waiter:
    """Passes the events of `job_id` on to `on_event` and remembers the last of them."""

    def __init__(self, job_id: str, on_event: Subscriber | None) -> None:
        self.job_id = job_id
        self._on_event = on_event
        self._ended = threading.Event()
        self._last: Event | None = None

    def hear(self, event: Event) -> None:
        if isinstance(event, Paused) or event.job_id != self.job_id:
            return
        has_ended = isinstance(event, Finished | Cancelled) or (
            isinstance(event, Failed) and not event.retrying
        )
        try:
            if self._on_event is not None:
                self._on_event(event)
        finally:
            if has_ended:
                self._last = event
                self._ended.set()

    def wait(self, seconds: float) -> bool:
        """Whether the job has ended, after at most `seconds`.

        A limit is needed even where there is all the time in the world: without one, Windows does not
        notice Ctrl+C.
        """
        return self._ended.wait(seconds)

    def outcome(self) -> Finished:
        """The result of the ended job; raises the StudioError with which it failed, or CancelledError."""
        match self._last:
            case Finished() as finished:
                return finished
            case Failed(error=error):
                raise error_from_report(error)
            case _:
                raise CancelledError
