"""The small pieces every panel is made of: texts, buttons, empty states, folds, rows that wrap."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui import icons
from studio.ui.theme import tokens


def text(words: str = "", role: str = "", *, wrap: bool = True) -> QLabel:
    """A label; `role` is one of the style sheet's: field, secondary, title, heading, error, warning, good."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    if role:
        label.setProperty("role", role)
    return label


def paint_surface(widget: QWidget, name: str) -> None:
    """Has `widget` painted as the surface `name`: background, panel, raised or toast."""
    widget.setProperty("surface", name)
    # Without it Qt leaves the background of QWidget's Python subclasses to their parents.
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


def set_role(widget: QWidget, name: str, value: str) -> None:
    """Changes a property that the style sheet selects by, and has the look follow."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        # A widget that was never shown is polished later anyhow; asking for its style now would make
        # Python's copy of all of QStyle's enums, a fifteenth of the start.
        if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            widget.style().unpolish(widget)
            widget.style().polish(widget)


def button(
    words: str, tooltip: str, on_press: Callable[[], object], icon: str = "", kind: str = ""
) -> QPushButton:
    """A push button; `kind` is "primary" (one per panel), "link" or "" for a plain one."""
    made = QPushButton(words)
    made.setToolTip(tooltip)
    if kind:
        made.setProperty("kind", kind)
    if icon:
        made.setIcon(icons.icon(icon, "on_accent" if kind == "primary" else "text"))
        made.setIconSize(QSize(tokens.icon, tokens.icon))
    made.clicked.connect(lambda: on_press())
    return made


def icon_button(icon: str, name: str, on_press: Callable[[], object], tooltip: str = "") -> QToolButton:
    """A button that is only an icon; `name` is what assistive technology reads."""
    made = QToolButton()
    made.setIcon(icons.icon(icon, "secondary"))
    made.setIconSize(QSize(tokens.icon, tokens.icon))
    made.setAccessibleName(name)
    made.setToolTip(tooltip or name)
    made.clicked.connect(lambda: on_press())
    return made


def enable(widget: QWidget, reason: str, tooltip: str) -> None:
    """Enables `widget` when `reason` is empty; else disables it with a tooltip that gives the reason."""
    widget.setEnabled(not reason)
    widget.setToolTip(reason or tooltip)


class Chip(QPushButton):
    """A word or two to take with a click; shortened with an ellipsis where the panel is narrower."""

    def __init__(self, words: str, tooltip: str, on_press: Callable[[], object]) -> None:
        super().__init__(words)
        self._whole = words
        self.setProperty("kind", "chip")
        # A push button's own policy never lets it shrink below its words.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)
        self.setToolTip(tooltip)
        self.clicked.connect(lambda: on_press())

    def sizeHint(self) -> QSize:
        hint, shown = super().sizeHint(), self.text()
        if shown == self._whole:
            return hint
        return hint + QSize(self._width_of(self._whole) - self._width_of(shown), 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Widths of words do not add up to the pixel; two pixels of the padding make up for it.
        room = self._width_of(self._whole) + self.width() - self.sizeHint().width() + 2
        self.setText(QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideRight, room))

    def _width_of(self, words: str) -> int:
        return QFontMetrics(self.font()).horizontalAdvance(words)


class ElidedText(QLabel):
    """One line that is shortened with an ellipsis where it does not fit; the tooltip has it whole."""

    def __init__(self, words: str = "", role: str = "") -> None:
        super().__init__()
        self._whole = ""
        if role:
            self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_words(words)

    def words(self) -> str:
        return self._whole

    def set_words(self, words: str) -> None:
        self._whole = words
        self.setAccessibleName(words)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, QFontMetrics(self.font()).height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        line = " ".join(self._whole.split())
        shown = QFontMetrics(self.font()).elidedText(line, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip("" if shown == line else self._whole)


class IconPicture(QWidget):
    """An icon as a picture, sharp at every scale."""

    def __init__(self, name: str, size: int, token: str = "secondary") -> None:
        super().__init__()
        self._name = name
        self._token = token
        self.setFixedSize(size, size)

    def show_icon(self, name: str, token: str) -> None:
        self._name, self._token = name, token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.paint_icon(painter, self.rect(), self._name, self._token)
        painter.end()


class EmptyState(QWidget):
    """What an empty area says: what it is for and what can be dropped or pressed there."""

    def __init__(self, icon: str, title: str, lesson: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(*[tokens.space] * 4)
        column.setSpacing(tokens.space // 2)
        column.addStretch(1)
        column.addWidget(IconPicture(icon, 28, "disabled"), 0, Qt.AlignmentFlag.AlignHCenter)
        for words, role in ((title, "heading"), (lesson, "secondary")):
            label = text(words, role)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addStretch(1)


class Fold(QWidget):
    """Rare settings behind one line that opens and closes."""

    def __init__(self, title: str, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self._toggle = QToolButton()
        self._toggle.setProperty("kind", "fold")
        self._toggle.setText(title)
        self._toggle.setAccessibleName(title)
        self._toggle.setCheckable(True)
        self._toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._toggle.setIconSize(QSize(14, 14))
        self._toggle.setToolTip("Shows or hides the rarer settings")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space)
        column.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(content)
        self._toggle.toggled.connect(self.set_open)
        self.set_open(False)

    def set_open(self, is_open: bool) -> None:
        self._toggle.setChecked(is_open)
        self._toggle.setIcon(icons.icon("chevron-down" if is_open else "chevron-right", "secondary"))
        self._content.setVisible(is_open)


class WrapLayout(QLayout):
    """Puts widgets side by side and goes on in the next line where the width ends (Qt's flow layout)."""

    def __init__(self, spacing: int) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}
        """By width, since anything changed: Qt asks for them a hundred times while the window opens."""
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 - Qt's name
        self._items.append(item)
        self._heights.clear()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        self._heights.clear()
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 - Qt's name
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, line_height = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():  # Hidden: it takes no room, nor a gap.
                continue
            width, height = min(item.sizeHint().width(), rect.width()), item.sizeHint().height()
            if x > rect.x() and x + width > rect.x() + rect.width():
                x, y, line_height = rect.x(), y + line_height + self.spacing(), 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), QSize(width, height)))
            x += width + self.spacing()
            line_height = max(line_height, height)
        return y + line_height - rect.y()


class ScrollColumn(QScrollArea):
    """A column of widgets that scrolls up and down and is never wider than the panel."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(tokens.space * 2, tokens.space, tokens.space * 2, tokens.space)
        self.column.setSpacing(tokens.space + tokens.space // 2)
        self.setWidget(inside)


class Later(QTimer):
    """Calls `action` once, soon after the last of many calls of `ask`."""

    def __init__(self, parent: QWidget, delay_ms: int, action: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.setInterval(delay_ms)
        self.timeout.connect(action)

    def ask(self) -> None:
        self.start()
