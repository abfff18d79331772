"""Delivers events to subscribers: in order, on one thread, and never from inside the engine's lock."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue

from studio.jobs.messages import Event

_LOG = logging.getLogger(__name__)

Subscriber = Callable[[Event], None]


class EventStream:
    """A subscriber may call anything, the engine included; one that raises is logged and kept."""

    def __init__(self) -> None:
        self._events: SimpleQueue[Event | None] = SimpleQueue()
        self._subscribers: dict[object, Subscriber] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._deliver, name="engine-events", daemon=True)
        self._thread.start()

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Calls `subscriber` for every event from now on; returns what ends that."""
        token = object()
        with self._lock:
            self._subscribers[token] = subscriber

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers.pop(token, None)

        return unsubscribe

    def publish(self, event: Event) -> None:
        self._events.put(event)

    def close(self) -> None:
        """Delivers what is left, then ends."""
        self._events.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _deliver(self) -> None:
        while (event := self._events.get()) is not None:
            with self._lock:
                subscribers = list(self._subscribers.values())
            for subscriber in subscribers:
                try:
                    subscriber(event)
                except Exception:  # noqa: BLE001 - whatever a listener does must not stop the others
                    _LOG.exception("a subscriber failed on %s", type(event).__name__)
