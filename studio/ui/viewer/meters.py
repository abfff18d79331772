"""Level meters beside the picture: peak and mean of each channel in dB below full scale."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.viewer.levels import SILENCE, Level

LOWEST_DB = -60.0
_HOLD_S = 1.5
_FALL_DB_S = 24.0
"""As slow as the eye can follow: IEC 60268-18 lets a peak meter fall 20 dB in 1.7 s at the slowest."""
_INTERVAL_MS = 33
_WIDTH = 22
_TICKS = (0, -6, -12, -18, -24, -36, -48)
_GOOD_DB, _HIGH_DB = -12.0, -3.0


class Meters(QWidget):
    """`level` tells how loud it is now; None where nothing plays."""

    def __init__(self, level: Callable[[], Level | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._level = level
        self._now = SILENCE
        self._running = False
        self._columns = (Column(), Column())
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self._follow)
        self.setFixedWidth(_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Sound level")
        self.setToolTip("Sound level, left and right: mean, peak, and the highest peak of late, in dB")

    @property
    def held_db(self) -> tuple[float, float]:
        """The highest peaks of late, left and right."""
        return self._columns[0].held, self._columns[1].held

    def set_running(self, running: bool) -> None:
        """Follows the sound; when it ends, the columns fall to rest."""
        self._running = running
        if running:
            self._timer.start()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 200)

    def _follow(self) -> None:
        level = self._level()
        self._now = level or SILENCE
        moment = time.monotonic()
        for channel, column in enumerate(self._columns):
            column.follow(decibels(self._now.peak[channel]), moment)
        if not self._running and all(column.rests for column in self._columns):
            self._timer.stop()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("letterbox"))
        area = QRectF(self.rect()).adjusted(4, 8, -4, -8)
        width = (area.width() - 2) / 2
        for channel, column in enumerate(self._columns):
            box = QRectF(area.left() + channel * (width + 2), area.top(), width, area.height())
            painter.fillRect(box, theme.color("on_clip", 0.08))
            _paint_bar(painter, box, column.shown, 0.55)
            _paint_bar(painter, box, decibels(self._now.rms[channel]), 1.0)
            if column.held > LOWEST_DB:
                painter.fillRect(QRectF(box.left(), _y(box, column.held), width, 2), _colour(column.held))
        for tick in _TICKS:
            painter.fillRect(QRectF(area.left(), _y(area, tick), area.width(), 1), theme.color("letterbox"))
        painter.end()


class Column:
    """One channel: rises at once, falls slowly; its highest peak is held for a while."""

    def __init__(self) -> None:
        self.shown = LOWEST_DB
        self.held = LOWEST_DB
        self._held_at = 0.0
        self._last = 0.0

    @property
    def rests(self) -> bool:
        return self.shown <= LOWEST_DB and self.held <= LOWEST_DB

    def follow(self, peak_db: float, moment: float) -> None:
        """The peak is `peak_db` now, `moment` in seconds."""
        fallen = self.shown - _FALL_DB_S * min(1.0, moment - self._last)
        self._last = moment
        self.shown = max(peak_db, fallen, LOWEST_DB)
        if peak_db >= self.held and peak_db > LOWEST_DB:
            self.held, self._held_at = peak_db, moment
        elif moment - self._held_at > _HOLD_S:
            self.held = self.shown


def decibels(level: float) -> float:
    """Linear `level` (1 is full scale) in dB, not below LOWEST_DB."""
    return max(LOWEST_DB, 20 * math.log10(level)) if level > 0 else LOWEST_DB


def _y(box: QRectF, db: float) -> float:
    share = 1 - min(max(db, LOWEST_DB), 0.0) / LOWEST_DB
    return round(box.bottom() - share * box.height())


def _paint_bar(painter: QPainter, box: QRectF, db: float, opacity: float) -> None:
    """Up to `db`, each part in the colour of its own loudness."""
    for low, high in ((LOWEST_DB, _GOOD_DB), (_GOOD_DB, _HIGH_DB), (_HIGH_DB, 0.0)):
        top = min(db, high)
        if top > low:
            part = QRectF(box.left(), _y(box, top), box.width(), _y(box, low) - _y(box, top))
            painter.fillRect(part, _colour(high, opacity))


def _colour(db: float, opacity: float = 1.0):
    token = "good" if db <= _GOOD_DB else "warning" if db <= _HIGH_DB else "error"
    return theme.color(token, opacity)
