"""Writing the name of a clip or a marker where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.project.edits import Edit
from studio.ui.session import Session

_LEAST_WIDTH = 120


class NameEditor(QLineEdit):
    """Lies over what it names while that is written; Enter or leaving keeps it, Escape does not."""

    def __init__(self, session: Session, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._session = session
        self._before = ""
        self._edit: Callable[[str], Edit] | None = None
        self.setAccessibleName("Name")
        self.hide()
        self.editingFinished.connect(self._keep)

    def open(self, name: str, rect: QRectF, edit: Callable[[str], Edit]) -> None:
        """Begins to rename what is shown at `rect` (pixels of the canvas); `edit` makes it so."""
        self._before = name
        self._edit = edit
        self.setText(name)
        width = max(_LEAST_WIDTH, int(rect.width()))
        left = max(0, min(int(rect.left()), self._canvas.width() - width))
        self.setGeometry(left, int(rect.top()), width, self.sizeHint().height())
        self.show()
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Goes away without changing anything."""
        self._edit = None
        self.hide()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and cast(QKeyEvent, event).key() == Qt.Key.Key_Escape:
            # Escape is a key of the timeline, too: here it is ours.
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            self._canvas.setFocus()
            return
        super().keyPressEvent(event)

    def _keep(self) -> None:
        edit, self._edit = self._edit, None
        name = self.text().strip()
        had_focus = self.hasFocus()
        self.hide()
        if had_focus:
            self._canvas.setFocus()
        if edit is not None and name and name != self._before:
            self._session.apply(edit(name))
