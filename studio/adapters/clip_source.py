"""What the torch-free adapters share: a job's input clip opened, and frames reported while they stream."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import numpy as np

from studio.adapters.base import RunContext
from studio.errors import MediaError
from studio.jobs.job import Source
from studio.media.audio import sound_blocks
from studio.media.info import MediaInfo
from studio.media.probe import probe
from studio.media.reader import open_reader
from studio.render.levels import visible
from studio.timing import Rate, RationalTime, TimeRange, frame_time

SOUND_RATE = 48_000
_PICTURE_RATE = Rate(24)


class ClipSource(NamedTuple):
    """A job's input: what it is, the part of it that is wanted, and that part's sound."""

    info: MediaInfo
    time_range: TimeRange
    rate: Rate
    """The source's own frame rate; 24 for a still picture."""
    audio: Iterator[np.ndarray] | None
    """float32 (samples, 2) at 48 kHz in blocks, together as long as `time_range`; None without sound."""

    @property
    def has_alpha(self) -> bool:
        """Whether its frames can be read with their transparency; that of HDR cannot."""
        return self.info.has_alpha and not self.info.color.needs_table

    def frames_from(self, first: int) -> Iterator[np.ndarray]:
        """The frames from number `first` of the range on: uint8 RGB, or straight RGBA with alpha."""
        begin = self.time_range.start + frame_time(first, self.rate)
        with closing(open_reader(self.info.path, alpha=True)) as reader:
            for frame in reader.frames(TimeRange(begin, self.time_range.end - begin), self.rate):
                yield frame.image


def open_source(source: Source, context: RunContext) -> ClipSource:
    """Probes `source`; says what a person should know about it.

    Raises MissingFileError, and MediaError where there is no picture in it.
    """
    info = probe(source.path)
    if info.kind == "audio":
        raise MediaError(f"{source.path} has sound but no picture.", "Choose a video.")
    for note in info.notes:
        context.notice(note)
    rate = info.rate or _PICTURE_RATE
    whole = TimeRange(RationalTime(0, rate), info.duration or frame_time(1, rate))
    time_range = source.time_range or whole
    audio = None
    if info.audio is not None:
        audio = sound_blocks(source.path, SOUND_RATE, time_range.start, time_range.duration)
    return ClipSource(info, time_range, rate, audio)


def reported(
    frames: Iterator[np.ndarray], count: int, context: RunContext, start: int = 0
) -> Iterator[np.ndarray]:
    """`frames`, number `start` to `count`, with progress, previews and a chance to cancel at each."""
    for k, image in enumerate(frames, start):
        context.raise_if_cancelled()
        if context.wants_preview():
            context.preview([visible(image)])
        yield image
        context.progress("render", k + 1, count)


def parted(frame: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """The colours of `frame` (uint8 RGB or straight RGBA) and its alpha (H, W), None where it has none."""
    if frame.shape[2] == 3:
        return frame, None
    return np.ascontiguousarray(frame[..., :3]), frame[..., 3]


def joined(colours: np.ndarray, alpha: np.ndarray | None) -> np.ndarray:
    """The inverse of `parted`."""
    return colours if alpha is None else np.dstack((colours, alpha))
