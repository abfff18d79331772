"""A timeline with a few clips on a real session, and a hand that moves on it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.project.edits import ChangeProject, PlaceClips, Placement
from studio.project.timeline import Clip, External, Take, Track
from studio.timing import Rate, RationalTime
from studio.ui.session import Session
from studio.ui.timeline.geometry import Row
from studio.ui.timeline.view import TimelineView

FPS = Rate(24)
NO_KEYS = Qt.KeyboardModifier.NoModifier


def footage(
    clip_id: str, start: int, duration: int, *, link: str = "", source: int = 1000, skip: int = 0
) -> Clip:
    """A clip of a film (not there) of `source` frames that is shown from frame `skip` on."""
    reference = External(
        path="/not/there.mp4",
        duration=RationalTime(source, FPS),
        rate=FPS,
        width=640,
        height=360,
        has_audio=True,
    )
    take = Take(id=f"take-{clip_id}", reference=reference, source_start=RationalTime(skip, FPS))
    return Clip(id=clip_id, name=clip_id, start=start, duration=duration, takes=(take,), link=link)


@dataclass
class Desk:
    """A shown timeline of 4 pixels per frame, and how to touch it."""

    session: Session
    view: TimelineView

    def track(self, name: str) -> Track:
        return next(track for track in self.session.project.tracks if track.name == name)

    def clip(self, clip_id: str) -> Clip:
        found = self.session.project.find(clip_id)
        assert found is not None
        return found[1]

    def track_of(self, clip_id: str) -> str:
        found = self.session.project.find(clip_id)
        assert found is not None
        return found[0].name

    def row(self, name: str) -> Row:
        return next(row for row in self.view.canvas.rows if row.track.name == name)

    def at(self, track: str, frame: float, dx: int = 0) -> QPoint:
        """The canvas pixel at `frame` in the middle of a track."""
        lens, row = self.view.canvas.lens, self.row(track)
        return QPointF(lens.x_of(frame) + dx, lens.y_of(row) + row.height / 2).toPoint()

    def ruler(self, frame: float) -> QPoint:
        return QPoint(round(self.view.canvas.lens.x_of(frame)), 10)

    def drag(
        self, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NO_KEYS, release: bool = True
    ) -> None:
        """Presses at `start`, moves in three steps to `end`, and lets go."""
        self.press(start, keys)
        for step in (1, 2, 3):
            self.move(start + (end - start) * (step / 3), keys)
        if release:
            self.release(end, keys)

    def press(self, at: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        QTest.mousePress(self.view.canvas, Qt.MouseButton.LeftButton, keys, at)

    def move(self, at: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        # QTest.mouseMove knows neither buttons nor modifiers: the event as the window system sends it.
        canvas = self.view.canvas
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(at),
            QPointF(canvas.mapToGlobal(at)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            keys,
        )
        QApplication.sendEvent(canvas, event)

    def release(self, at: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        QTest.mouseRelease(self.view.canvas, Qt.MouseButton.LeftButton, keys, at)

    def click(self, at: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        QTest.mouseClick(self.view.canvas, Qt.MouseButton.LeftButton, keys, at)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        QTest.keyClick(self.view.canvas, key, keys)


def set_up_desk(session: Session, qtbot: QtBot) -> Desk:
    """V1: a [0, 48), b [48, 96), gap, c [144, 192); V2 empty; A1: a's sound, linked with it."""
    session.apply(ChangeProject(rate=FPS))
    names = {track.name: track.id for track in session.project.tracks}
    sound = footage("a-sound", 0, 48, link="ab", skip=100)
    placements = (
        Placement(names["V1"], footage("a", 0, 48, link="ab", skip=100)),
        Placement(names["V1"], footage("b", 48, 48, skip=100)),
        Placement(names["V1"], footage("c", 144, 48, skip=100)),
        Placement(names["A1"], sound),
    )
    session.apply(PlaceClips(placements=placements))
    view = TimelineView(session)
    qtbot.addWidget(view)
    view.resize(1132, 360)
    with qtbot.waitExposed(view):
        view.show()
    view.canvas.zoom(4 / view.canvas.lens.scale, 0)
    view.canvas.scroll_by(-10_000, 0)
    view.canvas.setFocus()
    return Desk(session, view)
