"""The timeline's picture: any frame of a project as RGB."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from studio.project.curves import UNCHANGED
from studio.project.timeline import Clip, External, Generator, ImageSequence, Project, Title, Track
from studio.render.crossings import Crossing, Crossings
from studio.render.layers import Proxies, fit
from studio.render.placement import View, largest_scale, pose_at, posed
from studio.render.pool import LayerPool
from studio.render.slate import Problem
from studio.render.stacking import Box, Fitted, alone, stacked, with_alpha
from studio.render.transitions import crossed

if TYPE_CHECKING:
    from studio.media.reader import SourceFrame

# Enlarged clips are read larger, so that a zoom into a large picture is sharp: up to this much, and for what
# is drawn (titles) up to this size of the canvas.
_MAX_DETAIL = 8
_MAX_DRAWN = 4096


class Compositor:
    """Draws the frames of a project; belongs to one thread.

    Each clip is fitted whole into the picture, in its middle, and from there moved as its appearance says;
    where it leaves room or is transparent, the tracks beneath are seen, and at last black. `size` (width,
    height) asks for previews of that size from the quick scaler; without it frames have the project's size
    and exact colours. `proxies` names the small file to read in place of a film, if there is one.
    """

    def __init__(
        self,
        project: Project,
        folder: Path,
        size: tuple[int, int] | None = None,
        *,
        proxies: Proxies | None = None,
    ) -> None:
        self._project = project
        self._folder = folder
        self._wanted_size = size
        self._proxies = proxies
        self._crossings: dict[str, Crossings] = {}
        self._pool = self._new_pool()

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
        self._crossings.clear()
        self._pool.retry()
        if self._pool.canvas != self.size:
            self._pool.close()
            self._pool = self._new_pool()

    def frame(self, number: int) -> np.ndarray:
        """Timeline frame `number` as uint8 RGB (height, width, 3); not to be written to."""
        self._pool.begin_frame()
        layers: list[Fitted] = []
        for track in reversed(self._project.playing_tracks("video")):
            layer = self._track_layer(track, number, layers)
            if layer is not None:
                layers.append(layer)
                if layer.hides(Box(0, 0, *self.size)):
                    break
        return stacked(layers, self.size)

    def stored_frame(self, number: int) -> SourceFrame | None:
        """Timeline frame `number` as its file stores it, where one film alone fills the picture as it is.

        None where it does not, or where a player would need to know more than BT.709, 8 bit, 4:2:0.
        """
        for track in reversed(self._project.playing_tracks("video")):
            crossings = self._crossings_of(track)
            clip = track.clip_at(number)
            if crossings.at(number) is not None:
                return None
            if clip is None or isinstance(clip.take.reference, Generator):
                continue
            # Backwards, each would be decoded from its keyframe on; frames in RGB are read in runs.
            changed = clip.appearance != UNCHANGED or clip.reverse or crossings.opacity(clip, number) < 1
            if changed:
                return None
            self._pool.begin_frame()
            return self._pool.stored_at(clip.take.reference, clip.source_time(number, self._project.rate))
        return None

    def close(self) -> None:
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def _new_pool(self) -> LayerPool:
        return LayerPool(self._folder, self.size, self._wanted_size is not None, self._proxies)

    def _crossings_of(self, track: Track) -> Crossings:
        if track.id not in self._crossings:
            self._crossings[track.id] = Crossings(track)
        return self._crossings[track.id]

    def _track_layer(self, track: Track, number: int, above: list[Fitted]) -> Fitted | None:
        """What `track` shows at frame `number`; None where that is nothing, or hidden by those `above`."""
        crossings = self._crossings_of(track)
        crossing = crossings.at(number)
        if crossing is not None:
            return self._crossed(crossing, crossings, number)
        clip = track.clip_at(number)
        return None if clip is None else self._clip_layer(clip, crossings, number, above)

    def _crossed(self, crossing: Crossing, crossings: Crossings, number: int) -> Fitted:
        left = alone(self._clip_layer(crossing.left, crossings, number), self.size)
        right = alone(self._clip_layer(crossing.right, crossings, number), self.size)
        if left.shape != right.shape:
            left, right = with_alpha(left), with_alpha(right)
        progress = (number - crossing.start + 0.5) / (crossing.end - crossing.start)
        return Fitted(crossed(crossing.transition, left, right, progress), 0, 0)

    def _clip_layer(
        self, clip: Clip, crossings: Crossings, number: int, above: list[Fitted] | None = None
    ) -> Fitted | None:
        """What `clip` shows at timeline frame `number`; a ghost shows nothing."""
        reference = clip.take.reference
        frame = number - clip.start
        opacity = crossings.opacity(clip, number) * clip.appearance.opacity.at(frame)
        if opacity <= 0 or isinstance(reference, Generator):
            return None
        pose, detail = pose_at(clip.appearance, frame), self._detail(clip)
        time = clip.source_time(number, self._project.rate)
        as_it_comes = pose is None and detail == 1
        placed = self._pool.at(reference, time, detail, above or () if as_it_comes else ())
        if placed is None:
            return None
        view = View(self.size, detail, self._wanted_size is not None)
        layer = posed(placed.picture, placed.whole, pose, view)
        return None if layer is None or not layer.image.size else layer._replace(opacity=min(1.0, opacity))

    def _detail(self, clip: Clip) -> int:
        """How many times larger than the canvas the clip's source is read, so that it can be enlarged."""
        wanted = largest_scale(clip.appearance)
        detail = 1
        while detail < wanted and detail < _MAX_DETAIL and self._has_more(clip, detail):
            detail *= 2
        return detail

    def _has_more(self, clip: Clip, detail: int) -> bool:
        """Whether the source is finer than a canvas `detail` times as large as ours."""
        match clip.take.reference:
            case Title():
                return 2 * detail * max(self.size) <= _MAX_DRAWN
            case External(width=width, height=height) | ImageSequence(width=width, height=height):
                return width > 0 and height > 0 and fit(width, height, self.size).width * detail < width
            case _:
                return False
