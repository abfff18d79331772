"""A sound card without a loudspeaker: takes sound in periods by a clock of its own, a little fast or slow."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QIODevice, QObject, Qt, QTimer, Slot

from studio.ui.viewer.sound_card import BUFFER_S, BYTES_PER_SAMPLE, SAMPLE_RATE

_PERIOD_MS = 20


class SimulatedCard(QObject):
    """Plays in real time, `speed` times as fast as it should; `unplug` takes it away."""

    def __init__(self, on_lost: Callable[[str], None], speed: float = 1.0) -> None:
        super().__init__()
        self._on_lost = on_lost
        self._speed = speed
        self._source: QIODevice | None = None
        self._began = 0.0
        self.volume = 1.0
        self._taken = 0
        self.starved = 0
        """Samples that were due and not there."""
        self._timer = QTimer(self, interval=_PERIOD_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._pull)

    def start(self, source: QIODevice) -> None:
        self._source = source
        self._began = time.monotonic()
        self._pull()
        self._timer.start()

    def waiting_bytes(self) -> int:
        return max(0, self._taken - self._played()) * BYTES_PER_SAMPLE

    def set_volume(self, volume: float) -> None:
        self.volume = volume

    def stop(self) -> None:
        self._timer.stop()
        self._source = None
        # In its own thread: timers may not be ended from another.
        self.deleteLater()

    @Slot()
    def unplug(self) -> None:
        """In the card's own thread."""
        self._on_lost("The sound card stopped answering.")

    def _played(self) -> int:
        return int((time.monotonic() - self._began) * SAMPLE_RATE * self._speed)

    def _pull(self) -> None:
        due = self._played()
        self.starved += max(0, due - self._taken) if self._taken else 0
        missing = due + round(BUFFER_S * SAMPLE_RATE) - self._taken
        if missing > 0 and self._source is not None:
            self._taken += len(self._source.read(missing * BYTES_PER_SAMPLE)) // BYTES_PER_SAMPLE
