"""A field for a colour: its swatch and its name, and behind it the chooser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QPushButton

from studio.ui import theme
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtWidgets import QColorDialog

_SWATCH = 16


class ColourField(QPushButton):
    """A colour as "#rrggbb" or "#aarrggbb"; empty where none is allowed and none is chosen."""

    changed = Signal(str)
    """While one is being chosen, and back to the old one when the choice is given up."""
    settled = Signal()
    """The choice is over."""

    def __init__(self, with_alpha: bool = False) -> None:
        super().__init__()
        self._with_alpha = with_alpha
        self._colour = ""
        self._dialog: QColorDialog | None = None
        self.setProperty("kind", "field")
        self.clicked.connect(self._choose)
        self.show_colour("#ffffff")

    def value(self) -> str:
        return self._colour

    def dialog(self) -> QColorDialog | None:
        """The chooser while it is open."""
        return self._dialog

    def show_colour(self, colour: str) -> None:
        if colour != self._colour:
            self._colour = colour
            self.setIcon(QIcon(_swatch(colour, self.devicePixelRatioF())))
            self.setText(colour or "None")

    # Inside

    def _choose(self) -> None:
        # Imported here: the chooser is rarely seen, and the start does without it.
        from PySide6.QtWidgets import QColorDialog

        before = self._colour
        dialog = QColorDialog(QColor(before or "#ffffff"), self)
        dialog.setOption(QColorDialog.ColorDialogOption.ShowAlphaChannel, self._with_alpha)
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.currentColorChanged.connect(lambda colour: self._take(_name(colour)))
        dialog.rejected.connect(lambda: self._take(before))
        dialog.finished.connect(self._done)
        dialog.finished.connect(dialog.deleteLater)
        self._dialog = dialog
        dialog.open()

    def _take(self, colour: str) -> None:
        if colour != self._colour:
            self.show_colour(colour)
            self.changed.emit(colour)

    def _done(self) -> None:
        self._dialog = None
        self.settled.emit()


def _name(colour: QColor) -> str:
    form = QColor.NameFormat.HexRgb if colour.alpha() == 255 else QColor.NameFormat.HexArgb
    return colour.name(form)


def _swatch(colour: str, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(_SWATCH * ratio), round(_SWATCH * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.color("line"))
    painter.setBrush(QColor(colour) if colour else Qt.BrushStyle.NoBrush)
    box = QRectF(0.5, 0.5, _SWATCH - 1, _SWATCH - 1)
    painter.drawRoundedRect(box, tokens.radius / 2, tokens.radius / 2)
    if not colour:
        painter.setPen(theme.color("secondary"))
        painter.drawLine(box.bottomLeft(), box.topRight())
    painter.end()
    return pixmap
