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
from studio.render.gains import Loudness
from studio.render.slate import Problem, name_of
from studio.render.stretching import Stretched
from studio.render.voices import Voice, is_heard, sample_of

if TYPE_CHECKING:
    from studio.media.audio import AudioReader

__all__ = ["Mixer", "heard_clips", "sample_of"]

_OPEN_SOURCES = 8


def heard_clips(project: Project) -> list[Clip]:
    """The clips on the audio tracks that are heard: not muted, and solo where any is."""
    return [clip for track in project.playing_tracks("audio") for clip in track.clips]


class Mixer:
    """Plays the audio tracks of a project; belongs to one thread.

    What cannot be read is silent and listed in `problems`. `sample_rate` in Hz; sound is stereo.
    """

    def __init__(self, project: Project, folder: Path, sample_rate: int = 48000) -> None:
        self.sample_rate = sample_rate
        self._project = project
        self._folder = folder
        self._readers: OrderedDict[str, AudioReader] = OrderedDict()
        self._stretched: OrderedDict[tuple[str, Fraction, bool, int], Stretched] = OrderedDict()
        self._loudness: dict[str, Loudness] = {}
        self._problems: dict[Reference, Problem] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The sources that could not be heard since the last `update`."""
        return tuple(self._problems.values())

    def update(self, project: Project) -> None:
        """Goes on with an edited project; opened files stay open. Missing files are looked for again."""
        self._project = project
        self._loudness.clear()
        self._problems.clear()

    def read(self, start_sample: int, count: int) -> np.ndarray:
        """Samples [start_sample, start_sample + count) as float32 (count, 2) in -1 … 1."""
        from studio.media.audio import mix

        parts: list[np.ndarray] = [np.zeros((count, 2), np.float32)]
        for track in self._project.playing_tracks("audio"):
            parts.extend(self._parts(track, start_sample, count))
        return mix(parts)

    def close(self) -> None:
        for reader in self._readers.values():
            reader.close()
        self._readers.clear()
        self._stretched.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def _parts(self, track: Track, start_sample: int, count: int) -> list[np.ndarray]:
        """The sound of each clip of `track` that is heard then, at its place in `count` samples."""
        end_sample = start_sample + count
        loudness = self._loudness_of(track)
        frames_per_sample = self._project.rate.fraction / self.sample_rate
        first = math.floor(start_sample * frames_per_sample) - loudness.reach
        last = math.ceil(end_sample * frames_per_sample) + loudness.reach
        parts: list[np.ndarray] = []
        for clip in track.clips_between(first, last):
            if not is_heard(clip):
                continue
            rise, fall = loudness.ends(clip)
            begin, end = max(start_sample, math.floor(rise.start)), min(end_sample, math.ceil(fall.end))
            if begin < end:
                part = np.zeros((count, 2), np.float32)
                sound = self._sound(clip, begin, end) * loudness.gain(clip, begin, end)
                part[begin - start_sample : end - start_sample] = sound
                parts.append(part)
        return parts

    def _loudness_of(self, track: Track) -> Loudness:
        if track.id not in self._loudness:
            self._loudness[track.id] = Loudness(track, self._project.rate, self.sample_rate)
        return self._loudness[track.id]

    def _sound(self, clip: Clip, begin: int, end: int) -> np.ndarray:
        """Timeline samples [begin, end) of `clip` as they come: float32 (end - begin, 2)."""
        reference = clip.take.reference
        silence = np.zeros((end - begin, 2), np.float32)
        if reference in self._problems or not isinstance(reference, External | Missing):
            return silence
        try:
            return self._streamed(reference, clip, begin, end - begin)
        except StudioError as error:
            self._problems[reference] = Problem(name_of(reference), error.message, error.hint)
            return silence

    def _streamed(self, reference: External | Missing, clip: Clip, begin: int, count: int) -> np.ndarray:
        """`count` samples, from timeline sample `begin` on, of the stream that `clip` lies on."""

        def read(first: int, length: int) -> np.ndarray:
            reader = self._reader(reference)
            if clip.reverse:
                return reader.read(-first - length, length)[::-1]
            return reader.read(first, length)

        offset = Voice(clip, self._project.rate, self.sample_rate).offset
        speed = clip.speed.fraction
        if speed == 1 or isinstance(reference, Missing):
            return read(begin + offset, count)
        # With the offset: two parts of one file in a cross-fade go on side by side.
        key = reference.path, speed, clip.reverse, offset
        if key not in self._stretched:
            self._stretched[key] = Stretched(read, speed, self.sample_rate)
            if len(self._stretched) > _OPEN_SOURCES:
                self._stretched.popitem(last=False)
        self._stretched.move_to_end(key)
        return self._stretched[key].read(begin + offset, count)

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
