"""The row under the picture: transport buttons, timecode, volume."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from studio.timing import Rate, timecode
from studio.ui import theme
from studio.ui.icons import icon

_FULL = 100


class Transport(QWidget):
    """Buttons that show the given actions; tells about volume."""

    volume_changed = Signal(float)
    """0 … 1."""

    def __init__(self, actions: list[QAction]) -> None:
        super().__init__()
        self._time = QLabel()
        self._mute = QToolButton()
        self._volume = QSlider(Qt.Orientation.Horizontal)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.tokens.space, 4, theme.tokens.space, 4)
        row.setSpacing(2)
        row.addWidget(self._time)
        row.addStretch(1)
        for action in actions:
            row.addWidget(_button(action))
        row.addStretch(1)
        row.addWidget(self._sound_controls())
        self._set_up()
        self.show_time(0, 0, Rate(24))

    def _sound_controls(self) -> QWidget:
        """Volume, as wide as the timecode: so the buttons stand under the middle of the picture."""
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self._mute)
        row.addWidget(self._volume)
        box.setFixedWidth(self._widest())
        self._time.setFixedWidth(self._widest())
        return box

    def _widest(self) -> int:
        """Pixels for any time: nothing moves while the figures change."""
        figures = QFontMetrics(theme.font(figures=True)).horizontalAdvance("00:00:00:00 / 00:00:00:00")
        return figures + theme.tokens.space

    def _set_up(self) -> None:
        self._time.setFont(theme.font(figures=True))
        self._time.setAccessibleName("Timecode")
        self._volume.setRange(0, _FULL)
        self._volume.setValue(_FULL)
        self._volume.setFixedWidth(88)
        self._volume.setAccessibleName("Volume")
        self._volume.setToolTip("Volume of the preview; exports are not touched by it")
        self._volume.valueChanged.connect(self._tell_volume)
        self._mute.setCheckable(True)
        self._mute.setIconSize(QSize(theme.tokens.icon, theme.tokens.icon))
        self._mute.toggled.connect(self._tell_volume)
        self._tell_volume()

    @property
    def time_text(self) -> str:
        return self._time.text()

    def show_time(self, frame: int, duration: int, rate: Rate) -> None:
        """`frame` of `duration` frames as timecode."""
        text = f"{timecode(frame, rate)} / {timecode(duration, rate)}"
        if text != self._time.text():
            self._time.setText(text)

    def _tell_volume(self) -> None:
        silent = self._mute.isChecked() or self._volume.value() == 0
        self._mute.setIcon(icon("speaker-off" if silent else "speaker", "secondary"))
        words = "Sound on" if self._mute.isChecked() else "Mute"
        self._mute.setToolTip(words)
        self._mute.setAccessibleName(words)
        # The ear hears ratios: squared, the slider's way feels even.
        self.volume_changed.emit(0.0 if silent else (self._volume.value() / _FULL) ** 2)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setIconSize(QSize(theme.tokens.icon, theme.tokens.icon))
    button.setAccessibleName(action.text())
    return button


def transport_action(
    parent: QWidget, name: str, words: str, icon_name: str, keys: tuple[str, ...], *, local: bool = False
) -> QAction:
    """An action of the transport; `local` keys count only inside the widgets it is added to."""
    action = QAction(words, parent)
    action.setObjectName(f"viewer-{name}")
    if icon_name:
        action.setIcon(icon(icon_name))
    action.setShortcuts([QKeySequence(key) for key in keys])
    context = Qt.ShortcutContext.WidgetWithChildrenShortcut if local else Qt.ShortcutContext.WindowShortcut
    action.setShortcutContext(context)
    action.setToolTip(f"{words} ({keys[0]})" if keys else words)
    return action
