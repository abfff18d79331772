"""What a running job sends, and how often."""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.errors import CancelledError
from studio.jobs.messages import Preview, Progress
from studio.worker.context import WorkerContext
from tests.worker.lines import Lines


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def context(lines: Lines, folder: Path) -> WorkerContext:
    return WorkerContext(lines.outlet, "job", folder, None)


def test_progress_comes_at_most_twenty_times_a_second(clock: list[float], tmp_path: Path) -> None:
    lines = Lines()
    running = context(lines, tmp_path)
    for step in range(1001):
        running.progress("denoise", step, 1000)
        clock[0] += 0.001
    sent = [report for report in lines.reports() if isinstance(report, Progress)]
    assert 15 <= len(sent) <= 22
    assert (sent[0].step, sent[-1].step) == (0, 1000)
    assert running.ticks == 1001


def test_a_preview_has_to_earn_its_time(clock: list[float], tmp_path: Path) -> None:
    lines = Lines()
    running = context(lines, tmp_path)
    spent = 0.0
    while clock[0] < 160:
        if running.wants_preview():
            clock[0] += 0.3  # a costly one
            running.preview([np.zeros((8, 8, 3), np.uint8)])
            spent += 0.3
        clock[0] += 0.1
    assert len(lines.reports()) >= 2 and spent / 60 <= 0.02


def test_previews_are_small_jpegs_in_true_colours(tmp_path: Path) -> None:
    lines = Lines()
    red = np.zeros((900, 1600, 3), np.uint8)
    red[..., 0] = 200
    context(lines, tmp_path).preview([red])
    (report,) = lines.reports()
    assert isinstance(report, Preview)
    shown = cv2.imdecode(np.frombuffer(report.images[0], np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None and shown.shape == (288, 512, 3)
    assert np.abs(shown[100, 100].astype(int) - (0, 0, 200)).max() <= 3


def test_a_cancelled_job_stops_at_the_next_question(tmp_path: Path) -> None:
    running = context(Lines(), tmp_path)
    running.raise_if_cancelled()
    running.cancelled.set()
    with pytest.raises(CancelledError):
        running.raise_if_cancelled()
