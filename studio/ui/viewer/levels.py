"""How loud the sound is at each moment, for the meters: peak and mean, side by side."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

_BLOCK_S = 0.02
_KEPT_S = 2.0


class Level(NamedTuple):
    """Linear, 1 is full scale."""

    peak: tuple[float, float]
    """Left, right."""
    rms: tuple[float, float]


SILENCE = Level((0.0, 0.0), (0.0, 0.0))


class LevelHistory:
    """The levels of sound on its way to the ear: written when it is mixed, read when it is heard.

    Written by one thread and read by another.
    """

    def __init__(self, sample_rate: int) -> None:
        import numpy as np

        self._block = round(_BLOCK_S * sample_rate)
        self._rate = sample_rate
        self._waiting = np.zeros((0, 2), np.float32)
        self._next = 0
        self._levels: deque[tuple[int, Level]] = deque(maxlen=round(_KEPT_S / _BLOCK_S))

    def add(self, samples: np.ndarray) -> None:
        """The next `samples`, float32 (n, 2)."""
        import numpy as np

        waiting = np.concatenate([self._waiting, samples])
        whole = len(waiting) // self._block * self._block
        blocks = waiting[:whole].reshape(-1, self._block, 2)
        self._waiting = waiting[whole:]
        peaks = np.abs(blocks).max(axis=1) if whole else np.zeros((0, 2))
        means = np.sqrt((blocks**2).mean(axis=1)) if whole else np.zeros((0, 2))
        for peak, mean in zip(peaks, means, strict=True):
            level = Level((float(peak[0]), float(peak[1])), (float(mean[0]), float(mean[1])))
            self._levels.append((self._next, level))
            self._next += self._block

    def at(self, seconds: float) -> Level:
        """The level of what is heard `seconds` after the start; silence where nothing is known."""
        sample = seconds * self._rate
        for begin, level in tuple(self._levels):
            if begin <= sample < begin + self._block:
                return level
        return SILENCE
