"""The column before the timeline: each track's name and its switches, as real buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from studio.project.edits import ChangeTrack, MoveTrack
from studio.project.timeline import Track
from studio.ui import theme
from studio.ui.icons import icon
from studio.ui.session import Session
from studio.ui.timeline.canvas import Canvas
from studio.ui.timeline.geometry import ROW_GAP, RULER_HEIGHT, Row
from studio.ui.timeline.gestures import DRAG_DISTANCE
from studio.ui.timeline.outlook import WHEEL_STEP
from studio.ui.timeline.row_edge import RowEdge

HEADER_WIDTH = 120
_SWITCH = 26
_GRIP = 10
"""Pixels at the left by which a header is dragged."""


class _Switch(QToolButton):
    """A property of a track that is on or off."""

    def __init__(self, on_press: Callable[[], object]) -> None:
        super().__init__()
        self.setFixedSize(_SWITCH, _SWITCH)
        self.setIconSize(QSize(16, 16))
        self.setProperty("kind", "switch")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda: on_press())

    def show_state(self, icon_name: str, words: str, *, attention: bool) -> None:
        self.setIcon(icon(icon_name, "accent" if attention else "secondary"))
        self.setAccessibleName(words)
        self.setToolTip(words)


class TrackHeader(QWidget):
    """One track's name and switches; dragged by its grip it changes places with others of its kind."""

    def __init__(self, session: Session, track: Track, parent: TrackHeaders) -> None:
        super().__init__(parent.strip)
        self._session = session
        self._headers = parent
        self._grabbed: QPointF | None = None
        self.track = track
        self._name = QLineEdit(track.name)
        self._name.setAccessibleName("Track name")
        self._name.setFrame(False)
        self._name.setProperty("kind", "name")
        self._name.editingFinished.connect(self._rename)
        self._sight = _Switch(self._toggle_sight)
        self._solo = _Switch(lambda: self._change(solo=not self.track.solo))
        self._lock = _Switch(lambda: self._change(locked=not self.track.locked))
        self.edge = RowEdge(self)
        self.edge.dragged.connect(lambda height: parent.set_height(self.track, height))
        self.edge.reset.connect(lambda: parent.set_height(self.track, None))
        column = QVBoxLayout(self)
        column.setContentsMargins(_GRIP + 4, 4, 4, 4)
        column.setSpacing(2)
        column.addWidget(self._name)
        row = QHBoxLayout()
        row.setSpacing(0)
        for switch in self.switches():
            row.addWidget(switch)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        for widget in (self._name, *self.switches()):
            widget.setCursor(Qt.CursorShape.ArrowCursor)
        self._name.setCursor(Qt.CursorShape.IBeamCursor)
        self.refresh(track)

    def refresh(self, track: Track) -> None:
        """Shows `track` as it is now."""
        self.track = track
        if not self._name.hasFocus():
            self._name.setText(track.name)
        self._name.setToolTip(f"{track.name}: click to rename")
        self.setToolTip(f"Drag to put {track.name} somewhere else; right-click for more")
        if track.kind == "video":
            words = f"Show {track.name}" if track.hidden else f"Hide {track.name}"
            self._sight.show_state("eye-off" if track.hidden else "eye", words, attention=track.hidden)
        else:
            words = f"Unmute {track.name}" if track.muted else f"Mute {track.name}"
            self._sight.show_state("speaker-off" if track.muted else "speaker", words, attention=track.muted)
        seen = "seen" if track.kind == "video" else "heard"
        words = f"End the solo of {track.name}" if track.solo else f"Solo: only {track.name} is {seen}"
        self._solo.show_state("solo", words, attention=track.solo)
        words = f"Unlock {track.name}" if track.locked else f"Lock {track.name}"
        self._lock.show_state("lock" if track.locked else "unlock", words, attention=track.locked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.edge.place()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu().popup(event.globalPos())

    def switches(self) -> list[QToolButton]:
        """Hide or mute, solo, and lock."""
        return [self._sight, self._solo, self._lock]

    def menu(self) -> QMenu:
        """Add, move, remove."""
        from studio.ui.timeline.place_menus import track_menu  # Not needed by the start.

        return track_menu(self._session, self.track, self)

    def begin_rename(self) -> None:
        """Puts the cursor into the name."""
        self._name.setFocus()
        self._name.selectAll()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None:
            return
        if (event.position() - self._grabbed).manhattanLength() >= DRAG_DISTANCE:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._headers.show_target(self.track, self._y_of(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        grabbed, self._grabbed = self._grabbed, None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        if grabbed is not None and (event.position() - grabbed).manhattanLength() >= DRAG_DISTANCE:
            self._headers.drop(self.track, self._y_of(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.begin_rename()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        middle = self.height() // 2
        for line in (-4, 0, 4):
            painter.fillRect(6, middle + line - 1, _GRIP - 2, 1, theme.color("disabled"))
        painter.end()

    def _y_of(self, event: QMouseEvent) -> float:
        return self.mapTo(self._headers, event.position()).y()

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
        self._shown: tuple[object, ...] = ()
        self.strip = QWidget(self)
        """What the headers lie on: below the ruler, so that scrolled ones end there."""
        self._line = QWidget(self)
        self._line.setAutoFillBackground(True)
        palette = self._line.palette()
        palette.setColor(QPalette.ColorRole.Window, theme.color("accent"))
        self._line.setPalette(palette)
        self._line.hide()
        self.setFixedWidth(HEADER_WIDTH)
        self.setAccessibleName("Tracks")
        canvas.view_changed.connect(self.refresh)
        self.refresh()

    def header(self, track_id: str) -> TrackHeader:
        return self._headers[track_id]

    def refresh(self) -> None:
        """Puts one header beside each row, as the rows are now."""
        rows = self._canvas.rows
        # What the clips do is no concern of the headers, and painting them takes as long as the canvas.
        faces = tuple((row.height, *_face(row.track)) for row in rows)
        shown = (self._canvas.lens.top, self.height(), faces)
        if shown == self._shown:
            return
        self._shown = shown
        gone = self._headers.keys() - {row.track.id for row in rows}
        for track_id in gone:
            self._headers.pop(track_id).deleteLater()
        for row in rows:
            header = self._headers.get(row.track.id)
            if header is None:
                header = TrackHeader(self._session, row.track, self)
                self._headers[row.track.id] = header
                header.show()
            elif header.track is not row.track:
                header.refresh(row.track)
            header.setGeometry(0, row.top - self._canvas.lens.top, HEADER_WIDTH, row.height)
        self.strip.setGeometry(0, RULER_HEIGHT, HEADER_WIDTH, max(0, self.height() - RULER_HEIGHT))
        self.update()

    def set_height(self, track: Track, height: int | None) -> None:
        """Makes the row of `track` so high; None: as high as usual."""
        self._canvas.set_row_height(track.id, height)

    def show_target(self, track: Track, height: float) -> None:
        """Shows by a line where `track` would go if it were dropped at `height`."""
        rows = [row for row in self._canvas.rows if row.track.kind == track.kind]
        place = self._place(rows, height)
        edge = rows[place].top if place < len(rows) else rows[-1].bottom + ROW_GAP
        y = edge - ROW_GAP + RULER_HEIGHT - self._canvas.lens.top
        self._line.setGeometry(0, y, HEADER_WIDTH, 2)
        self._line.raise_()
        self._line.show()

    def drop(self, track: Track, y: float) -> None:
        """Puts `track` where `show_target` said."""
        self._line.hide()
        rows = [row for row in self._canvas.rows if row.track.kind == track.kind]
        others = [row for row in rows if row.track.id != track.id]
        before = next(number for number, row in enumerate(rows) if row.track.id == track.id)
        place = self._place(rows, y)
        place -= place > before
        if place == before:
            return
        tracks = [other for other in self._session.project.tracks if other.id != track.id]
        # Rows count from the top of the screen; the project lists video from the bottom up.
        index = len(others) - place if track.kind == "video" else len(tracks) - len(others) + place
        self._session.apply(MoveTrack(track_id=track.id, index=index))

    def _place(self, rows: list[Row], y: float) -> int:
        """Before which of `rows` the height `y` lies."""
        inside = y - RULER_HEIGHT + self._canvas.lens.top
        return sum(inside > row.top + row.height / 2 for row in rows)

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


def _face(track: Track) -> tuple[object, ...]:
    """All of a track that its header shows."""
    return track.id, track.name, track.kind, track.muted, track.solo, track.hidden, track.locked
