"""What time it is in a playback: by the computer's clock. The sound's clock has the same face."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    def seconds(self) -> float:
        """Seconds of playing since the start."""
        ...


class SteadyClock:
    """Runs by the monotonic clock from `start_s` on."""

    def __init__(self, start_s: float = 0.0) -> None:
        self._began = time.monotonic() - start_s

    def seconds(self) -> float:
        return time.monotonic() - self._began
