"""Draws the heavy parts of the timeline in advance, while nobody waits for anything else.

A part is heavy when drawing it takes longer than playing it: that is measured, not guessed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.ui.viewer.drawing import Canvas, Stage

if TYPE_CHECKING:
    import numpy as np

    from studio.render.rendered import Piece, RenderedPieces

DISK_BYTES = 4 * 1024**3
_PROBED = 6
_SHARE = 0.7
"""Of a frame's time: what takes longer to draw may be late while the machine does other things, too."""
_PAUSE_S = 0.25
_BREATH_S = 0.001
_MOST_PIECES = 2000
"""An hour and more; a timeline of a day is not worked through to its end."""
_log = logging.getLogger(__name__)


class _OvertakenError(Exception):
    """The project is another one, or somebody wants to see or play something."""


class RenderAhead(QObject):
    """Works through one stage after the other, from the playhead on.

    `idle` says whether nobody waits for a picture, `playhead` where it stands; both are asked by the thread.
    """

    changed = Signal()
    """`rendered_ranges` are others now."""

    def __init__(
        self, idle: Callable[[], bool], playhead: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._idle = idle
        self._playhead = playhead
        self._stage: Stage | None = None
        self._store: RenderedPieces | None = None
        self._ranges: tuple[tuple[int, int], ...] = ()
        self._light: set[str] = set()
        self._last: tuple[Stage, Piece | None] | None = None
        self._wake = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def rendered_ranges(self) -> tuple[tuple[int, int], ...]:
        """The stretches [start, end) of the timeline that play from the disk."""
        return self._ranges

    def frame(self, stage: Stage, frame: int) -> np.ndarray | None:
        """Frame `frame` of `stage` as uint8 RGB, if it was drawn in advance. For the drawing thread."""
        if self._store is None:
            return None
        if self._last is None or self._last[0] is not stage or not _within(self._last[1], frame):
            from studio.render.rendered import piece_at

            self._last = stage, piece_at(stage.project, stage.folder, stage.size, frame)
        piece = self._last[1]
        return self._store.frame(piece, frame) if piece is not None else None

    def show(self, stage: Stage | None) -> None:
        """Works for `stage` from now on; None: for nothing."""
        with self._wake:
            self._stage = stage
            self._wake.notify()
        if self._thread is None and stage is not None and stage.project.duration and not self._closed:
            self._thread = threading.Thread(target=self._run, name="viewer-ahead", daemon=True)
            self._thread.start()

    def close(self) -> None:
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(timeout=5)

    # In the thread

    def _run(self) -> None:
        from studio.paths import cache_folder
        from studio.render.rendered import RenderedPieces

        self._store = store = RenderedPieces(cache_folder() / "rendered", DISK_BYTES)
        canvas = Canvas()
        done: Stage | None = None
        while (stage := self._next(done)) is not None:
            try:
                self._work(stage, store, canvas)
                done = stage
            except _OvertakenError:
                continue
            except Exception:  # noqa: BLE001 - the boundary of the thread
                # The viewer meets the same trouble when it gets there, and tells it; this is only ahead.
                _log.exception("cannot draw ahead")
                done = stage
        canvas.close()

    def _next(self, done: Stage | None) -> Stage | None:
        """Waits for a stage that is not `done`, until it has stood still for a moment; None at the end."""
        with self._wake:
            while not self._closed:
                stage = self._stage
                if stage is None or stage is done:
                    self._wake.wait()
                elif not self._wake.wait(_PAUSE_S) and stage is self._stage:
                    return stage
            return None

    def _work(self, stage: Stage, store: RenderedPieces, canvas: Canvas) -> None:
        waiting: list[Piece] = []
        there: list[Piece] = []
        for piece in self._pieces(stage):
            if store.has(piece):
                there.append(piece)
            elif piece.name not in self._light:
                waiting.append(piece)
        self._publish(there)
        for piece in waiting:
            self._wait_for_quiet(stage)
            if self._draw(stage, piece, store, canvas):
                there.append(piece)
                self._publish(there)

    def _pieces(self, stage: Stage) -> list[Piece]:
        """All but what is a single clip as it comes: the pieces from the playhead on, then those before."""
        from studio.render.rendered import piece_at

        pieces: list[Piece] = []
        here = min(self._playhead(), stage.project.duration - 1)
        frame, end = _stretch(stage, here)[0], stage.project.duration
        first = frame
        while frame < end and len(pieces) < _MOST_PIECES:
            piece = piece_at(stage.project, stage.folder, stage.size, frame)
            if piece is not None:
                pieces.append(piece)
            frame = piece.end if piece is not None else _stretch(stage, frame)[1]
            if frame >= end == stage.project.duration:
                frame, end = 0, first
            self._check(stage)
            # Others need the interpreter, too: ten thousand clips are a second of work.
            time.sleep(_BREATH_S)
        return pieces

    def _draw(self, stage: Stage, piece: Piece, store: RenderedPieces, canvas: Canvas) -> bool:
        """Draws and keeps `piece`; False, and it is remembered as light, when it can be played as it is."""
        pictures = [canvas.draw(stage, piece.start)]
        spent = 0.0
        limit = _SHARE / float(stage.project.rate.fraction)
        for frame in range(piece.start + 1, piece.end):
            self._check(stage)
            began = time.monotonic()
            pictures.append(canvas.draw(stage, frame))
            spent += time.monotonic() - began
            if len(pictures) == _PROBED and spent < limit * (_PROBED - 1):
                self._light.add(piece.name)
                return False
        if not canvas.whole or len(pictures) < _PROBED:
            return False
        store.write(piece, pictures)
        return store.has(piece)

    def _wait_for_quiet(self, stage: Stage) -> None:
        with self._wake:
            while not self._idle() and not self._closed and stage is self._stage:
                self._wake.wait(_PAUSE_S)
        self._check(stage)

    def _check(self, stage: Stage) -> None:
        if self._closed or stage is not self._stage:
            raise _OvertakenError

    def _publish(self, pieces: list[Piece]) -> None:
        ranges: list[tuple[int, int]] = []
        for piece in sorted(pieces, key=lambda piece: piece.start):
            if ranges and ranges[-1][1] == piece.start:
                ranges[-1] = ranges[-1][0], piece.end
            else:
                ranges.append((piece.start, piece.end))
        if tuple(ranges) != self._ranges:
            self._ranges = tuple(ranges)
            if not self._closed:
                self.changed.emit()


def _within(piece: Piece | None, frame: int) -> bool:
    return piece is not None and piece.start <= frame < piece.end


def _stretch(stage: Stage, frame: int) -> tuple[int, int]:
    from studio.render.composition import stretch_at

    return stretch_at(stage.project, frame)
