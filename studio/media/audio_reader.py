"""Sound at any rate, from any sample on: the same numbers however it is asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from fractions import Fraction
from math import gcd
from os import PathLike
from typing import Self

import numpy as np

from studio.media.audio_decoder import AudioDecoder, SoundChunk
from studio.timing import Rate, RationalTime

_CACHED_SECONDS = 30
# Decoding on is cheaper than a seek, with its warm-up, up to this far ahead.
_NEAR_SECONDS = 4
# What the resampler's filter looks back on, many times over.
_SETTLE_S = Fraction(1, 10)


class AudioReader:
    """Random access to the sound of `path` at `sample_rate`, as float32 stereo.

    Sample 0 is the first frame of the film, or the first sample of a sound file. The last half minute
    that was read is kept. Not to be shared between threads. Raises MissingFileError and MediaError.
    """

    def __init__(self, path: str | PathLike[str], sample_rate: int = 48000) -> None:
        self.sample_rate = sample_rate
        self._decoder = AudioDecoder(path)
        common = gcd(self._decoder.rate, sample_rate)
        self._step_in = self._decoder.rate // common
        self._step_out = sample_rate // common
        self._blocks: OrderedDict[int, np.ndarray] = OrderedDict()
        self._run: Iterator[np.ndarray] | None = None
        self._run_block = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._decoder.close()

    def read(self, start_sample: int, count: int) -> np.ndarray:
        """`count` samples from `start_sample` on, float32 (count, 2); silence outside the sound."""
        result = np.zeros((count, 2), np.float32)
        # Blocks of one second; number 0 begins at sample 0.
        size = self.sample_rate
        position = max(0, -start_sample)
        while position < count:
            number, offset = divmod(start_sample + position, size)
            length = min(size - offset, count - position)
            block = self._block(number)[offset : offset + length]
            result[position : position + len(block)] = block
            position += length
        return result

    def rest(self, start_sample: int) -> np.ndarray:
        """Everything from `start_sample` (0 or more) to the end: float32 (n, 2)."""
        parts = list(self.seconds(start_sample))
        return np.concatenate(parts) if parts else np.zeros((0, 2), np.float32)

    def _block(self, number: int) -> np.ndarray:
        """Second `number` of the sound; shorter at the end, empty after it."""
        if number in self._blocks:
            self._blocks.move_to_end(number)
            return self._blocks[number]
        if self._run is None or not self._run_block <= number <= self._run_block + _NEAR_SECONDS:
            self._run = self.seconds(number * self.sample_rate)
            self._run_block = number
        block = np.zeros((0, 2), np.float32)
        while self._run_block <= number:
            block = next(self._run, np.zeros((0, 2), np.float32))
            self._keep(self._run_block, block)
            self._run_block += 1
        return block

    def _keep(self, number: int, block: np.ndarray) -> None:
        self._blocks[number] = block
        if len(self._blocks) > _CACHED_SECONDS:
            self._blocks.popitem(last=False)

    def seconds(self, start: int) -> Iterator[np.ndarray]:
        """The sound from output sample `start` on in blocks of one second, the last one shorter."""
        waiting: list[np.ndarray] = []
        have = 0
        for samples in self._resampled(start):
            waiting.append(samples)
            have += len(samples)
            while have >= self.sample_rate:
                joined = np.concatenate(waiting)
                yield joined[: self.sample_rate]
                waiting = [joined[self.sample_rate :]]
                have -= self.sample_rate
        if have:
            yield np.concatenate(waiting)

    def _resampled(self, start: int) -> Iterator[np.ndarray]:
        """Consecutive pieces from output sample `start` on.

        Conversion begins where a source sample and an output sample coincide (every 147th and 160th from
        44.1 to 48 kHz) and long enough before that the filter has settled: so it gives the same
        numbers from wherever it begins.
        """
        lead = int(_SETTLE_S * self.sample_rate)
        period = max(0, (start - lead) // self._step_out)
        skip = start - period * self._step_out
        pieces = _contiguous(self._decoder.chunks(period * self._step_in), period * self._step_in)
        for samples in self._converted(pieces):
            if skip < len(samples):
                yield samples[skip:]
            skip = max(0, skip - len(samples))

    def _converted(self, pieces: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        if self._decoder.rate == self.sample_rate:
            yield from pieces
            return
        import av

        resampler = av.AudioResampler(format="flt", layout="stereo", rate=self.sample_rate)
        for samples in pieces:
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), "flt", "stereo")
            frame.sample_rate = self._decoder.rate
            for part in resampler.resample(frame):
                yield part.to_ndarray().reshape(-1, 2)
        for part in resampler.resample(None):
            yield part.to_ndarray().reshape(-1, 2)


def _contiguous(chunks: Iterator[SoundChunk], start: int) -> Iterator[np.ndarray]:
    """`chunks` from sample `start` on without holes (silence) or overlaps (the later part is dropped)."""
    position = start
    for chunk in chunks:
        samples = chunk.samples[max(0, position - chunk.start) :]
        if not len(samples):
            continue
        hole = chunk.start - position
        if hole > 0:
            yield np.zeros((hole, 2), np.float32)
            position += hole
        yield samples
        position += len(samples)


def read_audio(
    path: str | PathLike[str],
    sample_rate: int = 48000,
    start: RationalTime | None = None,
    duration: RationalTime | None = None,
) -> np.ndarray:
    """The sound of `path` as float32 (n, 2), from `start` (the beginning) for `duration` (to the end).

    Exact to the sample: n is `duration` rounded to whole samples, silence where there is no sound.
    Raises MissingFileError, and MediaError when there is no sound in it.
    """
    rate = Rate(sample_rate)
    first = start.to_frames(rate) if start else 0
    with AudioReader(path, sample_rate) as reader:
        if duration is not None:
            return reader.read(first, duration.to_frames(rate))
        head = np.zeros((max(0, -first), 2), np.float32)
        return np.concatenate([head, reader.rest(max(0, first))])


def sound_blocks(
    path: str | PathLike[str], sample_rate: int, start: RationalTime, duration: RationalTime
) -> Iterator[np.ndarray]:
    """What `read_audio` gives, in blocks of one second, read only as they are asked for."""
    rate = Rate(sample_rate)
    position = start.to_frames(rate)
    end = position + duration.to_frames(rate)
    with AudioReader(path, sample_rate) as reader:
        while position < end:
            count = min(sample_rate, end - position)
            yield reader.read(position, count)
            position += count
