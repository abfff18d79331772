"""The six looks as little pictures of the clip itself, of which one is chosen."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QToolButton, QWidget

from studio.errors import ErrorReport
from studio.jobs.job import Look
from studio.ui.bridge import run_in_background
from studio.ui.thumbnails import framed, to_image

_PICTURE = QSize(80, 50)
_DESCRIPTIONS = {
    Look.OIL: "an oil painting",
    Look.PENCIL: "a pencil drawing",
    Look.CARTOON: "a cartoon",
    Look.WATERCOLOUR: "a watercolour",
    Look.HALFTONE: "a halftone print",
    Look.INK: "an ink drawing",
}


class LookChoice(QWidget):
    picked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: QImage | None = None
        self._group = QButtonGroup(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for index, look in enumerate(Look):
            button = QToolButton()
            button.setText(look.value.capitalize())
            button.setCheckable(True)
            button.setChecked(index == 0)
            button.setProperty("kind", "tile")
            button.setToolTip(f"Draws the clip as {_DESCRIPTIONS[look]}")
            button.setIconSize(_PICTURE)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(button, index)
            grid.addWidget(button, index // 3, index % 3)
        self._group.idToggled.connect(lambda _, is_on: self.picked.emit() if is_on else None)
        self._show([None] * len(Look))

    def value(self) -> Look:
        return list(Look)[self._group.checkedId()]

    def set_value(self, look: Look) -> None:
        self._group.button(list(Look).index(look)).setChecked(True)

    def show_clip(self, image: QImage | None) -> None:
        """Draws `image` in all looks, in the background; icons until then, and where there is none."""
        if image is self._shown:
            return
        self._shown = image
        if image is None:
            self._show([None] * len(Look))
            return

        def arrived(drawn: list[QImage]) -> None:
            if self._shown is image:
                self._show(drawn)

        run_in_background(lambda: in_all_looks(image), arrived, self._keep_icons, owner=self)

    def _show(self, images: list[QImage] | list[None]) -> None:
        for button, image in zip(self._group.buttons(), images, strict=True):
            button.setIcon(QIcon(framed(image, _PICTURE, self.devicePixelRatioF(), "looks")))

    def _keep_icons(self, error: ErrorReport) -> None:
        """A preview that cannot be drawn is no trouble of the user's: the names say the looks too."""
        self._show([None] * len(Look))


def in_all_looks(image: QImage) -> list[QImage]:
    """`image` in each of the looks, in their order. Slow: half a second."""
    import numpy as np

    from studio.render.looks import stylize

    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    pixels = lines[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3)
    return [to_image(stylize(np.ascontiguousarray(pixels), look)) for look in Look]
