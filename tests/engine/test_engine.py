"""The engine through its real worker processes."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from studio.engine.engine import Engine
from studio.engine.queue import JobState, Lane, QueuedJob
from studio.errors import (
    CancelledError,
    DiskFullError,
    JobError,
    ModelError,
    OutOfMemoryError,
    UsageError,
    WorkerCrashedError,
    WorkerHungError,
)
from studio.jobs.job import Generate, Look, Source, Stylize, decode
from studio.jobs.messages import (
    Cancelled,
    Failed,
    Finished,
    Notice,
    Paused,
    Preview,
    Progress,
    Queued,
    Started,
)
from studio.media.probe import probe
from tests.engine.stage import PATIENCE_S, Recorder, scripted, stage


def entry_of(engine: Engine, job_id: str) -> QueuedJob:
    return next(entry for entry in engine.jobs() if entry.id == job_id)


def test_a_job_finishes_with_a_master_that_carries_its_recipe(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, recorder):
        job_id = engine.submit(scripted("frames=5 step_s=0.03"), tmp_path / "results")
        finished = recorder.wait_for(Finished, job_id)
        events = recorder.of(job_id)
    assert finished.result.path == str(tmp_path / "results" / f"{job_id}.mkv")
    assert (finished.result.frame_count, finished.result.width, finished.result.height) == (5, 32, 24)
    assert isinstance(finished.job, Generate) and finished.job.seed is not None and finished.job.model_hash
    info = probe(finished.result.path)
    assert info.frame_count == 5 and decode(info.comment) == finished.job
    assert [type(event) for event in events[:2]] == [Queued, Started]
    progress = [(event.phase, event.step) for event in events if isinstance(event, Progress)]
    phases = ["load", "denoise", "render"]
    assert progress == sorted(progress, key=lambda at: (phases.index(at[0]), at[1]))
    assert {phase for phase, _ in progress} == set(phases)
    assert any(event.left_s for event in events if isinstance(event, Progress))
    preview = next(event for event in events if isinstance(event, Preview))
    assert preview.images[0].startswith(b"\xff\xd8")
    assert not (tmp_path / "scratch" / "jobs" / job_id).exists()


def test_the_same_seed_gives_the_same_frames(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, _):
        first = engine.run(scripted())
        second = engine.run(first.job)
    assert first.job == second.job
    assert Path(first.result.path).read_bytes() != b""
    assert first.result.content_hash and probe(second.result.path).frame_count == 3


def test_a_failure_keeps_its_reason_and_can_be_retried(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, recorder):
        with pytest.raises(JobError, match="asked for a failure") as caught:
            engine.run(scripted("fail-at=2"))
        assert caught.value.hint
        entry = engine.jobs()[0]
        assert entry.state == JobState.FAILED and entry.error is not None
        recorder.events.clear()
        engine.retry(entry.id)
        recorder.wait_for(Failed, entry.id)
        assert engine.jobs()[0].attempts == 2
        engine.remove(entry.id)
        assert engine.jobs() == []


def test_out_of_memory_is_tried_once_more_thriftily(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, recorder):
        job_id = engine.submit(scripted("oom-at=2 oom-once"))
        recorder.wait_for(Finished, job_id)
        assert recorder.wait_for(Notice, job_id).message.startswith("Memory ran out")
        with pytest.raises(OutOfMemoryError) as caught:
            engine.run(scripted("oom-at=2"))
    assert "smaller" in caught.value.hint


def test_a_full_disk_and_stray_prints_are_survived(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, _):
        with pytest.raises(DiskFullError):
            engine.run(scripted("full-disk=1"))
        assert engine.run(scripted("noisy")).result.frame_count == 3


def test_cancel_stops_a_running_job_and_keeps_the_worker(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, recorder):
        job_id = engine.submit(scripted("step_s=0.05", steps=1000))
        recorder.wait_for(Progress, job_id, lambda event: event.phase == "denoise")
        worker = engine._lanes[Lane.MEDIA].worker
        engine.cancel(job_id)
        recorder.wait_for(Cancelled, job_id)
        assert entry_of(engine, job_id).state == JobState.CANCELLED
        assert engine._lanes[Lane.MEDIA].worker is worker
        engine.cancel(job_id)  # again: nothing
        assert engine.run(scripted()).result.frame_count == 3
        assert list((tmp_path / "scratch" / "results").iterdir()) == [
            tmp_path / "scratch" / "results" / f"{engine.jobs()[1].id}.mkv"
        ]


def test_a_waiting_job_is_cancelled_at_once_and_pause_holds_the_queue(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, recorder):
        engine.pause()
        assert engine.is_paused
        first, second = engine.submit(scripted()), engine.submit(scripted())
        engine.cancel(first)
        assert entry_of(engine, first).state == JobState.CANCELLED
        assert entry_of(engine, second).state == JobState.WAITING
        engine.resume()
        recorder.wait_for(Finished, second)
        paused = [event.paused for event in recorder.events if isinstance(event, Paused)]
    assert paused == [True, False]
    assert not any(isinstance(event, Started) for event in recorder.of(first))


def test_a_deaf_job_is_killed_after_the_grace_period(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, recorder):
        job_id = engine.submit(scripted("hang-at=2"))
        recorder.wait_for(Notice, job_id)
        asked = time.monotonic()
        engine.cancel(job_id)
        recorder.wait_for(Cancelled, job_id)
        assert time.monotonic() - asked < 5
        assert engine.run(scripted()).result.frame_count == 3


def test_a_crash_is_retried_once_by_itself(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, recorder):
        job_id = engine.submit(scripted("crash-at=2 crash-once"))
        recorder.wait_for(Finished, job_id)
        failures = [event for event in recorder.of(job_id) if isinstance(event, Failed)]
        assert [failure.retrying for failure in failures] == [True]
        assert entry_of(engine, job_id).attempts == 2


def test_a_second_crash_fails_with_signal_and_last_words(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, _):
        with pytest.raises(WorkerCrashedError) as caught:
            engine.run(scripted("crash-at=2"))
        assert "SIGKILL" in caught.value.details and "the script crashes now" in caught.value.details
        assert caught.value.hint
        assert engine.run(scripted()).result.frame_count == 3
        assert not [path for path in (tmp_path / "scratch" / "results").iterdir() if "partial" in path.name]


def test_kill_minus_9_of_the_worker_is_a_crash(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, recorder):
        job_id = engine.submit(scripted("step_s=0.05", steps=40))
        recorder.wait_for(Progress, job_id, lambda event: event.phase == "denoise")
        worker = engine._lanes[Lane.MEDIA].worker
        assert worker is not None
        os.kill(worker.pid, signal.SIGKILL)
        recorder.wait_for(Failed, job_id, lambda event: event.retrying)
        recorder.wait_for(Finished, job_id)


def test_a_hung_worker_is_replaced_within_five_seconds(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, recorder):
        engine.run(scripted())
        hung = engine._lanes[Lane.MEDIA].worker
        job_id = engine.submit(scripted("hold-gil=2"))
        waiting = engine.submit(scripted())
        recorder.wait_for(Progress, job_id, lambda event: event.phase == "denoise")
        began = time.monotonic()
        failed = recorder.wait_for(Failed, job_id)
        recorder.wait_for(Started, waiting)
        assert time.monotonic() - began < 5.5  # the promised 5 s, and what a busy machine adds
        assert failed.error.kind == WorkerHungError.__name__
        assert "_hold_interpreter" in failed.error.details  # who held it
        assert engine._lanes[Lane.MEDIA].worker is not hung
        recorder.wait_for(Finished, waiting)


def test_the_lanes_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, recorder):
        slow = engine.submit(scripted("step_s=0.05", model="scripted-torch", steps=1000))
        recorder.wait_for(Progress, slow, lambda event: event.phase == "denoise")
        recorder.wait_for(Finished, engine.submit(scripted()))
        assert entry_of(engine, slow).state == JobState.RUNNING
        assert entry_of(engine, slow).lane == Lane.TORCH
        engine.cancel(slow)
        recorder.wait_for(Cancelled, slow)


def test_a_missing_input_fails_with_a_hint(tmp_path: Path) -> None:
    job = Stylize(source=Source(path=str(tmp_path / "gone.mp4")), look=Look.OIL)
    with stage(tmp_path) as (engine, recorder):
        failed = recorder.wait_for(Failed, engine.submit(job))
    assert failed.error.kind == "MissingFileError"
    assert "gone.mp4" in failed.error.message and failed.error.hint


def test_unknown_and_incomplete_models_are_refused_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "hollow"
    folder.mkdir(parents=True)
    with stage(tmp_path) as (engine, _), pytest.raises(ModelError, match="nope"):
        engine.submit(scripted(model="nope"))
    text = (tmp_path / "models" / "scripted-torch" / "model.toml").read_text()
    text = text.replace('"scripted-torch"', '"hollow"').replace("hidden = true", 'files = ["w.safetensors"]')
    (folder / "model.toml").write_text(text)
    with stage(tmp_path) as (engine, _), pytest.raises(ModelError, match="not complete") as caught:
        engine.submit(scripted(model="hollow"))
    assert "w.safetensors" in caught.value.details


def test_a_failing_subscriber_is_logged_and_disturbs_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(event: object) -> None:
        raise ValueError("a listener's own mistake")

    with stage(tmp_path) as (engine, _):
        unsubscribe = engine.subscribe(broken)
        assert engine.run(scripted()).result.frame_count == 3
        assert "a listener's own mistake" in caplog.text
        unsubscribe()
        caplog.clear()
        engine.run(scripted())
        assert "mistake" not in caplog.text


def test_subscribers_may_call_the_engine(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, recorder):
        chained: list[str] = []

        def chain(event: object) -> None:
            if isinstance(event, Finished) and not chained:
                chained.append(engine.submit(scripted()))

        engine.subscribe(chain)
        engine.run(scripted())
        recorder.wait_for(Finished, chained[0])


def test_ctrl_c_cancels_the_job_that_run_waits_for(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, recorder):

        def interrupt(event: object) -> None:
            if isinstance(event, Progress) and event.phase == "denoise" and event.step == 1:
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

        with pytest.raises(CancelledError):
            engine.run(scripted("step_s=0.05", steps=1000), interrupt)
        recorder.wait_for(Cancelled, engine.jobs()[0].id)


def test_prewarm_starts_a_worker_and_loads_a_model(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, _):
        engine.prewarm(Lane.MEDIA, "scripted")
        worker = engine._lanes[Lane.MEDIA].worker
        assert worker is not None
        events: list[object] = []
        engine.run(scripted(), events.append)
        assert engine._lanes[Lane.MEDIA].worker is worker
    assert not [event for event in events if isinstance(event, Progress) and event.phase == "load"]


def test_a_closed_engine_takes_no_jobs_and_ends_its_workers(tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, recorder):
        job_id = engine.submit(scripted("hang-at=1"))
        recorder.wait_for(Started, job_id)
        worker = engine._lanes[Lane.MEDIA].worker
        assert worker is not None
        engine.close()
        assert worker._process.wait(PATIENCE_S) is not None
        with pytest.raises(UsageError, match="closed"):
            engine.submit(scripted())
        assert isinstance(recorder, Recorder)
