"""Small pictures of files, made in the background and kept: ask, and be told when one has come."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap

from studio.errors import ErrorReport
from studio.ui import icons, theme
from studio.ui.bridge import run_in_background

if TYPE_CHECKING:
    import numpy as np

_KEPT = 2000
_AT_ONCE = 2
"""Decoders at work at a time: the two cores also have to paint the window."""
SIZE = QSize(96, 64)


class Thumbnails(QObject):
    """Belongs to the GUI thread. The newest wish is served first: it is what the user looks at."""

    ready = Signal(str)
    """The path whose picture has come (or turned out to have none)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._images: OrderedDict[str, QImage | None] = OrderedDict()
        self._wanted: list[str] = []
        self._under_way: set[str] = set()

    def of(self, path: str) -> QImage | None:
        """The picture of the file at `path`; None where there is none (yet): listen to `ready`."""
        if path in self._images:
            self._images.move_to_end(path)
            return self._images[path]
        if path not in self._under_way:
            if path in self._wanted:
                self._wanted.remove(path)
            self._wanted.append(path)
            self._next()
        return None

    def _next(self) -> None:
        while self._wanted and len(self._under_way) < _AT_ONCE:
            path = self._wanted.pop()
            self._under_way.add(path)
            run_in_background(
                lambda path=path: first_picture(path),
                lambda image, path=path: self._arrived(path, image),
                lambda error, path=path: self._failed(path, error),
                owner=self,
            )

    def _arrived(self, path: str, image: QImage | None) -> None:
        self._under_way.discard(path)
        self._images[path] = image
        while len(self._images) > _KEPT:
            self._images.popitem(last=False)
        self.ready.emit(path)
        self._next()

    def _failed(self, path: str, error: ErrorReport) -> None:
        """A file without a picture keeps its icon; whoever opens it is told what is wrong."""
        self._arrived(path, None)


def first_picture(path: str) -> QImage | None:
    """The picture or the first frame of the film at `path`, to fit `SIZE` twice; None for sound. Slow."""
    from studio.media.sequence import is_picture, load_picture

    if is_picture(path):
        image = to_image(load_picture(path).image)
        bounds = SIZE * 2
        return image.scaled(
            bounds, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    from studio.media.probe import probe

    if probe(path).kind == "audio":
        return None
    from studio.media.thumbnails import filmstrip
    from studio.timing import Rate, RationalTime

    return to_image(filmstrip(path, [RationalTime(0, Rate(1))], SIZE.height() * 2)[0])


def to_image(pixels: np.ndarray) -> QImage:
    """A copy of `pixels`, uint8 RGB (H, W, 3) or straight RGBA (H, W, 4), as a QImage."""
    import numpy as np

    pixels = np.ascontiguousarray(pixels)
    height, width, channels = pixels.shape
    form = QImage.Format.Format_RGBA8888 if channels == 4 else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, channels * width, form).copy()


def framed(image: QImage | None, size: QSize, ratio: float, icon: str) -> QPixmap:
    """`image` filling a rounded box of `size`, or `icon` on an empty one; sharp on a screen of `ratio`."""
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    box = QPainterPath()
    box.addRoundedRect(0, 0, size.width(), size.height(), 4, 4)
    painter.fillPath(box, theme.color("raised" if image is None else "letterbox"))
    if image is None:
        side = min(size.width(), size.height()) // 2
        left, top = (size.width() - side) // 2, (size.height() - side) // 2
        icons.paint_icon(painter, QRectF(left, top, side, side), icon, "secondary")
    else:
        painter.setClipPath(box)
        fitted = image.size().scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
        x, y = (size.width() - fitted.width()) / 2, (size.height() - fitted.height()) / 2
        painter.drawImage(QRectF(x, y, fitted.width(), fitted.height()), image)
    painter.end()
    return pixmap
