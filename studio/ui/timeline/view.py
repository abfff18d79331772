"""The timeline panel: tool bar, track headers, canvas and scroll bars."""

from __future__ import annotations

import math

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollBar,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui import theme
from studio.ui.session import Session
from studio.ui.timeline.actions import TimelineActions
from studio.ui.timeline.canvas import Canvas
from studio.ui.timeline.carrying import ClipCarrier
from studio.ui.timeline.geometry import LARGEST_SCALE, RULER_HEIGHT, SMALLEST_SCALE, content_height
from studio.ui.timeline.track_headers import TrackHeaders

_ZOOM_STOPS = 200
_LARGEST_BAR = (1 << 31) - 1
"""Qt counts a bar's steps in 32 bits."""
_SHARED = (
    *("second-back", "second-forward", "previous-cut", "next-cut"),
    *("delete", "ripple-delete", "nudge-left", "nudge-right", "select-all"),
    *("cut", "copy", "paste", "close-gap"),
)
_TOOLS = ("select", "blade", "ripple", "slip", "slide")
_EDITS = ("split", "delete", "transition", "speed", "marker", "snapping")


class StatusLine(QLabel):
    """Says what the hand is doing or could do; takes the room that is left, and no more."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setFont(theme.font(theme.tokens.small_font_size, figures=True))
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setAccessibleName("What the timeline says")

    @property
    def words(self) -> str:
        """All that is said, however little of it has room."""
        return self._words

    def say(self, words: str) -> None:
        if words != self._words:
            self._words = words
            self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()

    def _show(self) -> None:
        line = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width())
        self.setText(line)


class TimelineView(QWidget):
    """The timeline of a session. `commands` gives its commands to the window's menus."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.canvas = Canvas(session)
        ClipCarrier(self.canvas)
        self.headers = TrackHeaders(session, self.canvas)
        self.commands = TimelineActions(session, self.canvas)
        self.addActions(self.commands.all())
        self._across = QScrollBar(Qt.Orientation.Horizontal)
        self._down = QScrollBar(Qt.Orientation.Vertical)
        self._zoom = QSlider(Qt.Orientation.Horizontal)
        self.status = StatusLine()
        self._fitted = False
        self._lay_out()
        self.canvas.said.connect(self.status.say)
        self._across.valueChanged.connect(self._scroll)
        self._down.valueChanged.connect(self._scroll)
        self._zoom.valueChanged.connect(self._zoom_to)
        self.canvas.view_changed.connect(self._follow)
        session.project_opened.connect(self.canvas.fit)
        self.setFocusProxy(self.canvas)

    def shared_actions(self) -> list[QAction]:
        """The commands whose keys should count while the viewer has the focus, too."""
        return [self.commands[name] for name in _SHARED]

    def sizeHint(self) -> QSize:
        return QSize(800, 300)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._fitted:
            self._fitted = True
            self.canvas.fit()

    def _lay_out(self) -> None:
        for bar, name in ((self._across, "Scroll along time"), (self._down, "Scroll tracks")):
            bar.setAccessibleName(name)
            bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.headers, 0, 0)
        grid.addWidget(self.canvas, 0, 1)
        grid.addWidget(self._down, 0, 2)
        grid.addWidget(self._across, 1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._tool_bar())
        column.addLayout(grid, 1)

    def _tool_bar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(theme.tokens.space, 4, theme.tokens.space, 4)
        row.setSpacing(2)
        for name in _TOOLS:
            row.addWidget(self._tool(name))
        row.addSpacing(theme.tokens.space)
        for name in _EDITS:
            row.addWidget(self._tool(name))
        row.addSpacing(theme.tokens.space)
        row.addWidget(self.status, 1)
        self._zoom.setRange(0, _ZOOM_STOPS)
        self._zoom.setFixedWidth(120)
        self._zoom.setAccessibleName("Zoom of the timeline")
        self._zoom.setToolTip("Zoom (Ctrl+wheel zooms at the pointer)")
        row.addWidget(self._tool("zoom-out"))
        row.addWidget(self._zoom)
        row.addWidget(self._tool("zoom-in"))
        row.addWidget(self._tool("zoom-fit"))
        return row

    def _tool(self, name: str) -> QToolButton:
        action = self.commands[name]
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setIconSize(QSize(theme.tokens.icon, theme.tokens.icon))
        button.setAccessibleName(action.text())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _follow(self) -> None:
        """Brings bars and slider to where the canvas looks."""
        lens = self.canvas.lens
        width = lens.content_width(self.canvas.reach())
        lanes = lens.height - RULER_HEIGHT
        rows = content_height(self.canvas.rows)
        _set_bar(self._across, round(width) - lens.width, lens.width, round(lens.left))
        _set_bar(self._down, rows - lanes, lanes, lens.top)
        self._down.setVisible(rows > lanes)
        self._zoom.blockSignals(True)
        self._zoom.setValue(_stop_of(lens.scale))
        self._zoom.blockSignals(False)

    def _scroll(self) -> None:
        lens = self.canvas.lens
        left = lens.left
        # The bar knows whole pixels only: it must not pull the view off by the fraction it cannot say.
        if self._across.value() != round(left):
            left = float(self._across.value())
        self.canvas.look(replace(lens, left=left, top=self._down.value()))

    def _zoom_to(self, stop: int) -> None:
        self.canvas.zoom(_scale_of(stop) / self.canvas.lens.scale)


def _set_bar(bar: QScrollBar, maximum: int, page: int, value: int) -> None:
    bar.blockSignals(True)
    bar.setRange(0, min(max(0, maximum), _LARGEST_BAR))
    bar.setPageStep(max(1, page))
    bar.setSingleStep(40)
    bar.setValue(min(value, _LARGEST_BAR))
    bar.blockSignals(False)


def _scale_of(stop: int) -> float:
    """Zoom goes by factors: each stop enlarges by the same one."""
    return SMALLEST_SCALE * (LARGEST_SCALE / SMALLEST_SCALE) ** (stop / _ZOOM_STOPS)


def _stop_of(scale: float) -> int:
    return round(_ZOOM_STOPS * math.log(scale / SMALLEST_SCALE) / math.log(LARGEST_SCALE / SMALLEST_SCALE))
