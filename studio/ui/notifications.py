"""Toasts: what the studio has to say, at the bottom of the window and never in the way."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from studio.ui import surfaces
from studio.ui.long_work import LongWork
from studio.ui.session import Notification
from studio.ui.theme import tokens

_WIDTH = 460
_AT_ONCE = 4
_SHOWN_MS = {"info": 6_000, "warning": 10_000, "error": 0}
"""How long a toast stays; 0: until it is closed, since an error must not slip by."""
_LOOKS = {
    "info": ("info", "secondary", "Note"),
    "warning": ("warning", "warning", "Warning"),
    "error": ("error", "error", "Error"),
}


class Toast(QFrame):
    """One notification. The pointer over it keeps it."""

    closed = Signal(object)

    def __init__(self, notification: Notification) -> None:
        super().__init__()
        self.notification = notification
        self.count = 1
        icon, role, word = _LOOKS[notification.level]
        surfaces.paint_surface(self, "toast")
        self._message = surfaces.text(notification.message)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._word = surfaces.text(word, role if role != "secondary" else "field", wrap=False)
        self._icon = surfaces.IconPicture(icon, 20, role)
        self._details = QPlainTextEdit(notification.details)
        self._details.setReadOnly(True)
        self._details.setFixedHeight(120)
        self._details.setAccessibleName("Details")
        self._details.hide()
        self.setAccessibleName(f"{word}: {notification.message} {notification.hint}".strip())
        self._build()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN_MS[notification.level])
        self._timer.timeout.connect(self.close)
        self._wait()

    def message(self) -> str:
        return self._message.text()

    def repeat(self) -> None:
        """The same was said again: count instead of piling up."""
        self.count += 1
        self._word.setText(f"{_LOOKS[self.notification.level][2]} × {self.count}")
        self._wait()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit(self)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._wait()
        super().leaveEvent(event)

    def _wait(self) -> None:
        if self._timer.interval() and not self._details.isVisible():
            self._timer.start()

    def _build(self) -> None:
        close = surfaces.icon_button("close", "Close this message", self.close)
        head = QHBoxLayout()
        head.setSpacing(tokens.space)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._word)
        words.addWidget(self._message)
        if self.notification.hint:
            words.addWidget(surfaces.text(self.notification.hint, "secondary"))
        words.addLayout(self._buttons())
        head.addLayout(words, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 8, 10)
        column.addLayout(head)
        column.addWidget(self._details)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(tokens.space)
        if self.notification.action is not None:
            words, act = self.notification.action

            def press() -> None:
                self.close()
                act()

            row.addWidget(surfaces.button(words, words, press, kind="link"))
        if self.notification.details:
            tip = "Shows what lay underneath"
            row.addWidget(surfaces.button("Details", tip, self._toggle_details, kind="link"))
        row.addStretch(1)
        return row

    def _toggle_details(self) -> None:
        self._details.setVisible(not self._details.isVisible())
        self._timer.stop()


class Toasts(QWidget):
    """The pile of toasts over the lower edge of `window`; it covers no more than the toasts do."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(tokens.space)
        self.hide()

    def show_notification(self, notification: Notification) -> None:
        for toast in self.toasts():
            known = toast.notification
            if (known.level, known.message) == (notification.level, notification.message):
                toast.repeat()
                return
        toast = Toast(notification)
        toast.closed.connect(self._let_go)
        self._column.addWidget(toast)
        toast.show()  # What is hidden takes no room in a layout.
        for extra in self.toasts()[:-_AT_ONCE]:
            extra.close()
        self.arrange()
        _announce(self, toast.accessibleName())

    def show_work(self, work: LongWork) -> None:
        """Shows how far `work` is, until it is over."""
        from studio.ui.work_toast import WorkToast

        toast = WorkToast(work)
        self._column.insertWidget(0, toast)
        toast.shown.connect(self.arrange)
        toast.over.connect(self._let_go)

    def toasts(self) -> list[Toast]:
        """Those that are shown, the oldest first."""
        items = (self._column.itemAt(index) for index in range(self._column.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, Toast)]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.arrange()
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.arrange()  # A toast has become higher or lower.
        return super().event(event)

    def _let_go(self, toast: QWidget) -> None:
        self._column.removeWidget(toast)
        toast.deleteLater()
        self.arrange()

    def arrange(self) -> None:
        """Fits the pile to its toasts and puts it over the middle of the window's lower edge."""
        items = (self._column.itemAt(index) for index in range(self._column.count()))
        if all(item is None or item.isEmpty() for item in items):
            self._window.removeEventFilter(self)
            self.hide()
            return
        self._window.installEventFilter(self)
        width = min(_WIDTH, self._window.width() - 4 * tokens.space)
        self._column.activate()
        height = self._column.heightForWidth(width) if self._column.hasHeightForWidth() else 0
        height = max(height, self._column.minimumSize().height())
        left = (self._window.width() - width) // 2
        self.setGeometry(left, self._window.height() - height - 3 * tokens.space, width, height)
        self.show()
        self.raise_()


def _announce(widget: QWidget, words: str) -> None:
    """Has assistive technology say `words`; imported here, since the start says nothing."""
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))
