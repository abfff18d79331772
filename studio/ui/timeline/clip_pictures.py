"""Filmstrip pictures and waveforms of what clips show, fetched in the background and kept.

Pictures lie on a fixed grid in the source (every 2^level seconds), so that scrolling, trimming and
moving ask for nothing new and zooming reuses what is there. Each is also kept at the very size in which
it is drawn: painting only copies it.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from studio.errors import ErrorReport
from studio.timing import RationalTime
from studio.ui.bridge import run_in_background

if TYPE_CHECKING:
    import numpy as np

PICTURE_HEIGHT = 88
"""Pixels: sharp in a row at twice the scale."""
_KEPT_PICTURES = 1500
_KEPT_SLOTS = 1500
_KEPT_WAVES = 600
WAVE_TILE = 512
"""Pixels of one piece of a drawn waveform."""
_COARSEST, _FINEST = 12, -6
_GATHER_MS = 30
"""A repaint asks for many pictures of one file: they are fetched in one go."""

_AT_ONCE = 6
"""Few enough that the first are soon seen, enough that opening the file is not most of the work."""
_UNDER_WAY = 2
"""Files that are read at a time: a thousand on the timeline must not keep other work waiting behind them."""
_MOST_WANTED = 400
"""Pictures of one file that wait; more have been scrolled past, and are asked for again when they return."""


class _Key(NamedTuple):
    path: str
    level: int
    slot: int

    @property
    def time(self) -> RationalTime:
        return RationalTime.from_seconds(Fraction(self.slot) * Fraction(2) ** self.level)


class ClipPictures(QObject):
    """The pictures and waveforms of one timeline; belongs to the window's thread. Files are named by path."""

    arrived = Signal(str)
    """A file of which something that was asked for is there now, or never will be."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures: OrderedDict[_Key, QImage] = OrderedDict()
        self._slots: OrderedDict[tuple[_Key, int, int], QPixmap] = OrderedDict()
        self._waves: dict[str, np.ndarray] = {}
        self._drawn_waves: OrderedDict[tuple[str, float, int, int, bool], QPixmap] = OrderedDict()
        # Ordered by when they were last asked for: the newest wish is what the eye rests on.
        self._wanted: dict[str, dict[_Key, None]] = {}
        self._wanted_waves: dict[str, None] = {}
        self._busy: set[str] = set()
        self._failed: dict[str, ErrorReport] = {}
        self._gather = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._gather.timeout.connect(self._fetch)

    def problem(self, path: str) -> ErrorReport | None:
        """Why the pictures of `path` cannot be had; None while nothing is known against it."""
        return self._failed.get(path)

    def forget_problems(self) -> None:
        """Tries failed files again when they are next seen: they may have come back."""
        failed, self._failed = self._failed, {}
        for path in failed:
            self.arrived.emit(path)

    def picture(
        self, path: str, seconds: float, slot_seconds: float, size: QSize
    ) -> tuple[QPixmap | None, bool]:
        """The picture for a slot of `slot_seconds` that begins at `seconds` in the source, filling `size`.

        Also whether it is the right one: until that is there, it is the nearest coarser one or None, and
        `arrived` tells when to ask again. `size` is in device pixels.
        """
        level = min(max(math.floor(math.log2(max(slot_seconds, 1e-3))), _FINEST), _COARSEST)
        key = _Key(path, level, max(0, int(seconds / 2.0**level)))
        if key in self._pictures:
            return self._fitted(key, size), True
        if path in self._failed:
            return None, True
        wishes = self._wanted.pop(path, {})
        wishes.pop(key, None)
        self._wanted[path] = {**wishes, key: None} if len(wishes) < _MOST_WANTED else {key: None}
        self._start_gathering()
        coarser = self._coarser(key)
        return None if coarser is None else self._fitted(coarser, size), False

    def still(self, path: str, size: QSize) -> tuple[QPixmap | None, bool]:
        """The one picture of a file that does not move; as `picture`."""
        return self.picture(path, 0.0, 2.0**_COARSEST, size)

    def wave(
        self, path: str, pixels_per_s: float, tile: int, height: int, backwards: bool = False
    ) -> tuple[QPixmap | None, bool]:
        """Pixels [tile, tile + 1) · WAVE_TILE of the sound drawn at `pixels_per_s`, and whether it is known.

        None where there is nothing to draw (yet). Backwards, pixel 0 is the sound's moment 0 and pixels
        count back in time from there.
        """
        if path in self._failed:
            return None, True
        peaks = self._peaks(path)
        if peaks is None:
            return None, False
        key = (path, pixels_per_s, tile, height, backwards)
        found = self._drawn_waves.get(key)
        if found is None:
            # Only now: it needs numpy, which the start of the window does without.
            from studio.ui.timeline.waveform import wave_pixmap

            found = wave_pixmap(peaks, pixels_per_s, tile * WAVE_TILE, WAVE_TILE, height, backwards)
            self._drawn_waves[key] = found
            _limit(self._drawn_waves, _KEPT_WAVES)
        return found, True

    def _fitted(self, key: _Key, size: QSize) -> QPixmap:
        place = (key, size.width(), size.height())
        found = self._slots.get(place)
        if found is None:
            self._pictures.move_to_end(key)
            found = self._slots[place] = _filling(self._pictures[key], size)
            _limit(self._slots, _KEPT_SLOTS)
        else:
            self._slots.move_to_end(place)
        return found

    def _peaks(self, path: str) -> np.ndarray | None:
        if path not in self._waves:
            self._wanted_waves.pop(path, None)
            self._wanted_waves[path] = None
            self._start_gathering()
        return self._waves.get(path)

    def _coarser(self, key: _Key) -> _Key | None:
        for level in range(key.level + 1, min(key.level + 7, _COARSEST + 1)):
            coarser = _Key(key.path, level, key.slot >> (level - key.level))
            if coarser in self._pictures:
                return coarser
        return None

    def _start_gathering(self) -> None:
        if not self._gather.isActive():
            self._gather.start()

    def _fetch(self) -> None:
        """Sends out the newest wishes, as many as may be under way at a time."""
        for path in [path for path in reversed(self._wanted_waves) if path not in self._busy]:
            if len(self._busy) >= _UNDER_WAY:
                return
            del self._wanted_waves[path]
            self._fetch_peaks(path)
        for path in [path for path in reversed(self._wanted) if path not in self._busy]:
            if len(self._busy) >= _UNDER_WAY:
                return
            wishes = self._wanted.pop(path)
            keys = sorted(wishes)[:_AT_ONCE]
            for key in keys:
                del wishes[key]
            if wishes:
                self._wanted[path] = wishes
            self._fetch_pictures(path, keys)

    def _fetch_pictures(self, path: str, keys: list[_Key]) -> None:
        def fetch() -> list[QImage]:
            from studio.media.thumbnails import filmstrip

            return [_image(pixels) for pixels in filmstrip(path, [key.time for key in keys], PICTURE_HEIGHT)]

        def done(images: list[QImage]) -> None:
            self._busy.discard(path)
            self._pictures.update(zip(keys, images, strict=True))
            _limit(self._pictures, _KEPT_PICTURES)
            self._fetch()
            self.arrived.emit(path)

        self._busy.add(path)
        run_in_background(fetch, done, lambda report: self._fail(path, report), owner=self)

    def _fetch_peaks(self, path: str) -> None:
        def fetch() -> np.ndarray:
            from studio.media.audio import peaks

            return peaks(path)

        def done(wave: np.ndarray) -> None:
            self._busy.discard(path)
            self._waves[path] = wave
            self._fetch()
            self.arrived.emit(path)

        self._busy.add(path)
        run_in_background(fetch, done, lambda report: self._fail(path, report), owner=self)

    def _fail(self, path: str, report: ErrorReport) -> None:
        self._busy.discard(path)
        self._wanted.pop(path, None)
        self._wanted_waves.pop(path, None)
        self._failed[path] = report
        self._fetch()
        self.arrived.emit(path)


def _limit(kept: OrderedDict[Any, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)


def _image(pixels: np.ndarray) -> QImage:
    height, width, _ = pixels.shape
    # The copy outlives the array; QImage itself would only point into it.
    image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _filling(image: QImage, size: QSize) -> QPixmap:
    """The middle of `image` that has the shape of `size`, scaled to it."""
    fitted = image.size().scaled(size, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    whole = image.scaled(
        fitted, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    left, top = (fitted.width() - size.width()) / 2, (fitted.height() - size.height()) / 2
    return QPixmap.fromImage(whole.copy(QRectF(left, top, size.width(), size.height()).toRect()))
