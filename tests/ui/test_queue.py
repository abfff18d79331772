"""The queue panel follows real jobs on a real engine."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from studio.jobs.messages import Progress
from studio.ui.panels.queue import QueuePanel
from studio.ui.panels.queue_row import QueueRow, time_left
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.ui.hands import control
from tests.ui.studio_session import scripted


@pytest.fixture
def panel(session: Session, thumbnails: Thumbnails, qtbot: QtBot, dark: None) -> QueuePanel:
    panel = QueuePanel(session, thumbnails)
    qtbot.addWidget(panel)
    panel.resize(300, 400)
    panel.show()
    return panel


def row(panel: QueuePanel, job_id: str | None) -> QueueRow:
    found = panel.row(job_id or "")
    assert found is not None
    return found


def wait_for(qtbot: QtBot, panel: QueuePanel, job_id: str | None, words: str) -> QueueRow:
    panel.refresh()
    qtbot.waitUntil(lambda: words in row(panel, job_id).state_words(), timeout=30_000)
    return row(panel, job_id)


def test_a_job_is_followed_to_its_end(panel: QueuePanel, session: Session, qtbot: QtBot) -> None:
    job_id = session.generate(scripted("step_s=0.05"))
    first = wait_for(qtbot, panel, job_id, "Generating")
    assert first.offered() == {"cancel"}
    done = wait_for(qtbot, panel, job_id, "Done")
    assert done.offered() == {"remove"} and "64 × 48" in done.state_words()


def test_a_failure_says_why_and_can_be_retried(panel: QueuePanel, session: Session, qtbot: QtBot) -> None:
    job_id = session.generate(scripted("fail-at=1"))
    failed = wait_for(qtbot, panel, job_id, "Failed")
    assert failed.offered() == {"retry", "remove"}
    control(failed, type(failed._buttons["retry"]), "Retry: fail-at=1").click()
    wait_for(qtbot, panel, job_id, "Failed")


def test_cancel_cancels_and_remove_removes(panel: QueuePanel, session: Session, qtbot: QtBot) -> None:
    job_id = session.generate(scripted("step_s=5"))
    running = wait_for(qtbot, panel, job_id, "Generating")
    running._buttons["cancel"].click()
    cancelled = wait_for(qtbot, panel, job_id, "Cancelled")
    cancelled._buttons["remove"].click()
    panel.refresh()
    assert panel.row(job_id or "") is None and session.jobs() == []


def test_pause_holds_the_waiting_jobs(panel: QueuePanel, session: Session, qtbot: QtBot) -> None:
    pause = control(panel, type(panel._pause), "Pause the queue")
    pause.click()
    job_id = session.generate(scripted("step_s=0.01"))
    wait_for(qtbot, panel, job_id, "Waiting")
    assert session.engine.is_paused and pause.accessibleName() == "Resume the queue"
    pause.click()
    wait_for(qtbot, panel, job_id, "Done")


def test_clear_takes_off_what_has_ended(panel: QueuePanel, session: Session, qtbot: QtBot) -> None:
    job_id = session.generate(scripted("step_s=0.01"))
    wait_for(qtbot, panel, job_id, "Done")
    panel._clear.click()
    assert session.jobs() == [] and panel.row(job_id or "") is None
    assert session.project.library, "the result stays"


def test_progress_shows_the_time_left(panel: QueuePanel, session: Session, qtbot: QtBot) -> None:
    job_id = session.generate(scripted("step_s=1"))
    running = wait_for(qtbot, panel, job_id, "Generating")
    running.show_progress(Progress(job_id or "", "denoise", 12, 20, 68.4))
    assert running.state_words() == "Generating 12/20 · 1:08 left"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "0:00"), (8, "0:08"), (68.4, "1:08"), (3723, "1:02:03")]
)
def test_time_left_reads_well(seconds: float, words: str) -> None:
    assert time_left(seconds) == words
