"""What a model family has to bring, and what it is given while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

import numpy as np

from studio.models.spec import ModelSpec
from studio.project.timeline import Flicker
from studio.timing import Rate

# A job that can go on after a kill loses at most this many frames of work.
SEGMENT_FRAMES = 120

Item = TypeVar("Item")


@dataclass(frozen=True)
class Footage:
    """What a job makes: `frames` yields uint8 RGB arrays (height, width, 3), or RGBA with `alpha`,
    or uint16 with `deep`.

    Closing `frames` before its end is how a job is stopped; generators free what they hold then.
    """

    frames: Iterator[np.ndarray]
    width: int
    height: int
    rate: Rate
    num_frames: int
    """How many frames will come, for progress; the number that really came is what counts."""
    audio: np.ndarray | Iterator[np.ndarray] | None = None
    """float32 (samples, 2) at 48 kHz, in [-1, 1]; whole, or in blocks that are made as they are written."""
    start: int | None = None
    """The number of the first frame that `frames` yields, where the adapter can begin anywhere.

    Then what is finished is kept in segments of SEGMENT_FRAMES, and after a kill the job goes on behind
    them (`RunContext.finished_frames`). None: it always begins at the beginning.
    """
    filled: tuple[int, ...] = ()
    """The numbers of frames that stand in for missing ones, and are to be marked."""
    alpha: bool = False
    """Frames have a straight alpha as their fourth channel."""
    deep: bool = False
    """Frames have 16 bits a colour."""
    flicker: Callable[[], Flicker | None] | None = None
    """Asked when all frames have come, of an adapter that holds clips still: how much it found and left."""


class RunContext(Protocol):
    """The running job's line to the outside."""

    scratch: Path
    """A folder of the job's own that outlives a crash: checkpoints go there."""
    finished_frames: int
    """How many frames an earlier try has left finished: a whole number of segments, or all of them."""

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


def by_segments(start: int, count: int, walk: Callable[[int, int], Iterator[Item]]) -> Iterator[Item]:
    """Frames [start, count) of an adapter that remembers: `walk(first, end)` yields those of one segment.

    It is called afresh for every segment, in an uninterrupted run as well, and warms up over a fixed number
    of frames before `first` by itself: so no frame depends on where the job was taken up again.
    """
    for first in range(start, count, SEGMENT_FRAMES):
        yield from walk(first, min(first + SEGMENT_FRAMES, count))


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
