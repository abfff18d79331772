"""Masks that were painted on single frames become a film of masks, as long as the video under them."""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from studio.adapters.base import RunContext
from studio.adapters.drawing_inputs import Size, mask_picture
from studio.jobs.job import Generate, Source, encode
from studio.media.picture import fit_picture
from studio.media.probe import probe
from studio.media.reader import open_reader
from studio.media.writer import MasterWriter
from studio.render.mask_flow import carried_masks
from studio.timing import frame_time


def with_mask_film(job: Generate, size: Size, context: RunContext) -> Generate:
    """`job` with its painted masks carried along the motion of its video, in the job's scratch folder.

    The masks have `size`, the video's rate is the job's. A film that an earlier try has finished is used
    again. Raises CancelledError, MediaError, MissingFileError.
    """
    if not job.painted or job.video is None:
        return job
    digest = hashlib.blake2b(encode(job), digest_size=8).hexdigest()
    target = context.scratch / f"masks-{digest}.mkv"
    if not target.is_file():
        _write(job, job.video, size, target, context)
    return replace(job, painted=(), mask=Source(str(target)))


def _write(job: Generate, video: Source, size: Size, target: Path, context: RunContext) -> None:
    rate = job.frame_rate
    place = video.time_range
    duration = place.duration if place is not None else probe(video.path).duration
    there = job.num_frames if duration is None else max(1, duration.floor_frames(rate))
    count = max(min(there, job.num_frames), 1 + max(mask.frame for mask in job.painted))
    start = frame_time(0, rate) if place is None else place.start
    with closing(open_reader(video.path, rate)) as reader, MasterWriter(target, *size, rate) as writer:

        def frame(number: int) -> np.ndarray:
            context.raise_if_cancelled()
            return fit_picture(reader.at(start + frame_time(number, rate)), *size)

        painted = {mask.frame: mask_picture(mask, size) for mask in job.painted}
        for done, mask in enumerate(carried_masks(frame, count, painted)):
            writer.write(np.repeat(mask[..., None], 3, axis=2))
            context.progress("mask", done + 1, count)
