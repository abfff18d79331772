"""The walk over a long video's windows, with a model that drifts in a known way."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.adapters.base import RunContext
from studio.adapters.window_drawing import Drawn, WindowDrawing
from studio.errors import CancelledError, JobError
from studio.jobs.job import Extension
from studio.jobs.windows import PlannedWindow, planned
from studio.models.families import FAMILIES
from studio.render.seams import drift, tone_of
from tests.contract.contexts import RecordingContext
from tests.jobs.test_windows import job, spec_of

FAMILY = "ltx-condition"
SIZE = (24, 32)


def scene(first: int, count: int) -> np.ndarray:
    """A pattern that moves: uint8 (count, 24, 32, 3)."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    frames = [
        np.stack([np.sin((x + k) / 5), np.cos(y / 4), np.sin((x - y - k) / 7)], -1)
        for k in range(first, first + count)
    ]
    return np.rint(np.stack(frames) * 60 + 120).astype(np.uint8)


class DriftingModel:
    """Goes on as bright and contrasty as what it is shown, and a little more with every window."""

    def __init__(self, gain: float, levels: float) -> None:
        self.gain, self.levels = gain, levels
        self.calls: list[tuple[int, int]] = []

    def draw(self, window: PlannedWindow, held: np.ndarray | None, context: RunContext) -> Drawn:
        self.calls.append((window.start, window.keeps))
        first = window.start - window.new.start
        frames = scene(first, window.job.num_frames).astype(np.float64)
        if held is not None:
            shown = scene(first + window.shared.start, window.held)
            gain = held.std() / shown.std() * self.gain
            frames = (frames - shown.mean()) * gain + held.mean() + self.levels
        samples = np.repeat(np.arange(window.job.num_frames) + first, 3000)
        audio = np.stack([samples, samples], 1).astype(np.float32)
        context.progress("denoise", 2, 2)
        return Drawn(np.clip(np.rint(frames), 0, 255).astype(np.uint8), audio)


def drawing(tmp_path: Path, frames: int, **changes: Any) -> tuple[WindowDrawing, RecordingContext]:
    asked = job(frames, **changes)
    context = RecordingContext(tmp_path)
    clip = None
    if asked.extend is not None:
        clip = scene(frames, 97) if asked.extend.backwards else scene(-97, 97)
    return WindowDrawing(asked, planned(asked, spec_of(FAMILY), FAMILIES[FAMILY]), clip, context), context


@pytest.mark.parametrize("extend", [None, Extension("c.mkv"), Extension("c.mkv", backwards=True)])
def test_drift_is_brought_back_to_the_anchor_and_no_error_is_handed_on(
    tmp_path: Path, extend: Extension | None
) -> None:
    windows, context = drawing(tmp_path, 1000, extend=extend)
    windows.draw(DriftingModel(1.02, 3.0).draw)
    frames = np.stack(list(windows.frames()))
    assert len(frames) == 1000
    for start in range(0, 1000, 100):
        found = drift(tone_of(frames[start : start + 88]), tone_of(scene(start, 88)))
        assert found.levels < 1.5 and found.contrast < 0.02, start
    # Without it twelve windows would have added 36 levels.
    assert windows.worst.levels == pytest.approx(3, abs=0.5)
    assert (
        np.abs(np.diff(frames.astype(int), axis=0)).max()
        <= np.abs(np.diff(scene(0, 60).astype(int), axis=0)).max() + 3
    )
    steps = [step for _, step, _ in context.steps]
    assert steps == sorted(steps) and context.steps[-1][1] == context.steps[-1][2]


def test_without_drift_nothing_is_changed(tmp_path: Path) -> None:
    windows, _ = drawing(tmp_path, 300)
    windows.draw(DriftingModel(1.0, 0.0).draw)
    assert np.abs(np.stack(list(windows.frames())).astype(int) - scene(0, 300)).max() <= 1
    assert not windows.worst.is_seen


def test_the_sound_of_the_windows_stays_with_the_pictures(tmp_path: Path) -> None:
    for extend in (None, Extension("c.mkv", backwards=True)):
        windows, _ = drawing(tmp_path, 300, extend=extend)
        windows.draw(DriftingModel(1.0, 0.0).draw)
        sound = windows.sound()
        assert sound is not None and sound.shape == (900_000, 2)
        assert np.abs(sound[::3000, 0] - np.arange(300)).max() <= 1


class Stopped(DriftingModel):
    def draw(self, window: PlannedWindow, held: np.ndarray | None, context: RunContext) -> Drawn:
        if len(self.calls) == 2:
            raise JobError("The driver went away.")
        return super().draw(window, held, context)


def test_after_a_crash_finished_windows_are_kept_and_the_frames_are_the_same(tmp_path: Path) -> None:
    whole, _ = drawing(tmp_path / "whole", 500)
    whole.draw(DriftingModel(1.02, 2.0).draw)
    broken, _ = drawing(tmp_path / "broken", 500)
    with pytest.raises(JobError):
        broken.draw(Stopped(1.02, 2.0).draw)
    again, _ = drawing(tmp_path / "broken", 500)
    model = DriftingModel(1.02, 2.0)
    again.draw(model.draw)
    assert len(model.calls) == len(whole._plan) - 2
    assert np.array_equal(np.stack(list(again.frames())), np.stack(list(whole.frames())))


def test_another_job_does_not_take_up_these_windows(tmp_path: Path) -> None:
    for seed in (1, 2):
        windows, _ = drawing(tmp_path, 200, seed=seed)
        model = DriftingModel(1.0, 0.0)
        windows.draw(model.draw)
        assert len(model.calls) == 3


def test_cancel_goes_through(tmp_path: Path) -> None:
    windows, context = drawing(tmp_path, 300)

    def draw(window: PlannedWindow, held: np.ndarray | None, inner: RunContext) -> Drawn:
        context.cancelled = True
        inner.raise_if_cancelled()
        raise AssertionError

    with pytest.raises(CancelledError):
        windows.draw(draw)


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    peaks: list[int] = []
    for frames in (200, 200, 1600):  # the first one pays for what is imported
        windows, _ = drawing(tmp_path / str(len(peaks)), frames)
        tracemalloc.start()
        windows.draw(DriftingModel(1.0, 0.0).draw)
        for _ in windows.frames():
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 1.2 * peaks[1]
