"""A clip's sound as a stream of samples, and where on it the timeline lies.

Sample n of the stream is the source's sample n, n · speed where it plays at another speed; played backwards,
samples count from -1 at the source's beginning down to its end. Both halves of a split clip lie on the same
stream at the same place, so nothing is heard where it was split.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from studio.project.timeline import Clip, External, Missing
from studio.timing import Rate, RationalTime


def sample_of(frame: int, rate: Rate, sample_rate: int) -> int:
    """The sample at which timeline `frame` begins: the nearest one, so that no error adds up."""
    return RationalTime(frame, rate).to_frames(Rate(sample_rate))


def is_heard(clip: Clip) -> bool:
    """Whether there is any sound to it: stills, sequences, titles, ghosts and frozen clips are silent."""
    return isinstance(clip.take.reference, External | Missing) and not clip.frozen


class Voice(NamedTuple):
    """A clip that is heard, on a timeline of `rate`, at `sample_rate`."""

    clip: Clip
    rate: Rate
    sample_rate: int

    @property
    def start(self) -> int:
        """The timeline sample at which the clip begins."""
        return sample_of(self.clip.start, self.rate, self.sample_rate)

    @property
    def end(self) -> int:
        return sample_of(self.clip.end, self.rate, self.sample_rate)

    @property
    def offset(self) -> int:
        """What to add to a timeline sample to get the stream's."""
        clip = self.clip
        begin = clip.take.source_start.seconds / clip.speed.fraction
        if clip.reverse:
            origin = -begin - RationalTime(clip.end, self.rate).seconds
        else:
            origin = begin - RationalTime(clip.start, self.rate).seconds
        return RationalTime.from_seconds(origin).to_frames(Rate(self.sample_rate))

    @property
    def room_before(self) -> float:
        """How many samples the stream has before the clip's first."""
        first = self.start + self.offset
        return first + self._length if self.clip.reverse else first

    @property
    def _length(self) -> float:
        """Samples in the whole stream; endless where nobody knows."""
        reference = self.clip.take.reference
        if not isinstance(reference, External) or reference.duration is None:
            return math.inf
        return math.floor(reference.duration.seconds / self.clip.speed.fraction * self.sample_rate)

    def goes_on_in(self, other: Voice) -> bool:
        """Whether `other`, right after this one, plays on where it stops: a mere split."""
        one, two = self.clip, other.clip
        same = one.take.reference == two.take.reference
        alike = (one.speed, one.reverse) == (two.speed, two.reverse)
        return same and alike and self.offset == other.offset
