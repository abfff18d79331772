"""Estimates of the time left."""

from __future__ import annotations

import time

import pytest

from studio.worker.pace import Pace


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_what_is_left_follows_from_the_steps_taken(clock: list[float]) -> None:
    pace = Pace()
    assert pace.left_s("denoise", 0, 10) is None
    clock[0] += 4
    assert pace.left_s("denoise", 2, 10) == pytest.approx(16)


def test_an_earlier_job_tells_what_comes_after(clock: list[float]) -> None:
    pace = Pace({"load": 3.0, "denoise": 10.0, "decode": 4.0})
    assert pace.left_s("load", 0, 1) == pytest.approx(17)
    assert pace.left_s("denoise", 0, 10) == pytest.approx(14)
    clock[0] += 2
    assert pace.left_s("denoise", 1, 10) == pytest.approx(2 * 9 + 4)
    assert pace.left_s("denoise", 10, 10) == pytest.approx(4)
    assert pace.durations == {"load": 0.0, "denoise": 2.0}


def test_without_an_earlier_job_the_end_of_a_phase_says_nothing(clock: list[float]) -> None:
    assert Pace().left_s("load", 1, 1) is None
