"""A context that records what an adapter says, for running adapters without a worker."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from studio.errors import CancelledError


class RecordingContext:
    """Implements RunContext. `cancel_at`: the phase and step at which the user asks to stop."""

    def __init__(
        self, scratch: Path, *, previews: bool = False, cancel_at: tuple[str, int] | None = None
    ) -> None:
        self.scratch = scratch
        self.finished_frames = 0
        self.steps: list[tuple[str, int, int]] = []
        self.previews: list[list[np.ndarray]] = []
        self.notices: list[str] = []
        self.cancelled = False
        self._wants_previews = previews
        self._cancel_at = cancel_at

    def progress(self, phase: str, step: int, steps: int) -> None:
        self.steps.append((phase, step, steps))
        if (phase, step) == self._cancel_at:
            self.cancelled = True

    def preview(self, images: list[np.ndarray]) -> None:
        self.previews.append(images)

    def wants_preview(self) -> bool:
        return self._wants_previews

    def notice(self, message: str, hint: str = "") -> None:
        self.notices.append(message)

    def raise_if_cancelled(self) -> None:
        if self.cancelled:
            raise CancelledError
