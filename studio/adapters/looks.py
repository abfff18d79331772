"""Stylize with the classic looks: the clip through `render.steady`, its sound carried along."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import numpy as np

from studio.adapters.base import Footage, RunContext
from studio.adapters.clip_source import ClipSource, open_source, reported
from studio.jobs.job import Stylize
from studio.media.reader import open_reader
from studio.models.spec import ModelSpec
from studio.render.steady import SteadyLook


class LooksAdapter:
    """Has no weights: OpenCV alone."""

    def load(self, spec: ModelSpec) -> None:
        """Nothing to bring into memory."""

    def unload(self) -> None:
        """Nothing to let go."""

    def run(self, job: Stylize, context: RunContext) -> Footage:
        """The job's clip in its look, frame for frame at the source's rate."""
        source = open_source(job.source, context)
        count = max(1, source.time_range.duration.ceil_frames(source.rate))
        frames = reported(_styled(source, job), count, context)
        return Footage(frames, source.info.width, source.info.height, source.rate, count, source.audio)


def _styled(source: ClipSource, job: Stylize) -> Iterator[np.ndarray]:
    look = SteadyLook(job.look, job.strength)
    with closing(open_reader(source.info.path)) as reader:
        for frame in reader.frames(source.time_range, source.rate):
            yield look.apply(frame.image)
