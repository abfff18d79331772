"""kill -9 of the process that owns the engine, in the middle of a job."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil

from studio.engine.queue import JobState
from studio.jobs.messages import Finished
from tests.engine.stage import PATIENCE_S, scripted, stage


def test_after_kill_minus_9_nothing_is_lost_and_no_worker_is_left(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-m", "tests.engine.owner", str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent.parent.parent,
    )
    assert owner.stdout is not None
    with owner, owner.stdout:
        worker = psutil.Process(int(owner.stdout.readline()))
        owner.send_signal(signal.SIGKILL)
    # It notices the end of its pipe and goes, though its job had more than a second of work left.
    psutil.wait_procs([worker], timeout=PATIENCE_S)
    assert not worker.is_running()
    results = tmp_path / "scratch" / "results"
    with stage(tmp_path, tmp_path / "queue.sqlite") as (engine, recorder):
        running, waiting = engine.jobs()
        finished = [recorder.wait_for(Finished, entry.id) for entry in (running, waiting)]
        assert [entry.state for entry in engine.jobs()] == [JobState.FINISHED] * 2
        assert engine.jobs()[0].attempts == 2
    assert [event.result.frame_count for event in finished] == [3, 7]
    assert sorted(path.name for path in results.iterdir()) == sorted(
        f"{entry.id}.mkv" for entry in (running, waiting)
    )


def test_finished_jobs_are_remembered(tmp_path: Path) -> None:
    journal = tmp_path / "queue.sqlite"
    with stage(tmp_path, journal) as (engine, _):
        finished = engine.run(scripted())
    with stage(tmp_path, journal) as (engine, _):
        assert [(entry.state, entry.result) for entry in engine.jobs()] == [
            (JobState.FINISHED, finished.result)
        ]
