"""How long a job will still take, from how long its steps took and how long its last like took."""

from __future__ import annotations

import time


class Pace:
    """Estimates for one job. `earlier` is what `durations` said after the last job of the same model."""

    def __init__(self, earlier: dict[str, float] | None = None) -> None:
        self._earlier = earlier or {}
        self._phase = ""
        self._phase_began = 0.0
        self._first_step = 0
        self.durations: dict[str, float] = {}
        """Seconds spent so far in each phase."""

    def left_s(self, phase: str, step: int, steps: int) -> float | None:
        """Seconds until the job ends, now that `step` of `steps` of `phase` are done; None while unknown."""
        now = time.monotonic()
        if phase != self._phase:
            # A download that goes on begins with what was there already: that took none of this time.
            self._phase, self._phase_began, self._first_step = phase, now, step
        spent = now - self._phase_began
        self.durations[phase] = spent
        later = sum(seconds for name, seconds in self._earlier.items() if name not in self.durations)
        if step >= steps:
            return later if self._earlier else None
        if (taken := step - self._first_step) > 0 and spent > 0:
            return spent / taken * (steps - step) + later
        return self._earlier[phase] + later if phase in self._earlier else None
