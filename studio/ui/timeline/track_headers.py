"""The column before the timeline: each track's name and its switches, as real buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QToolButton, QWidget

from studio.project.edits import ChangeTrack
from studio.project.timeline import Track
from studio.ui import theme
from studio.ui.icons import icon
from studio.ui.session import Session
from studio.ui.timeline.canvas import Canvas
from studio.ui.timeline.clip_menu import track_menu
from studio.ui.timeline.geometry import RULER_HEIGHT
from studio.ui.timeline.outlook import WHEEL_STEP

HEADER_WIDTH = 132
_SWITCH = 26
"""Pixels of a switch: three of them and a name fit beside one another."""


class _Switch(QToolButton):
    """A property of a track that is on or off."""

    def __init__(self, on_press: Callable[[], object]) -> None:
        super().__init__()
        self.setFixedSize(_SWITCH, _SWITCH)
        self.setIconSize(QSize(16, 16))
        self.setStyleSheet("padding: 0;")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda: on_press())

    def show_state(self, icon_name: str, words: str, *, attention: bool) -> None:
        self.setIcon(icon(icon_name, "accent" if attention else "secondary"))
        self.setAccessibleName(words)
        self.setToolTip(words)


class TrackHeader(QWidget):
    """One track's name and switches."""

    def __init__(self, session: Session, track: Track, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.track = track
        self._name = QLineEdit(track.name)
        self._name.setAccessibleName("Track name")
        self._name.setFrame(False)
        self._name.setStyleSheet("QLineEdit { background: transparent; border: none; padding: 0; }")
        self._name.editingFinished.connect(self._rename)
        self._sight = _Switch(self._toggle_sight)
        self._lock = _Switch(lambda: self._change(locked=not self.track.locked))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.tokens.space, 0, 4, 0)
        row.setSpacing(0)
        row.addWidget(self._name, 1)
        row.addWidget(self._sight)
        row.addWidget(self._lock)
        self.refresh(track)

    def refresh(self, track: Track) -> None:
        """Shows `track` as it is now."""
        self.track = track
        if not self._name.hasFocus():
            self._name.setText(track.name)
        self._name.setToolTip(f"{track.name}: click to rename")
        if track.kind == "video":
            words = f"Show {track.name}" if track.hidden else f"Hide {track.name}"
            self._sight.show_state("eye-off" if track.hidden else "eye", words, attention=track.hidden)
        else:
            words = f"Unmute {track.name}" if track.muted else f"Mute {track.name}"
            self._sight.show_state("speaker-off" if track.muted else "speaker", words, attention=track.muted)
        words = f"Unlock {track.name}" if track.locked else f"Lock {track.name}"
        self._lock.show_state("lock" if track.locked else "unlock", words, attention=track.locked)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu().popup(event.globalPos())

    def switches(self) -> list[QToolButton]:
        """Hide or mute, and lock."""
        return [self._sight, self._lock]

    def menu(self) -> QMenu:
        """Rename, add, remove."""
        return track_menu(self._session, self.track, self)

    def _rename(self) -> None:
        name = self._name.text().strip()
        if name and name != self.track.name:
            self._change(name=name)
        self._name.setText(self.track.name)
        self._name.clearFocus()

    def _toggle_sight(self) -> None:
        if self.track.kind == "video":
            self._change(hidden=not self.track.hidden)
        else:
            self._change(muted=not self.track.muted)

    def _change(self, **changes: bool | str) -> None:
        self._session.apply(ChangeTrack(track_id=self.track.id, **changes))  # pyright: ignore[reportArgumentType]


class TrackHeaders(QWidget):
    """All headers, beside the canvas's rows."""

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__()
        self._session = session
        self._canvas = canvas
        self._headers: dict[str, TrackHeader] = {}
        self._strip = QWidget(self)
        self.setFixedWidth(HEADER_WIDTH)
        self.setAccessibleName("Tracks")
        canvas.view_changed.connect(self.refresh)
        self.refresh()

    def header(self, track_id: str) -> TrackHeader:
        return self._headers[track_id]

    def refresh(self) -> None:
        """Puts one header beside each row, as the rows are now."""
        rows = self._canvas.rows
        gone = self._headers.keys() - {row.track.id for row in rows}
        for track_id in gone:
            self._headers.pop(track_id).deleteLater()
        for row in rows:
            header = self._headers.get(row.track.id)
            if header is None:
                header = TrackHeader(self._session, row.track, self._strip)
                self._headers[row.track.id] = header
                header.show()
            elif header.track is not row.track:
                header.refresh(row.track)
            header.setGeometry(0, row.top - self._canvas.lens.top, HEADER_WIDTH, row.height)
        self._strip.setGeometry(0, RULER_HEIGHT, HEADER_WIDTH, max(0, self.height() - RULER_HEIGHT))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._canvas.scroll_by(0, -event.angleDelta().y() / 120 * WHEEL_STEP)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("background"))
        painter.fillRect(0, 0, self.width(), RULER_HEIGHT, theme.color("panel"))
        painter.fillRect(0, RULER_HEIGHT - 1, self.width(), 1, theme.color("line"))
        for row in self._canvas.rows:
            top = self._canvas.lens.y_of(row)
            visible_top = max(RULER_HEIGHT, int(top))
            height = int(top) + row.height - visible_top
            painter.fillRect(0, visible_top, self.width() - 1, height, theme.color("raised"))
        painter.end()
