"""Has the timeline's frames drawn in a thread of its own: the one asked for last, or those that come next."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from studio.errors import report_of
from studio.ui.viewer.drawing import Canvas, Drawn, Stage, to_image
from studio.ui.viewer.frame_shelf import FrameShelf

if TYPE_CHECKING:
    import numpy as np

AHEAD = 24
"""Frames kept ready while playing: a second, 22 MB at 640×360 and 88 MB at 1280×720."""
_PRIMED = 3
_GUESSES = 8
"""Frames drawn beyond the one that was asked for, so that the next step, or playing, begins at once."""
_STEP = 3
"""Playheads this many frames apart at most are a hand that steps, and will step on."""
_log = logging.getLogger(__name__)


class _Order(NamedTuple):
    stage: Stage
    frame: int
    reason: Literal["asked", "playing", "guessed"]


class Rendered(Protocol):
    """Frames that were drawn in advance."""

    def frame(self, stage: Stage, frame: int) -> np.ndarray | None: ...


class FrameServer(QObject):
    """Methods are for the window's thread and never wait for a picture."""

    arrived = Signal(object)
    """A `Drawn`: what was asked for with `request`, or before it the nearest that was there."""
    failed = Signal(object)
    """An ErrorReport: this frame could not be drawn at all."""

    def __init__(self, limit_bytes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shelf = FrameShelf(limit_bytes)
        self._changed = threading.Condition()
        self._stage: Stage | None = None
        self._wanted: int | None = None
        self._last_wanted = 0
        self._guesses: list[int] = []
        self._next = 0
        self._step = 0
        self._ready: dict[int, QImage] = {}
        self._busy = False
        self._rendered: Rendered | None = None
        self.last_arrived = -1
        """The frame that `arrived` told last."""
        self._closed = False
        self._thread: threading.Thread | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing is being drawn or waits for it."""
        return not (self._busy or self._step or self._guesses or self._wanted is not None)

    def show(self, stage: Stage) -> None:
        """Draws from `stage` from now on; what was drawn and looks the same there is used again."""
        with self._changed:
            self._stage = stage
            self._ready.clear()
            self._guesses.clear()
            self._changed.notify()
        if self._thread is None and stage.project.duration and not self._closed:
            # Not before there is something to draw: an empty window starts without it.
            self._thread = threading.Thread(target=self._run, name="viewer-frames", daemon=True)
            self._thread.start()

    def use_rendered(self, rendered: Rendered) -> None:
        """Takes frames that were drawn in advance from there."""
        self._rendered = rendered

    def request(self, frame: int) -> None:
        """Has `frame` drawn; a request that has not been begun yet is dropped for it."""
        stage = self._stage
        image = self.shelf.find(stage, frame) if stage is not None else None
        if image is not None:
            self._emit(Drawn(frame, image))
        elif stage is not None and (near := self.shelf.nearest(stage, frame)) is not None:
            self._emit(near)
        with self._changed:
            self._wanted = frame if image is None else None
            step = frame - self._last_wanted
            step = step if 0 < abs(step) <= _STEP else 1
            self._guesses = [frame + step * number for number in range(1, _GUESSES + 1)]
            self._last_wanted = frame
            self._changed.notify()

    def play(self, frame: int, step: int) -> None:
        """Keeps the frames from `frame` on ready, every `step`th (negative: backwards)."""
        with self._changed:
            self._wanted = None
            self._guesses.clear()
            self._next, self._step = frame, step
            self._ready.clear()
            self._changed.notify()

    @property
    def primed(self) -> bool:
        """Whether there are enough frames ready to begin playing, or no more to come."""
        with self._changed:
            stage = self._stage
            ended = stage is None or self._next not in range(stage.project.duration)
            return ended or len(self._ready) >= _PRIMED

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

    def _emit(self, drawn: Drawn) -> None:
        self.last_arrived = drawn.frame
        self.arrived.emit(drawn)

    def close(self) -> None:
        """Ends the thread, after the frame it is at."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout=5)

    # In the thread

    def _run(self) -> None:
        canvas = Canvas()
        while (order := self._order()) is not None:
            try:
                if order.reason == "guessed" and self.shelf.find(order.stage, order.frame) is not None:
                    continue
                image = self._image(canvas, order)
            except Exception as error:  # noqa: BLE001 - the boundary: whatever happened becomes a report
                _log.exception("frame %d cannot be drawn", order.frame)
                if not self._closed:
                    self.failed.emit(report_of(error))
                continue
            self._deliver(order, Drawn(order.frame, image))
        canvas.close()

    def _image(self, canvas: Canvas, order: _Order) -> QImage:
        image = self.shelf.find(order.stage, order.frame)
        if image is not None:
            return image
        # Only for playing: a frame one stands on is drawn anew, without what JPEG takes away.
        if order.reason == "playing" and self._rendered is not None:
            picture = self._rendered.frame(order.stage, order.frame)
            if picture is not None:
                return to_image(picture)
        image = to_image(canvas.draw(order.stage, order.frame))
        if canvas.whole:
            self.shelf.keep(order.stage, order.frame, image)
        return image

    def _order(self) -> _Order | None:
        """Waits for something to draw; None at the end."""
        with self._changed:
            self._busy = False
            while not self._closed:
                order = self._choose(self._stage) if self._stage is not None else None
                if order is not None:
                    self._busy = True
                    return order
                self._changed.wait()
            return None

    def _choose(self, stage: Stage) -> _Order | None:
        """What is asked for comes first, then what is about to be played, then what might be asked for."""
        if self._wanted is not None:
            frame, self._wanted = self._wanted, None
            return _Order(stage, frame, "asked")
        within = range(stage.project.duration)
        if self._step and len(self._ready) < AHEAD and self._next in within:
            frame = self._next
            self._next += self._step
            return _Order(stage, frame, "playing")
        while self._guesses:
            frame = self._guesses.pop(0)
            if frame in within:
                return _Order(stage, frame, "guessed")
        return None

    def _deliver(self, order: _Order, drawn: Drawn) -> None:
        if order.reason == "asked" and not self._closed:
            self._emit(drawn)
        elif order.reason == "playing":
            with self._changed:
                if order.stage is self._stage and self._step:
                    self._ready[drawn.frame] = drawn.image
