"""Draws frames of the timeline as images for the screen; belongs to the thread that draws."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from PySide6.QtGui import QImage

from studio.project.timeline import Project

if TYPE_CHECKING:
    import numpy as np

    from studio.render.compositor import Compositor


class Stage(msgspec.Struct, frozen=True, eq=False):
    """What is shown, and how large: (width, height) in pixels."""

    project: Project
    folder: Path
    size: tuple[int, int]
    proxies: int = 0
    """0: films are read themselves; else light stand-ins where there are some, counted up with each."""


class Drawn(NamedTuple):
    frame: int
    image: QImage


class Canvas:
    """A compositor that is made anew only when folder, size or proxies change."""

    def __init__(self) -> None:
        self._compositor: Compositor | None = None
        self._stage: Stage | None = None

    def draw(self, stage: Stage, frame: int) -> np.ndarray:
        """Frame `frame` as uint8 RGB (height, width, 3); not to be written to."""
        return self._compositor_for(stage).frame(frame)

    @property
    def whole(self) -> bool:
        """Whether every source could be shown so far: a slate is not to be kept as the picture."""
        return self._compositor is None or not self._compositor.problems

    def close(self) -> None:
        if self._compositor is not None:
            self._compositor.close()
            self._compositor = None

    def _compositor_for(self, stage: Stage) -> Compositor:
        from studio.media.proxies import proxy_of
        from studio.render.compositor import Compositor

        old, self._stage = self._stage, stage
        if self._compositor is None or old is None or _kind(old) != _kind(stage):
            self.close()
            proxies = proxy_of if stage.proxies else None
            self._compositor = Compositor(stage.project, stage.folder, stage.size, proxies=proxies)
        elif old is not stage:
            self._compositor.update(stage.project)
        return self._compositor


def _kind(stage: Stage) -> tuple[Path, tuple[int, int], int]:
    return stage.folder, stage.size, stage.proxies


def to_image(picture: np.ndarray) -> QImage:
    """`picture`, uint8 RGB (height, width, 3), as an image of its own in the format that paints fastest."""
    height, width, _ = picture.shape
    wrapped = QImage(picture.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    return wrapped.convertToFormat(QImage.Format.Format_RGB32)
