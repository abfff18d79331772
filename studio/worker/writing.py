"""Footage becomes a master: in one go, or in segments that a killed job goes on from."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from studio.adapters.base import SEGMENT_FRAMES, Footage
from studio.jobs.messages import Result
from studio.media.fingerprint import content_hash
from studio.media.writer import MasterWriter
from studio.worker.context import WorkerContext
from studio.worker.disk_room import check_room
from studio.worker.segments import Segments

# Before anything is written nobody knows how well it packs: FFV1 makes of flat drawings a tenth, of noisy
# film two thirds. Only what cannot be enough is refused at once; from the first segment on it is measured.
_BEST_PACKING = 0.1


class Master(NamedTuple):
    """The file that a job is to become."""

    path: Path
    recipe: str
    phase: str
    """What the writing is called in progress reports."""


def write_master(footage: Footage, master: Master, segments: Segments, context: WorkerContext) -> Result:
    """Writes `footage` to `master`, whole or not at all; raises what its frames raise, and StorageError."""
    try:
        if footage.start is None:
            count = _write_whole(footage, master, segments, context)
        else:
            segments.cut(footage.start)
            _write_segments(footage, master, segments, context)
            count = _join(footage, master, segments, context)
    finally:
        for stream in (footage.frames, footage.audio):
            if isinstance(stream, Generator):
                stream.close()
    return Result(
        path=str(master.path),
        content_hash=content_hash(master.path),
        width=footage.width,
        height=footage.height,
        frame_count=count,
        rate=footage.rate,
        has_audio=footage.audio is not None,
        filled=footage.filled,
        flicker=None if footage.flicker is None else footage.flicker(),
    )


def _write_whole(footage: Footage, master: Master, segments: Segments, context: WorkerContext) -> int:
    segments.cut(0)
    with _writer(footage, master.path, master.recipe, with_sound=True) as writer:
        _write(footage.frames, writer, 0, footage, master, context)
        return writer.frames_written


def _write_segments(footage: Footage, master: Master, segments: Segments, context: WorkerContext) -> None:
    """One piece after the other; each is on the disk for good before the next begins."""
    frames = iter(footage.frames)
    while True:
        _check_room(footage, master, segments)
        first = next(frames, None)
        if first is None:
            return
        with _writer(footage, segments.draft, "", with_sound=False) as writer:
            piece = chain([first], islice(frames, SEGMENT_FRAMES - 1))
            _write(piece, writer, segments.frame_count, footage, master, context)
        segments.add(writer.frames_written)


def _join(footage: Footage, master: Master, segments: Segments, context: WorkerContext) -> int:
    """Lays the pieces end to end, undecoded, and the sound beside them."""
    with _writer(footage, master.path, master.recipe, with_sound=True) as writer:
        for path in segments.paths:
            writer.append(path)
            context.raise_if_cancelled()
            context.progress("join", writer.frames_written, segments.frame_count)
        return writer.frames_written


def _write(
    frames: Iterator[np.ndarray],
    writer: MasterWriter,
    done: int,
    footage: Footage,
    master: Master,
    context: WorkerContext,
) -> None:
    for frame in frames:
        context.raise_if_cancelled()
        writer.write(frame)
        count = done + writer.frames_written
        context.progress(master.phase, count, max(count, footage.num_frames))
    context.raise_if_cancelled()


def _writer(footage: Footage, path: Path, comment: str, *, with_sound: bool) -> MasterWriter:
    audio = footage.audio if with_sound else None
    size = footage.width, footage.height
    rate, alpha, deep = footage.rate, footage.alpha, footage.deep
    return MasterWriter(path, *size, rate, audio=audio, comment=comment, alpha=alpha, deep=deep)


def _check_room(footage: Footage, master: Master, segments: Segments) -> None:
    """The pieces still to come and the joined master must fit; raises DiskFullError."""
    done, count = segments.frame_count, footage.num_frames
    pixel = (4 if footage.alpha else 3) * (2 if footage.deep else 1)
    per_frame = segments.byte_count / done if done else pixel * footage.width * footage.height * _BEST_PACKING
    needs = {master.path.parent: int(count * per_frame)}
    pieces = int(max(0, count - done) * per_frame)
    needs[segments.folder] = needs.get(segments.folder, 0) + pieces
    check_room(needs, f"Free some space and try again: it goes on after frame {done}.")
