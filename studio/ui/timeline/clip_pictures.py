"""Filmstrip pictures and waveforms of what clips show, fetched in the background and kept.

Pictures lie on a fixed grid in the source (every 2^level seconds), so that scrolling, trimming and
moving ask for nothing new and zooming reuses what is there.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from studio.errors import ErrorReport
from studio.timing import RationalTime
from studio.ui.bridge import run_in_background

if TYPE_CHECKING:
    import numpy as np

PICTURE_HEIGHT = 88
"""Pixels: sharp in a row at twice the scale."""
_KEPT_PICTURES = 1500
_COARSEST, _FINEST = 12, -6
_GATHER_MS = 30
"""A repaint asks for many pictures of one file: they are fetched in one go."""

_AT_ONCE = 6
"""Few enough that the first are soon seen, enough that opening the file is not most of the work."""


class _Key(NamedTuple):
    path: str
    level: int
    slot: int

    @property
    def time(self) -> RationalTime:
        return RationalTime.from_seconds(Fraction(self.slot) * Fraction(2) ** self.level)


class ClipPictures(QObject):
    """The pictures and waveforms of one timeline; belongs to the window's thread."""

    arrived = Signal()
    """Something that was asked for is there now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures: OrderedDict[_Key, QPixmap] = OrderedDict()
        self._waves: dict[str, np.ndarray | None] = {}
        self._wanted: dict[str, set[_Key]] = {}
        self._busy: set[str] = set()
        self._failed: dict[str, ErrorReport] = {}
        self._gather = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._gather.timeout.connect(self._fetch)

    def problem(self, path: Path) -> ErrorReport | None:
        """Why the pictures of `path` cannot be had; None while nothing is known against it."""
        return self._failed.get(str(path))

    def forget_problems(self) -> None:
        """Tries failed files again when they are next seen: they may have come back."""
        self._failed.clear()

    def picture(self, path: Path, seconds: float, slot_seconds: float) -> QPixmap | None:
        """The picture for a slot of `slot_seconds` that begins at `seconds` in the source.

        Until it is there, the nearest coarser one, or None; `arrived` tells when to ask again.
        """
        level = min(max(math.floor(math.log2(max(slot_seconds, 1e-3))), _FINEST), _COARSEST)
        key = _Key(str(path), level, max(0, int(seconds / 2.0**level)))
        found = self._pictures.get(key)
        if found is not None:
            self._pictures.move_to_end(key)
            return found
        if key.path not in self._failed:
            self._wanted.setdefault(key.path, set()).add(key)
            self._start_gathering()
        return self._coarser(key)

    def still(self, path: Path) -> QPixmap | None:
        """The one picture of a file that does not move."""
        return self.picture(path, 0.0, 2.0**_COARSEST)

    def peaks(self, path: Path) -> np.ndarray | None:
        """float32 (n, 2): lowest and highest value per hundredth of a second; None until it is there."""
        name = str(path)
        if name not in self._waves and name not in self._failed:
            self._waves[name] = None
            self._fetch_peaks(name)
        return self._waves.get(name)

    def _coarser(self, key: _Key) -> QPixmap | None:
        for level in range(key.level + 1, min(key.level + 7, _COARSEST + 1)):
            found = self._pictures.get(_Key(key.path, level, key.slot >> (level - key.level)))
            if found is not None:
                return found
        return None

    def _start_gathering(self) -> None:
        if not self._gather.isActive():
            self._gather.start()

    def _fetch(self) -> None:
        for path in [path for path in self._wanted if path not in self._busy]:
            keys = sorted(self._wanted.pop(path))
            if len(keys) > _AT_ONCE:
                self._wanted[path] = set(keys[_AT_ONCE:])
            self._fetch_pictures(path, keys[:_AT_ONCE])

    def _fetch_pictures(self, path: str, keys: list[_Key]) -> None:
        def fetch() -> list[np.ndarray]:
            from studio.media.thumbnails import filmstrip

            return filmstrip(path, [key.time for key in keys], PICTURE_HEIGHT)

        def done(images: list[np.ndarray]) -> None:
            self._busy.discard(path)
            for key, image in zip(keys, images, strict=True):
                self._pictures[key] = _pixmap(image)
            while len(self._pictures) > _KEPT_PICTURES:
                self._pictures.popitem(last=False)
            if self._wanted:
                self._start_gathering()
            self.arrived.emit()

        self._busy.add(path)
        run_in_background(fetch, done, lambda report: self._fail(path, report), owner=self)

    def _fetch_peaks(self, path: str) -> None:
        def fetch() -> np.ndarray:
            from studio.media.audio import peaks

            return peaks(path)

        def done(wave: np.ndarray) -> None:
            self._waves[path] = wave
            self.arrived.emit()

        run_in_background(fetch, done, lambda report: self._fail(path, report), owner=self)

    def _fail(self, path: str, report: ErrorReport) -> None:
        self._busy.discard(path)
        self._wanted.pop(path, None)
        self._waves.pop(path, None)
        self._failed[path] = report
        self.arrived.emit()


def _pixmap(image: np.ndarray) -> QPixmap:
    height, width, _ = image.shape
    # The copy outlives the array; QImage itself would only point into it.
    return QPixmap.fromImage(
        QImage(image.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    )
