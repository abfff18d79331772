"""The timeline's sound at the shuttle's speed: as on a tape, faster is higher and backwards is reversed."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Protocol

import numpy as np

FASTEST_HEARD = 2
"""Beyond this speed sound is a chirp that tells nothing, and is left silent."""


class Sound(Protocol):
    def read(self, start_sample: int, count: int) -> np.ndarray:
        """Samples [start_sample, start_sample + count) as float32 (count, 2), silence outside."""
        ...


class ShuttleSound:
    """Walks through `sound` from sample `start` on, `speed` samples for each one given out."""

    def __init__(self, sound: Sound, start: int, speed: Fraction) -> None:
        self._sound = sound
        self._start = start
        self._speed = speed
        self._given = 0

    def read(self, count: int) -> np.ndarray:
        """The next `count` samples, float32 (count, 2)."""
        first = self._given
        self._given += count
        if abs(self._speed) > FASTEST_HEARD:
            return np.zeros((count, 2), np.float32)
        if self._speed == 1:
            return self._sound.read(self._start + first, count)
        # Positions are counted from the start, exactly: no rounding adds up over an hour.
        begin, end = self._position(first), self._position(first + count)
        low, high = math.floor(min(begin, end)), math.ceil(max(begin, end)) + 1
        source = self._sound.read(low, high - low)
        if abs(self._speed) > 1:
            source = _softened(source)
        places = float(begin - low) + float(self._speed) * np.arange(count)
        index = np.clip(places.astype(int), 0, len(source) - 2)
        share = (places - index)[:, None].astype(np.float32)
        return source[index] * (1 - share) + source[index + 1] * share

    def _position(self, given: int) -> Fraction:
        return self._start + given * self._speed


def _softened(source: np.ndarray) -> np.ndarray:
    """The mean of each sample with its neighbours: less of what would fold back when samples are skipped."""
    padded = np.concatenate([source[:1], source, source[-1:]])
    return (padded[:-2] + 2 * source + padded[2:]) / 4
