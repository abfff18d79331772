"""The bar and the sentences for people, the lines for programs."""

from __future__ import annotations

import io
import json

from studio.cli.console import Console, bar, clock
from studio.errors import UsageError
from studio.jobs.messages import Preview, Progress, Started


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_fits_its_line() -> None:
    half = bar(Progress("j", "denoise", 10, 20, 61.4), 80)
    assert half == "█" * 12 + "░" * 12 + " drawing 10/20  1:01 left"
    assert len(bar(Progress("j", "denoise", 10, 20, 61.4), 30)) == 29
    assert bar(Progress("j", "load", 0, 0), 80).startswith("░" * 24 + " loading the model")


def test_clock() -> None:
    assert [clock(s) for s in (0, 59.4, 3600, 7325)] == ["0:00", "0:59", "1:00:00", "2:02:05"]


def test_a_terminal_sees_one_line_that_changes_and_is_cleared() -> None:
    out, err = io.StringIO(), Terminal()
    console = Console(as_json=False, out=out, err=err)
    console.event(Progress("j", "denoise", 1, 20))
    console.note("3 numbers are missing.")
    console.result("film.mp4: 25 frames")
    assert err.getvalue().count("\n") == 1
    assert "\r\x1b[KNote: 3 numbers are missing.\n" in err.getvalue()
    assert out.getvalue() == "film.mp4: 25 frames\n"


def test_a_pipe_sees_no_bar() -> None:
    err = io.StringIO()
    Console(as_json=False, out=io.StringIO(), err=err).event(Progress("j", "denoise", 1, 20))
    assert err.getvalue() == ""


def test_programs_get_one_json_value_a_line() -> None:
    out = io.StringIO()
    console = Console(as_json=True, out=out, err=io.StringIO())
    console.event(Started("j"))
    console.event(Preview("j", (b"jpeg",)))
    console.note("a", "b")
    console.result("ignored", path="x.mp4")
    console.error(UsageError("no", "try", "why").report())
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["type"] for line in lines] == ["Started", "Note", "Done", "Error"]
    assert lines[2] == {"type": "Done", "path": "x.mp4"}
    assert lines[3]["hint"] == "try"
