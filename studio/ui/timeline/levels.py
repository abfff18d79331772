"""Where a clip's level line runs: loudness on sound, opacity on pictures."""

from __future__ import annotations

import math

from studio.project.curves import Curve
from studio.project.timeline import Clip, Track

LOUDEST = 4.0
"""Gain at the upper edge, +12 dB."""


def level_curve(track: Track, clip: Clip) -> Curve:
    """The curve that the line of a clip on `track` shows."""
    return clip.volume if track.kind == "audio" else clip.appearance.opacity


def share_of(track: Track, value: float) -> float:
    """How high the line runs for `value`, 0 to 1; a square law for sound, with unity in the middle."""
    if track.kind == "audio":
        return math.sqrt(min(max(value, 0.0), LOUDEST) / LOUDEST)
    return min(max(value, 0.0), 1.0)


def value_at(track: Track, share: float) -> float:
    """The value for a line at height `share`; near unity it is unity, which nobody could hit by hand."""
    share = min(max(share, 0.0), 1.0)
    if track.kind == "audio":
        value = LOUDEST * share * share
        return 1.0 if abs(share - 0.5) < 0.02 else round(value, 4)
    return round(share, 3)


def level_words(track: Track, value: float) -> str:
    """What a person is told: "−6.0 dB", "silent", "opacity 50 %"."""
    if track.kind != "audio":
        return f"Opacity {round(value * 100)} %"
    if value <= 0:
        return "Silent"
    decibel = 20 * math.log10(value)
    return f"Volume {decibel:+.1f} dB".replace("-", "−")
