"""The viewer: the frame at the playhead, playing, and what running jobs look like."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QAction, QCloseEvent, QImage, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.errors import ErrorReport
from studio.project.timeline import Clip, Generator, Project
from studio.ui.icons import icon
from studio.ui.live_jobs import LiveJobs, describe
from studio.ui.session import Session
from studio.ui.viewer.frame_server import Drawn, FrameServer, Stage
from studio.ui.viewer.picture import Picture
from studio.ui.viewer.playback import Playback
from studio.ui.viewer.transport import Transport, transport_action

_SETTLED_MS = 120
"""A size has to last this long before frames are drawn in it: not one for every pixel of a drag."""
_PREVIEW_FPS = 8


class Viewer(QWidget):
    """Shows the session's timeline. `playback` plays it; `actions()` are its keys."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.frames = FrameServer(self)
        self.playback = Playback(session, self.frames, self)
        self.live = LiveJobs(session, self)
        self.picture = Picture()
        self._make_actions()
        self.transport = Transport([self._to_start, self._back, self._play, self._on, self._to_end])
        self._drawn: QImage | None = None
        self._failure: ErrorReport | None = None
        self._preview_at = 0
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._reel = QTimer(self, interval=1000 // _PREVIEW_FPS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.picture, 1)
        column.addWidget(self.transport)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Viewer")
        self._connect()
        threads = (self.frames, self.playback.sound)
        # A viewer that is deleted without having been closed must not leave threads behind.
        self.destroyed.connect(lambda: [thread.close() for thread in threads])
        self._refresh_stage()

    def _connect(self) -> None:
        session = self._session
        session.playhead_changed.connect(self._playhead_moved)
        session.project_changed.connect(self._refresh_stage)
        session.project_opened.connect(self._forget)
        self.live.changed.connect(self._job_changed)
        self.frames.arrived.connect(self._arrived, Qt.ConnectionType.QueuedConnection)
        self.frames.failed.connect(self._could_not_draw, Qt.ConnectionType.QueuedConnection)
        self.playback.shown.connect(self._arrived)
        self.playback.state_changed.connect(self._playing_changed)
        self.picture.resized.connect(self._settled.start)
        self.picture.pressed.connect(self._take_focus)
        self._settled.timeout.connect(self._refresh_stage)
        self._reel.timeout.connect(self._turn_reel)
        self.transport.volume_changed.connect(self.playback.set_volume)

    def _make_actions(self) -> None:
        def make(name: str, words: str, picture: str, *keys: str, local: bool = False) -> QAction:
            return transport_action(self, name, words, picture, keys, local=local)

        self._to_start = make("to-start", "To the start", "to-start", "Home", local=True)
        self._back = make("frame-back", "Frame back", "frame-back", "Left", local=True)
        self._play = make("play", "Play", "play", "Space", local=True)
        self._on = make("frame-forward", "Frame on", "frame-forward", "Right", local=True)
        self._to_end = make("to-end", "To the end", "to-end", "End", local=True)
        backwards = make("shuttle-back", "Play backwards", "", "J")
        stop = make("shuttle-stop", "Stop", "", "K")
        onwards = make("shuttle-forward", "Play, then faster", "", "L")
        self._to_start.triggered.connect(lambda: self._session.set_playhead(0))
        self._back.triggered.connect(lambda: self._step(-1))
        self._play.triggered.connect(self.playback.toggle)
        self._on.triggered.connect(lambda: self._step(1))
        self._to_end.triggered.connect(lambda: self._session.set_playhead(self._session.project.duration))
        backwards.triggered.connect(lambda: self.playback.shuttle(-1))
        stop.triggered.connect(self.playback.pause)
        onwards.triggered.connect(lambda: self.playback.shuttle(1))
        self.addActions([self._to_start, self._back, self._play, self._on, self._to_end])
        self.addActions([backwards, stop, onwards])

    @property
    def play_action(self) -> QAction:
        """Play and pause, for the timeline and the window's menu."""
        return self._play

    def shutdown(self) -> None:
        """Ends the threads; the viewer shows nothing new after this."""
        self._settled.stop()
        self._reel.stop()
        self.playback.close()
        self.frames.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.shutdown()
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._settled.start()

    # What is asked for

    @Slot()
    def _refresh_stage(self, _: object = None) -> None:
        """The project or the size is another one: draws the playhead's frame anew."""
        project = self._session.project
        self.picture.set_shape(project.width, project.height)
        size = self.picture.pixels()
        self.frames.show(Stage(project, self._session.folder, size))
        self._ask()

    def _ask(self) -> None:
        project = self._session.project
        self.transport.show_time(self._session.playhead, project.duration, project.rate)
        if project.duration == 0:
            # Nothing to draw: the compositor with numpy and OpenCV stays unloaded, and the start light.
            self._drawn = None
        elif not self.playback.playing:
            self.frames.request(self._session.playhead)
        self._present()

    @Slot(int)
    def _playhead_moved(self, frame: int) -> None:
        self._ask()

    def _step(self, frames: int) -> None:
        self.playback.pause()
        self._session.set_playhead(self._session.playhead + frames)

    # What has come

    @Slot(object)
    def _arrived(self, drawn: Drawn) -> None:
        self._drawn = drawn.image
        self._failure = None
        self._present()

    @Slot(object)
    def _could_not_draw(self, report: ErrorReport) -> None:
        if self._failure is None:
            self._failure = report
            self._session.tell_report(report)

    @Slot(str)
    def _job_changed(self, job_id: str) -> None:
        self._present()

    @Slot()
    def _forget(self) -> None:
        self._drawn = None
        self._failure = None

    @Slot()
    def _playing_changed(self) -> None:
        playing = self.playback.playing
        self._play.setIcon(icon("pause" if playing else "play"))
        self._play.setText("Pause" if playing else "Play")
        self._play.setToolTip(f"{self._play.text()} (Space)")

    # What is shown

    def _present(self) -> None:
        """Shows the job whose ghost is at the playhead (or any, where nothing else is), else the frame."""
        job_id = self._job_to_show()
        images = self.live.pictures(job_id) if job_id else ()
        if job_id and (images or self._drawn is None or not self._has_picture()):
            self._turn(images, job_id)
        elif self._session.project.duration == 0:
            self._reel.stop()
            self.picture.teach("Nothing here yet", "Write a prompt, or drop pictures, video or sound.")
        else:
            self._reel.stop()
            self.picture.show_image(self._drawn)

    def _turn(self, images: tuple[QImage, ...], job_id: str) -> None:
        image = images[self._preview_at % len(images)] if images else None
        self.picture.show_image(image, describe(self.live.progress(job_id)))
        if len(images) > 1 and not self._reel.isActive():
            self._reel.start()

    @Slot()
    def _turn_reel(self) -> None:
        self._preview_at += 1
        self._present()

    def _job_to_show(self) -> str:
        clip = topmost_clip(self._session.project, self._session.playhead)
        if clip is not None:
            reference = clip.take.reference
            return reference.job_id if isinstance(reference, Generator) else ""
        return self.live.latest if not self.playback.playing else ""

    def _has_picture(self) -> bool:
        """Whether the frame at the playhead shows anything but black."""
        clip = topmost_clip(self._session.project, self._session.playhead)
        return clip is not None and not isinstance(clip.take.reference, Generator)

    @Slot()
    def _take_focus(self) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)


def topmost_clip(project: Project, frame: int) -> Clip | None:
    """The uppermost clip on a visible video track at `frame`, ghosts included."""
    for track in reversed(project.tracks):
        if track.kind == "video" and not track.hidden:
            clip = track.clip_at(frame)
            if clip is not None:
                return clip
    return None
