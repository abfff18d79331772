"""Plays the timeline's sound from a thread of its own, and says how much of it has been heard."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QIODevice, QObject, QThread, Signal, Slot

from studio.project.timeline import Project
from studio.timing import Rate, RationalTime

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioSink

    from studio.render.sound import Mixer

SAMPLE_RATE = 48000
_BYTES_PER_SAMPLE = 8
"""Two channels of float32."""
_BUFFER_S = 0.2
"""Sound handed over in advance: the window's or the disk's pauses up to this long are not heard."""
_LONGEST_GUESS_S = 0.25
"""The clock runs on by itself between reports of the sound card, at most this far."""
STALLED_S = 1.5
_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class _Cue:
    """What to play, and from which frame."""

    project: Project
    folder: Path
    frame: int


@dataclass(frozen=True)
class _Heard:
    """`seconds` of sound had left the card at the monotonic time `at`, counted from `cue`."""

    cue: _Cue
    seconds: float
    at: float


class SoundOutput(QObject):
    """The window's hold on the sound; its methods return at once."""

    lost = Signal(str)
    """There is no sound card, or it went away: why."""
    _cued = Signal(object)
    _stopped = Signal()
    _edited = Signal(object)
    _loudness = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = QThread()
        self._thread.setObjectName("viewer-sound")
        self._player = _Player()
        self._player.moveToThread(self._thread)
        self._cued.connect(self._player.cue)
        self._stopped.connect(self._player.stop)
        self._edited.connect(self._player.edit)
        self._loudness.connect(self._player.set_volume)
        self._player.lost.connect(self._forward_loss)
        self._thread.finished.connect(self._player.deleteLater)
        self._cue: _Cue | None = None
        self._began = 0.0

    def play(self, project: Project, folder: Path, frame: int) -> None:
        """Plays from `frame` on; `seconds` counts from there."""
        if not self._thread.isRunning():
            self._thread.start()
        self._began = time.monotonic()
        self._cue = _Cue(project, folder, frame)
        self._cued.emit(self._cue)

    def stop(self) -> None:
        self._stopped.emit()

    def edit(self, project: Project) -> None:
        """Goes on with an edited project; what is in the card's buffer is still heard."""
        self._edited.emit(project)

    def set_volume(self, volume: float) -> None:
        """0 (silent) … 1."""
        self._loudness.emit(volume)

    def seconds(self) -> float:
        """Seconds of sound heard since `play`; 0 until the card has begun."""
        heard = self._heard()
        if heard is None:
            return 0.0
        return heard.seconds + min(time.monotonic() - heard.at, _LONGEST_GUESS_S)

    def stalled(self) -> bool:
        """Whether the card has taken nothing for longer than any card needs."""
        heard = self._heard()
        last = heard.at if heard is not None else self._began
        return time.monotonic() - last > STALLED_S

    def close(self) -> None:
        """Silence, and the thread's end."""
        if self._thread.isRunning():
            self._stopped.emit()
            self._thread.quit()
            self._thread.wait(3000)

    def _heard(self) -> _Heard | None:
        """The card's last report, unless it is about what was played before."""
        heard = self._player.heard
        return heard if heard is not None and heard.cue is self._cue else None

    @Slot(str)
    def _forward_loss(self, reason: str) -> None:
        self.lost.emit(reason)


class _Player(QObject):
    """Lives in the sound's thread; owns the card."""

    lost = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.heard: _Heard | None = None
        self._sink: QAudioSink | None = None
        self._source: _MixedSound | None = None
        self._volume = 1.0

    @Slot(object)
    def cue(self, cue: _Cue) -> None:
        # Imported here: it takes a fifth of a second, and only this thread has that much time.
        from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices

        self.stop()
        device = QMediaDevices.defaultAudioOutput()
        form = QAudioFormat()
        form.setSampleRate(SAMPLE_RATE)
        form.setChannelCount(2)
        form.setSampleFormat(QAudioFormat.SampleFormat.Float)
        if device.isNull() or not device.isFormatSupported(form):
            self.lost.emit(
                "No sound card was found." if device.isNull() else "The sound card takes no 48 kHz."
            )
            return
        sink = QAudioSink(device, form)
        sink.setBufferSize(round(_BUFFER_S * SAMPLE_RATE) * _BYTES_PER_SAMPLE)
        sink.setVolume(self._volume)
        self._sink = sink
        self._source = _MixedSound(cue, lambda taken: self._report(cue, taken))
        sink.stateChanged.connect(self._state_changed)
        sink.start(self._source)

    @Slot()
    def stop(self) -> None:
        sink, self._sink = self._sink, None
        source, self._source = self._source, None
        if sink is not None:
            sink.stop()
            sink.deleteLater()
        if source is not None:
            source.close()

    @Slot(object)
    def edit(self, project: Project) -> None:
        if self._source is not None:
            self._source.edit(project)

    @Slot(float)
    def set_volume(self, volume: float) -> None:
        self._volume = volume
        if self._sink is not None:
            self._sink.setVolume(volume)

    def _report(self, cue: _Cue, taken: int) -> None:
        """`taken` bytes have been asked for; the last of them wait in the card's buffer."""
        if self._sink is not None:
            waiting = self._sink.bufferSize() - self._sink.bytesFree()
            seconds = max(0, taken - waiting) / _BYTES_PER_SAMPLE / SAMPLE_RATE
            self.heard = _Heard(cue, seconds, time.monotonic())

    @Slot()
    def _state_changed(self) -> None:
        from PySide6.QtMultimedia import QtAudio

        sink = self._sink
        if sink is None or sink.error() in (QtAudio.Error.NoError, QtAudio.Error.UnderrunError):
            return
        _log.warning("sound card: %s", sink.error())
        self.stop()
        self.lost.emit("The sound card stopped answering.")


class _MixedSound(QIODevice):
    """The mixer as the endless stream that the sound card reads from."""

    def __init__(self, cue: _Cue, on_read: Callable[[int], None]) -> None:
        super().__init__()
        from studio.render.sound import Mixer

        self._mixer: Mixer = Mixer(cue.project, cue.folder, SAMPLE_RATE)
        start = RationalTime(cue.frame, cue.project.rate)
        self._next = start.to_frames(Rate(SAMPLE_RATE))
        self._taken = 0
        self._on_read = on_read
        self.open(QIODevice.OpenModeFlag.ReadOnly | QIODevice.OpenModeFlag.Unbuffered)

    def edit(self, project: Project) -> None:
        self._mixer.update(project)

    def isSequential(self) -> bool:
        return True

    def bytesAvailable(self) -> int:
        return round(_BUFFER_S * SAMPLE_RATE) * _BYTES_PER_SAMPLE + super().bytesAvailable()

    def readData(self, maxlen: int) -> bytes:
        count = maxlen // _BYTES_PER_SAMPLE
        if count == 0:
            return b""
        self._on_read(self._taken)
        sound = self._mixer.read(self._next, count)
        self._next += count
        self._taken += count * _BYTES_PER_SAMPLE
        return sound.tobytes()

    def writeData(self, data: bytes | bytearray | memoryview, length: int) -> int:
        return -1

    def close(self) -> None:
        super().close()
        self._mixer.close()
