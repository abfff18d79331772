"""Plays the timeline's sound from a thread of its own; its clock says how much of it has been heard."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QIODevice, QObject, QThread, QTimer, Signal, Slot
from shiboken6 import isValid

from studio.project.timeline import Project
from studio.timing import Rate, RationalTime
from studio.ui.viewer.clocks import SoundClock
from studio.ui.viewer.sound_card import BUFFER_S, BYTES_PER_SAMPLE, SAMPLE_RATE, Card, Opener, open_card

if TYPE_CHECKING:
    from studio.render.sound import Mixer
    from studio.ui.viewer.levels import Level, LevelHistory

_NUDGE_MS = 40
STALLED_S = 1.5
_OPENING_S = 8.0
_FAREWELL_MS = 3000


class _Cue(msgspec.Struct, frozen=True, eq=False):
    """What to play, from which frame and how fast; and what is known of it while it plays."""

    project: Project
    folder: Path
    frame: int
    speed: Fraction
    clock: SoundClock


# Every thread that may still run, with what lives in it, whatever becomes of its owner. Qt aborts when a
# running thread is deleted; one that is just ending is waited for, while it waits for Python: both hang.
_unfinished: dict[QThread, _Player] = {}


def _let_finished_go() -> None:
    for thread in list(_unfinished):
        if not isValid(thread) or thread.wait(0):
            del _unfinished[thread]


class SoundOutput(QObject):
    """The window's hold on the sound; its methods return at once."""

    lost = Signal(str)
    """There is no sound card, or it went away: why."""
    _announced = Signal()
    _cued = Signal(object)
    _stopped = Signal()
    _edited = Signal(object)
    _loudness = Signal(float)

    def __init__(self, parent: QObject | None = None, opener: Opener = open_card) -> None:
        super().__init__(parent)
        self._thread = QThread()
        self._thread.setObjectName("viewer-sound")
        self._player = _Player(opener)
        self._player.moveToThread(self._thread)
        self._announced.connect(self._player.prepare)
        self._cued.connect(self._player.cue)
        self._stopped.connect(self._player.stop)
        self._edited.connect(self._player.edit)
        self._loudness.connect(self._player.set_volume)
        self._player.lost.connect(self._forward_loss)
        # In the thread itself, at its end: a card's timers may not be stopped from another.
        self._thread.finished.connect(self._player.finish)
        self._thread.finished.connect(self._player.deleteLater)
        self._cue: _Cue | None = None
        self._closed = False

    def prepare(self) -> None:
        """There is something to be heard: gets ready in the background, so that `play` begins at once."""
        if not self._thread.isRunning() and not self._closed:
            self._start()
            self._announced.emit()

    def play(self, project: Project, folder: Path, frame: int, speed: Fraction = Fraction(1)) -> None:
        """Plays from `frame` on; `seconds` counts from there."""
        if self._closed:
            return
        if not self._thread.isRunning():
            self._start()
        self._cue = _Cue(project, folder, frame, speed, SoundClock(SAMPLE_RATE))
        self._cued.emit(self._cue)

    def stop(self) -> None:
        self._cue = None
        self._stopped.emit()

    def edit(self, project: Project) -> None:
        """Goes on with an edited project; what is in the card's buffer is still heard."""
        self._edited.emit(project)

    def set_volume(self, volume: float) -> None:
        """0 (silent) … 1."""
        self._loudness.emit(volume)

    def seconds(self) -> float:
        """Seconds of playing heard since `play`; 0 until the card has begun."""
        return self._cue.clock.seconds() if self._cue is not None else 0.0

    def level(self) -> Level | None:
        """How loud it is now, as mixed; None while nothing plays."""
        levels = self._player.levels
        return levels.at(self.seconds()) if levels is not None and self._cue is not None else None

    def stalled(self) -> bool:
        """Whether the card has asked for nothing for longer than any card waits."""
        if self._cue is None:
            return False
        clock = self._cue.clock
        # Opening the card and the first files may take a while.
        patience = STALLED_S if clock.begun and not self._player.busy else _OPENING_S
        return clock.silent_for() > patience

    def close(self) -> None:
        """Silence, and the thread's end; a second time does nothing.

        A card that hangs is waited for no longer than `_FAREWELL_MS`; its thread then ends by itself.
        """
        if self._closed:
            return
        self._closed = True
        # When the whole application goes down, Qt's halves of these objects may be gone already.
        if isValid(self._thread) and self._thread.isRunning():
            self._thread.quit()
            self._thread.wait(_FAREWELL_MS)
        _let_finished_go()

    def _start(self) -> None:
        _let_finished_go()
        _unfinished[self._thread] = self._player
        self._thread.start()

    @Slot(str)
    def _forward_loss(self, reason: str) -> None:
        self.lost.emit(reason)


