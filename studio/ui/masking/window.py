"""The window in which masks are painted over frames of a video."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from studio.errors import ErrorReport
from studio.jobs.job import Source
from studio.timing import Rate, frame_time
from studio.ui import surfaces, theme
from studio.ui.bridge import run_in_background
from studio.ui.drawing.stills import frame_of, keep_picture
from studio.ui.masking.canvas import MaskCanvas
from studio.ui.masking.tools import MaskTools
from studio.ui.theme import tokens
from studio.ui.thumbnails import to_image

if TYPE_CHECKING:
    from pathlib import Path

    from studio.ui.session import Session

_SIZE = (900, 640)
_HINT = "What is amber is drawn anew, the rest is kept. Motion carries the mask to the other frames."


class MaskWindow(QDialog):
    """Paints on any of the `num_frames` frames of `source` at `rate`; `masks` are painted already."""

    painted = Signal(str, int)
    """A mask lies in the project now: its file, and the frame that it was painted on."""

    def __init__(
        self,
        session: Session,
        source: Source,
        num_frames: int,
        rate: Rate,
        masks: Mapping[int, str],
        frame: int,
        parent: QWidget | None = None,
        *,
        hint: str = _HINT,
    ) -> None:
        """`hint` says what the mask will do."""
        super().__init__(parent)
        self._session = session
        self._hint = hint
        self._source = source
        self._rate = rate
        self._masks = masks
        self._drafts: dict[int, QImage] = {}
        self._shown = -1
        self._changed = False
        self.setWindowTitle("Paint a mask")
        self.resize(*_SIZE)
        self.canvas = MaskCanvas()
        self.tools = MaskTools(self.canvas)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, num_frames - 1)
        self._slider.setAccessibleName("Frame")
        self._slider.setToolTip("Which frame is painted on")
        self._place = surfaces.text("", "secondary", wrap=False)
        self._place.setFont(theme.font(tokens.small_font_size, figures=True))
        self._use = surfaces.button("Use the mask", "", self._save, "good", "primary")
        self._build()
        self.canvas.changed.connect(self._offer)
        self._slider.valueChanged.connect(self._go_to)
        self._slider.setValue(frame)
        self._go_to(frame)

    # Inside

    def _build(self) -> None:
        frames = QHBoxLayout()
        frames.setSpacing(tokens.space)
        frames.addWidget(self._slider, 1)
        frames.addWidget(self._place)
        cancel = surfaces.button("Cancel", "Closes this and leaves the masks as they were", self.reject)
        cancel.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(tokens.space)
        buttons.addWidget(surfaces.text(self._hint, "secondary"), 1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._use)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[tokens.space * 2] * 4)
        column.setSpacing(tokens.space)
        column.addWidget(self.tools)
        column.addWidget(self.canvas, 1)
        column.addLayout(frames)
        column.addLayout(buttons)

    def _go_to(self, frame: int) -> None:
        self._keep_draft()
        self._shown = -1
        self._place.setText(f"Frame {frame} of {self._slider.maximum() + 1}")
        source, time = self._source, frame_time(frame, self._rate)
        path = self._masks.get(frame, "")
        run_in_background(
            lambda: (to_image(frame_of(source, time)), QImage(path) if path else None),
            lambda found: self._arrived(frame, *found),
            self._unreadable,
            owner=self,
        )

    def _arrived(self, frame: int, image: QImage, mask: QImage | None) -> None:
        if frame != self._slider.value():
            return  # The slider has gone on meanwhile.
        first = not self._drafts and self._shown < 0
        self._shown = frame
        self.canvas.show_frame(image, self._drafts.get(frame, mask))
        if first:
            self.canvas.set_brush(max(8, image.height() // 8))
        self._offer()

    def _keep_draft(self) -> None:
        """What is painted on the frame stays while another one is looked at."""
        if self._shown >= 0 and self.canvas.can_undo():
            self._drafts[self._shown] = self.canvas.image()

    def _offer(self) -> None:
        touched = bool(self._drafts) or self.canvas.can_undo()
        reason = "" if touched else "Paint over what is to be drawn anew first."
        surfaces.enable(self._use, reason, "Puts the mask into the project and uses it")

    def _save(self) -> None:
        self._keep_draft()
        self._use.setEnabled(False)
        folder, drafts = self._session.folder, dict(self._drafts)
        run_in_background(lambda: _kept(folder, drafts), self._saved, self._not_saved, owner=self)

    def _saved(self, paths: dict[int, str]) -> None:
        for frame, path in paths.items():
            self.painted.emit(path, frame)
        self.accept()

    def _not_saved(self, report: ErrorReport) -> None:
        self._session.tell_report(report)
        self._use.setEnabled(True)

    def _unreadable(self, report: ErrorReport) -> None:
        self._session.tell_report(report)
        self.reject()


def _kept(folder: Path, masks: dict[int, QImage]) -> dict[int, str]:
    """Writes the masks into the project in `folder`; their files by frame. Slow."""
    import numpy as np

    kept: dict[int, str] = {}
    for frame, mask in masks.items():
        rgb = mask.convertToFormat(QImage.Format.Format_RGB888)
        lines = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
        pixels = lines[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3)
        kept[frame] = str(keep_picture(folder, np.ascontiguousarray(pixels), "mask"))
    return kept
