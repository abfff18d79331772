"""The queue on disk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from msgspec.structs import replace

from studio.engine.journal import Journal
from studio.engine.queue import JobState
from studio.errors import StorageError
from studio.jobs.messages import Progress
from tests.engine.test_queue import entry


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "queue.sqlite"


def test_entries_come_back_in_order_and_without_progress(path: Path) -> None:
    first, second = entry("z"), entry("a")
    journal = Journal(path)
    journal.save(first, second)
    running = replace(first, state=JobState.RUNNING, progress=Progress("z", "denoise", 1, 4))
    journal.save(running)
    journal.close()
    reopened = Journal(path)
    assert reopened.load() == [replace(running, progress=None), second]
    assert reopened.notices == []
    reopened.delete("z")
    assert reopened.load() == [second]
    reopened.close()


def test_a_second_owner_is_kept_out(path: Path) -> None:
    first = Journal(path)
    with pytest.raises(StorageError, match="in use by another"):
        Journal(path)
    first.close()
    Journal(path).close()


@pytest.mark.parametrize("damage", ["rubbish", "torn"])
def test_a_damaged_journal_is_put_aside_with_a_notice(path: Path, damage: str) -> None:
    journal = Journal(path)
    journal.save(*[entry(f"job-{number}") for number in range(200)])
    journal.close()
    whole = path.read_bytes()
    broken = b"not a database" * 99 if damage == "rubbish" else whole[:8192] + b"\xff" * (len(whole) - 8192)
    path.write_bytes(broken)
    reopened = Journal(path)
    assert reopened.load() == []
    assert len(reopened.notices) == 1
    kept = path.with_name("queue.sqlite.damaged").read_bytes()
    assert len(kept) == len(broken) and kept.endswith(broken[-1000:])
    reopened.save(entry("new"))
    reopened.close()


def test_a_row_of_another_version_is_noticed_and_left_alone(path: Path) -> None:
    journal = Journal(path)
    journal.save(entry("good"))
    journal.close()
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO jobs VALUES ('odd', ?)", (b'{"id": "odd", "job": {"kind": "dream"}}',))
    database.close()
    reopened = Journal(path)
    assert [job.id for job in reopened.load()] == ["good"]
    assert "odd" in reopened.notices[0]
    reopened.close()


def test_a_journal_of_a_newer_version_is_refused_untouched(path: Path) -> None:
    Journal(path).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(StorageError, match="newer"):
        Journal(path)


def test_a_place_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageError):
        Journal(tmp_path / "file" / "queue.sqlite")


def test_a_full_journal_says_so(path: Path) -> None:
    journal = Journal(path)
    journal._database.execute("PRAGMA max_page_count = 4")
    with pytest.raises(StorageError, match="cannot be saved"):
        journal.save(*[entry(f"job-{number}") for number in range(500)])
    assert journal.load() == []
    journal.close()
