"""What the engine and its worker processes say to each other, and what subscribers of the engine hear.

On the pipe each message is a msgpack body behind its length as four big-endian bytes.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

import msgspec

from studio.errors import ErrorReport
from studio.jobs.job import Job
from studio.models.spec import ModelSpec
from studio.project.timeline import Flicker
from studio.timing import Rate


class _Message(msgspec.Struct, frozen=True, tag_field="type"):
    pass


class Run(_Message, frozen=True):
    """Engine → worker: carry out `job`; its master goes into the folder `results`.

    `spec` is the model that the job names (None for an Export), so that a worker never has to search for
    models; `scratch` is a folder of the job's own that outlives a crash.
    """

    job_id: str
    job: Job
    results: str
    scratch: str
    spec: ModelSpec | None = None


class Cancel(_Message, frozen=True):
    """Engine → worker: stop `job_id` at the next checkpoint."""

    job_id: str


class Prepare(_Message, frozen=True):
    """Engine → worker: bring the model of `spec` into memory before a job asks for it; then say Ready."""

    spec: ModelSpec


class Shutdown(_Message, frozen=True):
    """Engine → worker: end when the current job has ended."""


class Ready(_Message, frozen=True):
    """Worker → engine: the process is up, or has prepared what it was told to."""

    pid: int


class Heartbeat(_Message, frozen=True):
    """Worker → engine, twice a second: the control loop lives; `ticks` counts the job's steps."""

    ticks: int


class Queued(_Message, frozen=True):
    job_id: str


class Started(_Message, frozen=True):
    job_id: str


class Progress(_Message, frozen=True):
    """`step` of `steps` in `phase` ("load", "encode", "denoise", "decode", "render", "write").

    In the phases "download" and "check" a step is a byte.
    """

    job_id: str
    phase: str
    step: int
    steps: int
    left_s: float | None = None
    """Estimated seconds until the job ends; None while nothing is known."""


class Preview(_Message, frozen=True):
    """What the result looks like so far: JPEG pictures, in play order (one is a still)."""

    job_id: str
    images: tuple[bytes, ...]


class Notice(_Message, frozen=True):
    """Something a person should know about a job that goes on ("3 numbers are missing")."""

    job_id: str
    message: str
    hint: str = ""


class Result(msgspec.Struct, frozen=True):
    """The file that a job made; for a Download the model's folder and its commit, which has no frames."""

    path: str
    content_hash: str
    width: int = 0
    height: int = 0
    frame_count: int = 0
    rate: Rate = Rate(1)
    has_audio: bool = False
    filled: tuple[int, ...] = ()
    """The numbers of frames that stand in for missing pictures of a numbered series."""
    flicker: Flicker | None = None


class Finished(_Message, frozen=True):
    """`job` is the recipe: the job with every seed and hash written down."""

    job_id: str
    job: Job
    result: Result


class Failed(_Message, frozen=True):
    job_id: str
    error: ErrorReport
    retrying: bool = False
    """True where the engine has put the job back into the queue by itself."""


class Cancelled(_Message, frozen=True):
    job_id: str


class Paused(_Message, frozen=True):
    """The queue stopped handing out jobs (`paused`) or goes on (not `paused`)."""

    paused: bool


Command = Run | Cancel | Prepare | Shutdown
Report = Ready | Heartbeat | Started | Progress | Preview | Notice | Finished | Failed | Cancelled
Event = Queued | Started | Progress | Preview | Notice | Finished | Failed | Cancelled | Paused

_LENGTH = struct.Struct(">I")


def write_message(stream: BinaryIO, message: Command | Report) -> None:
    """Puts `message` on `stream` and flushes it. Not thread-safe: callers hold their own lock."""
    body = msgspec.msgpack.encode(message)
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def read_body(stream: BinaryIO) -> bytes | None:
    """The next message's body, or None at the end of `stream` (also in the middle of a message)."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def read_command(stream: BinaryIO) -> Command | None:
    body = read_body(stream)
    return None if body is None else msgspec.msgpack.decode(body, type=Command)


def read_report(stream: BinaryIO) -> Report | None:
    body = read_body(stream)
    return None if body is None else msgspec.msgpack.decode(body, type=Report)
