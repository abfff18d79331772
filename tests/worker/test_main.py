"""The worker process on its own, spoken to through its pipes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.jobs.messages import (
    Cancel,
    Cancelled,
    Finished,
    Heartbeat,
    Progress,
    Ready,
    Report,
    Run,
    Shutdown,
    Started,
    read_report,
    write_message,
)
from studio.models.catalog import read_spec
from studio.paths import resources_folder
from tests.engine.stage import PATIENCE_S, scripted

Worker = subprocess.Popen[bytes]


@pytest.fixture
def worker() -> Iterator[Worker]:
    process = subprocess.Popen(
        [sys.executable, "-m", "studio.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent.parent.parent,
    )
    with process:
        yield process
        process.kill()


def order(folder: Path, script: str, steps: int = 4) -> Run:
    spec = read_spec(resources_folder() / "models" / "scripted")
    job = scripted(script, steps=steps)
    return Run("job", job, str(folder / "results"), str(folder / "scratch"), spec)


def send(worker: Worker, command: Run | Cancel | Shutdown) -> None:
    assert worker.stdin is not None
    write_message(worker.stdin, command)  # type: ignore[arg-type]


def reports(worker: Worker) -> Iterator[Report]:
    assert worker.stdout is not None
    while (report := read_report(worker.stdout)) is not None:  # type: ignore[arg-type]
        yield report


def test_it_says_ready_first_and_beats_while_idle(worker: Worker) -> None:
    heard = reports(worker)
    assert next(heard) == Ready(worker.pid)
    assert isinstance(next(heard), Heartbeat) and isinstance(next(heard), Heartbeat)


def test_stray_prints_do_not_reach_the_protocol(worker: Worker, tmp_path: Path) -> None:
    send(worker, order(tmp_path, "noisy"))
    kinds = []
    for report in reports(worker):
        kinds.append(type(report))
        if isinstance(report, Finished):
            break
    assert Started in kinds and Progress in kinds


def test_the_end_of_its_input_ends_it_in_the_middle_of_a_job(worker: Worker, tmp_path: Path) -> None:
    send(worker, order(tmp_path, "hang-at=1"))
    next(report for report in reports(worker) if isinstance(report, Progress))
    assert worker.stdin is not None
    worker.stdin.close()
    assert worker.wait(PATIENCE_S) == 0


def test_shutdown_lets_the_current_job_end(worker: Worker, tmp_path: Path) -> None:
    send(worker, order(tmp_path, "step_s=0.02"))
    send(worker, Shutdown())
    assert any(isinstance(report, Finished) for report in reports(worker))
    assert worker.wait(PATIENCE_S) == 0


def test_a_cancel_that_comes_before_its_job_is_not_lost(worker: Worker, tmp_path: Path) -> None:
    send(worker, Cancel("job"))
    send(worker, order(tmp_path, "hang-at=1"))
    assert any(isinstance(report, Cancelled) for report in reports_until_end(worker))
    assert not (tmp_path / "results" / "job.mkv").exists()


def reports_until_end(worker: Worker) -> Iterator[Report]:
    for report in reports(worker):
        yield report
        if isinstance(report, Cancelled | Finished):
            return


def test_it_imports_neither_torch_nor_qt() -> None:
    heavy = "('torch', 'PySide6', 'cv2')"
    check = f"import studio.worker.__main__, sys; sys.exit(any(name in sys.modules for name in {heavy}))"
    root = Path(__file__).parent.parent.parent
    assert subprocess.run([sys.executable, "-c", check], cwd=root, check=False).returncode == 0
