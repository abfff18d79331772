"""Pictures that were drawn, kept in memory up to a limit; the one not used for the longest goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Picture = TypeVar("Picture")


class FrameCache(Generic[Picture]):
    """Pictures by (key, frame): `key` says of what, in which form. May be shared between threads."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Hashable, int], tuple[Picture, int]] = OrderedDict()
        self._bytes = 0

    @property
    def size_bytes(self) -> int:
        """What all pictures take together, as told to `put`; never above the limit."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, frame: int) -> Picture | None:
        """The picture; from now on it counts as just used."""
        with self._lock:
            found = self._kept.get((key, frame))
            if found is None:
                return None
            self._kept.move_to_end((key, frame))
            return found[0]

    def put(self, key: Hashable, frame: int, picture: Picture, size_bytes: int) -> None:
        """Keeps `picture`, which takes `size_bytes`; one larger than the limit is not kept."""
        with self._lock:
            self._forget((key, frame))
            if size_bytes > self._limit:
                return
            self._kept[key, frame] = picture, size_bytes
            self._bytes += size_bytes
            while self._bytes > self._limit:
                self._forget(next(iter(self._kept)))

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _forget(self, place: tuple[Hashable, int]) -> None:
        old = self._kept.pop(place, None)
        if old is not None:
            self._bytes -= old[1]
