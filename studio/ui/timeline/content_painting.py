"""Draws what a clip shows or sounds, its filmstrip or waveform, out of pictures kept at that very size."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap

from studio.project.timeline import Clip, External, ImageSequence
from studio.ui.timeline.clip_layout import NAME_HEIGHT
from studio.ui.timeline.clip_pictures import WAVE_TILE
from studio.ui.timeline.geometry import Row
from studio.ui.timeline.scene import Scene

_PICTURE_SHAPE = 16 / 9
"""Width per height of a slot in the filmstrip; pictures of another shape are cut to it."""


class ContentPainter:
    """For the clips of one row, in a picture `width` pixels wide."""

    def __init__(self, painter: QPainter, scene: Scene, row: Row, width: int) -> None:
        self._painter = painter
        self._scene = scene
        self._width = width
        self._height = row.height - NAME_HEIGHT
        self._folder = f"{scene.folder}/"
        self._rate = float(scene.project.rate.fraction)
        self.waits_for: set[str] = set()

    def path_of(self, path: str) -> str:
        """Where the file of a reference lies; pathlib's way of saying so costs more than drawing a clip."""
        return path if path.startswith("/") or path[1:2] == ":" else self._folder + path

    def paint_filmstrip(self, clip: Clip, reference: External | ImageSequence, left: int, width: int) -> None:
        """Pictures in slots counted from the clip's beginning; only those in sight are asked for."""
        ratio = self._scene.ink.ratio
        size = QSize(round(self._height * _PICTURE_SHAPE * ratio), round(self._height * ratio))
        slot = round(size.width() / ratio)
        index = max(0, -left // slot)
        end = min(left + width, self._width)
        while left + index * slot < end:
            begin = left + index * slot
            picture = self._slot_picture(clip, reference, index * slot, slot, size)
            if picture is not None:
                shown = min(slot, left + width - begin)
                source = QRectF(0, 0, shown * ratio, size.height())
                self._painter.drawPixmap(QRectF(begin, NAME_HEIGHT, shown, self._height), picture, source)
            index += 1

    def _slot_picture(
        self, clip: Clip, reference: External | ImageSequence, offset: int, slot: int, size: QSize
    ) -> QPixmap | None:
        pictures = self._scene.pictures
        seconds = self._seconds_at(clip, offset)
        if isinstance(reference, ImageSequence):
            number = int(seconds * float(reference.rate.fraction))
            path = self.path_of(reference.paths[min(max(number, 0), len(reference.paths) - 1)])
            picture, right = pictures.still(path, size)
        elif reference.duration is None:
            path = self.path_of(reference.path)
            picture, right = pictures.still(path, size)
        else:
            path = self.path_of(reference.path)
            slot_s = slot / self._pixels_per_s(clip)
            picture, right = pictures.picture(path, seconds, slot_s, size)
        if not right:
            self.waits_for.add(path)
        return picture

    def _pixels_per_s(self, clip: Clip) -> float:
        """Pixels for one second of the clip's source."""
        return self._scene.lens.scale * self._rate * clip.speed.denominator / clip.speed.numerator

    def _seconds_at(self, clip: Clip, offset: int) -> float:
        """The moment of the source `offset` pixels into the clip, as `Clip.source_time` says, in floats."""
        start = clip.take.source_start
        seconds = start.value * start.rate.denominator / start.rate.numerator
        if clip.frozen:
            return seconds
        inside = offset / self._pixels_per_s(clip)
        if clip.reverse:
            return seconds + self._length_s(clip) - inside
        return seconds + inside

    def _length_s(self, clip: Clip) -> float:
        return clip.duration / self._rate * clip.speed.numerator / clip.speed.denominator

    def paint_wave(self, clip: Clip, left: int, width: int) -> None:
        """The sound's course over the clip; a frozen clip is silent."""
        reference = clip.take.reference
        if not isinstance(reference, External) or clip.frozen:
            return
        path = self.path_of(reference.path)
        per_s = self._pixels_per_s(clip)
        # Pixel of the drawn sound that lies at the clip's beginning; backwards they count down from 0.
        first = round(self._seconds_at(clip, 0) * per_s) * (-1 if clip.reverse else 1)
        begin, end = max(left, 0), min(left + width, self._width)
        while begin < end:
            tile, inside = divmod(first + begin - left, WAVE_TILE)
            piece, known = self._scene.pictures.wave(path, per_s, tile, self._height, clip.reverse)
            if not known:
                self.waits_for.add(path)
            shown = min(WAVE_TILE - inside, end - begin)
            if piece is not None:
                part = QRect(inside, 0, shown, self._height)
                self._painter.drawPixmap(QPoint(begin, NAME_HEIGHT), piece, part)
            begin += shown
