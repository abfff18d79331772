"""The one interface behind which films, pictures and sequences give their frames."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np

from studio.media.info import MediaInfo
from studio.timing import Rate, RationalTime, TimeRange


class Frame(NamedTuple):
    """A picture and the moment it appears."""

    image: np.ndarray
    """uint8 RGB (H, W, 3)"""
    time: RationalTime


class FrameReader(Protocol):
    """What every source of pictures can do."""

    info: MediaInfo

    def at(self, time: RationalTime) -> np.ndarray: ...
    def frames(self, time_range: TimeRange | None = None, rate: Rate | None = None) -> Iterator[Frame]: ...
    def close(self) -> None: ...
