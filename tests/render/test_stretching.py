"""Sound at another speed, straight from the stretching: any place, any order, no seams."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from studio.render.stretching import Stretched

RATE = 48000


def tone(start: int, count: int) -> np.ndarray:
    """A tone that has no beginning and no end: float32 (count, 2)."""
    wave = 0.5 * np.sin(2 * np.pi * 330 * np.arange(start, start + count) / RATE)
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def is_steady(sound: np.ndarray) -> bool:
    peaks = np.abs(sound[: len(sound) // 480 * 480, 0]).reshape(-1, 480).max(axis=1)
    return bool(np.abs(peaks - 0.5).max() < 0.01)


@pytest.mark.parametrize("start", [0, 123_457, -200_003, 10**9])
def test_it_begins_anywhere_with_full_level(start: int) -> None:
    sound = Stretched(tone, Fraction(3, 2), RATE).read(start, 20_000)
    assert sound.shape == (20_000, 2)
    assert is_steady(sound)


def test_jumps_forwards_and_backwards_give_sound_at_once() -> None:
    stretched = Stretched(tone, Fraction(2), RATE)
    for start in (0, 500_000, 490_000, 0, 700_000, 3_000):
        assert is_steady(stretched.read(start, 5_000)), start


def test_what_was_read_is_there_again() -> None:
    stretched = Stretched(tone, Fraction(4, 3), RATE)
    first = stretched.read(10_000, 30_000)
    assert np.array_equal(stretched.read(20_000, 10_000), first[10_000:20_000])


def test_reading_on_for_a_minute_keeps_seconds() -> None:
    def silence(start: int, count: int) -> np.ndarray:
        return np.zeros((count, 2), np.float32)

    stretched = Stretched(silence, Fraction(1, 2), RATE)
    for start in range(0, 60 * RATE, RATE):
        assert not stretched.read(start, RATE).any()
    assert sum(len(part) for part in stretched._parts) < 5 * RATE
