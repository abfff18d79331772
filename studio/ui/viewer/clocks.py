"""What time it is in a playback: by the sound that was heard, or by the computer's clock."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple, Protocol

_LONGEST_GUESS_S = 0.12
"""The sound's clock runs on by itself between reports of the card, at most this far."""


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


class Heard(NamedTuple):
    """`samples` had left the card at the time `at`."""

    samples: int
    at: float
    runs: bool
    """Whether sound comes out by now, and the clock may run on between reports."""


class SoundClock:
    """Counts the samples that left the card, so that no error adds up however long it plays.

    A card's own quartz is a little fast or slow, and it reports in steps: between reports the time is
    guessed by the computer's clock `now`, and the next report puts it right. It never goes back.
    """

    def __init__(self, sample_rate: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = sample_rate
        self._now = now
        self._heard = Heard(0, now(), False)
        self._reached = 0.0
        self.begun = False
        """Whether the card has said anything yet."""

    def report(self, samples: int, runs: bool) -> None:
        """The card has played `samples` since the start. May be called from the sound's thread."""
        self._heard = Heard(samples, self._now(), runs)
        self.begun = True

    def seconds(self) -> float:
        """Seconds of sound heard; 0 until the card has begun."""
        heard = self._heard
        since = min(self._now() - heard.at, _LONGEST_GUESS_S) if heard.runs else 0.0
        # A card may report less than was guessed, but a picture that was seen is not taken back.
        self._reached = max(self._reached, heard.samples / self._rate + since)
        return self._reached

    def silent_for(self) -> float:
        """Seconds since the card's last report, or since the start when there was none."""
        return self._now() - self._heard.at


def frame_at(start: int, seconds: float, rate: Fraction, speed: Fraction) -> int:
    """The timeline frame on the screen after `seconds` of playing from frame `start` at `speed`."""
    played = seconds * float(rate * speed)
    return start + (math.floor(played) if speed > 0 else math.ceil(played))
