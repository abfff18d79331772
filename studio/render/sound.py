"""The timeline's sound: any stretch of a project's audio tracks, mixed, exact to the sample."""

from __future__ import annotations

import math
from collections import OrderedDict
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from studio.errors import MissingFileError, StudioError
from studio.project.media_paths import resolve_path
from studio.project.timeline import Clip, External, Missing, Project, Reference, Track
from studio.render.slate import Problem, name_of
from studio.timing import Rate, RationalTime

if TYPE_CHECKING:
    from studio.media.audio import AudioReader

_OPEN_SOURCES = 8
# A cut through a wave is a click; 3 ms take it away and are too short to be heard as a fade.
_FADE_S = Fraction(3, 1000)


def sample_of(frame: int, rate: Rate, sample_rate: int) -> int:
    """The sample at which timeline `frame` begins: the nearest one, so that no error adds up."""
    return RationalTime(frame, rate).to_frames(Rate(sample_rate))


def heard_clips(project: Project) -> list[Clip]:
    """The clips on the audio tracks that are not muted."""
    return [clip for track, clip in project.clips() if track.kind == "audio" and not track.muted]


class Mixer:
    """Plays the audio tracks of a project; belongs to one thread.

    What cannot be read is silent and listed in `problems`. `sample_rate` in Hz; sound is stereo.
    """

    def __init__(self, project: Project, folder: Path, sample_rate: int = 48000) -> None:
        self.sample_rate = sample_rate
        self._project = project
        self._folder = folder
        self._readers: OrderedDict[str, AudioReader] = OrderedDict()
        self._problems: dict[Reference, Problem] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The sources that could not be heard since the last `update`."""
        return tuple(self._problems.values())

    def update(self, project: Project) -> None:
        """Goes on with an edited project; opened files stay open. Missing files are looked for again."""
        self._project = project
        self._problems.clear()

    def read(self, start_sample: int, count: int) -> np.ndarray:
        """Samples [start_sample, start_sample + count) as float32 (count, 2) in -1 … 1."""
        from studio.media.audio import mix

        end_sample = start_sample + count
        first = math.floor(start_sample * self._frames_per_sample) - 1
        last = math.ceil(end_sample * self._frames_per_sample) + 1
        parts: list[np.ndarray] = [np.zeros((count, 2), np.float32)]
        for track in self._project.tracks:
            if track.kind == "video" or track.muted:
                continue
            for clip in track.clips_between(first, last):
                begin = max(start_sample, self._sample(clip.start))
                end = min(end_sample, self._sample(clip.end))
                if begin < end:
                    part = np.zeros((count, 2), np.float32)
                    part[begin - start_sample : end - start_sample] = self._sound(track, clip, begin, end)
                    parts.append(part)
        return mix(parts)

    def close(self) -> None:
        for reader in self._readers.values():
            reader.close()
        self._readers.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    @property
    def _frames_per_sample(self) -> Fraction:
        return self._project.rate.fraction / self.sample_rate

    def _sample(self, frame: int) -> int:
        return sample_of(frame, self._project.rate, self.sample_rate)

    def _offset(self, clip: Clip) -> int:
        """What to add to a timeline sample to get the source's.

        Both halves of a split clip have the same, so that nothing is heard where it was split.
        """
        origin = clip.take.source_start - RationalTime(clip.start, self._project.rate)
        return origin.to_frames(Rate(self.sample_rate))

    def _sound(self, track: Track, clip: Clip, begin: int, end: int) -> np.ndarray:
        """Timeline samples [begin, end) of `clip`, which lie within it: float32 (end - begin, 2)."""
        reference = clip.take.reference
        silence = np.zeros((end - begin, 2), np.float32)
        if reference in self._problems or not isinstance(reference, External | Missing):
            return silence
        try:
            reader = self._reader(reference)
            offset = self._offset(clip)
            sound = reader.read(begin + offset, end - begin)
        except StudioError as error:
            self._problems[reference] = Problem(name_of(reference), error.message, error.hint)
            return silence
        return sound * self._edges(track, clip, begin, end)

    def _reader(self, reference: External | Missing) -> AudioReader:
        from studio.media.audio import AudioReader

        if isinstance(reference, Missing):
            raise MissingFileError(reference.reason, "Make it again, or remove the clip.")
        if reference.path not in self._readers:
            self._readers[reference.path] = AudioReader(
                resolve_path(self._folder, reference.path), self.sample_rate
            )
            if len(self._readers) > _OPEN_SOURCES:
                self._readers.popitem(last=False)[1].close()
        self._readers.move_to_end(reference.path)
        return self._readers[reference.path]

    def _edges(self, track: Track, clip: Clip, begin: int, end: int) -> np.ndarray:
        """The gain of samples [begin, end), float32 (end - begin, 1): 1 but for short fades at cuts."""
        fade = float(_FADE_S * self.sample_rate)
        start, stop = self._sample(clip.start), self._sample(clip.end)
        centres = np.arange(begin, end)[:, None] + 0.5
        gain = np.ones((end - begin, 1))
        if begin < start + fade and self._cuts_in(track, clip):
            gain *= np.clip((centres - start) / fade, 0, 1)
        if end > stop - fade and self._cuts_out(track, clip):
            gain *= np.clip((stop - centres) / fade, 0, 1)
        return gain.astype(np.float32)

    def _cuts_in(self, track: Track, clip: Clip) -> bool:
        """Whether `clip` starts in the middle of a sound: not at a file's beginning, nor at a mere split."""
        before = track.clip_at(clip.start - 1)
        begins = self._sample(clip.start) + self._offset(clip) <= 0
        return not begins and (before is None or not self._continues(before, clip))

    def _cuts_out(self, track: Track, clip: Clip) -> bool:
        after = track.clip_at(clip.end)
        return after is None or not self._continues(clip, after)

    def _continues(self, first: Clip, second: Clip) -> bool:
        same = first.take.reference == second.take.reference
        return same and self._offset(first) == self._offset(second)
