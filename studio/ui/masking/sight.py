"""Which part of the frame is seen, and how large."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt

LARGEST_ZOOM = 16.0


class Sight:
    """A `zoom` of 1 shows the whole frame, as large as it fits."""

    def __init__(self) -> None:
        self.zoom = 1.0
        self._middle = QPointF(0.5, 0.5)
        """What is seen in the middle of the view, as shares of the frame."""

    def fit(self) -> None:
        self.zoom, self._middle = 1.0, QPointF(0.5, 0.5)

    def place(self, view: QSize, frame: QSize) -> QRectF:
        """Where a frame of that many pixels lies in a view of that size."""
        size = QSizeF(frame.scaled(view, Qt.AspectRatioMode.KeepAspectRatio)) * self.zoom
        left = _start(view.width(), size.width(), self._middle.x())
        top = _start(view.height(), size.height(), self._middle.y())
        return QRectF(QPointF(left, top), size)

    def zoom_at(self, factor: float, at: QPointF, view: QSize, frame: QSize) -> None:
        """Shows the frame `factor` times as large; what is seen at `at` stays there as far as it can."""
        before = self.place(view, frame)
        share = QPointF((at.x() - before.x()) / before.width(), (at.y() - before.y()) / before.height())
        self.zoom = min(max(self.zoom * factor, 1.0), LARGEST_ZOOM)
        size = self.place(view, frame).size()
        corner = QPointF(at.x() - share.x() * size.width(), at.y() - share.y() * size.height())
        self._look(QRectF(corner, size), view)

    def move(self, by: QPointF, view: QSize, frame: QSize) -> None:
        """Moves the frame under the view by so many pixels of the screen."""
        self._look(self.place(view, frame).translated(by), view)

    def _look(self, place: QRectF, view: QSize) -> None:
        """Remembers what stands in the middle when the frame lies at `place`, or as near to it as it may."""
        left = _within(place.x(), view.width(), place.width())
        top = _within(place.y(), view.height(), place.height())
        self._middle = QPointF(
            (view.width() / 2 - left) / place.width(), (view.height() / 2 - top) / place.height()
        )


def _start(view: float, length: float, middle: float) -> float:
    return _within(view / 2 - middle * length, view, length)


def _within(start: float, view: float, length: float) -> float:
    """`start` so that something of `length` leaves no edge of the view empty, or stands in its middle."""
    return round((view - length) / 2) if length <= view else min(0.0, max(view - length, start))
