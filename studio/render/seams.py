"""Measures how brightness, contrast and colour of a long video's windows drift apart, and mends it.

A window shows the last frames of the one before it again (`shared`). What it makes of them tells how it sees
the same picture; a map of each colour channel, `gain · value + offset`, brings the two together at the seam.
From there on the window is led back to the first window with the same words, the anchor, which is fixed, as
far as it has left the range in which that one's own frames lie: so no error is handed on and grows.

Frames are uint8 RGB (F, H, W, 3), levels 0 … 255.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

# What a model adds from window to window is small; more than this is the scene itself that changes.
_MOST_GAIN = 0.06
_MOST_LEVELS = 8.0
_SEEN_LEVELS = 2.0
_SEEN_CONTRAST = 0.02
# A flat picture has no contrast to compare.
_LEAST_SPREAD = 2.0


class Tone(NamedTuple):
    """Of some frames, for each colour channel: float64 (3,) each."""

    mean: np.ndarray
    spread: np.ndarray
    """The standard deviation of the pixels: contrast."""
    mean_swing: np.ndarray
    """How far the mean of a single frame goes from `mean`: what moves changes it, without any drift."""
    spread_swing: np.ndarray


class Drift(NamedTuple):
    """How far some frames are from others, the worst channel each."""

    levels: float
    """Of the mean, in levels of 0 … 255."""
    contrast: float
    """Of the spread, as a factor less 1."""

    @property
    def is_seen(self) -> bool:
        return self.levels >= _SEEN_LEVELS or self.contrast >= _SEEN_CONTRAST

    def __str__(self) -> str:
        return f"{self.levels:.1f} levels, {100 * self.contrast:.1f} % contrast"


class ToneMap(NamedTuple):
    """`gain · value + offset`, each float64 (3,)."""

    gain: np.ndarray
    offset: np.ndarray


SAME = ToneMap(np.ones(3), np.zeros(3))


def tone_of(frames: np.ndarray) -> Tone:
    """The tone of uint8 RGB `frames` (F, H, W, 3), one frame at a time, so that memory stays flat."""
    each = [cv2.meanStdDev(frame) for frame in frames]
    means = np.array([mean[:, 0] for mean, _ in each])
    spreads = np.array([spread[:, 0] for _, spread in each])
    mean, spread = means.mean(axis=0), spreads.mean(axis=0)
    return Tone(mean, spread, np.abs(means - mean).max(axis=0), np.abs(spreads - spread).max(axis=0))


def drift(tone: Tone, anchor: Tone) -> Drift:
    """How far `tone` is from `anchor`."""
    ratio = np.maximum(tone.spread, _LEAST_SPREAD) / np.maximum(anchor.spread, _LEAST_SPREAD)
    return Drift(float(np.abs(tone.mean - anchor.mean).max()), float(np.abs(ratio - 1).max()))


def map_between(tone: Tone, wanted: Tone) -> ToneMap:
    """What brings `tone` to `wanted`, within what may be a model's drift; the rest is left to the scene."""
    ratio = np.maximum(wanted.spread, _LEAST_SPREAD) / np.maximum(tone.spread, _LEAST_SPREAD)
    gain = np.clip(ratio, 1 - _MOST_GAIN, 1 + _MOST_GAIN)
    shift = np.clip(wanted.mean - tone.mean, -_MOST_LEVELS, _MOST_LEVELS)
    # The gain turns around the mean, so that it does not shift it.
    return ToneMap(gain, tone.mean * (1 - gain) + shift)


def mapped(tone: Tone, by: ToneMap) -> Tone:
    """The tone that frames of `tone` have after `by`."""
    return Tone(
        by.gain * tone.mean + by.offset,
        by.gain * tone.spread,
        by.gain * tone.mean_swing,
        by.gain * tone.spread_swing,
    )


def at_home(tone: Tone, anchor: Tone) -> Tone:
    """The tone nearest to `tone` that a frame of the anchor might have; itself where it might."""
    low, high = anchor.mean - anchor.mean_swing, anchor.mean + anchor.mean_swing
    flat, steep = anchor.spread - anchor.spread_swing, anchor.spread + anchor.spread_swing
    return tone._replace(mean=np.clip(tone.mean, low, high), spread=np.clip(tone.spread, flat, steep))


def home_map(tone: Tone, anchor: Tone, seam: ToneMap) -> ToneMap:
    """`seam`, and what then brings `tone` to where the anchor might be, unless the scene itself changed."""
    seen = mapped(tone, seam)
    goal = at_home(seen, anchor)
    found = drift(seen, goal)
    if found.levels > _MOST_LEVELS or found.contrast > _MOST_GAIN:
        return seam
    more = map_between(seen, goal)
    return ToneMap(more.gain * seam.gain, more.gain * seam.offset + more.offset)


def mended(frames: np.ndarray, seam: ToneMap, home: ToneMap, *, backwards: bool = False) -> np.ndarray:
    """`frames` with `seam` where they meet the others, turning steadily into `home` at their far end.

    The frames meet the others with their first one, `backwards` with their last.
    """
    share = np.linspace(0, 1, len(frames)) if len(frames) > 1 else np.zeros(len(frames))
    result = np.empty_like(frames)
    for k, part in enumerate(share[::-1] if backwards else share):
        gain = seam.gain + (home.gain - seam.gain) * part
        offset = seam.offset + (home.offset - seam.offset) * part
        values = frames[k].astype(np.float32) * gain.astype(np.float32) + offset.astype(np.float32)
        result[k] = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return result


def faded(there: np.ndarray, again: np.ndarray, *, backwards: bool = False) -> np.ndarray:
    """The frames that two windows share, going over from `there` to `again` towards the new frames."""
    count = len(there)
    share = (np.arange(count) + 1) / (count + 1)
    if backwards:
        share = share[::-1]
    weight = share.reshape(-1, 1, 1, 1).astype(np.float32)
    return np.rint(there + (again.astype(np.float32) - there) * weight).astype(np.uint8)
