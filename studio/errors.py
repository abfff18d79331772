"""The one exception tree, and the plain value in which an error travels.

    StudioError                    everything Kinora raises on purpose
    ├── UsageError                 the request itself makes no sense (CLI exit code 2)
    ├── InputError                 what was given cannot be used
    │   ├── MediaError             a file that cannot be read as picture, sound or video
    │   └── MissingFileError       a file that is not there
    ├── StorageError               the disk or the permissions said no
    │   └── DiskFullError
    ├── ProjectError               a project that cannot be opened, saved or edited that way
    │   └── ProjectVersionError    written by a newer Kinora
    ├── ModelError                 a model that is unknown, incomplete or cannot do what was asked
    │   └── TokenNeededError       its makers ask for a consent, and so for an access token
    ├── JobError                   a job that went wrong while it ran
    │   ├── OutOfMemoryError       the device or the machine had too little memory
    │   ├── DownloadError          the network or the server said no, or sent damaged data
    │   ├── WorkerCrashedError     the worker process died
    │   └── WorkerHungError        the worker stopped answering and was replaced
    └── CancelledError             the user asked to stop (CLI exit code 130)

Every error says what happened (`message`), what to do about it (`hint`) and, for the curious,
what lay underneath (`details`). It is raised deep, logged once at the boundary and shown there.
"""

from __future__ import annotations

import errno
import traceback

import msgspec


class ErrorReport(msgspec.Struct, frozen=True):
    """An error as data: what crosses a pipe, lies in the queue's journal and is shown to a person."""

    kind: str
    message: str
    hint: str = ""
    details: str = ""


class StudioError(Exception):
    """Root of everything that Kinora raises on purpose."""

    def __init__(self, message: str, hint: str = "", details: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details

    def report(self) -> ErrorReport:
        return ErrorReport(type(self).__name__, self.message, self.hint, self.details)


class UsageError(StudioError):
    """The request itself makes no sense."""


class InputError(StudioError):
    """What was given cannot be used."""


class MediaError(InputError):
    """A file that cannot be read as picture, sound or video."""


class MissingFileError(InputError):
    """A file that is not there."""


class StorageError(StudioError):
    """The disk or the permissions said no."""


class DiskFullError(StorageError):
    """No space was left while writing."""


class ProjectError(StudioError):
    """A project that cannot be opened, saved or edited that way."""


class ProjectVersionError(ProjectError):
    """The project was written by a newer Kinora."""


class ModelError(StudioError):
    """A model that is unknown, incomplete or cannot do what was asked."""


class TokenNeededError(ModelError):
    """The makers of a model ask for a consent before it is fetched, and so for an access token."""


class JobError(StudioError):
    """A job that went wrong while it ran."""


class OutOfMemoryError(JobError):
    """The device or the machine had too little memory."""


class DownloadError(JobError):
    """The network or the server said no, or sent damaged data."""


class WorkerCrashedError(JobError):
    """The worker process died."""


class WorkerHungError(JobError):
    """The worker stopped answering and was replaced."""


class CancelledError(StudioError):
    """The user asked to stop."""

    def __init__(self, message: str = "Cancelled", hint: str = "", details: str = "") -> None:
        super().__init__(message, hint, details)


def storage_error(error: OSError, path: object) -> StorageError:
    """The clear form of an OSError met while writing `path` (any object whose str() is the path)."""
    details = f"{type(error).__name__}: {error}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFullError(f"The disk is full: {path}", "Free some space or choose another drive.", details)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(f"No permission to write {path}", "Choose a folder you may write to.", details)
    return StorageError(f"Cannot write {path}: {error.strerror or error}", "Choose another place.", details)


def report_of(error: BaseException) -> ErrorReport:
    """Any exception as an ErrorReport; one that is not ours is an internal error with its traceback."""
    if isinstance(error, StudioError):
        return error.report()
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return storage_error(error, error.filename or "a file").report()
    if isinstance(error, MemoryError):
        return OutOfMemoryError(
            "The machine ran out of memory.", "Choose a smaller size or a shorter length."
        ).report()
    return ErrorReport(
        kind="InternalError",
        message=f"Something went wrong inside Kinora: {error or type(error).__name__}",
        hint="Try again; if it happens again, report it with the details.",
        details="".join(traceback.format_exception(error)),
    )


def error_from_report(report: ErrorReport) -> StudioError:
    """The exception that `report` describes; kinds this version does not know become JobError."""
    kinds: dict[str, type[StudioError]] = {}
    waiting: list[type[StudioError]] = [StudioError]
    while waiting:
        kind = waiting.pop()
        kinds[kind.__name__] = kind
        waiting += kind.__subclasses__()
    return kinds.get(report.kind, JobError)(report.message, report.hint, report.details)
