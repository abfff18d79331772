"""Plays the timeline's sound from a thread of its own, and says how much of it has been heard."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QIODevice, QObject, QThread, QTimer, Signal, Slot

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
_LONGEST_GUESS_S = 0.12
"""The clock runs on by itself between reports of the sound card, at most this far."""
_NUDGE_MS = 40
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
    runs: bool
    """Whether sound comes out by now, and the clock may run on between reports."""


class SoundOutput(QObject):
    """The window's hold on the sound; its methods return at once."""

    lost = Signal(str)
    """There is no sound card, or it went away: why."""
    _announced = Signal()
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
        self._announced.connect(self._player.prepare)
        self._cued.connect(self._player.cue)
        self._stopped.connect(self._player.stop)
        self._edited.connect(self._player.edit)
        self._loudness.connect(self._player.set_volume)
        self._player.lost.connect(self._forward_loss)
        self._thread.finished.connect(self._player.deleteLater)
        self._cue: _Cue | None = None
        self._reached = 0.0
        self._closed = False

    def prepare(self) -> None:
        """There is something to be heard: gets ready in the background, so that `play` begins at once."""
        if not self._thread.isRunning() and not self._closed:
            self._thread.start()
            self._announced.emit()

    def play(self, project: Project, folder: Path, frame: int) -> None:
        """Plays from `frame` on; `seconds` counts from there."""
        if not self._thread.isRunning():
            self._thread.start()
        self._cue = _Cue(project, folder, frame)
        self._reached = 0.0
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
        since = min(time.monotonic() - heard.at, _LONGEST_GUESS_S) if heard.runs else 0.0
        # A card may report less than was guessed, but a picture that was seen is not taken back.
        self._reached = max(self._reached, heard.seconds + since)
        return self._reached

    def stalled(self) -> bool:
        """Whether the card has asked for nothing for longer than any card waits."""
        heard = self._heard()
        if heard is None or self._player.mixing:
            # Opening the first files may take a while: that is not the card's fault.
            return False
        return time.monotonic() - heard.at > STALLED_S

    def close(self) -> None:
        """Silence, and the thread's end; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
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
        self.mixing = False
        """Whether the mixer is at work, and not the card to be waited for."""
        self._sink: QAudioSink | None = None
        self._source: _MixedSound | None = None
        self._volume = 1.0
        self._nudge = QTimer(self, interval=_NUDGE_MS)
        self._nudge.timeout.connect(self._remind)

    @Slot()
    def prepare(self) -> None:
        """Loads what is slow to load; only this thread has the time."""
        from PySide6.QtMultimedia import QMediaDevices

        import studio.media.audio
        import studio.render.sound  # noqa: F401

        QMediaDevices.defaultAudioOutput()

    @Slot(object)
    def cue(self, cue: _Cue) -> None:
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
        self._source = _MixedSound(cue, self)
        self._source.warm_up()
        self.heard = _Heard(cue, 0.0, time.monotonic(), False)
        sink.stateChanged.connect(self._state_changed)
        sink.start(self._source)
        self._nudge.start()

    @Slot()
    def stop(self) -> None:
        self._nudge.stop()
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

    @Slot()
    def _remind(self) -> None:
        """Tells the card that there is more.

        Measured with PulseAudio and Qt 6.12: when the buffer runs full at the start, the sink now and then
        never asks again by itself.
        """
        if self._source is not None:
            self._source.readyRead.emit()

    def report(self, cue: _Cue, taken: int) -> None:
        """The card was given `taken` bytes so far; the last of them wait in its buffer."""
        if self._sink is not None:
            waiting = self._sink.bufferSize() - self._sink.bytesFree()
            seconds = max(0, taken - waiting) / _BYTES_PER_SAMPLE / SAMPLE_RATE
            self.heard = _Heard(cue, seconds, time.monotonic(), seconds > 0)

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

    def __init__(self, cue: _Cue, player: _Player) -> None:
        super().__init__()
        from studio.render.sound import Mixer

        self._mixer: Mixer = Mixer(cue.project, cue.folder, SAMPLE_RATE)
        start = RationalTime(cue.frame, cue.project.rate)
        self._next = start.to_frames(Rate(SAMPLE_RATE))
        self._taken = 0
        self._cue = cue
        self._player = player
        self.open(QIODevice.OpenModeFlag.ReadOnly | QIODevice.OpenModeFlag.Unbuffered)

    def warm_up(self) -> None:
        """Opens what is heard first, so that the card, once it runs, is not kept waiting."""
        self._mixer.read(self._next, round(_BUFFER_S * SAMPLE_RATE))

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
        self._player.mixing = True
        sound = self._mixer.read(self._next, count)
        self._player.mixing = False
        self._player.report(self._cue, self._taken)
        self._next += count
        self._taken += count * _BYTES_PER_SAMPLE
        return sound.tobytes()

    def writeData(self, data: bytes | bytearray | memoryview, length: int) -> int:
        return -1

    def close(self) -> None:
        super().close()
        self._mixer.close()
