"""Writing a clip's name where it stands."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.project.edits import ChangeClip
from studio.project.timeline import Clip
from studio.ui.session import Session

_LEAST_WIDTH = 120


class NameEditor(QLineEdit):
    """Lies over the clip while its name is written; Enter or leaving keeps it, Escape does not."""

    def __init__(self, session: Session, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._session = session
        self._clip: Clip | None = None
        self.setAccessibleName("Clip name")
        self.hide()
        self.editingFinished.connect(self._keep)

    def open(self, clip: Clip, rect: QRectF) -> None:
        """Begins to rename `clip`, whose visible part is `rect` (pixels of the canvas)."""
        self._clip = clip
        self.setText(clip.name)
        width = max(_LEAST_WIDTH, int(rect.width()))
        left = max(0, min(int(rect.left()), self._canvas.width() - width))
        self.setGeometry(left, int(rect.top()), width, self.sizeHint().height())
        self.show()
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Goes away without changing anything."""
        self._clip = None
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            self._canvas.setFocus()
            return
        super().keyPressEvent(event)

    def _keep(self) -> None:
        clip, self._clip = self._clip, None
        name = self.text().strip()
        had_focus = self.hasFocus()
        self.hide()
        if had_focus:
            self._canvas.setFocus()
        if clip is not None and name and name != clip.name:
            self._session.apply(ChangeClip(clip_id=clip.id, name=name))
