"""The viewer: the frame at the playhead, playing, and what running jobs look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QImage, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.errors import ErrorReport
from studio.project.timeline import Clip, Generator, Project
from studio.ui.icons import icon
from studio.ui.live_jobs import LiveJobs, describe
from studio.ui.session import Session
from studio.ui.shortcuts import command
from studio.ui.viewer.commands import RIGHT, TRANSPORT, HeldKey, make_commands
from studio.ui.viewer.drawing import Drawn, Stage
from studio.ui.viewer.frame_server import FrameServer
from studio.ui.viewer.menu import build_menu
from studio.ui.viewer.meters import Meters
from studio.ui.viewer.picture import Picture
from studio.ui.viewer.playback import Playback
from studio.ui.viewer.preparing import Preparing
from studio.ui.viewer.sound_card import Opener, open_card
from studio.ui.viewer.transport import Transport

if TYPE_CHECKING:
    from studio.ui.viewer.full_screen import FullScreen

_SETTLED_MS = 120
"""A size has to last this long before frames are drawn in it: not one for every pixel of a drag."""
_PREVIEW_FPS = 8
_MB = 1024 * 1024


class Viewer(QWidget):
    """Shows the session's timeline. `playback` plays it; `commands` are its actions by their ids."""

    rendered_changed = Signal()
    """`rendered_ranges` are others now."""

    def __init__(self, session: Session, parent: QWidget | None = None, opener: Opener = open_card) -> None:
        super().__init__(parent)
        self._session = session
        self.frames = FrameServer(session.settings.frame_memory_mb * _MB, self)
        self.playback = Playback(session, self.frames, self, opener)
        self.preparing = Preparing(session, self.frames, self)
        self.live = LiveJobs(session, self)
        self.picture = Picture()
        self.meters = Meters(self.playback.sound.level)
        self._held_stop = HeldKey(self._stop_released, self)
        self.commands = make_commands(session, self, self._runs())
        self.menu = build_menu(self, session, self.commands)
        self.transport = Transport(
            [self.commands[name] for name in TRANSPORT],
            [self.commands[name] for name in RIGHT],
            self.commands["viewer.mute"],
            self.menu,
        )
        self._full_screen: FullScreen | None = None
        self._drawn: QImage | None = None
        self._failure: ErrorReport | None = None
        self._preview_at = 0
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._reel = QTimer(self, interval=1000 // _PREVIEW_FPS)
        self._content = self._lay_out()
        self._connect()
        threads = (self.frames, self.playback.sound, self.preparing)
        # A viewer that is deleted without having been closed must not leave threads behind.
        self.destroyed.connect(lambda: [thread.close() for thread in threads])
        self._follow_settings()
        self._refresh_stage()

    def _lay_out(self) -> QWidget:
        """All that is seen, in one widget that can move to the full screen."""
        content = QWidget()
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.picture, 1)
        row.addWidget(self.meters)
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addLayout(row, 1)
        inner.addWidget(self.transport)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(content)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Viewer")
        return content

    def _connect(self) -> None:
        session = self._session
        session.playhead_changed.connect(self._playhead_moved)
        session.project_changed.connect(self._refresh_stage)
        session.project_opened.connect(self._forget)
        session.settings_changed.connect(self._follow_settings)
        self.live.changed.connect(self._job_changed)
        self.frames.arrived.connect(self._arrived, Qt.ConnectionType.QueuedConnection)
        self.frames.failed.connect(self._could_not_draw, Qt.ConnectionType.QueuedConnection)
        self.preparing.stage_changed.connect(self._refresh_stage)
        self.preparing.rendered_changed.connect(self.rendered_changed)
        self.preparing.progressed.connect(self._tell_proxies)
        self.playback.shown.connect(self._show_playing)
        self.playback.state_changed.connect(self._playing_changed)
        self.picture.resized.connect(self._settled.start)
        self.picture.pressed.connect(self._take_focus)
        self.picture.full_screen_wanted.connect(self.toggle_full_screen)
        self.picture.menu_wanted.connect(self._open_menu)
        self._settled.timeout.connect(self._refresh_stage)
        self._reel.timeout.connect(self._turn_reel)
        self.transport.volume_changed.connect(self.playback.set_volume)
        self.transport.timecode.entered.connect(self._go_to)

    def _runs(self):
        """What each command does."""
        session, playback = self._session, self.playback
        return {
            "timeline.to-start": lambda: self._go_to(0),
            "timeline.frame-back": lambda: self._step(-1),
            "viewer.play": playback.toggle,
            "timeline.frame-forward": lambda: self._step(1),
            "timeline.to-end": lambda: self._go_to(session.project.duration),
            "viewer.shuttle-back": lambda: playback.shuttle(-1, self._held_stop.down),
            "viewer.shuttle-stop": self._stop,
            "viewer.shuttle-forward": lambda: playback.shuttle(1, self._held_stop.down),
            "viewer.timecode": lambda: self.transport.timecode.begin(),
            "viewer.loop": self._toggle_loop,
            "viewer.mute": lambda: None,
            "viewer.full-screen": self.toggle_full_screen,
            "viewer.zoom-fit": self.picture.fit,
            "viewer.safe-areas": lambda: self.picture.show_safe_areas(not self.picture.safe_areas),
            "viewer.save-frame": self._save_frame,
            "viewer.proxies": self.preparing.toggle_proxies,
        }

    @property
    def play_action(self) -> QAction:
        """Play and pause, for the timeline and the window's menu."""
        return self.commands["viewer.play"]

    def rendered_ranges(self) -> tuple[tuple[int, int], ...]:
        """The stretches [start, end) of the timeline that are drawn in advance; for the ruler."""
        return self.preparing.rendered_ranges()

    def shutdown(self) -> None:
        """Ends the threads; the viewer shows nothing new after this."""
        self._leave_full_screen()
        self._settled.stop()
        self._reel.stop()
        self.playback.close()
        self.preparing.close()
        self.frames.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.shutdown()
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._settled.start()

    # Full screen

    @Slot()
    def toggle_full_screen(self) -> None:
        if self._full_screen is not None:
            self._leave_full_screen()
            return
        from studio.ui.viewer.full_screen import FullScreen

        self._full_screen = FullScreen(self._content, [self.transport, self.meters], self)
        self._full_screen.left.connect(self._leave_full_screen)
        self._full_screen.showFullScreen()
        self._full_screen.activateWindow()

    @property
    def full_screen(self) -> FullScreen | None:
        return self._full_screen

    @Slot()
    def _leave_full_screen(self) -> None:
        window, self._full_screen = self._full_screen, None
        layout = self.layout()
        if window is not None and layout is not None:
            layout.addWidget(window.release())
            self._content.show()
            window.hide()
            window.deleteLater()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    # What is asked for

    @Slot()
    def _refresh_stage(self, _: object = None) -> None:
        """The project or the size is another one: draws the playhead's frame anew."""
        project = self._session.project
        self.picture.set_shape(project.width, project.height)
        share = self._session.settings.preview_share
        width, height = self.picture.pixels()
        size = max(2, width // share), max(2, height // share)
        stage = Stage(project, self._session.folder, size, self.preparing.proxies)
        self.frames.show(stage)
        self.preparing.show(stage)
        self._ask()

    @Slot()
    def _follow_settings(self) -> None:
        self.commands["viewer.proxies"].setChecked(self._session.settings.proxies)

    @Slot(str)
    def _tell_proxies(self, words: str) -> None:
        self.commands["viewer.proxies"].setText(f"{command('viewer.proxies').title}{words and f' ({words})'}")

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

    @Slot(int)
    def _go_to(self, frame: int) -> None:
        self._session.set_playhead(frame)
        self._take_focus()

    def _step(self, frames: int) -> None:
        self.playback.pause()
        self._session.set_playhead(self._session.playhead + frames)

    def _stop(self) -> None:
        self._held_stop.press(self.commands["viewer.shuttle-stop"])
        self.playback.pause()

    def _stop_released(self) -> None:
        if 0 < abs(self.playback.speed) < 1:
            self.playback.pause()

    def _toggle_loop(self) -> None:
        self.playback.looping = self.commands["viewer.loop"].isChecked()

    def _save_frame(self) -> None:
        from studio.ui.viewer.frame_saving import ask_and_save

        ask_and_save(self._session, self)

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        self.menu.popup(place)

    # What has come

    @Slot(object)
    def _arrived(self, drawn: Drawn) -> None:
        """A frame that was asked for; one that comes when playing has begun meanwhile is not shown."""
        if not self.playback.rolling:
            self._show_playing(drawn)

    @Slot(object)
    def _show_playing(self, drawn: Drawn) -> None:
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
        self.picture.fit()

    @Slot()
    def _playing_changed(self) -> None:
        playing = self.playback.playing
        play = self.play_action
        play.setIcon(icon("pause" if playing else "play"))
        play.setText("Pause" if playing else "Play")
        keys = ", ".join(key.toString() for key in play.shortcuts())
        play.setToolTip(f"{play.text()} ({keys})" if keys else play.text())
        self.meters.set_running(playing)

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
            self.picture.show_image(self._drawn, self._speed_words())

    def _speed_words(self) -> str:
        """How fast it plays, where that is not what one expects."""
        speed = self.playback.speed
        if speed in (0, 1):
            return ""
        amount = f"{abs(speed).numerator}×" if abs(speed) >= 1 else f"1/{abs(speed).denominator}×"
        return f"{'−' if speed < 0 else ''}{amount}"

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
    for track in reversed(project.playing_tracks("video")):
        clip = track.clip_at(frame)
        if clip is not None:
            return clip
    return None
