"""A course of speeds as a curve over the source's time, for mouse and keys."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import log2, sqrt
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.jobs.validate import FASTEST, SLOWEST
from studio.ui import theme
from studio.ui.theme import tokens

_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 10, 10, 20
_CATCH_PX = 9
_SNAP_PX = 4
_KNOB = 5
_LINES = tuple(Fraction(text) for text in ("1/8", "1/4", "1/2", "1", "2", "4"))
_STEP = Fraction(1, 100)
# One press of a key: a sixth of the way to double or half.
_KEY_FACTOR = Fraction(9, 8)
_MOST = 16


class CoursePoint(NamedTuple):
    at: Fraction
    """Seconds of the source, from where the clip begins."""
    speed: Fraction


class CourseCanvas(QWidget):
    """`points` in the order of time; `current` is the selected one. There is always at least one."""

    changed = Signal()
    picked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.length = Fraction(4)
        """Seconds of the source."""
        self.points: list[CoursePoint] = [CoursePoint(Fraction(0), Fraction(1))]
        self.current = 0
        self._held = False
        self.setFixedHeight(132)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    # What it holds

    def show_points(self, points: Sequence[CoursePoint], current: int = 0) -> None:
        self.points = list(points)
        self.current = min(current, len(self.points) - 1)
        self._tell()

    def set_length(self, length: Fraction) -> None:
        """The source is so many seconds long now; what lies behind its end is kept, and not shown."""
        self.length = max(length, _STEP)
        self.update()

    def add(self, at: Fraction, speed: Fraction | None = None) -> None:
        """A new point there: on the curve where no `speed` is given."""
        if len(self.points) >= _MOST or any(point.at == at for point in self.points):
            return
        made = CoursePoint(at, self.speed_at(at) if speed is None else speed)
        points = sorted([*self.points, made])
        self.show_points(points, points.index(made))

    def move_current(self, at: Fraction, speed: Fraction) -> None:
        """Between its neighbours, and within what speeds there are."""
        before = self.points[self.current - 1].at + _STEP if self.current else Fraction(0)
        behind = self.length
        if self.current + 1 < len(self.points):
            behind = self.points[self.current + 1].at - _STEP
        at = max(before, min(behind, at))
        self.points[self.current] = CoursePoint(at, max(SLOWEST, min(Fraction(FASTEST), speed)))
        self._tell()

    def remove_current(self) -> None:
        if len(self.points) > 1:
            rest = [point for index, point in enumerate(self.points) if index != self.current]
            self.show_points(rest, min(self.current, len(rest) - 1))

    def speed_at(self, at: Fraction) -> Fraction:
        """To the hundredth. In the source's time its square changes evenly: it is even in the result's."""
        if at <= self.points[0].at or at >= self.points[-1].at:
            return self.points[0 if at <= self.points[0].at else -1].speed
        here, after = next(pair for pair in pairwise(self.points) if pair[0].at <= at <= pair[1].at)
        share = (at - here.at) / (after.at - here.at)
        square = here.speed**2 + (after.speed**2 - here.speed**2) * share
        return max(SLOWEST, Fraction(round(sqrt(square) * 100), 100))

    def _tell(self) -> None:
        self.update()
        self.picked.emit()
        self.changed.emit()

    # Where things lie

    def place_of(self, point: CoursePoint) -> QPointF:
        """In pixels; the speeds on a logarithmic scale, so that half is as far from 1 as double."""
        box = self._box()
        low, high = log2(_LINES[0]), log2(_LINES[-1])
        share = (min(max(log2(point.speed), low), high) - low) / (high - low)
        return QPointF(
            box.left() + float(point.at / self.length) * box.width(), box.bottom() - share * box.height()
        )

    def point_at(self, place: QPointF) -> CoursePoint:
        """What a hand at `place` means: to the hundredth, and exactly a speed that has a line where near."""
        box = self._box()
        x, y = min(max(place.x(), box.left()), box.right()), min(max(place.y(), box.top()), box.bottom())
        at = Fraction(round((x - box.left()) / box.width() * float(self.length) * 100), 100)
        at = min(at, self.length)
        for speed in _LINES:
            if abs(self.place_of(CoursePoint(at, speed)).y() - y) <= _SNAP_PX:
                return CoursePoint(at, speed)
        share, low, high = (box.bottom() - y) / box.height(), log2(_LINES[0]), log2(_LINES[-1])
        return CoursePoint(at, Fraction(round(2 ** (low + share * (high - low)) * 100), 100))

    def _box(self) -> QRectF:
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)

    def _index_at(self, place: QPointF) -> int:
        """The index of the point under `place`; -1: none."""
        away = [(place - self.place_of(point)).manhattanLength() for point in self.points]
        nearest = min(range(len(away)), key=away.__getitem__)
        return nearest if away[nearest] <= _CATCH_PX else -1

    # The hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        index = self._index_at(event.position())
        self._held = index >= 0
        if self._held and index != self.current:
            self.current = index
            self.update()
            self.picked.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self.move_current(*self.point_at(event.position()))
            return
        over = self._index_at(event.position()) >= 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.CrossCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._index_at(event.position()) < 0:
            self.add(*self.point_at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, point = Qt.Key(event.key()), self.points[self.current]
        across = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        up = {Qt.Key.Key_Down: -1, Qt.Key.Key_Up: 1}.get(key, 0)
        if across and event.modifiers() == Qt.KeyboardModifier.AltModifier:
            self.move_current(point.at + across * self.length / 100, point.speed)
        elif across:
            self.current = min(max(self.current + across, 0), len(self.points) - 1)
            self.update()
            self.picked.emit()
        elif up:
            self.move_current(point.at, point.speed * _KEY_FACTOR**up)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_current()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.add(self._widest_gap())
        else:
            super().keyPressEvent(event)

    def _widest_gap(self) -> Fraction:
        """The middle of the longest part without a point, to the hundredth."""
        ends = [Fraction(0), *(point.at for point in self.points if point.at <= self.length), self.length]
        before, behind = max(pairwise(ends), key=lambda gap: gap[1] - gap[0])
        return Fraction(round((before + behind) / 2 * 100), 100)

    # The picture

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_lines(painter)
        painter.setClipRect(self._box().adjusted(-_KNOB - 2, -_TOP, _RIGHT, _KNOB + 2))
        box = self._box()
        steps = [self.length * k / 96 for k in range(97)]
        curve = [self.place_of(CoursePoint(at, self.speed_at(at))) for at in steps]
        below = QPolygonF([box.bottomLeft(), *curve, box.bottomRight()])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent", 0.12))
        painter.drawPolygon(below)
        painter.setPen(QPen(theme.color("accent" if self.isEnabled() else "disabled"), 2))
        painter.drawPolyline(QPolygonF(curve))
        for index, point in enumerate(self.points):
            chosen = index == self.current
            ring = "accent" if chosen and self.hasFocus() else "text" if chosen else "accent"
            painter.setPen(QPen(theme.color(ring), 2))
            painter.setBrush(theme.color("text" if chosen else "panel"))
            painter.drawEllipse(self.place_of(point), _KNOB, _KNOB)
        painter.end()

    def _paint_lines(self, painter: QPainter) -> None:
        """The scale of speeds, normal speed stronger, and the source's beginning and end."""
        box = self._box()
        painter.setFont(theme.font(tokens.small_font_size - 1, figures=True))
        for speed in _LINES:
            y = round(self.place_of(CoursePoint(Fraction(0), speed)).y()) + 0.5
            painter.setPen(QPen(theme.color("secondary" if speed == 1 else "line"), 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(theme.color("secondary"))
            label = QRectF(0, y - 8, _LEFT - 6, 16)
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{speed}×")
        below = QRectF(box.left(), box.bottom() + 4, box.width(), _BOTTOM - 4)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "0 s")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"{float(self.length):.2f} s")

    def sizeHint(self) -> QSize:
        return QSize(280, self.height())
