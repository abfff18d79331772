"""Playing: a clock, the playhead that follows it, and pictures that are shown when they are due.

Sound is the clock where there is sound, because an ear hears what an eye forgives; else the
computer's. Pictures that come late are left out, never queued.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from studio.project.timeline import Project
from studio.ui.session import Session
from studio.ui.viewer.clocks import Clock, SteadyClock
from studio.ui.viewer.frame_server import Drawn, FrameServer
from studio.ui.viewer.sound_output import SoundOutput

SPEEDS = (1, 2, 4, 8)
_TICK_MS = 8
"""Twice as often as a 60-Hz screen shows something new: no frame is more than half a refresh late."""


class Playback(QObject):
    """Plays the session's timeline; belongs to the window's thread."""

    shown = Signal(object)
    """A `Drawn` whose time has come."""
    state_changed = Signal()
    """Playing or not, or at another speed."""

    def __init__(self, session: Session, frames: FrameServer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._frames = frames
        self.sound = SoundOutput(self)
        self.sound.lost.connect(self._sound_lost)
        self._clock: Clock = SteadyClock()
        self._start = 0
        self._told_of_silence = False
        self._following = False
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self.speed = 0
        """0: not playing; 1: as it is; 2, 4, 8 faster; negative: backwards."""
        self._last_shown = 0
        self.dropped = 0
        """Frames that were not shown since the start of playing because they came late."""
        session.playhead_changed.connect(self._playhead_moved)
        session.project_changed.connect(self._project_changed)
        session.project_opened.connect(self.pause)

    @property
    def playing(self) -> bool:
        return self.speed != 0

    def toggle(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    def play(self, speed: int = 1) -> None:
        """Plays from the playhead on, from the beginning when it stands at the end."""
        last = self._session.project.duration - 1
        if last < 0:
            return
        if speed > 0 and self._session.playhead >= last:
            self._move_to(0)
        elif speed < 0 and self._session.playhead > last:
            self._move_to(last)
        self.speed = speed
        self._begin()
        self.state_changed.emit()

    def shuttle(self, direction: int) -> None:
        """J and L: plays in `direction`; again is faster, the other way first comes down to normal."""
        if self.speed * direction > 0:
            faster = SPEEDS.index(abs(self.speed)) + 1
            self.play(SPEEDS[min(faster, len(SPEEDS) - 1)] * direction)
        else:
            self.play(direction)

    def pause(self) -> None:
        if self.playing:
            self._halt()
            self._frames.request(self._session.playhead)

    def set_volume(self, volume: float) -> None:
        self.sound.set_volume(volume)

    def close(self) -> None:
        """Ends playing and the sound's thread."""
        self._halt()
        self.sound.close()

    def _begin(self) -> None:
        """(Again) from the playhead, at the speed that is set."""
        self._start = self._session.playhead
        self._last_shown = self._start
        self._frames.play(self._start, self.speed)
        self.sound.stop()
        if self.speed == 1 and _has_sound(self._session.project):
            self.sound.play(self._session.project, self._session.folder, self._start)
            self._clock = self.sound
        else:
            self._clock = SteadyClock()
        self._timer.start()

    def _halt(self) -> None:
        self._timer.stop()
        self._frames.stop()
        self.sound.stop()
        self.speed = 0
        self.state_changed.emit()

    def _tick(self) -> None:
        if self._clock is self.sound and self.sound.stalled():
            self._sound_lost("The sound card does not take any sound.")
        rate = self._session.project.rate.fraction
        played = self._clock.seconds() * float(rate) * self.speed
        frame = self._start + (math.floor(played) if self.speed > 0 else math.ceil(played))
        last = self._session.project.duration - 1
        if frame > last or frame < 0:
            self._move_to(min(max(frame, 0), max(last, 0)))
            self.pause()
            return
        self._move_to(frame)
        drawn = self._frames.take(frame)
        if drawn is not None:
            self._count_dropped(drawn)
            self.shown.emit(drawn)

    def _count_dropped(self, drawn: Drawn) -> None:
        passed = (drawn.frame - self._last_shown) // self.speed
        self.dropped += max(0, passed - 1)
        self._last_shown = drawn.frame

    def _move_to(self, frame: int) -> None:
        self._following = True
        self._session.set_playhead(frame)
        self._following = False

    @Slot(int)
    def _playhead_moved(self, frame: int) -> None:
        """Somebody else put the playhead elsewhere: playing goes on from there."""
        if self.playing and not self._following:
            self._begin()

    @Slot(object)
    def _project_changed(self, project: Project) -> None:
        if _has_sound(project):
            self.sound.prepare()
        if self.playing:
            if project.duration == 0:
                self.pause()
            elif self._clock is self.sound and _has_sound(project):
                self.sound.edit(project)
                self._frames.play(self._session.playhead, self.speed)
            else:
                self._begin()

    @Slot(str)
    def _sound_lost(self, reason: str) -> None:
        """Playing goes on in silence from where it is."""
        if self._clock is self.sound:
            self._clock = SteadyClock(self.sound.seconds())
            self.sound.stop()
        if not self._told_of_silence:
            self._told_of_silence = True
            self._session.notify(
                "warning", reason, "Playing goes on without sound; exports have it all the same."
            )


def _has_sound(project: Project) -> bool:
    return any(track.clips and not track.muted for track in project.tracks if track.kind == "audio")
