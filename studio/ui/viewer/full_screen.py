"""The viewer on the whole screen: its own widgets in a window of their own, controls hidden while at rest."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui import surfaces

_REST_MS = 2000


class FullScreen(QWidget):
    """Shows `content` on the screen of `home` until Esc; `controls` hide when the mouse rests."""

    left = Signal()
    """Somebody wants to leave: `content` should be taken back."""

    def __init__(self, content: QWidget, controls: Sequence[QWidget], home: QWidget) -> None:
        super().__init__(home, Qt.WindowType.Window)
        self._content = content
        self._controls = controls
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._hide_controls)
        self._escape = QAction("Leave full screen", self)
        self._escape.setShortcut(QKeySequence(Qt.Key.Key_Escape))
        self._escape.triggered.connect(self.left)
        self.setWindowTitle("Kinora, full screen")
        self.setWindowIcon(home.window().windowIcon())
        surfaces.paint_surface(self, "background")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(content)
        self.addActions([*home.actions(), self._escape])
        self.setScreen(home.screen())
        self.setGeometry(home.screen().geometry())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        for widget in (content, *content.findChildren(QWidget)):
            widget.setMouseTracking(True)
            widget.installEventFilter(self)
        self._rest.start()

    def release(self) -> QWidget:
        """Gives the content back, as it was; the window is done with."""
        self._rest.stop()
        self._show_controls(True)
        self._content.unsetCursor()
        for widget in (self._content, *self._content.findChildren(QWidget)):
            widget.removeEventFilter(self)
        self._content.setParent(None)
        return self._content

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress):
            self._show_controls(True)
            self._rest.start()
        return False

    def _hide_controls(self) -> None:
        focus = self.focusWidget()
        if any(
            part.underMouse() or part is focus or part.isAncestorOf(focus or self) for part in self._controls
        ):
            self._rest.start()
        else:
            self._show_controls(False)

    def _show_controls(self, shown: bool) -> None:
        if self._controls[0].isHidden() == shown:
            for part in self._controls:
                part.setVisible(shown)
            self._content.setCursor(Qt.CursorShape.ArrowCursor if shown else Qt.CursorShape.BlankCursor)