class _Player(QObject):
    """Lives in the sound's thread; owns the card."""

    lost = Signal(str)

    def __init__(self, opener: Opener) -> None:
        super().__init__()
        self.busy = False
        """Whether files are opened or mixed, and not the card to be waited for."""
        self.levels: LevelHistory | None = None
        self._opener = opener
        self._card: Card | None = None
        self._source: _MixedSound | None = None
        self._mixer: tuple[Path, Mixer] | None = None
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
        from studio.ui.viewer.levels import LevelHistory

        self.stop()
        self.busy = True
        card = self._opener(self._card_lost)
        if card is not None:
            card.set_volume(self._volume)
            self.levels = LevelHistory(SAMPLE_RATE)
            self._source = _MixedSound(cue, self._mixer_for(cue), self)
            self._source.warm_up()
            self._card = card
            cue.clock.report(0, False)
            card.start(self._source)
            self._nudge.start()
        self.busy = False

    @Slot()
    def stop(self) -> None:
        self._nudge.stop()
        card, self._card = self._card, None
        source, self._source = self._source, None
        self.levels = None
        if card is not None:
            card.stop()
        if source is not None:
            source.close()

    @Slot()
    def finish(self) -> None:
        """The thread ends: lets go of card and files."""
        self.stop()
        if self._mixer is not None:
            self._mixer[1].close()
            self._mixer = None

    def _mixer_for(self, cue: _Cue) -> Mixer:
        """The one there is, with its files open, as long as it is about the same project."""
        from studio.render.sound import Mixer

        if self._mixer is None or self._mixer[0] != cue.folder:
            if self._mixer is not None:
                self._mixer[1].close()
            self._mixer = cue.folder, Mixer(cue.project, cue.folder, SAMPLE_RATE)
        else:
            self._mixer[1].update(cue.project)
        return self._mixer[1]

    @Slot(object)
    def edit(self, project: Project) -> None:
        if self._source is not None:
            self._source.edit(project)

    @Slot(float)
    def set_volume(self, volume: float) -> None:
        self._volume = volume
        if self._card is not None:
            self._card.set_volume(volume)

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
        if self._card is not None:
            samples = max(0, taken - self._card.waiting_bytes()) // BYTES_PER_SAMPLE
            cue.clock.report(samples, samples > 0)

    def _card_lost(self, reason: str) -> None:
        self.stop()
        self.lost.emit(reason)


class _MixedSound(QIODevice):
    """The mixer as the endless stream that the sound card reads from."""

    def __init__(self, cue: _Cue, mixer: Mixer, player: _Player) -> None:
        super().__init__()
        from studio.ui.viewer.shuttle_sound import ShuttleSound

        self._mixer = mixer
        start = RationalTime(cue.frame, cue.project.rate)
        self._start = start.to_frames(Rate(SAMPLE_RATE))
        self._sound = ShuttleSound(self._mixer, self._start, cue.speed)
        self._taken = 0
        self._cue = cue
        self._player = player
        self.open(QIODevice.OpenModeFlag.ReadOnly | QIODevice.OpenModeFlag.Unbuffered)

    def warm_up(self) -> None:
        """Opens what is heard first, so that the card, once it runs, is not kept waiting."""
        self._mixer.read(self._start, round(BUFFER_S * SAMPLE_RATE))

    def edit(self, project: Project) -> None:
        self._mixer.update(project)

    def isSequential(self) -> bool:
        return True

    def bytesAvailable(self) -> int:
        return round(BUFFER_S * SAMPLE_RATE) * BYTES_PER_SAMPLE + super().bytesAvailable()

    def readData(self, maxlen: int) -> bytes:
        count = maxlen // BYTES_PER_SAMPLE
        if count == 0:
            return b""
        player = self._player
        player.busy = True
        sound = self._sound.read(count)
        player.busy = False
        if player.levels is not None:
            player.levels.add(sound)
        player.report(self._cue, self._taken)
        self._taken += count * BYTES_PER_SAMPLE
        return sound.astype("float32", copy=False).tobytes()

    def writeData(self, data: bytes | bytearray | memoryview, length: int) -> int:
        return -1
