"""What part of the picture is looked at, and how large: arithmetic without widgets."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF

CLOSEST = 32.0


class Sight(NamedTuple):
    """`zoom` 1 shows the whole picture; `x` and `y` move its middle, in shares of the fitted size."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def place(self, fitted: QRectF) -> QRectF:
        """Where the picture lies that would lie at `fitted` when not zoomed."""
        if self.zoom == 1:
            return fitted
        width, height = fitted.width() * self.zoom, fitted.height() * self.zoom
        middle = fitted.center() + QPointF(self.x * fitted.width(), self.y * fitted.height())
        return QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)

    def zoomed(self, factor: float, point: QPointF, fitted: QRectF) -> Sight:
        """Enlarged by `factor`; what lies under `point` stays there."""
        zoom = min(max(self.zoom * factor, 1.0), CLOSEST)
        if zoom <= 1.001:
            return Sight()
        factor = zoom / self.zoom
        middle = self.place(fitted).center()
        moved = point + (middle - point) * factor
        return self._at(zoom, moved, fitted)

    def moved(self, way: QPointF, fitted: QRectF) -> Sight:
        """Shifted by `way`, as far as the picture goes."""
        return self._at(self.zoom, self.place(fitted).center() + way, fitted)

    def _at(self, zoom: float, middle: QPointF, fitted: QRectF) -> Sight:
        """With its middle at `middle`, but never so far that nothing is left in the middle of the view."""
        reach = (zoom - 1) / 2
        x = (middle.x() - fitted.center().x()) / max(1.0, fitted.width())
        y = (middle.y() - fitted.center().y()) / max(1.0, fitted.height())
        return Sight(zoom, min(max(x, -reach), reach), min(max(y, -reach), reach))
