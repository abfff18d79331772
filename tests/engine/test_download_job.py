"""Downloads in the engine: in a lane of their own, paused by cancel, taken up after the engine's end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.engine.queue import JobState
from studio.errors import ModelError
from studio.jobs.downloads import download_of
from studio.jobs.job import Download
from studio.jobs.messages import Cancelled, Failed, Finished, Progress, Queued
from studio.models.catalog import Catalog
from studio.models.hub_cache import RepoFolder, cache_folders, find_snapshot
from studio.models.store import remove, stored_repos, verify
from tests.cli.test_library import LISTED
from tests.engine.stage import scripted, stage
from tests.models.follower import Follower, await_part
from tests.models.hub_server import HubServer, serving
from tests.models.repositories import REPO, safetensors

JOB = Download(model="tiny", repo=REPO, title="Tiny Video")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubServer]:
    with serving(monkeypatch, tmp_path / "hub") as server:
        (tmp_path / "models" / "tiny").mkdir(parents=True)
        (tmp_path / "models" / "tiny" / "model.toml").write_text(LISTED)
        yield server


def test_nothing_waits_behind_a_download(hub: HubServer, tmp_path: Path) -> None:
    hub.faults.stalls = threading.Event()
    with stage(tmp_path) as (engine, heard):
        download = engine.submit(JOB)
        heard.wait_for(Progress, download)
        heard.wait_for(Finished, engine.submit(scripted()))
        hub.faults.stalls.set()
        finished = heard.wait_for(Finished, download)
    assert finished.result.path == str(find_snapshot(REPO))
    assert finished.result.content_hash == hub.commit


def test_the_catalog_knows_at_once_what_was_fetched(hub: HubServer, tmp_path: Path) -> None:
    with stage(tmp_path) as (engine, heard):
        with pytest.raises(ModelError, match="Tiny Video is not installed"):
            engine.submit(scripted(model="tiny"))
        heard.wait_for(Finished, engine.submit(JOB))
        assert heard.wait_for(Queued, engine.submit(scripted(model="tiny")))


def test_a_model_of_two_repositories_is_there_once_both_are(hub: HubServer, tmp_path: Path) -> None:
    other = "kinora-tests/motion"
    hub.also.add(other)
    hub.files["config.json"] = b"{}"
    hub.files["motion.safetensors"] = safetensors(["motion"])
    parts = f'[components.motion]\nrepo = "{other}"\nfiles = ["config.json", "motion.safetensors"]\n'
    (tmp_path / "models" / "tiny" / "model.toml").write_text(LISTED + parts)
    catalog = Catalog([tmp_path / "models"])
    (spec,) = catalog.all()
    with stage(tmp_path) as (engine, heard):
        heard.wait_for(Finished, engine.submit(JOB))
        catalog.refresh()
        assert not catalog.get("tiny").is_installed
        heard.wait_for(Finished, engine.submit(download_of(spec)))
    catalog.refresh()
    found = catalog.get("tiny")
    assert found.is_installed and Path(found.parts["motion"], "motion.safetensors").is_file()
    verdict = verify(found, Follower())
    assert verdict.is_sound and verdict.compared > 2
    assert remove(found) > 1_000_000 and not stored_repos()


def test_a_cancelled_download_goes_on_when_it_is_tried_again(hub: HubServer, tmp_path: Path) -> None:
    hub.faults.stalls = threading.Event()
    with stage(tmp_path) as (engine, heard):
        job_id = engine.submit(JOB)
        assert hub.reached_middle.wait(60)
        await_part(RepoFolder(cache_folders()[0], REPO))
        engine.cancel(job_id)
        heard.wait_for(Cancelled, job_id)
        assert find_snapshot(REPO) is None
        hub.faults.stalls.set()
        hub.asked.clear()
        engine.retry(job_id)
        heard.wait_for(Finished, job_id)
    assert any(asked.start > 0 for asked in hub.asked)


def test_a_download_outlives_the_engine(hub: HubServer, tmp_path: Path) -> None:
    hub.faults.stalls = threading.Event()
    journal = tmp_path / "queue.sqlite"
    with stage(tmp_path, journal) as (engine, _):
        job_id = engine.submit(JOB)
        assert hub.reached_middle.wait(60)
        await_part(RepoFolder(cache_folders()[0], REPO))
    hub.faults.stalls.set()
    hub.asked.clear()
    with stage(tmp_path, journal) as (engine, heard):
        heard.wait_for(Finished, job_id)
        assert [entry.state for entry in engine.jobs()] == [JobState.FINISHED]
    assert any(asked.start > 0 for asked in hub.asked)


def test_what_the_server_says_reaches_the_person(hub: HubServer, tmp_path: Path) -> None:
    hub.faults.gated = True
    with stage(tmp_path) as (engine, heard):
        failed = heard.wait_for(Failed, engine.submit(JOB))
    assert failed.error.kind == "TokenNeededError"
    assert "studio models token" in failed.error.hint
