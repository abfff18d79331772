"""How loud a clip is at each sample: its volume, its fades, cross-fades, and no clicks at its cuts."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from studio.project.curves import Curve
from studio.project.timeline import Clip, Track
from studio.render.crossings import Crossing, Crossings
from studio.render.voices import Voice, is_heard, sample_of
from studio.timing import Rate

# A cut through a wave is a click; 3 ms take it away and are too short to be heard as a fade.
_FADE_S = Fraction(3, 1000)
# Volume curves are followed at this many points per second, and straight between them.
_POINTS_PER_S = 1000


class Ramp(NamedTuple):
    """From silence to full, or back, over the timeline samples [start, end); none where they are equal."""

    start: float
    end: float
    equal_power: bool = False

    def rising(self, samples: np.ndarray) -> np.ndarray:
        """The gain at `samples` (float, the middles of samples) of a beginning: 0 before, 1 after."""
        if self.end <= self.start:
            return (samples >= self.start).astype(np.float64)
        share = np.clip((samples - self.start) / (self.end - self.start), 0, 1)
        return np.sin(np.pi / 2 * share) if self.equal_power else share

    def falling(self, samples: np.ndarray) -> np.ndarray:
        """The same for an ending: 1 before, 0 after."""
        if self.end <= self.start:
            return (samples < self.end).astype(np.float64)
        share = np.clip((samples - self.start) / (self.end - self.start), 0, 1)
        return np.cos(np.pi / 2 * share) if self.equal_power else 1 - share


class Loudness:
    """The gains of the clips of one track."""

    def __init__(self, track: Track, rate: Rate, sample_rate: int) -> None:
        self._track = track
        self._crossings = Crossings(track)
        self._rate = rate
        self._sample_rate = sample_rate
        self._fade = float(_FADE_S * sample_rate)
        self.reach = 1 + max((max(each.before, each.after) for each in track.transitions), default=0)
        """How many frames beyond its ends a clip may be heard."""

    def ends(self, clip: Clip) -> tuple[Ramp, Ramp]:
        """How `clip` begins and how it ends; it is heard from the first's start to the last's end."""
        return self._beginning(clip), self._ending(clip)

    def gain(self, clip: Clip, begin: int, end: int) -> np.ndarray:
        """The gain of `clip` at timeline samples [begin, end): float32 (end - begin, 1)."""
        samples = np.arange(begin, end) + 0.5
        rise, fall = self.ends(clip)
        gain = rise.rising(samples) * fall.falling(samples)
        if clip.fade_in and self._crossings.into(clip) is None:
            gain *= Ramp(self._sample(clip.start), self._sample(clip.start + clip.fade_in)).rising(samples)
        if clip.fade_out and self._crossings.out_of(clip) is None:
            gain *= Ramp(self._sample(clip.end - clip.fade_out), self._sample(clip.end)).falling(samples)
        return (gain * self._volume(clip, begin, end)).astype(np.float32)[:, None]

    def _volume(self, clip: Clip, begin: int, end: int) -> np.ndarray | float:
        curve: Curve = clip.volume
        if not curve.keyframes:
            return curve.value
        step = max(1, self._sample_rate // _POINTS_PER_S)
        # The same points however the sound is asked for.
        points = np.arange(begin // step, -(-end // step) + 1) * step
        frames = points * float(self._rate.fraction / self._sample_rate) - clip.start
        return np.interp(np.arange(begin, end), points, [curve.at(float(frame)) for frame in frames])

    def _beginning(self, clip: Clip) -> Ramp:
        if (crossing := self._crossings.into(clip)) is not None:
            return self._over(crossing)
        voice, before = self._voice(clip), self._heard_at(clip.start - 1)
        if before is not None and before.goes_on_in(voice):
            return Ramp(voice.start, voice.start)
        if before is not None and voice.room_before >= self._fade:
            # It rises while the clip before it falls, so that there is no dip. Not after the cut: people cut
            # right before a beat, and the beginning of that beat would still be heard.
            return Ramp(voice.start - self._fade, voice.start)
        # A recording's own beginning is no cut.
        return Ramp(voice.start, voice.start + (self._fade if voice.room_before > 0 else 0))

    def _ending(self, clip: Clip) -> Ramp:
        if (crossing := self._crossings.out_of(clip)) is not None:
            return self._over(crossing)
        voice, after = self._voice(clip), self._heard_at(clip.end)
        if after is not None and voice.goes_on_in(after):
            return Ramp(voice.end, voice.end)
        return Ramp(voice.end - self._fade, voice.end)

    def _over(self, crossing: Crossing) -> Ramp:
        return Ramp(self._sample(crossing.start), self._sample(crossing.end), equal_power=True)

    def _heard_at(self, frame: int) -> Voice | None:
        clip = self._track.clip_at(frame)
        return self._voice(clip) if clip is not None and is_heard(clip) else None

    def _voice(self, clip: Clip) -> Voice:
        return Voice(clip, self._rate, self._sample_rate)

    def _sample(self, frame: int) -> int:
        return sample_of(frame, self._rate, self._sample_rate)
