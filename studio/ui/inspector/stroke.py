"""Names gestures, so that all edits of one drag or one burst of keys become one undo step."""

from __future__ import annotations

import time

from studio.project.timeline import new_id

_PAUSE_S = 1.0
"""So long without a change, and the next one is a gesture of its own."""


class Stroke:
    """Ask `key` for every change; `hold` and `let_go` around a drag keep it one, however slow."""

    def __init__(self) -> None:
        # Unique in all runs: the journal keeps the keys, and an old gesture must not go on.
        self._run = new_id()
        self._count = 0
        self._what = ""
        self._last_s = 0.0
        self._held = False

    def key(self, what: str) -> str:
        """The merge key of a change of `what`."""
        now = time.monotonic()
        if what != self._what or (not self._held and now - self._last_s > _PAUSE_S):
            self._count += 1
        self._what, self._last_s = what, now
        return f"{self._run} {self._count}"

    def hold(self) -> None:
        """A drag begins."""
        self._what, self._held = "", True

    def let_go(self) -> None:
        """The drag, or the typing, has ended."""
        self._what, self._held = "", False
