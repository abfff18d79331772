"""The row under the picture: timecode, transport buttons, sound, and the menu of the picture."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QToolButton, QWidget

from studio.timing import Rate
from studio.ui import theme
from studio.ui.icons import icon
from studio.ui.viewer.timecode_field import TimecodeField

_FULL = 100


class Transport(QWidget):
    """Buttons that show the given actions; tells about volume."""

    volume_changed = Signal(float)
    """0 … 1."""

    def __init__(
        self, middle: Sequence[QAction], right: Sequence[QAction], mute: QAction, menu: QMenu
    ) -> None:
        super().__init__()
        self.timecode = TimecodeField()
        self._mute = mute
        self._volume = QSlider(Qt.Orientation.Horizontal)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.tokens.space, 4, theme.tokens.space, 4)
        row.setSpacing(2)
        row.addWidget(self.timecode)
        row.addStretch(1)
        for action in middle:
            row.addWidget(_button(action))
        row.addStretch(1)
        row.addWidget(self._right_side(right, menu))
        self._set_up()
        self.show_time(0, 0, Rate(24))

    def _right_side(self, actions: Sequence[QAction], menu: QMenu) -> QWidget:
        """As wide as the timecode: so the buttons stand under the middle of the picture."""
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addStretch(1)
        row.addWidget(_button(self._mute))
        row.addWidget(self._volume)
        row.addSpacing(theme.tokens.space)
        for action in actions:
            row.addWidget(_button(action))
        more = QToolButton()
        more.setIcon(icon("more"))
        more.setIconSize(QSize(theme.tokens.icon, theme.tokens.icon))
        more.setAccessibleName("More about the picture")
        more.setToolTip("Safe areas, zoom, save this frame, proxies")
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setProperty("kind", "menu")
        more.setMenu(menu)
        row.addWidget(more)
        width = max(self._widest(), box.sizeHint().width())
        box.setFixedWidth(width)
        self.timecode.setFixedWidth(width)
        return box

    def _widest(self) -> int:
        """Pixels for any time: nothing moves while the figures change."""
        figures = QFontMetrics(theme.font(figures=True)).horizontalAdvance("00:00:00:00 / 00:00:00:00")
        return figures + 2 * theme.tokens.space

    def _set_up(self) -> None:
        self._volume.setRange(0, _FULL)
        self._volume.setValue(_FULL)
        self._volume.setFixedWidth(72)
        self._volume.setAccessibleName("Volume")
        self._volume.setToolTip("Volume of the preview; exports are not touched by it")
        self._volume.valueChanged.connect(self._tell_volume)
        self._mute.toggled.connect(self._tell_volume)
        self._tell_volume()

    @property
    def time_text(self) -> str:
        return self.timecode.time_text

    def show_time(self, frame: int, duration: int, rate: Rate) -> None:
        """`frame` of `duration` frames as timecode."""
        self.timecode.show_time(frame, duration, rate)

    def _tell_volume(self) -> None:
        silent = self._mute.isChecked() or self._volume.value() == 0
        self._mute.setIcon(icon("speaker-off" if silent else "speaker", "secondary"))
        # The ear hears ratios: squared, the slider's way feels even.
        self.volume_changed.emit(0.0 if silent else (self._volume.value() / _FULL) ** 2)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setIconSize(QSize(theme.tokens.icon, theme.tokens.icon))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.text())
    return button
