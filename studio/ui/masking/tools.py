"""The tools above the mask: brush and eraser, how large, how near, back and forth, invert, clear."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSlider, QToolButton, QWidget

from studio.ui import surfaces, theme
from studio.ui.masking.canvas import LARGEST, SMALLEST, MaskCanvas
from studio.ui.masking.sight import LARGEST_ZOOM
from studio.ui.theme import tokens

_STEP = 1.2
_ZOOM = 1.5


class MaskTools(QWidget):
    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__()
        self._canvas = canvas
        self._brush = self._tool("mask", "Brush", "Marks what is drawn anew", "B", erases=False)
        self._eraser = self._tool("eraser", "Eraser", "Takes marks away", "E", erases=True)
        self._size = QSlider(Qt.Orientation.Horizontal)
        self._size.setRange(SMALLEST, LARGEST)
        self._size.setFixedWidth(140)
        self._size.setAccessibleName("Size of the brush")
        self._size.setToolTip("How large the brush is ([ and ], or the wheel)")
        self._figure = surfaces.text("", "secondary", wrap=False)
        self._figure.setFont(theme.font(tokens.small_font_size, figures=True))
        self._figure.setFixedWidth(56)
        self._farther = self._command("minus", "Zoom out", lambda: canvas.zoom_by(1 / _ZOOM), "-")
        self._near = surfaces.text("", "secondary", wrap=False)
        self._near.setFont(theme.font(tokens.small_font_size, figures=True))
        self._near.setFixedWidth(52)
        self._near.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._near.setToolTip("How large the frame is shown: Ctrl and the wheel; space and a drag move it")
        self._nearer = self._command("plus", "Zoom in", lambda: canvas.zoom_by(_ZOOM), "=")
        self._whole = self._command("fit", "The whole frame", canvas.fit, "\\")
        self._undo = self._command("undo", "Undo", canvas.undo, "Ctrl+Z")
        self._redo = self._command("redo", "Redo", canvas.redo, "Ctrl+Shift+Z")
        self._invert = self._command("invert", "Invert", canvas.invert, "I")
        self._clear = self._command("trash", "Clear", canvas.clear, "")
        self._lay_out()
        self._size.valueChanged.connect(canvas.set_brush)
        canvas.brush_changed.connect(self._show)
        canvas.sight_changed.connect(self._show)
        canvas.changed.connect(self._show)
        for key, factor in (("[", 1 / _STEP), ("]", _STEP)):
            self._shortcut(key, lambda factor=factor: canvas.set_brush(round(canvas.brush * factor)))
        self._brush.setChecked(True)
        self._show()

    # Inside

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        for tool in (self._brush, self._eraser):
            group.addButton(tool)
            line.addWidget(tool)
        line.addSpacing(tokens.space)
        line.addWidget(self._size)
        line.addWidget(self._figure)
        line.addStretch(1)
        for part in (self._farther, self._near, self._nearer, self._whole):
            line.addWidget(part)
        line.addStretch(1)
        for command in (self._undo, self._redo, self._invert, self._clear):
            line.addWidget(command)

    def _tool(self, icon: str, name: str, what: str, key: str, *, erases: bool) -> QToolButton:
        made = surfaces.icon_button(icon, name, lambda: self._take(erases), f"{what} ({key})")
        made.setCheckable(True)
        self._shortcut(key, made.click)
        return made

    def _command(self, icon: str, name: str, do: Callable[[], None], key: str) -> QToolButton:
        made = surfaces.icon_button(icon, name, do, f"{name} ({key})" if key else name)
        if key:
            self._shortcut(key, made.click)
        return made

    def _shortcut(self, key: str, do: Callable[[], object]) -> None:
        QShortcut(QKeySequence(key), self).activated.connect(do)

    def _take(self, erases: bool) -> None:
        self._canvas.erases = erases
        self._canvas.update()

    def _show(self) -> None:
        canvas = self._canvas
        with QSignalBlocker(self._size):
            self._size.setValue(canvas.brush)
        self._figure.setText(f"{canvas.brush} px")
        self._near.setText(f"{canvas.zoom * 100:.0f} %")
        self._farther.setEnabled(canvas.zoom > 1)
        self._whole.setEnabled(canvas.zoom > 1)
        self._nearer.setEnabled(canvas.zoom < LARGEST_ZOOM)
        self._undo.setEnabled(canvas.can_undo())
        self._redo.setEnabled(canvas.can_redo())
