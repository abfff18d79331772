"""What the command line says: a bar and sentences for people, or one JSON value a line for programs."""

from __future__ import annotations

import shutil
import sys
from typing import Any, TextIO

import msgspec

from studio.errors import ErrorReport
from studio.jobs.messages import Event, Preview, Progress
from studio.models.amounts import amount

_PHASES = {
    "load": "loading the model",
    "encode": "reading the prompt",
    "denoise": "drawing",
    "decode": "decoding",
    "render": "rendering",
    "write": "writing",
    "export": "exporting",
    "download": "fetching",
    "check": "checking",
}
_WIDTH = 24


class Console:
    """Results go to stdout; progress, notes and errors to stderr (with JSON: everything to stdout)."""

    def __init__(self, as_json: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.as_json = as_json
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._bar = not as_json and self._err.isatty()
        self._drawn = False

    def event(self, event: Event) -> None:
        """Shows what a running job reports; previews are pictures and are left out."""
        if isinstance(event, Preview):
            return
        if self.as_json:
            self._line(event)
        elif isinstance(event, Progress) and self._bar:
            self._draw(bar(event, shutil.get_terminal_size().columns))

    def note(self, message: str, hint: str = "") -> None:
        """Something a person should know about a job that goes on."""
        if self.as_json:
            self._line({"type": "Note", "message": message, "hint": hint})
        else:
            self._sentence(f"Note: {message} {hint}".rstrip())

    def result(self, text: str, **fields: Any) -> None:
        """The outcome: `text` for people, `fields` for programs."""
        self._clear()
        if self.as_json:
            self._line({"type": "Done", **fields})
        else:
            print(text, file=self._out, flush=True)

    def error(self, report: ErrorReport) -> None:
        if self.as_json:
            self._line({"type": "Error", **msgspec.structs.asdict(report)})
            return
        self._sentence(report.message)
        if report.hint:
            self._sentence(report.hint)
        if report.details and report.kind == "InternalError":
            self._sentence(report.details)

    def value(self, value: Any) -> None:
        """One value of a list, as JSON."""
        self._line(value)

    def _line(self, value: Any) -> None:
        print(msgspec.json.encode(value).decode(), file=self._out, flush=True)

    def _sentence(self, text: str) -> None:
        self._clear()
        print(text, file=self._err, flush=True)

    def _draw(self, text: str) -> None:
        # \x1b[K clears what a longer line left behind it.
        self._err.write(f"\r{text}\x1b[K")
        self._err.flush()
        self._drawn = True

    def _clear(self) -> None:
        if self._drawn:
            self._err.write("\r\x1b[K")
            self._drawn = False


def bar(progress: Progress, columns: int) -> str:
    """One line of at most `columns` - 1 characters: bar, phase, step, time left."""
    share = progress.step / progress.steps if progress.steps else 0.0
    filled = round(min(1.0, share) * _WIDTH)
    left = "" if progress.left_s is None else f"  {clock(progress.left_s)} left"
    step, steps = str(progress.step), str(progress.steps)
    if progress.phase in ("download", "check"):
        step, steps = amount(progress.step), amount(progress.steps)
    words = f"{_PHASES.get(progress.phase, progress.phase)} {step}/{steps}{left}"
    return f"{'█' * filled}{'░' * (_WIDTH - filled)} {words}"[: max(10, columns - 1)]


def clock(duration_s: float) -> str:
    """`duration_s` as m:ss or h:mm:ss."""
    minutes, seconds = divmod(max(0, round(duration_s)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
