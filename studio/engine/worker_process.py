"""One worker process and the pipes to it: spawn, send, listen, kill."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import IO, BinaryIO, cast

import msgspec

import studio
from studio.errors import WorkerCrashedError
from studio.jobs.messages import Command, Report, read_report, write_message

_LOG = logging.getLogger(__name__)
_KEPT_LINES = 40


class WorkerProcess:
    """A running `python -m studio.worker`.

    `on_report(worker, report)` comes for every message and `on_exit(worker, code)` once, after the last
    of them, both on the worker's reader thread. Sending never blocks: a thread of its own feeds the pipe,
    so that a worker that has stopped reading cannot stop the engine. Raises WorkerCrashedError where none
    can be started.
    """

    def __init__(
        self,
        name: str,
        on_report: Callable[[WorkerProcess, Report], None],
        on_exit: Callable[[WorkerProcess, int], None],
    ) -> None:
        self.name = name
        self._on_report = on_report
        self._on_exit = on_exit
        self._commands: SimpleQueue[Command | None] = SimpleQueue()
        self._last_lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._process = _spawn()
        self._errors = self._thread(self._read_errors, "stderr")
        self._writer = self._thread(self._write, "writer")
        self._reader = self._thread(self._read, "reader")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def last_lines(self) -> str:
        """The end of what the worker wrote to stderr."""
        return "\n".join(self._last_lines)

    def send(self, command: Command) -> None:
        self._commands.put(command)

    def kill(self) -> None:
        """Ends the process at once; `on_exit` follows."""
        self._process.kill()

    def close(self, grace_s: float) -> None:
        """Closes the worker's stdin, upon which it ends; kills it after `grace_s`. Then on_exit follows."""
        self._commands.put(None)
        try:
            self._process.wait(grace_s)
        except subprocess.TimeoutExpired:
            self.kill()
        if threading.current_thread() is not self._reader:
            self._reader.join()

    def crash_error(self, code: int) -> WorkerCrashedError:
        """What to tell a person about an exit with `code` that nobody asked for."""
        reason = f"exit code {code}"
        if code < 0:
            with contextlib.suppress(ValueError):  # a number that this system has no name for
                reason = f"signal {signal.Signals(-code).name}"
        hint = "Try again. If it happens again, choose a smaller size or a shorter length."
        if code == -9:
            hint += " The system kills programs this way when memory runs out."
        return WorkerCrashedError(
            f"The worker process died ({reason}).", hint, f"{reason}\n{self.last_lines}".rstrip()
        )

    def _thread(self, target: Callable[[], None], role: str) -> threading.Thread:
        thread = threading.Thread(target=target, name=f"{self.name}-{role}", daemon=True)
        thread.start()
        return thread

    def _write(self) -> None:
        stdin = _pipe(self._process.stdin)
        # A broken pipe is a dead worker, which the reader notices and reports.
        with contextlib.suppress(OSError):
            while (command := self._commands.get()) is not None:
                write_message(stdin, command)
        with contextlib.suppress(OSError):
            stdin.close()

    def _read(self) -> None:
        stdout = _pipe(self._process.stdout)
        try:
            with stdout:
                while (report := read_report(stdout)) is not None:
                    self._on_report(self, report)
        except msgspec.DecodeError as error:
            # Nothing after it can be trusted: as good as a crash.
            self._last_lines.append(f"unreadable message: {error}")
            self.kill()
        code = self._process.wait()
        self._errors.join()
        self._commands.put(None)
        self._writer.join()
        self._on_exit(self, code)

    def _read_errors(self) -> None:
        with _pipe(self._process.stderr) as stderr:
            for raw in stderr:
                line = raw.decode("utf-8", "replace").rstrip()
                self._last_lines.append(line)
                _LOG.info("%s worker: %s", self.name, line)


def _spawn() -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "studio.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            # Ctrl+C in a terminal goes to the whole group; the worker ends when its owner says so.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        hint = "Close other programs, or start Kinora again."
        raise WorkerCrashedError("The worker process cannot be started.", hint, str(error)) from error


def _pipe(stream: IO[bytes] | None) -> BinaryIO:
    assert stream is not None  # Popen was asked for all three
    return cast(BinaryIO, stream)


def _environment() -> dict[str, str]:
    """Ours, plus what lets the worker find this very package and tell how it died."""
    root = str(Path(studio.__file__).parent.parent)
    path = os.environ.get("PYTHONPATH")
    return {
        **os.environ,
        "PYTHONPATH": root + os.pathsep + path if path else root,
        "PYTHONFAULTHANDLER": "1",
        "PYTHONIOENCODING": "utf-8",
    }
