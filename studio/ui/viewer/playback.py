"""Playing: a clock, the playhead that follows it, and pictures that are shown when they are due.

Sound is the clock where there is sound, because an ear hears what an eye forgives; else the
computer's. Pictures that come late are left out, never queued.
"""

from __future__ import annotations

import math
import time
from fractions import Fraction

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from studio.project.timeline import Project
from studio.ui.session import Session
from studio.ui.viewer.clocks import Clock, SteadyClock, frame_at
from studio.ui.viewer.drawing import Drawn
from studio.ui.viewer.frame_server import FrameServer
from studio.ui.viewer.sound_card import Opener, open_card
from studio.ui.viewer.sound_output import SoundOutput

SPEEDS = (1, 2, 4, 8)
SLOW = Fraction(1, 4)
_SCREEN_HZ = 60
_PATIENCE_S = 0.5
"""So long the first pictures may take, before the clock runs without them."""
_MOVED_MS = 80
"""So long the playhead must rest where it was put while playing, before sound begins there."""
FASTEST_HEARD = 2
_TICK_MS = 8
"""Twice as often as a 60-Hz screen shows something new: no frame is more than half a refresh late."""


class Playback(QObject):
    """Plays the session's timeline; belongs to the window's thread."""

    shown = Signal(object)
    """A `Drawn` whose time has come."""
    state_changed = Signal()
    """Playing or not, or at another speed."""

    def __init__(
        self, session: Session, frames: FrameServer, parent: QObject | None = None, opener: Opener = open_card
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._frames = frames
        self.sound = SoundOutput(self, opener)
        self.sound.lost.connect(self._sound_lost)
        self._clock: Clock | None = None
        self._start = 0
        self._asked_at = 0.0
        self._told_of_silence = False
        self._following = False
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._moved = QTimer(self, singleShot=True, interval=_MOVED_MS)
        self._moved.timeout.connect(self._begin)
        self.speed = Fraction(0)
        """0: not playing; 1: as it is; 2, 4, 8 faster; 1/4 slow; negative: backwards."""
        self.looping = False
        self._last_shown = 0
        self.dropped = 0
        """Frames that were not shown since the start of playing because they came late."""
        session.playhead_changed.connect(self._playhead_moved)
        session.project_changed.connect(self._project_changed)
        session.project_opened.connect(self.pause)

    @property
    def playing(self) -> bool:
        return self.speed != 0

    @property
    def rolling(self) -> bool:
        """Playing, and not held while somebody moves the playhead."""
        return self._timer.isActive()

    def toggle(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    def play(self, speed: Fraction | int = 1) -> None:
        """Plays from the playhead on; at the end, from the other one."""
        first, last = self._range()
        if last < first:
            return
        playhead = self._session.playhead
        if speed > 0 and (playhead >= last or (self.looping and playhead < first)):
            self._move_to(first)
        elif speed < 0 and (playhead > last or (self.looping and playhead <= first)):
            self._move_to(last)
        self.speed = Fraction(speed)
        self.dropped = 0
        self._begin()
        self.state_changed.emit()

    def shuttle(self, direction: int, slow: bool = False) -> None:
        """J and L: plays in `direction`; again is faster, the other way first comes down to normal.

        `slow`: at a quarter of the speed, as with K held down.
        """
        if slow:
            self.play(SLOW * direction)
        elif self.speed * direction >= 1:
            faster = SPEEDS.index(int(abs(self.speed))) + 1
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

    def _range(self) -> tuple[int, int]:
        """The first and last frame to play: all, or when looping what lies between in and out."""
        project = self._session.project
        if not self.looping:
            return 0, project.duration - 1
        last = project.duration if project.out_point is None else min(project.out_point, project.duration)
        return min(project.in_point or 0, max(0, last - 1)), last - 1

    def _begin(self) -> None:
        """(Again) from the playhead, at the speed that is set."""
        self._moved.stop()
        self._start = self._session.playhead
        step = self._step()
        self._last_shown = self._start - step
        self._frames.play(self._start, step)
        self.sound.stop()
        self._clock = None
        self._asked_at = time.monotonic()
        self._timer.start()

    def _start_clock(self) -> None:
        if abs(self.speed) <= FASTEST_HEARD and _has_sound(self._session.project):
            self.sound.play(self._session.project, self._session.folder, self._start, self.speed)
            self._clock = self.sound
        else:
            self._clock = SteadyClock()

    def _halt(self) -> None:
        self._timer.stop()
        self._moved.stop()
        self._frames.stop()
        self.sound.stop()
        self.speed = Fraction(0)
        self.state_changed.emit()

    def _tick(self) -> None:
        if self._clock is None:
            if not self._frames.primed and time.monotonic() - self._asked_at < _PATIENCE_S:
                return
            self._start_clock()
            assert self._clock is not None
        if self._clock is self.sound and self.sound.stalled():
            self._sound_lost("The sound card does not take any sound.")
        frame = frame_at(self._start, self._clock.seconds(), self._session.project.rate.fraction, self.speed)
        first, last = self._range()
        if (frame > last and self.speed > 0) or (frame < first and self.speed < 0):
            self._end(first, last)
            return
        self._move_to(frame)
        drawn = self._frames.take(frame)
        if drawn is not None:
            self._count_dropped(drawn)
            self.shown.emit(drawn)

    def _end(self, first: int, last: int) -> None:
        """The end of what is to be played: begins again, or stops on its last frame."""
        forwards = self.speed > 0
        if self.looping and last >= first:
            self._move_to(first if forwards else last)
            self._begin()
            return
        self._move_to(max(last, 0) if forwards else first)
        self.pause()

    def _step(self) -> int:
        """From one shown frame to the next: all at normal speed, but never more than a screen can show."""
        speed = abs(self.speed)
        step = max(1, int(speed), math.ceil(self._session.project.rate.fraction * speed / _SCREEN_HZ))
        return step if self.speed > 0 else -step

    def _count_dropped(self, drawn: Drawn) -> None:
        """Frames between two shown ones came too late."""
        self.dropped += max(0, (drawn.frame - self._last_shown) // self._step() - 1)
        self._last_shown = drawn.frame

    def _move_to(self, frame: int) -> None:
        self._following = True
        self._session.set_playhead(frame)
        self._following = False

    @Slot(int)
    def _playhead_moved(self, frame: int) -> None:
        """Somebody else put the playhead elsewhere: playing goes on from there."""
        if self.playing and not self._following:
            self._timer.stop()
            self._frames.stop()
            self.sound.stop()
            self._frames.request(frame)
            self._moved.start()

    @Slot(object)
    def _project_changed(self, project: Project) -> None:
        if _has_sound(project):
            self.sound.prepare()
        if self.playing:
            if project.duration == 0:
                self.pause()
            elif self._clock is self.sound and _has_sound(project):
                self.sound.edit(project)
                self._frames.play(self._session.playhead, self._step())
            else:
                self._begin()

    @Slot(str)
    def _sound_lost(self, reason: str) -> None:
        """Playing goes on in silence from where it is, by the computer's clock; told once."""
        if self._clock is self.sound:
            self._clock = SteadyClock(self.sound.seconds())
            self.sound.stop()
        if not self._told_of_silence:
            self._told_of_silence = True
            self._session.notify(
                "warning", reason, "Playing goes on without sound; exports have it all the same."
            )


def _has_sound(project: Project) -> bool:
    return any(track.clips for track in project.playing_tracks("audio"))
