"""Stylize with the classic looks: the clip through `render.steady`, its sound carried along."""

from __future__ import annotations

from studio.adapters.base import Footage, RunContext
from studio.adapters.clip_source import open_source
from studio.adapters.restyling import restyled
from studio.errors import UsageError
from studio.jobs.job import Stylize
from studio.models.spec import ModelSpec
from studio.render.steady import SteadyLook


class LooksAdapter:
    """Has no weights: OpenCV alone."""

    def load(self, spec: ModelSpec) -> None:
        """Nothing to bring into memory."""

    def unload(self) -> None:
        """Nothing to let go."""

    def run(self, job: Stylize, context: RunContext) -> Footage:
        """The job's clip in its look, frame for frame at the source's rate; UsageError without a look."""
        look = job.look
        if look is None:
            raise UsageError("No look was chosen.", "Use the style model for the style of a picture.")
        return restyled(job, open_source(job.source, context), lambda: SteadyLook(look), context)
