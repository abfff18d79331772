"""Rows of the inspector: a name that can be dragged, its number, and what belongs to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QToolButton, QWidget

from studio.ui import icons, surfaces
from studio.ui.fields import Decimal
from studio.ui.inspector.stroke import Stroke
from studio.ui.theme import tokens

NAMES_WIDTH = 80
_SMALL_ICON = 14


class NumberRow(QWidget):
    """A number with its unit. Typed, stepped with wheel or arrow keys, or dragged by its name.

    `changed` tells the new value and the key under which the changes of one gesture merge.
    """

    changed = Signal(float, str)

    def __init__(self, title: str, number: Decimal, tooltip: str) -> None:
        super().__init__()
        self.number = number
        self._tooltip = tooltip
        self._stroke = Stroke()
        self._name = _DragName(title)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(2)
        self._line.addWidget(self._name)
        self._line.addWidget(number, 1)
        number.setAccessibleName(title)
        number.setAccessibleDescription(tooltip)
        number.setProperty("kind", "plain")
        number.setKeyboardTracking(False)
        number.setMinimumWidth(64)
        number.valueChanged.connect(self._tell)
        number.editingFinished.connect(self._stroke.let_go)
        self._name.grabbed.connect(self._grab)
        self._name.dragged.connect(self._drag)
        self._name.dropped.connect(self._stroke.let_go)
        self._grabbed_at = 0.0
        self.allow("")

    def show_value(self, value: float) -> None:
        """Shows `value` without telling anyone; what is being typed stays."""
        if self.number.lineEdit().isModified() and self.number.hasFocus():
            return
        if abs(self.number.value() - value) > 10 ** -self.number.decimals() / 2:
            with QSignalBlocker(self.number):
                self.number.setValue(value)

    def allow(self, reason: str) -> None:
        """Enables the row when `reason` is empty; else disables it and says why."""
        surfaces.enable(self.number, reason, f"{self._tooltip}. Drag the name to change it; Shift: finer")
        self._name.setEnabled(not reason)
        self._name.setToolTip(self.number.toolTip())

    def append(self, widget: QWidget) -> None:
        """Puts a control behind the number."""
        self._line.addWidget(widget)

    def _tell(self, value: float) -> None:
        self.changed.emit(value, self._stroke.key(self.number.accessibleName()))

    def _grab(self) -> None:
        self._grabbed_at = self.number.value()
        self._stroke.hold()

    def _drag(self, pixels: float) -> None:
        self.number.setValue(self._grabbed_at + pixels * self.number.singleStep())


class _DragName(QLabel):
    """The name of a number, which the mouse can drag sideways; Shift makes it ten times finer."""

    grabbed = Signal()
    dragged = Signal(float)
    dropped = Signal()

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.setProperty("role", "field")
        self.setFixedWidth(NAMES_WIDTH)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self._start_x: float | None = None
        self._moving = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._start_x = event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start_x is None:
            return
        distance = event.position().x() - self._start_x
        if not self._moving and abs(distance) >= QApplication.startDragDistance() // 2:
            self._moving = True
            self.grabbed.emit()
        if self._moving:
            fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.dragged.emit(distance / 10 if fine else distance)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._moving:
            self.dropped.emit()
        self._start_x, self._moving = None, False


class KeyButtons(QWidget):
    """Previous keyframe, keyframe here, next keyframe; a right click on the middle one opens its menu."""

    toggled = Signal()
    menu_wanted = Signal(QPoint)
    """Where on the screen."""
    travelled = Signal(int)
    """-1 or 1."""

    def __init__(self, title: str) -> None:
        super().__init__()
        what = title.lower()
        self._back = small_button("key-back", f"Previous keyframe of {what}", lambda: self.travelled.emit(-1))
        self._key = small_button("key", f"Keyframe of {what}", self.toggled.emit)
        self._on = small_button("key-forward", f"Next keyframe of {what}", lambda: self.travelled.emit(1))
        self._key.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._key.customContextMenuRequested.connect(
            lambda at: self.menu_wanted.emit(self._key.mapToGlobal(at))
        )
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        for button in (self._back, self._key, self._on):
            line.addWidget(button)

    def show_state(self, here: bool, before: bool, after: bool, reason: str) -> None:
        """Whether there is a key here, before and after; `reason`: why none can be set here."""
        self._key.setIcon(icons.icon("key-on" if here else "key", "accent" if here else "secondary"))
        tip = "Removes the keyframe at the playhead" if here else "Adds a keyframe at the playhead"
        if here or before:
            tip += "; right-click: the way to the next one"
        surfaces.enable(self._key, reason, tip)
        surfaces.enable(self._back, "" if before else "No keyframe before the playhead", "Previous keyframe")
        surfaces.enable(self._on, "" if after else "No keyframe after the playhead", "Next keyframe")


def small_button(icon: str, name: str, on_press: Callable[[], object], tooltip: str = "") -> QToolButton:
    """An icon button as small as a line of text."""
    made = surfaces.icon_button(icon, name, on_press, tooltip)
    made.setProperty("kind", "small")
    made.setIconSize(QSize(_SMALL_ICON, _SMALL_ICON))
    return made


def reset_button(title: str, on_press: Callable[[], object]) -> QToolButton:
    """Takes a value back; keeps its place while it is hidden, so that nothing jumps."""
    made = small_button("restore", f"Reset {title.lower()}", on_press, "Back to what it was at first")
    policy = made.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    made.setSizePolicy(policy)
    return made


def named(title: str, control: QWidget, tooltip: str) -> QWidget:
    """A control in a row with its name before it."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(2)
    label = surfaces.text(title, "field", wrap=False)
    label.setFixedWidth(NAMES_WIDTH)
    label.setBuddy(control)
    line.addWidget(label)
    line.addWidget(control, 1)
    control.setAccessibleName(title)
    control.setToolTip(tooltip)
    control.setAccessibleDescription(tooltip)
    return row


def gap() -> int:
    """Pixels between the rows of a section."""
    return tokens.space // 2
