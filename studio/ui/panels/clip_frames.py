"""Which frames of its file a clip shows at which frame of the timeline. No widgets here."""

from __future__ import annotations

from typing import NamedTuple

from studio.project.timeline import Clip, External
from studio.timing import Rate

_PICTURE_RATE = Rate(24)


class ClipFrames(NamedTuple):
    """Numbers count from 0 at the beginning of the part of the file that `clip` shows, at the file's rate."""

    clip: Clip
    project_rate: Rate

    @property
    def rate(self) -> Rate:
        """The file's own; 24 for a still picture."""
        reference = self.clip.take.reference
        return (isinstance(reference, External) and reference.rate) or _PICTURE_RATE

    def at(self, frame: int) -> range:
        """What passes while timeline `frame` is shown, at least one number; empty outside the clip."""
        clip = self.clip
        if not clip.start <= frame < clip.end:
            return range(0)
        position = clip.end - 1 - frame if clip.reverse else frame - clip.start
        first, end = (
            clip.source_length(edge, self.project_rate).floor_frames(self.rate)
            for edge in (position, position + 1)
        )
        return range(first, max(first + 1, end))

    def place_of(self, number: int) -> int | None:
        """The first timeline frame that shows `number`; None where the clip shows it nowhere."""
        ratio = self.clip.source_rate(self.project_rate).fraction / self.rate.fraction
        guess = int(number * ratio)
        positions = range(max(0, guess - 1), guess + 3)
        first, last = self.clip.start, self.clip.end - 1
        frames = (last - position if self.clip.reverse else first + position for position in positions)
        return next((frame for frame in frames if number in self.at(frame)), None)
