"""Sound played faster or slower at its own pitch.

WSOLA (Verhelst and Roelands, ICASSP 1993): overlapping pieces of 40 ms are laid down at an even pace, each
taken from the source near where it belongs, exactly where it best goes on from the piece before it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np

_PIECE_S = Fraction(1, 25)
# A period of 50 Hz fits into this reach to both sides, so every wave finds its place.
_REACH_S = Fraction(1, 100)
# What was made is kept this long.
_KEPT_S = 2
# Making on is cheaper than beginning again up to this far ahead.
_NEAR_S = 2


class Stretched:
    """The sound that `read(start, count)` gives (float32 (count, 2), any start) at `speed`, sample by sample.

    Sample n of it is what the source has at n · `speed`, to a hundredth of a second. Read on in any portions
    it is one sound without seams; after a jump it begins anew, with its pieces elsewhere by that hundredth.
    """

    def __init__(
        self,
        read: Callable[[int, int], np.ndarray],
        speed: Fraction | Callable[[Fraction], Fraction],
        sample_rate: int = 48000,
    ) -> None:
        """`speed` may be the course itself: seconds of the result → seconds of the source."""
        self._read = read
        self._speed = speed
        self._hop = int(_PIECE_S * sample_rate) // 2
        self._reach = int(_REACH_S * sample_rate)
        self._sample_rate = sample_rate
        # Two such windows, half a piece apart, add up to exactly 1.
        rise = np.sin(np.pi / 2 * (np.arange(self._hop) + 0.5) / self._hop) ** 2
        self._rise = rise.astype(np.float32)[:, None]
        self._begin(0)

    def read(self, start: int, count: int) -> np.ndarray:
        """Samples [start, start + count): float32 (count, 2)."""
        near = self._made_to + _NEAR_S * self._sample_rate
        if not self._made_from <= start <= near:
            self._begin(start)
        while self._made_to < start + count:
            self._parts.append(self._next_part())
            self._made_to += self._hop
        self._forget(start)
        made = np.concatenate(self._parts) if self._parts else np.zeros((0, 2), np.float32)
        self._parts = [made]
        offset = start - self._made_from
        return made[offset : offset + count].copy()

    def _begin(self, start: int) -> None:
        """Anew, so that the sound from sample `start` on can be made."""
        number = math.floor(start / self._hop) - 1
        self._place = self._home(number)
        self._number = number + 1
        self._parts: list[np.ndarray] = []
        self._made_from = self._made_to = self._number * self._hop

    def _home(self, number: int) -> int:
        """Where piece `number` begins in the source when its middle is to lie in its right place."""
        middle = (number + 1) * self._hop
        if isinstance(self._speed, Fraction):
            return math.floor(middle * self._speed) - self._hop
        return math.floor(self._speed(Fraction(middle, self._sample_rate)) * self._sample_rate) - self._hop

    def _next_part(self) -> np.ndarray:
        """The next half piece: the fading end of the piece before under the rising start of a new one."""
        ending = self._read(self._place + self._hop, self._hop)
        home = self._home(self._number)
        around = self._read(home - self._reach, self._hop + 2 * self._reach)
        shift = _best_match(around.sum(axis=1), ending.sum(axis=1))
        self._place = home - self._reach + shift
        self._number += 1
        return ending * (1 - self._rise) + around[shift : shift + self._hop] * self._rise

    def _forget(self, start: int) -> None:
        spare = (start - self._made_from) // self._hop - _KEPT_S * self._sample_rate // self._hop
        # Rarely and much at once: it copies what stays.
        if spare * self._hop > self._sample_rate:
            made = np.concatenate(self._parts)
            self._parts = [made[spare * self._hop :]]
            self._made_from += spare * self._hop


def _best_match(around: np.ndarray, wanted: np.ndarray) -> int:
    """Where in `around` the wave is most like `wanted` (normalised correlation); else the middle."""
    likeness = np.correlate(around, wanted, mode="valid")
    energy = np.cumsum(np.concatenate([[0.0], np.square(around, dtype=np.float64)]))
    length = len(wanted)
    likeness = likeness / np.sqrt(energy[length:] - energy[:-length] + 1e-9)
    best = int(np.argmax(likeness))
    middle = len(likeness) // 2
    # Silence fits everywhere; what hardly fits better elsewhere stays where it belongs.
    return best if likeness[best] > likeness[middle] + 1e-6 else middle
