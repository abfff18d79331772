"""What a model family has to bring, and what it is given while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from studio.models.spec import ModelSpec
from studio.timing import Rate


@dataclass(frozen=True)
class Footage:
    """What a job makes: `frames` yields uint8 RGB arrays (height, width, 3).

    Closing `frames` before its end is how a job is stopped; generators free what they hold then.
    """

    frames: Iterator[np.ndarray]
    width: int
    height: int
    rate: Rate
    num_frames: int
    """How many frames will come, for progress; the number that really came is what counts."""
    audio: np.ndarray | None = None
    """float32 (samples, 2) at 48 kHz, in [-1, 1]."""


class RunContext(Protocol):
    """The running job's line to the outside."""

    scratch: Path
    """A folder of the job's own that outlives a crash: checkpoints go there."""

    def progress(self, phase: str, step: int, steps: int) -> None: ...

    def preview(self, images: list[np.ndarray]) -> None:
        """Shows unfinished pictures: uint8 RGB arrays in play order."""
        ...

    def wants_preview(self) -> bool:
        """Whether a preview now would be seen and not slow the job by more than a few per cent."""
        ...

    def notice(self, message: str, hint: str = "") -> None: ...

    def raise_if_cancelled(self) -> None:
        """Raises CancelledError when the user asked to stop; call it at least once per step."""
        ...


class ModelAdapter(Protocol):
    """One model family. The runner makes one per model and keeps it loaded for the next job."""

    def load(self, spec: ModelSpec) -> None:
        """Brings the weights into memory; raises ModelError when something is missing."""
        ...

    def run(self, job: Any, context: RunContext) -> Footage: ...

    def unload(self) -> None: ...


@runtime_checkable
class Economical(Protocol):
    """An adapter that can do with less memory at the price of time."""

    def economise(self) -> bool:
        """Goes one rung down the ladder (tiled decoding, offloading …); False when it stands on the last.

        Called after a job ran out of memory, before that job is tried again.
        """
        ...
