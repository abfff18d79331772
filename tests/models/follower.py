"""Follows a download in place of a job's context."""

from __future__ import annotations

import time
from collections.abc import Callable

from studio.errors import CancelledError
from studio.models.hub_cache import RepoFolder


def await_part(folder: RepoFolder, timeout_s: float = 60.0) -> None:
    """Returns once something of a file that is being fetched lies on the disk."""
    end = time.monotonic() + timeout_s
    while not any(part.stat().st_size for part in folder.path.rglob("*.incomplete")):
        assert time.monotonic() < end
        time.sleep(0.01)


class Follower:
    """Keeps what it hears; `stop` decides by the bytes so far whether to cancel."""

    def __init__(self, stop: Callable[[int], bool] | None = None) -> None:
        self.steps: list[tuple[int, int]] = []
        self.notices: list[str] = []
        self._stop = stop

    def progress(self, phase: str, step: int, steps: int) -> None:
        self.steps.append((step, steps))

    def notice(self, message: str, hint: str = "") -> None:
        self.notices.append(message)

    def raise_if_cancelled(self) -> None:
        if self._stop is not None and self.steps and self._stop(self.steps[-1][0]):
            raise CancelledError
