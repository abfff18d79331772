"""The timeline's picture: any frame of a project as RGB."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from studio.project.timeline import Clip, Generator, Project
from studio.render.layers import Box, Fitted, LayerPool, Problem
from studio.timing import Rate, RationalTime

if TYPE_CHECKING:
    from studio.media.reader import SourceFrame


def visible_clips(project: Project, frame: int) -> list[Clip]:
    """The clips that show something at timeline `frame`, from the top of the picture to the bottom.

    A ghost (its result is still being made) shows nothing.
    """
    clips = [
        track.clip_at(frame)
        for track in reversed(project.tracks)
        if track.kind == "video" and not track.hidden
    ]
    return [clip for clip in clips if clip is not None and not isinstance(clip.take.reference, Generator)]


def source_time(clip: Clip, frame: int, rate: Rate) -> RationalTime:
    """The moment of the clip's source that stands on the screen at timeline `frame`."""
    return clip.take.source_start + RationalTime(frame - clip.start, rate)


class Compositor:
    """Draws the frames of a project; belongs to one thread.

    Each clip is fitted whole into the picture, in its middle; where it leaves room or is transparent, the
    tracks beneath are seen, and at last black. `size` (width, height) asks for previews of that size from the
    quick scaler; without it frames have the project's size and exact colours.
    """

    def __init__(self, project: Project, folder: Path, size: tuple[int, int] | None = None) -> None:
        self._project = project
        self._folder = folder
        self._wanted_size = size
        self._pool = LayerPool(folder, self.size, quick=size is not None)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the frames."""
        return self._wanted_size or (self._project.width, self._project.height)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The sources that could not be shown since the last `update`; slates stand in for them."""
        return self._pool.problems

    def update(self, project: Project) -> None:
        """Goes on with an edited project; opened files stay open. Missing files are looked for again."""
        self._project = project
        self._pool.retry()
        if self._pool.canvas != self.size:
            self._pool.close()
            self._pool = LayerPool(self._folder, self.size, quick=False)

    def frame(self, number: int) -> np.ndarray:
        """Timeline frame `number` as uint8 RGB (height, width, 3); not to be written to."""
        layers: list[Fitted] = []
        for clip in visible_clips(self._project, number):
            time = source_time(clip, number, self._project.rate)
            layer = self._pool.at(clip.take.reference, time, layers)
            if layer is not None:
                layers.append(layer)
                if layer.hides(Box(0, 0, *self.size)):
                    break
        return _stacked(layers, self.size)

    def stored_frame(self, number: int) -> SourceFrame | None:
        """Timeline frame `number` as its file stores it, where one film alone fills the picture as it is.

        None where it does not, or where a player would need to know more than BT.709, 8 bit, 4:2:0.
        """
        clips = visible_clips(self._project, number)
        if not clips:
            return None
        time = source_time(clips[0], number, self._project.rate)
        return self._pool.stored_at(clips[0].take.reference, time)

    def close(self) -> None:
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()


def _stacked(layers: list[Fitted], size: tuple[int, int]) -> np.ndarray:
    """`layers`, topmost first, over one another on black."""
    if len(layers) == 1 and layers[0].hides(Box(0, 0, *size)):
        return layers[0].image
    canvas = np.zeros((size[1], size[0], 3), np.uint8)
    for image, left, top in reversed(layers):
        height, width, channels = image.shape
        ground = canvas[top : top + height, left : left + width]
        if channels == 3:
            ground[:] = image
        else:
            seen = 255 - image[..., 3:].astype(np.uint16)
            # Cubic enlarging can lift a colour a little over its alpha.
            ground[:] = np.minimum(image[..., :3] + (ground * seen + 127) // 255, 255)
    return canvas
