"""Pictures at their places in the video that is to be drawn, as a strip for mouse and keys."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.jobs.job import Keyframe
from studio.ui.drawing import strip_painting as painting
from studio.ui.drawing.stills import shown_name
from studio.ui.thumbnails import Thumbnails

PICTURE = QSize(76, 50)
_EDGE = 3
_DRAG_PX = 4
_CATCH_PX = 6
LAST = -1


class Room(NamedTuple):
    """Where the model takes pictures."""

    first: bool
    last: bool
    between: bool


class KeyframeStrip(QWidget):
    """Order of `pictures` is the order in which they came; `current` is the selected one."""

    changed = Signal()
    picked = Signal()
    add_wanted = Signal(int)
    """Somebody wants a picture at this frame."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self.room = Room(True, True, True)
        """Where pictures can stand; see `set_room`."""
        self.num_frames = 2
        self.step = 1
        """Pictures stand at every so many frames only."""
        self.pictures: list[Keyframe] = []
        self._shares: list[float] = []
        """Where each was put, 0 … 1 of the video: what it goes back to when the length changes."""
        self.current = -1
        self._grab: tuple[QPointF, int] | None = None
        self._moved = False
        self.set_room(self.room)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(2 * PICTURE.width() + 4 * _EDGE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        thumbnails.ready.connect(self._picture_came)

    def _picture_came(self) -> None:
        self.update()

    # What it holds

    def set_room(self, room: Room) -> None:
        """Takes pictures where `room` says; only between the ends a scale of frames is needed."""
        self.room = room
        scale = painting.SCALE_HEIGHT if room.between else 0
        self.setFixedHeight(PICTURE.height() + 2 * _EDGE + scale)
        self.update()

    def show_pictures(self, pictures: Sequence[Keyframe], current: int = -1) -> None:
        self.pictures = list(pictures)
        self._shares = [self._share_of(picture) for picture in pictures]
        self.current = current if current < len(self.pictures) else -1
        self.update()
        self.picked.emit()
        self.changed.emit()

    def set_length(self, num_frames: int) -> None:
        """The video has so many frames now: pictures between its ends keep their share of it."""
        if num_frames == self.num_frames:
            return
        self.num_frames = num_frames
        last = num_frames - 1
        for index, picture in enumerate(self.pictures):
            share = self._shares[index]
            if picture.frame >= 0 and share > 0:
                # One between the ends stays between them as long as there is room.
                frame = last if share >= 1 else min(max(round(share * last), 1), max(last - 1, 1))
                self.pictures[index] = replace(picture, frame=self._on_grid(frame))
        self.update()

    def frame_of(self, picture: Keyframe) -> int:
        """Its frame, counted from the start."""
        return picture.frame + self.num_frames if picture.frame < 0 else picture.frame

    def free_place(self) -> int | None:
        """Where the next picture goes: the start, the end, the middle of the widest gap; None: nowhere."""
        taken = sorted(self.frame_of(picture) for picture in self.pictures)
        if self.room.first and 0 not in taken:
            return 0
        if self.room.last and self.num_frames - 1 not in taken:
            return LAST
        gaps = [(after - before, before) for before, after in pairwise(taken)]
        if not self.room.between or not gaps or max(gaps)[0] < 2:
            return None
        width, before = max(gaps)
        return self._on_grid(before + width // 2)

    def move_current(self, frame: int) -> None:
        """Puts the selected picture at `frame`; at the end it stays the last one, however long the video."""
        if not 0 <= self.current < len(self.pictures):
            return
        frame = self._on_grid(frame)
        kept = LAST if frame == self.num_frames - 1 > 0 else frame
        picture = self.pictures[self.current]
        if frame != self.frame_of(picture):
            self.pictures[self.current] = replace(picture, frame=kept)
            self._shares[self.current] = frame / max(1, self.num_frames - 1)
            self.update()
            self.picked.emit()
            self.changed.emit()

    def remove_current(self) -> None:
        if 0 <= self.current < len(self.pictures):
            rest = [picture for index, picture in enumerate(self.pictures) if index != self.current]
            self.show_pictures(rest, min(self.current, len(rest) - 1))

    def empty_places(self) -> list[int]:
        """The ends that still take a picture."""
        taken = {self.frame_of(picture) for picture in self.pictures}
        ends = ((0, self.room.first, 0), (LAST, self.room.last, self.num_frames - 1))
        return [place for place, is_open, frame in ends if is_open and frame not in taken]

    # Where things lie

    def place_of(self, frame: int) -> QRectF:
        """The picture of `frame` (-1: the last) in pixels."""
        frame = self.num_frames - 1 if frame == LAST else frame
        share = min(max(frame, 0), self.num_frames - 1) / max(1, self.num_frames - 1)
        left = _EDGE + share * (self.width() - PICTURE.width() - 2 * _EDGE)
        return QRectF(left, _EDGE, PICTURE.width(), PICTURE.height())

    def frame_at(self, x: float) -> int:
        """The frame whose picture has its middle at `x`."""
        way = self.width() - PICTURE.width() - 2 * _EDGE
        share = (x - _EDGE - PICTURE.width() / 2) / max(1, way)
        return round(min(max(share, 0.0), 1.0) * (self.num_frames - 1))

    def picture_at(self, at: QPointF) -> int:
        """The index of the picture under `at`, the uppermost where they overlap; -1: none."""
        order = self.order()
        return next((i for i in reversed(order) if self._place(i).contains(at)), -1)

    def order(self) -> list[int]:
        """Indices from the lowest to the uppermost: in time, the selected one on top."""
        indices = sorted(range(len(self.pictures)), key=lambda i: self.frame_of(self.pictures[i]))
        return sorted(indices, key=lambda index: index == self.current)

    def _on_grid(self, frame: int) -> int:
        """The frame nearest to `frame` at which the model can show a picture."""
        return min(max(round(frame / self.step) * self.step, 0), self.num_frames - 1)

    def _share_of(self, picture: Keyframe) -> float:
        return self.frame_of(picture) / max(1, self.num_frames - 1)

    def _place(self, index: int) -> QRectF:
        return self.place_of(self.frame_of(self.pictures[index]))

    # The hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position()
        index = self.picture_at(at)
        self._moved = False
        if index >= 0:
            self._select(index)
            self._grab = at, self.frame_of(self.pictures[index])
            return
        for frame in self.empty_places():
            if self.place_of(frame).contains(at):
                self.add_wanted.emit(frame)
                return

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._grab is None:
            over = self.picture_at(at) >= 0 or any(
                self.place_of(frame).contains(at) for frame in self.empty_places()
            )
            self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
            return
        start, frame = self._grab
        self._moved = self._moved or abs(at.x() - start.x()) >= _DRAG_PX
        if self._moved and self.room.between:
            middle = self.place_of(frame).center().x() + at.x() - start.x()
            ends = (0, self.num_frames - 1)
            caught = [end for end in ends if abs(self.place_of(end).center().x() - middle) <= _CATCH_PX]
            self.move_current(caught[0] if caught else self.frame_at(middle))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grab = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.room.between and self.picture_at(event.position()) < 0:
            self.add_wanted.emit(self.frame_at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_current()
        elif by and event.modifiers() == Qt.KeyboardModifier.AltModifier:
            if self.room.between and self.current >= 0:
                self.move_current(self.frame_of(self.pictures[self.current]) + by)
        elif by:
            self._select_next(by)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if (place := self.free_place()) is not None:
                self.add_wanted.emit(place)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.picture_at(QPointF(event.pos()))
            if index >= 0:
                picture = self.pictures[index]
                words = f"{shown_name(picture.path)}\nat frame {self.frame_of(picture)}"
                QToolTip.showText(event.globalPos(), words, self)
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painting.paint_scale(painter, self)
        for frame in self.empty_places():
            painting.paint_well(painter, self.place_of(frame), "First" if frame == 0 else "Last")
        for index in self.order():
            image = self._thumbnails.of(self.pictures[index].path)
            is_current = index == self.current
            painting.paint_picture(painter, self._place(index), image, is_current, self.hasFocus())
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(4 * PICTURE.width(), self.height())

    def _select(self, index: int) -> None:
        if index != self.current:
            self.current = index
            self.update()
            self.picked.emit()

    def _select_next(self, by: int) -> None:
        order = sorted(range(len(self.pictures)), key=lambda i: self.frame_of(self.pictures[i]))
        if order:
            at = order.index(self.current) if self.current in order else -by
            self._select(order[min(max(at + by, 0), len(order) - 1)])
