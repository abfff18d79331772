"""Keeps the finished windows of a long video in the job's scratch folder, so that memory stays flat.

What lies there outlives a crash: a job that runs again goes on behind the windows that are finished.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from studio.jobs.job import Generate, encode
from studio.media.reader import open_reader
from studio.media.writer import MasterWriter
from studio.timing import Rate


class WindowSpool:
    """Of one job; a window is a lossless film, and its sound an array beside it."""

    def __init__(self, scratch: Path, job: Generate) -> None:
        digest = hashlib.blake2b(encode(job), digest_size=8).hexdigest()
        self._folder = scratch / f"windows-{digest}"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._rate: Rate = job.frame_rate

    def has(self, place: int) -> bool:
        return self._film(place).is_file()

    def put(self, place: int, frames: np.ndarray, audio: np.ndarray | None) -> None:
        """Keeps uint8 RGB `frames` (F, H, W, 3) and float32 `audio` (samples, 2); whole or not at all."""
        if audio is not None:
            np.save(self._sound(place), audio)
        height, width = frames.shape[1:3]
        # The film last: it is what says that the window is finished.
        with MasterWriter(self._film(place), width, height, self._rate) as writer:
            for frame in frames:
                writer.write(np.ascontiguousarray(frame))

    def frames(self, place: int) -> Iterator[np.ndarray]:
        """The frames of a window, one by one."""
        with closing(open_reader(self._film(place))) as reader:
            for frame in reader.frames():
                yield frame.image

    def sound(self, place: int) -> np.ndarray | None:
        file = self._sound(place)
        return np.load(file) if file.is_file() else None

    def _film(self, place: int) -> Path:
        return self._folder / f"{place:04}.mkv"

    def _sound(self, place: int) -> Path:
        return self._folder / f"{place:04}.npy"
