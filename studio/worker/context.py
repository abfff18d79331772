"""The running job's line to the outside: progress, previews, notices and the question whether to stop."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np

from studio.errors import CancelledError
from studio.jobs.messages import Notice, Preview, Progress
from studio.worker.outlet import Outlet
from studio.worker.pace import Pace

_PROGRESS_EVERY_S = 0.05
_PREVIEW_EVERY_S = 0.2
# A preview may cost one part in 100 of the time since the last one began, which leaves room within the 3 %
# that engine, pipe and master file may cost together.
_PREVIEW_SHARE = 100
_PREVIEW_SIDE = 512
_JPEG_QUALITY = 85


class WorkerContext:
    """Implements studio.adapters.base.RunContext for one job."""

    def __init__(self, outlet: Outlet, job_id: str, scratch: Path, earlier: dict[str, float] | None) -> None:
        self.scratch = scratch
        self.finished_frames = 0
        self.cancelled = threading.Event()
        self.ticks = 0
        self.pace = Pace(earlier)
        self._outlet = outlet
        self._job_id = job_id
        self._phase = ""
        self._last_progress = 0.0
        self._preview_asked = 0.0
        self._next_preview = 0.0

    def progress(self, phase: str, step: int, steps: int) -> None:
        """Tells how far the job is; at most 20 times a second, but never without a phase's start and end."""
        self.ticks += 1
        left_s = self.pace.left_s(phase, step, steps)
        now = time.monotonic()
        is_news = phase != self._phase or step >= steps
        if is_news or now - self._last_progress >= _PROGRESS_EVERY_S:
            self._phase, self._last_progress = phase, now
            self._outlet.send(Progress(self._job_id, phase, step, steps, left_s))

    def wants_preview(self) -> bool:
        self._preview_asked = time.monotonic()
        return self._preview_asked >= self._next_preview

    def preview(self, images: list[np.ndarray]) -> None:
        self._outlet.send(Preview(self._job_id, tuple(_jpeg(image) for image in images)))
        # From the question to here is what this preview cost; the next one has to be earned first.
        cost = time.monotonic() - self._preview_asked
        self._next_preview = self._preview_asked + max(_PREVIEW_EVERY_S, _PREVIEW_SHARE * cost)

    def notice(self, message: str, hint: str = "") -> None:
        self._outlet.send(Notice(self._job_id, message, hint))

    def raise_if_cancelled(self) -> None:
        self.ticks += 1
        if self.cancelled.is_set():
            raise CancelledError


def _jpeg(image: np.ndarray) -> bytes:
    """uint8 RGB (H, W, 3) as a JPEG file of at most _PREVIEW_SIDE pixels a side."""
    import cv2

    scale = _PREVIEW_SIDE / max(image.shape[:2])
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return data.tobytes()
