"""Draws a long video window by window: each goes on from what is there, and is brought to its tone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from studio.adapters.base import RunContext
from studio.adapters.window_spool import WindowSpool
from studio.jobs.job import Generate
from studio.jobs.windows import PlannedWindow
from studio.render.seams import (
    SAME,
    Drift,
    Tone,
    at_home,
    drift,
    faded,
    home_map,
    map_between,
    mapped,
    mended,
    tone_of,
)

_SOUND_RATE = 48_000
_SOUND_FADE_S = 0.02
# A shorter clip does not show what its motion does to its tone; then the first window is the anchor.
_ANCHOR_FRAMES = 24


class Drawn(NamedTuple):
    """What one call of a model made: uint8 RGB (F, H, W, 3), float32 (samples, 2) at 48 kHz."""

    frames: np.ndarray
    audio: np.ndarray | None


Draw = Callable[[PlannedWindow, np.ndarray | None, RunContext], Drawn]
"""Draws a window; the array holds the frames that it has to show again: uint8 RGB (held, H, W, 3)."""


class WindowDrawing:
    """One long video. `clip` is what it goes on from or leads up to: uint8 RGB (n, H, W, 3), the nearest."""

    def __init__(
        self, job: Generate, plan: list[PlannedWindow], clip: np.ndarray | None, context: RunContext
    ) -> None:
        self._job, self._plan, self._context = job, plan, context
        self._spool = WindowSpool(context.scratch, job)
        self._backwards = plan[0].backwards
        self._near = clip
        # The tone that windows with the same words are led back to, and those words.
        self._anchor: tuple[str, Tone | None] = ("", None)
        if clip is not None and len(clip) >= _ANCHOR_FRAMES:
            self._anchor = (plan[0].job.prompt, tone_of(clip))
        self.worst = Drift(0.0, 0.0)
        """How far the windows were off before they were mended."""

    def draw(self, draw: Draw) -> None:
        """Draws every window that is not finished yet; raises what `draw` raises."""
        for place, window in enumerate(self._plan):
            if not self._spool.has(place):
                context = WindowContext(self._context, place, len(self._plan))
                drawn = draw(window, self._held(window), context)
                self._spool.put(place, self._mended(window, drawn.frames), drawn.audio)
            self._remember(place, window)

    def frames(self) -> Iterator[np.ndarray]:
        """The whole video in play order, uint8 RGB (H, W, 3); neighbours fade into each other."""
        order = list(range(len(self._plan)))
        if self._backwards:
            order.reverse()
        for place in order:
            yield from self._window(place, place + 1 if place + 1 < len(self._plan) else None)

    def sound(self) -> np.ndarray | None:
        """The windows' sounds one after the other, float32 (samples, 2); None where there is none."""
        pieces: list[np.ndarray] = []
        order = range(len(self._plan))
        for place in reversed(order) if self._backwards else order:
            audio = self._spool.sound(place)
            if audio is None:
                return None
            pieces.append(self._new_sound(self._plan[place], audio, pieces))
        return np.concatenate(pieces)

    def _held(self, window: PlannedWindow) -> np.ndarray | None:
        """The frames that it shows again; of too few the outermost is held."""
        if not window.held or self._near is None:
            return None
        missing = max(0, window.held - len(self._near))
        if self._backwards:
            return np.concatenate([self._near, self._near[-1:].repeat(missing, axis=0)])[: window.held]
        return np.concatenate([self._near[:1].repeat(missing, axis=0), self._near])[-window.held :]

    def _mended(self, window: PlannedWindow, frames: np.ndarray) -> np.ndarray:
        """The shared and new frames of `window` in play order, in the tone of what is there."""
        shared, new = frames[window.shared], frames[window.new]
        seam, home = SAME, SAME
        held = self._held(window)
        words, anchor = self._anchor
        if held is not None:
            seam = home = map_between(tone_of(shared), tone_of(held))
            self._note(drift(tone_of(shared), tone_of(held)))
        if anchor is not None and words == window.job.prompt:
            tone = tone_of(new)
            home = home_map(tone, anchor, seam)
            if home is not seam:
                seen = mapped(tone, seam)
                self._note(drift(seen, at_home(seen, anchor)))
        shared = mended(shared, seam, seam)
        new = mended(new, seam, home, backwards=self._backwards)
        return np.concatenate([new, shared] if self._backwards else [shared, new])

    def _note(self, found: Drift) -> None:
        self.worst = Drift(max(self.worst.levels, found.levels), max(self.worst.contrast, found.contrast))

    def _remember(self, place: int, window: PlannedWindow) -> None:
        """What the next window needs of this one: its nearest frames, and its tone where it is an anchor."""
        count = max(window.held for window in self._plan)
        frames = list(self._spool.frames(place))
        new = frames[: window.keeps] if self._backwards else frames[window.held :]
        if self._anchor[0] != window.job.prompt or self._anchor[1] is None:
            self._anchor = (window.job.prompt, tone_of(np.stack(new)))
        earlier = [] if self._near is None else list(self._near)
        near = [*new, *earlier][:count] if self._backwards else [*earlier, *new][-count:]
        self._near = np.stack(near) if near else None

    def _window(self, place: int, following: int | None) -> Iterator[np.ndarray]:
        """The new frames of a window; those that the one drawn after it shows too fade over to it."""
        window = self._plan[place]
        new = self._spool.frames(place)
        skipped = 0 if self._backwards else window.held
        frames = islice(new, skipped, skipped + window.keeps)
        if following is None:
            yield from frames
            return
        again = self._shared(following)
        count = min(len(again), window.keeps)
        if self._backwards:
            there = np.stack(list(islice(frames, count)))
            yield from faded(there, again[:count], backwards=True)
            yield from frames
        else:
            yield from islice(frames, window.keeps - count)
            yield from faded(np.stack(list(frames)), again[len(again) - count :])

    def _shared(self, place: int) -> np.ndarray:
        window = self._plan[place]
        start = window.keeps if self._backwards else 0
        return np.stack(list(islice(self._spool.frames(place), start, start + window.held)))

    def _new_sound(self, window: PlannedWindow, audio: np.ndarray, before: list[np.ndarray]) -> np.ndarray:
        """The sound of the new frames; over a moment before them it takes over from what plays there."""
        rate = self._job.frame_rate.fraction
        whole = self._job.num_frames
        own = slice(*(round(frame * _SOUND_RATE / rate) for frame in (window.new.start, window.new.stop)))
        # Frames begin at whole samples only together: the video's own count decides.
        ends = [
            round(frame * _SOUND_RATE / rate)
            for frame in (window.start, min(whole, window.start + window.keeps))
        ]
        length = ends[1] - ends[0]
        fade = min(own.start, round(_SOUND_FADE_S * _SOUND_RATE), len(before[-1]) if before else 0)
        if fade:
            share = (np.arange(fade, dtype=np.float32) / fade)[:, None]
            tail = before[-1][-fade:]
            before[-1][-fade:] = tail + (audio[own.start - fade : own.start] - tail) * share
        piece = audio[own.start : own.start + length].copy()
        return np.pad(piece, ((0, length - len(piece)), (0, 0)))


class WindowContext:
    """A job's line to the outside while one of `count` windows is drawn: steps count through all of them."""

    def __init__(self, context: RunContext, place: int, count: int) -> None:
        self._context, self._place, self._count = context, place, count
        self._step, self._steps = 0, 1
        self.scratch: Path = context.scratch
        self.finished_frames: int = context.finished_frames

    def progress(self, phase: str, step: int, steps: int) -> None:
        """Encoding belongs to the step before, decoding to the last one; the very last is decoding itself."""
        if phase == "denoise":
            self._step, self._steps = step, steps
        elif phase == "decode" and self._place == self._count - 1:
            self._context.progress(phase, step, steps)
            return
        done = self._place * self._steps + self._step
        self._context.progress("denoise", done, self._count * self._steps)

    def preview(self, images: list[np.ndarray]) -> None:
        self._context.preview(images)

    def wants_preview(self) -> bool:
        return self._context.wants_preview()

    def notice(self, message: str, hint: str = "") -> None:
        self._context.notice(message, hint)

    def raise_if_cancelled(self) -> None:
        self._context.raise_if_cancelled()
