"""Draws one moment of several takes in a thread of its own: all of them or none, so they stay in step."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from studio.errors import StudioError, report_of
from studio.project.timeline import Clip, External, ImageSequence, Project, Take, Title, Track
from studio.ui.thumbnails import to_image

if TYPE_CHECKING:
    from studio.render.compositor import Compositor

_log = logging.getLogger(__name__)
replace = msgspec.structs.replace


@dataclass(frozen=True)
class Lineup:
    """Films of one take each, and the size (width, height) in pixels that they are drawn in."""

    films: tuple[Project, ...]
    folder: Path
    size: tuple[int, int]


class Locked(NamedTuple):
    lineup: Lineup
    frame: int
    images: tuple[QImage, ...]


class LockedFrames(QObject):
    """Methods are for the window's thread and never wait for a picture."""

    arrived = Signal(object)
    """A `Locked` that was asked for."""
    failed = Signal(object)
    """An ErrorReport: this moment could not be drawn."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shared = shared = _Shared()
        # One that is deleted without having been closed must not leave its thread behind.
        self.destroyed.connect(lambda: shared.end())
        self._thread = threading.Thread(
            target=_run, args=(self._shared, self), name="take-frames", daemon=True
        )
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether something that was asked for has not come yet."""
        with self._shared.changed:
            return self._shared.wanted is not None or self._shared.drawing

    def request(self, lineup: Lineup, frame: int) -> None:
        """Has `frame` drawn; a request that has not been begun yet is dropped for it."""
        with self._shared.changed:
            self._shared.wanted = (lineup, frame)
            self._shared.changed.notify()

    def close(self) -> None:
        """Ends the thread, after the frame it is at."""
        self._shared.end()
        self._thread.join(timeout=5)


@dataclass
class _Shared:
    """What the window and the thread both touch, under `changed`."""

    changed: threading.Condition = field(default_factory=threading.Condition)
    wanted: tuple[Lineup, int] | None = None
    drawing: bool = False
    closed: bool = False

    def end(self) -> None:
        with self.changed:
            self.closed = True
            self.changed.notify()

    def next(self) -> tuple[Lineup, int] | None:
        """Waits for a request; None at the end."""
        with self.changed:
            self.drawing = False
            while self.wanted is None and not self.closed:
                self.changed.wait()
            if self.closed:
                return None
            order, self.wanted, self.drawing = self.wanted, None, True
            return order


def _run(shared: _Shared, frames: LockedFrames) -> None:
    artists = _Artists()
    while (order := shared.next()) is not None:
        lineup, frame = order
        try:
            images = artists.draw(lineup, frame)
        except (StudioError, MemoryError, OSError, RuntimeError, ValueError) as error:
            _log.exception("frame %d of the takes cannot be drawn", frame)
            if not shared.closed:
                frames.failed.emit(report_of(error))
            continue
        if not shared.closed:
            frames.arrived.emit(Locked(lineup, frame, images))
    artists.close()


class _Artists:
    """One compositor for each take, whose files stay open while modes change; belongs to the thread."""

    def __init__(self) -> None:
        self._place: tuple[Path, tuple[int, int]] | None = None
        self._drawers: dict[str, tuple[Project, Compositor]] = {}

    def draw(self, lineup: Lineup, frame: int) -> tuple[QImage, ...]:
        if self._place != (lineup.folder, lineup.size):
            self.close()
            self._place = (lineup.folder, lineup.size)
        return tuple(to_image(self._compositor(lineup, film).frame(frame)) for film in lineup.films)

    def _compositor(self, lineup: Lineup, film: Project) -> Compositor:
        from studio.render.compositor import Compositor

        drawn, compositor = self._drawers.get(take_of(film), (None, None))
        if compositor is None:
            compositor = Compositor(film, lineup.folder, lineup.size)
        elif drawn != film:
            compositor.update(film)
        self._drawers[take_of(film)] = (film, compositor)
        return compositor

    def close(self) -> None:
        for _, compositor in self._drawers.values():
            compositor.close()
        self._drawers.clear()


def take_of(film: Project) -> str:
    """The id of the take that a film of `film_of` shows."""
    return film.tracks[0].clips[0].take.id


def film_of(project: Project, clip: Clip, take: Take) -> Project:
    """A film of nothing but `take`, as it would look in the clip's place, from frame 0 on."""
    alone = replace(clip, start=0, takes=(take,), active=0, link="", group="")
    track = Track(id="takes", name="Takes", kind="video", clips=(alone,))
    return replace(project, tracks=(track,), markers=(), library=(), in_point=None, out_point=None)


def is_ready(take: Take) -> bool:
    """Whether the take has a picture, and is not still being made."""
    return isinstance(take.reference, External | ImageSequence | Title)
