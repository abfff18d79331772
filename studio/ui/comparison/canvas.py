"""Shows takes side by side, one over the other with an edge that can be dragged, or their difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import tokens

Mode = Literal["grid", "wipe", "difference"]
_GAP = 4
_LABEL_HEIGHT = 22
_GAIN = 4
"""A difference of takes is dark; so many times brighter it can be seen."""


class Tile(NamedTuple):
    """The take with index `take`; `note` says what becomes of one that is not ready."""

    take: int
    name: str
    image: QImage | None
    note: str = ""
    active: bool = False


class ComparisonCanvas(QWidget):
    chosen = Signal(int)
    """The take index of the tile that was pressed or reached with the arrow keys."""
    used = Signal(int)
    """The take of a double click or Enter."""
    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._tiles: tuple[Tile, ...] = ()
        self._mode: Mode = "grid"
        self._current = -1
        self._shape = (16, 9)
        self.division = 0.5
        """Where the wipe's edge stands, as a share of the width."""
        self.setMinimumSize(480, 270)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Takes")
        self.setToolTip("Click chooses a take, a double click uses it; in Wipe, drag the edge")

    def sizeHint(self) -> QSize:
        return QSize(960, 540)

    def show_tiles(self, tiles: Sequence[Tile], mode: Mode, shape: tuple[int, int], current: int) -> None:
        """`shape`: the project's (width, height); `current`: the chosen take's index."""
        self._tiles, self._mode, self._shape, self._current = tuple(tiles), mode, shape, current
        self.setAccessibleDescription(", ".join(tile.name for tile in tiles))
        self.update()

    def tile_pixels(self) -> tuple[int, int]:
        """(width, height) that pictures should have to be sharp; even, and never empty."""
        box = self._box(0) if self._tiles else QRectF(self.rect())
        ratio = self.devicePixelRatioF()
        return max(2, round(box.width() * ratio) & ~1), max(2, round(box.height() * ratio) & ~1)

    def tile_rect(self, position: int) -> QRect:
        """Where the tile at `position` lies."""
        return self._box(position).toRect()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), theme.color("letterbox"))
        if self._mode == "grid":
            for position, tile in enumerate(self._tiles):
                self._paint_tile(painter, tile, self._box(position))
        elif len(self._tiles) >= 2:
            self._paint_pair(painter, *self._tiles[:2])
        painter.end()

    def _paint_tile(self, painter: QPainter, tile: Tile, box: QRectF) -> None:
        if tile.image is not None:
            painter.drawImage(box, tile.image)
        else:
            painter.fillRect(box, theme.color("panel"))
        if tile.note:
            painter.setPen(theme.color("text"))
            painter.setFont(theme.font())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, tile.note)
        _paint_label(painter, box.bottomLeft(), f"{tile.name} · shown" if tile.active else tile.name)
        if tile.take == self._current:
            painter.setPen(QPen(theme.color("accent"), tokens.focus))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(1, 1, -1, -1))

    def _paint_pair(self, painter: QPainter, first: Tile, second: Tile) -> None:
        box = self._box(0)
        if first.image is None or second.image is None:
            self._paint_tile(painter, first if first.image is None else second, box)
            return
        if self._mode == "difference":
            painter.drawImage(box, _difference(first.image, second.image))
            _paint_label(painter, box.bottomLeft(), f"{first.name} − {second.name}, × {_GAIN}")
            return
        edge = box.left() + box.width() * self.division
        painter.drawImage(box, second.image)
        painter.save()
        painter.setClipRect(QRectF(box.left(), box.top(), edge - box.left(), box.height()))
        painter.drawImage(box, first.image)
        painter.restore()
        painter.setPen(QPen(theme.color("accent"), tokens.focus))
        painter.drawLine(QPointF(edge, box.top()), QPointF(edge, box.bottom()))
        _paint_label(painter, box.bottomLeft(), first.name)
        _paint_label(painter, box.bottomRight(), second.name, at_right=True)

    # Hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            if self._mode == "grid":
                self._choose(self._position_at(event.position()))
            else:
                self._divide(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._mode == "wipe":
            self._divide(event.position().x())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        position = self._position_at(event.position())
        if self._mode == "grid" and 0 <= position < len(self._tiles):
            self.used.emit(self._tiles[position].take)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        rows = {Qt.Key.Key_Up: -self._columns(), Qt.Key.Key_Down: self._columns()}
        key = Qt.Key(event.key())
        if self._mode == "wipe" and key in steps:
            self._divide(self._box(0).left() + self._box(0).width() * (self.division + steps[key] / 50))
        elif self._mode == "grid" and key in steps | rows:
            at = [tile.take for tile in self._tiles]
            here = at.index(self._current) if self._current in at else 0
            self._choose(here + (steps | rows)[key])
        elif self._mode == "grid" and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.used.emit(self._current)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    # Places

    def _columns(self) -> int:
        return max(1, math.ceil(math.sqrt(len(self._tiles)))) if self._mode == "grid" else 1

    def _box(self, position: int) -> QRectF:
        """The picture at `position`, fitted into its cell."""
        columns = self._columns()
        rows = max(1, math.ceil(len(self._tiles) / columns)) if self._mode == "grid" else 1
        cell = QRectF(0, 0, self.width() / columns, self.height() / rows)
        cell.translate(position % columns * cell.width(), position // columns * cell.height())
        inside = cell.adjusted(_GAP / 2, _GAP / 2, -_GAP / 2, -_GAP / 2)
        width, height = self._shape
        scale = min(inside.width() / width, inside.height() / height)
        box = QRectF(0, 0, width * scale, height * scale)
        box.moveCenter(inside.center())
        return box

    def _position_at(self, at: QPointF) -> int:
        places = range(len(self._tiles))
        return next((position for position in places if self._box(position).contains(at)), -1)

    def _choose(self, position: int) -> None:
        if 0 <= position < len(self._tiles):
            self._current = self._tiles[position].take
            self.chosen.emit(self._current)
            self.update()

    def _divide(self, x: float) -> None:
        if self._mode == "wipe":
            box = self._box(0)
            self.division = min(1.0, max(0.0, (x - box.left()) / box.width()))
            self.update()


def _paint_label(painter: QPainter, corner: QPointF, words: str, *, at_right: bool = False) -> None:
    """`words` on a dark strip with its lower corner at `corner`."""
    painter.setFont(theme.font(tokens.small_font_size))
    width = painter.fontMetrics().horizontalAdvance(words) + 2 * tokens.space
    left = corner.x() - width if at_right else corner.x()
    strip = QRectF(left, corner.y() - _LABEL_HEIGHT, width, _LABEL_HEIGHT)
    painter.fillRect(strip, theme.color("letterbox", 0.75))
    painter.setPen(theme.color("on_clip"))
    painter.drawText(strip, Qt.AlignmentFlag.AlignCenter, words)


def _difference(first: QImage, second: QImage) -> QImage:
    """|first − second| × 4, in `first`'s size."""
    apart = first.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(apart)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
    painter.drawImage(QRectF(apart.rect()), second)
    painter.end()
    bright = apart.copy()
    painter = QPainter(bright)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
    for _ in range(_GAIN - 1):
        painter.drawImage(0, 0, apart)
    painter.end()
    return bright
