"""The sound card as Qt gives it, behind a small face that other cards can have too."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QIODevice, QObject

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioSink

SAMPLE_RATE = 48000
BYTES_PER_SAMPLE = 8
"""Two channels of float32."""
BUFFER_S = 0.2
"""Sound handed over in advance: the window's or the disk's pauses up to this long are not heard."""
_log = logging.getLogger(__name__)


class Card(Protocol):
    """Takes sound from a device at its own pace; lives in the sound's thread."""

    def start(self, source: QIODevice) -> None: ...
    def waiting_bytes(self) -> int:
        """How much of what it took has not been heard yet."""
        ...

    def set_volume(self, volume: float) -> None: ...
    def stop(self) -> None: ...


Opener = Callable[[Callable[[str], None]], "Card | None"]
"""Opens the card; what it is given is called with the reason when there is none or it goes away."""


def open_card(on_lost: Callable[[str], None]) -> Card | None:
    """The system's usual sound card; None, and `on_lost` is told why, when it cannot be had."""
    from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices

    device = QMediaDevices.defaultAudioOutput()
    form = QAudioFormat()
    form.setSampleRate(SAMPLE_RATE)
    form.setChannelCount(2)
    form.setSampleFormat(QAudioFormat.SampleFormat.Float)
    if device.isNull():
        on_lost("No sound card was found.")
        return None
    if not device.isFormatSupported(form):
        on_lost("The sound card takes no 48 kHz.")
        return None
    return _QtCard(QAudioSink(device, form), on_lost)


class _QtCard(QObject):
    def __init__(self, sink: QAudioSink, on_lost: Callable[[str], None]) -> None:
        super().__init__()
        self._sink = sink
        self._on_lost = on_lost
        sink.setBufferSize(round(BUFFER_S * SAMPLE_RATE) * BYTES_PER_SAMPLE)
        sink.stateChanged.connect(self._state_changed)

    def start(self, source: QIODevice) -> None:
        self._sink.start(source)

    def waiting_bytes(self) -> int:
        return self._sink.bufferSize() - self._sink.bytesFree()

    def set_volume(self, volume: float) -> None:
        self._sink.setVolume(volume)

    def stop(self) -> None:
        self._sink.stateChanged.disconnect(self._state_changed)
        self._sink.stop()
        self._sink.deleteLater()

    def _state_changed(self) -> None:
        from PySide6.QtMultimedia import QtAudio

        if self._sink.error() not in (QtAudio.Error.NoError, QtAudio.Error.UnderrunError):
            _log.warning("sound card: %s", self._sink.error())
            self._on_lost("The sound card stopped answering.")
