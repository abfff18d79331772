"""Decoded sound of one file at its own rate, each sample at its exact place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from studio.errors import MediaError
from studio.media.container import film_stream, open_media
from studio.media.probe import examine

if TYPE_CHECKING:
    from os import PathLike

    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

# Lapped transforms and bit reservoirs need earlier packets: 80 ms for Opus, nine frames (0.2 s) for MP3.
_WARM_UP_S = Fraction(1, 2)
# A timestamp this far from the count of samples is a hole in the recording, not rounding.
_HOLE_S = Fraction(1, 20)
_ANCHOR_S = Fraction(1, 2)


class SoundChunk(NamedTuple):
    """Consecutive samples."""

    start: int
    """Number of the first one, at the source's rate; 0 is the first frame of the film, if there is one."""
    samples: np.ndarray
    """float32 (n, 2)"""


class AudioDecoder:
    """The first sound stream of `path` as stereo; more channels are mixed down, one is doubled.

    Raises MissingFileError, and MediaError when there is no sound in the file.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._path = path
        self._open()
        self.rate = self._stream.codec_context.sample_rate
        self._time_base = Fraction(self._stream.time_base or Fraction(1, self.rate))
        # Matroska's whole milliseconds do not tell one sample from another: places are found by counting,
        # and kept as anchors to come back to.
        self._coarse = self._time_base > Fraction(1, self.rate)
        self._anchors: list[tuple[int, int]] = []  # (sample, timestamp), both ascending
        self._fresh = True
        film_start = _film_start(self._container, path)
        self._origin_s = self._sound_start() if film_start is None else film_start

    def _open(self) -> None:
        self._container = open_media(self._path)
        stream = _sound_stream(self._container)
        if stream is None:
            self._container.close()
            raise MediaError(
                f"{self._path} has no sound in it.", "Choose a sound file, or a film with sound."
            )
        self._stream = stream

    def _sound_start(self) -> Fraction:
        first = next(self._rewound(), None)
        return Fraction(0) if first is None else (first.pts or 0) * self._time_base

    def close(self) -> None:
        self._container.close()

    def chunks(self, start: int) -> Iterator[SoundChunk]:
        """The sound from sample `start` to the end; the first chunk may begin earlier or (silence) later."""
        landing = self._landing(start)
        if landing is None:
            yield from self._counted(self._rewound(), None)
            return
        sample, timestamp = landing
        warm_up = int(_WARM_UP_S / self._time_base)
        self._fresh = False
        self._container.seek(timestamp - warm_up, stream=self._stream, backward=True)
        frames = self._frames()
        if self._coarse:
            frames = _from_timestamp(frames, timestamp)
            yield from self._counted(frames, sample)
        else:
            yield from self._counted(frames, None)

    def _landing(self, start: int) -> tuple[int, int] | None:
        """A place (sample, timestamp) shortly before `start` to seek to; None: begin at the beginning."""
        if start < 2 * _WARM_UP_S * self.rate:
            return None
        if not self._coarse:
            return start, self._timestamp(start)
        position = bisect_right(self._anchors, (start, 0)) - 1
        return self._anchors[position] if position >= 0 else None

    def _timestamp(self, sample: int) -> int:
        return int((self._origin_s + Fraction(sample, self.rate)) / self._time_base)

    def _rewound(self) -> Iterator[AudioFrame]:
        """Frames from the beginning, by opening again: a seek misses the packets that prime the decoder."""
        if not self._fresh:
            self._container.close()
            self._open()
        self._fresh = False
        return self._frames()

    def _frames(self) -> Iterator[AudioFrame]:
        """Frames from the current position; damaged packets are left out, a cut-off file ends early."""
        from av.error import FFmpegError

        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except FFmpegError:
                # The file is cut off here: this is the end of what can be heard.
                return
            if packet is None:
                return
            try:
                frames = packet.decode()
            except FFmpegError:
                # A damaged packet: the hole is filled with silence by the next one's timestamp.
                continue
            yield from frames

    def _counted(self, frames: Iterator[AudioFrame], position: int | None) -> Iterator[SoundChunk]:
        """`frames` as chunks; `position` is the place of the first sample, None: its timestamp tells."""
        from av.audio.resampler import AudioResampler

        stereo = AudioResampler(format="flt", layout="stereo", rate=self.rate)
        for frame in frames:
            if frame.pts is not None:
                told = round((frame.pts * self._time_base - self._origin_s) * self.rate)
                if position is None or abs(told - position) > _HOLE_S * self.rate:
                    position = told
            position = position or 0
            self._remember(position, frame.pts)
            frame.pts = None
            for part in stereo.resample(frame):
                samples = part.to_ndarray().reshape(-1, 2)
                yield SoundChunk(position, samples)
                position += len(samples)

    def _remember(self, sample: int, timestamp: int | None) -> None:
        if not self._coarse or timestamp is None:
            return
        last = self._anchors[-1][0] if self._anchors else -self.rate
        if sample - last >= _ANCHOR_S * self.rate:
            self._anchors.append((sample, timestamp))


def _sound_stream(container: InputContainer) -> AudioStream | None:
    for stream in container.streams.audio:
        if stream.codec_context is not None and stream.codec_context.sample_rate:
            return stream
    return None


def _film_start(container: InputContainer, path: str | PathLike[str]) -> Fraction | None:
    """Seconds at which the first frame is shown; None without a film."""
    if film_stream(container) is None:
        return None
    times = examine(path).times
    return (times.start or 0) * times.time_base


def _from_timestamp(frames: Iterator[AudioFrame], timestamp: int) -> Iterator[AudioFrame]:
    for frame in frames:
        if frame.pts is not None and frame.pts >= timestamp:
            yield frame
            yield from frames
            return
