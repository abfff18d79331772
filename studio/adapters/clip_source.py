"""What the torch-free adapters share: a job's input clip opened, and frames reported while they stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from studio.adapters.base import RunContext
from studio.errors import MediaError
from studio.jobs.job import Source
from studio.media.audio import sound_blocks
from studio.media.info import MediaInfo
from studio.media.probe import probe
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
            context.preview([image])
        yield image
        context.progress("render", k + 1, count)
