"""Errors: they travel as data and come back as what they were."""

from __future__ import annotations

import errno

import pytest

from studio.errors import (
    DiskFullError,
    JobError,
    MediaError,
    OutOfMemoryError,
    StorageError,
    StudioError,
    error_from_report,
    report_of,
    storage_error,
)


def test_an_error_survives_the_pipe() -> None:
    error = error_from_report(MediaError("broken", "try another", "line 3").report())
    assert type(error) is MediaError
    assert (error.message, error.hint, error.details) == ("broken", "try another", "line 3")


def test_kinds_of_the_future_arrive_as_job_errors() -> None:
    report = StudioError("odd").report()
    unknown = type(report)(kind="QuantumError", message="odd")
    assert type(error_from_report(unknown)) is JobError


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFullError),
        (errno.EACCES, StorageError),
        (errno.EROFS, StorageError),
        (errno.EIO, StorageError),
    ],
)
def test_what_the_disk_says_becomes_clear(number: int, kind: type[StorageError]) -> None:
    error = storage_error(OSError(number, "what the system says"), "/films/ball.mp4")
    assert type(error) is kind
    assert "/films/ball.mp4" in error.message and error.hint


def test_foreign_errors_become_reports() -> None:
    assert report_of(MemoryError()).kind == OutOfMemoryError.__name__
    assert report_of(OSError(errno.ENOSPC, "full")).kind == DiskFullError.__name__
    internal = report_of(ZeroDivisionError("division by zero"))
    assert internal.kind == "InternalError" and "ZeroDivisionError" in internal.details
