"""Interpolate by optical flow alone: quicker than the network, and free to run beside one that generates."""

from __future__ import annotations

import numpy as np

from studio.adapters.base import Footage, RunContext
from studio.adapters.resampling import Draw, resampled
from studio.jobs.job import Interpolate
from studio.models.spec import ModelSpec
from studio.render.flow import InBetweens


class FlowAdapter:
    """Has no weights: OpenCV's dense inverse search."""

    def load(self, spec: ModelSpec) -> None:
        """Nothing to bring into memory."""

    def unload(self) -> None:
        """Nothing to let go."""

    def run(self, job: Interpolate, context: RunContext) -> Footage:
        """The job's clip at its rate and speed; raises UsageError for a still picture."""
        return resampled(job, context, _pair, lambda pixels: 1)


def _pair(first: np.ndarray, second: np.ndarray) -> Draw:
    return InBetweens(first, second, may_be_cut=False).at
