"""Draws the timeline's frames in a thread of its own: the one asked for last, or those that come next."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from studio.errors import StudioError, report_of
from studio.project.timeline import Project

if TYPE_CHECKING:
    import numpy as np

    from studio.render.compositor import Compositor

AHEAD = 12
"""Frames kept ready while playing: half a second, 11 MB at 640×360 and 44 MB at 1280×720."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stage:
    """What is shown, and how large: (width, height) in pixels."""

    project: Project
    folder: Path
    size: tuple[int, int]


class Drawn(NamedTuple):
    frame: int
    image: QImage


class FrameServer(QObject):
    """Methods are for the window's thread and never wait for a picture."""

    arrived = Signal(object)
    """A `Drawn` that was asked for with `request`."""
    failed = Signal(object)
    """An ErrorReport: this frame could not be drawn at all."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = threading.Condition()
        self._stage: Stage | None = None
        self._wanted: int | None = None
        self._next = 0
        self._step = 0
        self._ready: dict[int, QImage] = {}
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="viewer-frames", daemon=True)
        self._thread.start()

    def show(self, stage: Stage) -> None:
        """Draws from `stage` from now on; frames of an older one are forgotten."""
        with self._changed:
            self._stage = stage
            self._ready.clear()
            self._changed.notify()

    def request(self, frame: int) -> None:
        """Has `frame` drawn; a request that has not been begun yet is dropped for it."""
        with self._changed:
            self._wanted = frame
            self._changed.notify()

    def play(self, frame: int, step: int) -> None:
        """Keeps the frames from `frame` on ready, every `step`th (negative: backwards)."""
        with self._changed:
            self._wanted = None
            self._next, self._step = frame, step
            self._ready.clear()
            self._changed.notify()

    def stop(self) -> None:
        """Ends `play`."""
        with self._changed:
            self._step = 0
            self._ready.clear()

    def take(self, frame: int) -> Drawn | None:
        """The newest ready frame that is due when `frame` is; drops it and all before it.

        What is late is never shown later: drawing goes on from `frame`.
        """
        with self._changed:
            due = [number for number in self._ready if (frame - number) * self._step >= 0]
            if not due:
                late = (frame - self._next) * self._step
                if late > 0:
                    self._next = frame
                return None
            newest = max(due) if self._step > 0 else min(due)
            image = self._ready[newest]
            for number in due:
                del self._ready[number]
            if (frame - self._next) * self._step > 0:
                self._next = frame + self._step
            self._changed.notify()
            return Drawn(newest, image)

    def close(self) -> None:
        """Ends the thread, after the frame it is at."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(timeout=5)

    # In the thread

    def _run(self) -> None:
        canvas = _Canvas()
        while (order := self._order()) is not None:
            stage, frame, wanted = order
            try:
                image = canvas.draw(stage, frame)
            except (StudioError, MemoryError, OSError, RuntimeError, ValueError) as error:
                _log.exception("frame %d cannot be drawn", frame)
                self.failed.emit(report_of(error))
                continue
            self._deliver(stage, Drawn(frame, image), wanted)
        canvas.close()

    def _order(self) -> tuple[Stage, int, bool] | None:
        """Waits for something to draw: (stage, frame, whether it was requested); None at the end."""
        with self._changed:
            while not self._closed:
                if self._stage is not None:
                    if self._wanted is not None:
                        frame, self._wanted = self._wanted, None
                        return self._stage, frame, True
                    if (
                        self._step
                        and len(self._ready) < AHEAD
                        and 0 <= self._next < self._stage.project.duration
                    ):
                        frame = self._next
                        self._next += self._step
                        return self._stage, frame, False
                self._changed.wait()
            return None

    def _deliver(self, stage: Stage, drawn: Drawn, wanted: bool) -> None:
        if wanted:
            self.arrived.emit(drawn)
            return
        with self._changed:
            if stage is self._stage and self._step:
                self._ready[drawn.frame] = drawn.image


class _Canvas:
    """The thread's compositor, made anew only when folder or size change."""

    def __init__(self) -> None:
        self._compositor: Compositor | None = None
        self._stage: Stage | None = None

    def draw(self, stage: Stage, frame: int) -> QImage:
        return to_image(self._compositor_for(stage).frame(frame))

    def close(self) -> None:
        if self._compositor is not None:
            self._compositor.close()
            self._compositor = None

    def _compositor_for(self, stage: Stage) -> Compositor:
        from studio.render.compositor import Compositor

        old, self._stage = self._stage, stage
        if self._compositor is None or old is None or (old.folder, old.size) != (stage.folder, stage.size):
            self.close()
            self._compositor = Compositor(stage.project, stage.folder, stage.size)
        elif old is not stage:
            self._compositor.update(stage.project)
        return self._compositor


def to_image(picture: np.ndarray) -> QImage:
    """`picture`, uint8 RGB (height, width, 3), as an image of its own in the format that paints fastest."""
    height, width, _ = picture.shape
    wrapped = QImage(picture.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    return wrapped.convertToFormat(QImage.Format.Format_RGB32)
