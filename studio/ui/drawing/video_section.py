"""The video that is drawn anew: all of it by its strength, or what painted masks show."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.jobs.job import Generate, Mask, Source
from studio.models.spec import Capability, ModelSpec
from studio.timing import Rate
from studio.ui import surfaces
from studio.ui.drawing.dropped import Dropped
from studio.ui.drawing.film_sections import plain
from studio.ui.drawing.media_slot import MediaSlot
from studio.ui.drawing.percent import Percent
from studio.ui.drawing.section import Section
from studio.ui.fields import Field
from studio.ui.thumbnails import Thumbnails, framed

if TYPE_CHECKING:
    from studio.ui.session import Session

_LESSON = "Paint over what is to be drawn anew; the rest stays as it is."
_PICTURE = QSize(56, 36)


class VideoSection(Section):
    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__(session, thumbnails)
        self.slot = MediaSlot(session, thumbnails, "the video", "Drop the video to draw anew")
        self.strength = Percent(0.8)
        self._strength_field = Field("Strength", self.strength, "How much of the video is drawn anew")
        self._masks = QVBoxLayout()
        self._masks.setSpacing(4)
        tip = "Paint what is to be drawn anew; the rest stays as it is"
        self._paint = surfaces.button("Paint a mask…", tip, self._paint_new, "mask")
        self._painted: tuple[Mask, ...] = ()
        self._mask: Source | None = None
        self._able: frozenset[Capability] = frozenset()
        self._frames = (1, Rate(24))
        self._lesson = surfaces.text(_LESSON, "secondary")
        for widget in (self.slot, self._strength_field, self._lesson):
            self.column.addWidget(widget)
        self.column.addLayout(self._masks)
        self.column.addWidget(self._paint)
        self.setFocusProxy(self.slot)
        self.slot.changed.connect(self._changed)
        self.slot.examined.connect(self.examined)
        self.strength.changed.connect(self.changed)
        self.thumbnails.ready.connect(self._show_masks)
        self._changed()

    def values(self) -> dict[str, Any]:
        return {
            "video": self.slot.source,
            "strength": self.strength.value(),
            "mask": self._mask,
            "painted": self._painted,
        }

    def fill(self, job: Generate) -> None:
        self._painted = job.painted
        self._mask = job.mask
        self._frames = (job.num_frames, job.frame_rate)
        self.strength.set_value(job.strength)
        self.slot.put(job.video)

    def fit_to(self, spec: ModelSpec) -> None:
        self._able = frozenset(spec.capabilities)
        if self.is_empty():
            self.strength.set_value(spec.defaults.strength)
        self._changed()

    def is_empty(self) -> bool:
        return self.slot.source is None

    def is_unfinished(self) -> bool:
        """A model that only fills masks needs one."""
        masked = bool(self._painted) or self._mask is not None
        return not self.is_empty() and not masked and Capability.VIDEO_TO_VIDEO not in self._able

    def clear(self) -> None:
        self._painted, self._mask = (), None
        self.slot.put(None)

    @staticmethod
    def welcomes(dropped: Dropped) -> bool:
        return bool(dropped.films)

    def take(self, dropped: Dropped) -> None:
        self._painted, self._mask = (), None
        self.slot.put(plain(dropped.films[0]), by_hand=True)

    def show_timing(self, num_frames: int, rate: Rate) -> None:
        """Masks are painted on these frames."""
        self._frames = (num_frames, rate)

    # Inside

    def _changed(self) -> None:
        if self.slot.source is None:
            self._painted, self._mask = (), None
        filled = self.slot.source is not None
        masked = bool(self._painted) or self._mask is not None
        redraws = Capability.VIDEO_TO_VIDEO in self._able and not masked
        self._strength_field.setVisible(filled and redraws)
        self._paint.setVisible(filled and Capability.INPAINT in self._able)
        self._lesson.setVisible(self.is_unfinished())
        self._paint.setText("Paint on another frame…" if self._painted else "Paint a mask…")
        self._show_masks()
        self.changed.emit()

    def _show_masks(self) -> None:
        while (item := self._masks.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.hide()
                row.deleteLater()
        if self._mask is not None:
            self._masks.addWidget(self._mask_row(self._mask.path, "Over all frames", None))
        for mask in self._painted:
            self._masks.addWidget(self._mask_row(mask.path, f"Painted on frame {mask.frame}", mask))

    def _mask_row(self, path: str, words: str, mask: Mask | None) -> QWidget:
        row = QWidget()
        picture = QLabel()
        picture.setFixedSize(_PICTURE)
        image = self.thumbnails.of(path)
        picture.setPixmap(framed(image, _PICTURE, self.devicePixelRatioF(), "mask"))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(picture)
        line.addWidget(surfaces.ElidedText(words, "secondary"), 1)
        if mask is not None:
            edit = partial(self.paint, mask.frame)
            line.addWidget(surfaces.icon_button("mask", f"Change the mask of frame {mask.frame}", edit))
        away = surfaces.icon_button("trash", "Remove the mask", partial(self._remove, mask))
        line.addWidget(away)
        return row

    def _remove(self, mask: Mask | None) -> None:
        if mask is None:
            self._mask = None
        self._painted = tuple(one for one in self._painted if one != mask)
        self._changed()

    def _paint_new(self) -> None:
        taken = {mask.frame for mask in self._painted}
        self.paint(next(frame for frame in range(len(taken) + 1) if frame not in taken))

    def paint(self, frame: int) -> None:
        """Opens the window in which the mask of `frame` is painted."""
        from studio.ui.masking.window import MaskWindow

        if self.slot.source is None:
            return
        masks = {mask.frame: mask.path for mask in self._painted}
        opened = MaskWindow(self.session, self.slot.source, *self._frames, masks, frame, self.window())
        opened.painted.connect(self._put)
        opened.finished.connect(opened.deleteLater)
        opened.open()

    def _put(self, path: str, frame: int) -> None:
        others = [mask for mask in self._painted if mask.frame != frame]
        found = [*others, Mask(path=path, frame=frame)]
        self._painted = tuple(sorted(found, key=lambda mask: mask.frame))
        self._mask = None
        self._changed()
