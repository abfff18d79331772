"""Where the clips of a track stand, by id and by link: looked up instead of searched for.

Tracks are values, so an edit makes a new tuple of clips for the one track that it changes; the places
in it are worked out when first asked for. Only those of recent tuples are remembered, because undo
keeps thousands of old ones.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import NamedTuple, Protocol

_REMEMBERED = 256


class _Placed(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def link(self) -> str: ...


class Places(NamedTuple):
    """Indices into one tuple of clips."""

    by_id: dict[str, int]
    by_link: dict[str, list[int]]


_recent: dict[int, tuple[Sequence[_Placed], Places]] = {}
"""By the tuple's identity; the tuple is held, so that no other can come to lie at its address."""
_lock = threading.Lock()


def places_of(clips: Sequence[_Placed]) -> Places:
    """The places of `clips`, an immutable sequence."""
    known = _recent.get(id(clips))
    if known is not None:
        return known[1]
    by_link: dict[str, list[int]] = {}
    for index, clip in enumerate(clips):
        if clip.link:
            by_link.setdefault(clip.link, []).append(index)
    places = Places({clip.id: index for index, clip in enumerate(clips)}, by_link)
    with _lock:
        _recent[id(clips)] = (clips, places)
        if len(_recent) > _REMEMBERED:
            del _recent[next(iter(_recent))]
    return places
