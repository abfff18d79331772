"""How much a clip flickers before and after a job, found while it streams by; outlives a kill."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from studio.adapters.base import SEGMENT_FRAMES
from studio.project.timeline import Flicker
from studio.render.steadiness import Steadiness

# So many pairs of neighbours are measured of a clip, and never fewer than one in so many: a pair costs as
# much as drawing a frame of a classic look.
_PAIRS = 24
_RAREST = 12


class FlickerFigures:
    """Of one job whose result has `count` frames; those of each segment stand in a file of their own."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._count = count
        self._every = min(_RAREST, max(1, count // _PAIRS))

    def segment(self, first: int) -> SegmentFigures:
        """Measures the segment that begins with frame `first`, anew."""
        return SegmentFigures(self._path(first), self._every)

    def total(self) -> Flicker | None:
        """Over all segments, whichever try has made them; None where nothing could be compared."""
        paths = [self._path(first) for first in range(0, self._count, SEGMENT_FRAMES)]
        kept = [msgspec.json.decode(path.read_bytes(), type=_Kept) for path in paths if path.exists()]
        pairs = sum(part.pairs for part in kept)
        if not pairs:
            return None
        before, after = (sum(values) / pairs for values in zip(*(part.sums for part in kept), strict=True))
        return Flicker(before=before, after=after)

    def _path(self, first: int) -> Path:
        return self._folder / f"flicker-{first}.json"


class _Kept(msgspec.Struct):
    """Of one segment: pairs of neighbours, and the sums of their figures before and after."""

    pairs: int
    sums: tuple[float, float]


class SegmentFigures:
    """Of the frames of one segment, told in their order."""

    def __init__(self, path: Path, every: int) -> None:
        """Measures one pair of neighbours in `every`."""
        self._path = path
        self._every = every
        self._steadiness = Steadiness()

    def wants(self, number: int) -> bool:
        """Whether frame `number` belongs to a pair that is measured."""
        return number % self._every < 2

    def add(self, number: int, scene: np.ndarray, before: np.ndarray, after: np.ndarray) -> None:
        """A wanted frame: whose motion counts, and its two versions, all uint8 RGB (H, W, 3) of one size."""
        if self._every > 1 and number % self._every == 0:
            self._steadiness.restart()
        self._steadiness.add(scene, (before, after))
        if count := self._steadiness.count:
            first, second = (float(value) for value in self._steadiness.sums)
            # With every pair: nobody says which frame of a segment is its last wanted one.
            self._path.write_bytes(msgspec.json.encode(_Kept(count, (first, second))))
