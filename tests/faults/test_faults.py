"""The table of faults: its quick rows keep what they promise."""

from __future__ import annotations

import pytest

from tests.faults import faults_jobs, faults_models
from tests.faults.__main__ import TABLE, line
from tests.faults.row import Row


def test_unknown_names_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert TABLE.print(["nobody"]) == 2
    assert "There are: jobs, models" in capsys.readouterr().err
    assert TABLE.names() == ["jobs", "models"]


def test_what_is_not_as_promised_stands_out() -> None:
    assert "NOT AS PROMISED" in line(Row("cut", 1, "whole", "half", False))
    assert "NOT" not in line(Row("cut", 1, "whole", "whole", True))


def test_rows_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = {
        fault: (name, 1, promised)
        for fault, (name, _, promised) in faults_models._FAULTS.items()
        if "cut ten" in name or "login" in name or "lies" in name
    }
    monkeypatch.setattr(faults_models, "_FAULTS", quick)
    assert [row.ok for row in faults_models.run()] == [True, True, True]


def test_killed_jobs_go_on_to_the_same_frames() -> None:
    row = faults_jobs.row_of("a look", 2)
    assert row.ok, row.outcome
