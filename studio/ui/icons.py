"""Kinora's own stroke icons (resources/icons), tinted from the tokens and sharp at every scale."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QImage, QPainter, QPixmap

from studio.paths import resources_folder
from studio.ui import theme


@cache
def icon_folder() -> Path:
    return resources_folder() / "icons"


@cache
def _file(name: str) -> Path:
    return icon_folder() / f"{name}.svg"


@cache
def _drawing(name: str) -> bytes:
    return _file(name).read_bytes()


def paint_icon(painter: QPainter, rect: QRect | QRectF, name: str, token: str = "text") -> None:
    """Draws icon `name` into `rect` in the colour `token`. Raises FileNotFoundError for unknown names."""
    # Imported here: the SVG module costs start-up time and the first paint can bear it.
    from PySide6.QtSvg import QSvgRenderer

    tinted = _drawing(name).replace(b"currentColor", theme.color(token).name().encode())
    QSvgRenderer(tinted).render(painter, QRectF(rect))


def icon_pixmap(name: str, size: int, ratio: float = 1.0, token: str = "text") -> QPixmap:
    """Icon `name` as a pixmap of `size` device-independent pixels a side, on a screen of `ratio`."""
    pixels = max(1, round(size * ratio))
    image = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_icon(painter, QRectF(0, 0, pixels, pixels), name, token)
    painter.end()
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


class _StrokeEngine(QIconEngine):
    """Draws from the vector at the moment of painting, so that scale and theme may change at any time."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name = name
        self._token = token

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        token = "disabled" if mode == QIcon.Mode.Disabled else self._token
        paint_icon(painter, rect, self._name, token)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        if size.isEmpty():
            # A button that is squeezed to nothing asks for this.
            return QPixmap()
        token = "disabled" if mode == QIcon.Mode.Disabled else self._token
        return _kept_pixmap(self._name, size.width(), size.height(), token, theme.color(token).name())

    def clone(self) -> QIconEngine:
        return _StrokeEngine(self._name, self._token)


@lru_cache(maxsize=512)
def _kept_pixmap(name: str, width: int, height: int, token: str, colour: str) -> QPixmap:
    """An icon in device pixels. `colour` is what `token` stands for now: another theme is another picture.

    Buttons ask anew at every repaint, and drawing from the vector takes a quarter of a millisecond.
    """
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_icon(painter, QRectF(0, 0, width, height), name, token)
    painter.end()
    return QPixmap.fromImage(image)


@cache
def icon(name: str, token: str = "text") -> QIcon:
    """Icon `name` in the colour of `token`; disabled controls show it in the disabled colour.

    Raises FileNotFoundError for unknown names at once; the drawing is read when it is first painted.
    """
    _file(name).stat()
    return QIcon(_StrokeEngine(name, token))
