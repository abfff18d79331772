"""The queue as pure logic."""

from __future__ import annotations

import pytest

from studio.engine.queue import JobState, Lane, Queue, QueuedJob
from studio.errors import ErrorReport, UsageError
from studio.jobs.messages import Progress
from tests.engine.stage import scripted

ERROR = ErrorReport("JobError", "went wrong")


def entry(job_id: str, lane: Lane = Lane.MEDIA) -> QueuedJob:
    return QueuedJob(id=job_id, job=scripted(), lane=lane, results="", created="2026-01-01T00:00:00+00:00")


def test_lanes_are_served_in_the_order_of_submission() -> None:
    queue = Queue([entry("a", Lane.TORCH), entry("b"), entry("c")])
    following = queue.next_waiting(Lane.MEDIA)
    assert following is not None and following.id == "b"
    queue.start("b")
    following = queue.next_waiting(Lane.MEDIA)
    assert following is not None and following.id == "c"


def test_a_job_that_is_put_back_keeps_its_place_and_remembers_the_crash() -> None:
    queue = Queue([entry("a"), entry("b")])
    queue.start("a")
    put_back = queue.put_back("a")
    assert (put_back.state, put_back.crashes, put_back.attempts) == (JobState.WAITING, 1, 1)
    following = queue.next_waiting(Lane.MEDIA)
    assert following is not None and following.id == "a"


def test_retry_clears_the_error_and_the_crashes() -> None:
    queue = Queue([entry("a")])
    queue.start("a")
    queue.put_back("a")
    queue.fail("a", ERROR)
    again = queue.retry("a")
    assert (again.state, again.error, again.crashes) == (JobState.WAITING, None, 0)


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_only_ended_jobs_can_be_retried(state: str) -> None:
    queue = Queue([entry("a")])
    if state == "running":
        queue.start("a")
    with pytest.raises(UsageError, match=state):
        queue.retry("a")


def test_a_running_job_cannot_be_removed_and_an_unknown_one_is_named() -> None:
    queue = Queue([entry("a")])
    queue.start("a")
    with pytest.raises(UsageError, match="running"):
        queue.remove("a")
    with pytest.raises(UsageError, match="nope"):
        queue.get("nope")


def test_after_the_owner_died_running_jobs_wait_again() -> None:
    queue = Queue([entry("a"), entry("b")])
    queue.start("a")
    assert [changed.id for changed in queue.recover()] == ["a"]
    assert all(job.state == JobState.WAITING for job in queue.all())


def test_pruning_forgets_the_oldest_ended_jobs_only() -> None:
    queue = Queue([entry("a"), entry("b"), entry("c"), entry("d")])
    for job_id in ("a", "b", "d"):
        queue.fail(job_id, ERROR)
    assert queue.prune(keep=1) == ["a", "b"]
    assert [job.id for job in queue.all()] == ["c", "d"]


def test_progress_is_kept_while_a_job_runs_and_gone_when_it_ends() -> None:
    queue = Queue([entry("a")])
    queue.start("a")
    queue.report(Progress("a", "denoise", 2, 4))
    running = queue.get("a").progress
    assert running is not None and running.step == 2
    assert queue.fail("a", ERROR).progress is None
