"""The one place where other threads meet Qt: engine events and background work arrive as signals."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot
from shiboken6 import isValid

from studio.engine.engine import Engine
from studio.errors import ErrorReport, report_of

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class EngineBridge(QObject):
    """Re-emits the engine's events in the thread that this object lives in."""

    heard = Signal(object)
    _arrived = Signal(object)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = engine.subscribe(self._arrived.emit)

    def close(self) -> None:
        """No event comes after this."""
        self._unsubscribe()
        self._arrived.disconnect(self._deliver)

    @Slot(object)
    def _deliver(self, event: object) -> None:
        self.heard.emit(event)


class _Courier(QObject):
    """Carries one background result into the GUI thread, where it was made."""

    arrived = Signal(object, object)

    def __init__(
        self,
        on_done: Callable[[Any], None],
        on_error: Callable[[ErrorReport], None],
        owner: QObject | None,
    ) -> None:
        super().__init__()
        self._owner = owner
        self._on_done = on_done
        self._on_error = on_error
        self.arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @Slot(object, object)
    def _deliver(self, result: Any, error: ErrorReport | None) -> None:
        _under_way.discard(self)
        if self._owner is not None and not isValid(self._owner):
            return
        if error is None:
            self._on_done(result)
        else:
            self._on_error(error)


# A courier must outlive its task: nothing else holds it while the pool works.
_under_way: set[_Courier] = set()


class _Task(QRunnable):
    def __init__(self, function: Callable[[], Any], courier: _Courier) -> None:
        super().__init__()
        self._function = function
        self._courier = courier

    def run(self) -> None:
        try:
            result, error = self._function(), None
        except Exception as problem:  # noqa: BLE001 - the boundary: whatever happened becomes a report
            _log.info("background work failed", exc_info=problem)
            result, error = None, report_of(problem)
        self._courier.arrived.emit(result, error)


def run_in_background(
    function: Callable[[], _T],
    on_done: Callable[[_T], None],
    on_error: Callable[[ErrorReport], None],
    owner: QObject | None = None,
) -> None:
    """Runs `function` on a pool thread; then, in the calling (GUI) thread, one of the two callbacks.

    Neither comes when `owner`, the widget that asked, has been deleted meanwhile.
    """
    courier = _Courier(on_done, on_error, owner)
    _under_way.add(courier)
    QThreadPool.globalInstance().start(_Task(function, courier))
