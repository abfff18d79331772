"""Drawn frames kept by what they are made of: an edit elsewhere, a move or an undo costs no new drawing."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtGui import QImage

from studio.media.frame_cache import FrameCache
from studio.ui.viewer.drawing import Drawn, Stage

_FAR = 250
"""Frames: a group of pictures. What stands further away is no hint of what comes."""
_MOST_KEYS = 4096


class FrameShelf:
    """Frames of any stage, within `limit_bytes` of memory; shared by the window and the drawing thread."""

    def __init__(self, limit_bytes: int) -> None:
        self._frames: FrameCache[QImage] = FrameCache(limit_bytes)
        self._numbers: dict[Hashable, int] = {}

    @property
    def size_bytes(self) -> int:
        return self._frames.size_bytes

    def find(self, stage: Stage, frame: int) -> QImage | None:
        """Frame `frame` of `stage`, if it was drawn before."""
        return self._frames.get(*self._place(stage, frame))

    def keep(self, stage: Stage, frame: int, image: QImage) -> None:
        self._frames.put(*self._place(stage, frame), image, image.sizeInBytes())

    def nearest(self, stage: Stage, frame: int) -> Drawn | None:
        """The drawn frame nearest to `frame` between the same cuts."""
        number, position = self._place(stage, frame)
        for distance in range(1, _FAR):
            for step in (-distance, distance):
                image = self._frames.get(number, position + step)
                if image is not None:
                    return Drawn(frame + step, image)
        return None

    def clear(self) -> None:
        self._frames.clear()
        self._numbers.clear()

    def _place(self, stage: Stage, frame: int) -> tuple[int, int]:
        from studio.render.composition import composition_at

        made_of = composition_at(stage.project, frame)
        if len(self._numbers) > _MOST_KEYS:
            self.clear()
        # A number instead of the long key itself, which would be hashed anew at every look.
        key = (stage.folder, stage.size, made_of.key)
        return self._numbers.setdefault(key, len(self._numbers)), made_of.frame
