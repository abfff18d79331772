"""When a worker counts as silent or deaf; pure arithmetic on a real worker process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.engine.lane import CANCEL_GRACE_S, LOADING_SILENCE_S, SILENCE_S, Ailment, WorkLane
from studio.engine.queue import Lane
from studio.engine.worker_process import WorkerProcess
from studio.errors import WorkerCrashedError
from studio.jobs.messages import Progress, Ready, Report, Run
from studio.models.catalog import read_spec
from studio.paths import resources_folder
from tests.engine.stage import PATIENCE_S, scripted


class Fixture:
    def __init__(self) -> None:
        self.ready = threading.Event()
        self.exits: list[int] = []
        self.lane = WorkLane(Lane.MEDIA, self._hear, lambda _, code: self.exits.append(code))

    def _hear(self, worker: WorkerProcess, report: Report) -> None:
        self.lane.hear(report)
        if isinstance(report, Ready):
            self.ready.set()

    def is_ill(self, silent_s: float) -> Ailment | None:
        return self.lane.ailment(time.monotonic() + silent_s)


@pytest.fixture
def fixture() -> Iterator[Fixture]:
    fixture = Fixture()
    yield fixture
    if fixture.lane.worker is not None:
        fixture.lane.worker.close(1.0)


def order(tmp_path: Path) -> Run:
    spec = read_spec(resources_folder() / "models" / "scripted")
    return Run("job", scripted("hang-at=1"), str(tmp_path), str(tmp_path), spec)


def test_a_lane_without_a_worker_is_well(fixture: Fixture) -> None:
    assert fixture.is_ill(1000) is None


def test_a_worker_that_starts_or_loads_may_be_silent_for_long(fixture: Fixture) -> None:
    fixture.lane.warm_up()
    assert fixture.is_ill(SILENCE_S + 1) is None
    assert fixture.ready.wait(PATIENCE_S)
    assert fixture.is_ill(SILENCE_S + 1) is Ailment.SILENT
    fixture.lane.hear(Progress("job", "load", 0, 1))
    assert fixture.is_ill(SILENCE_S + 1) is None
    assert fixture.is_ill(LOADING_SILENCE_S + 1) is Ailment.SILENT
    fixture.lane.hear(Progress("job", "load", 1, 1))
    assert fixture.is_ill(SILENCE_S + 1) is Ailment.SILENT


def test_our_own_standstill_is_forgiven(fixture: Fixture) -> None:
    fixture.lane.warm_up()
    assert fixture.ready.wait(PATIENCE_S)
    fixture.lane.forgive(100)
    assert fixture.is_ill(100) is None


def test_a_cancel_has_a_grace_period_that_asking_again_does_not_lengthen(
    fixture: Fixture, tmp_path: Path
) -> None:
    fixture.lane.begin(order(tmp_path))
    assert fixture.ready.wait(PATIENCE_S)
    fixture.lane.ask_to_cancel()
    deadline = fixture.lane._cancel_until
    fixture.lane.ask_to_cancel()
    assert fixture.lane._cancel_until == deadline
    assert fixture.is_ill(CANCEL_GRACE_S + 0.1) is Ailment.DEAF
    fixture.lane.end_job()
    assert not fixture.lane.is_cancelling


def test_a_process_that_cannot_be_started_is_a_clear_error(
    fixture: Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(WorkerCrashedError, match="cannot be started"):
        fixture.lane.warm_up()
    assert fixture.lane.worker is None
