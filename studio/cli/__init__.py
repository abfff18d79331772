"""The command line: argv → job → the same rules and the same engine as the window.

Exit codes: 0 done, 1 failed, 2 the request makes no sense, 130 cancelled.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from studio import log
from studio.cli.arguments import build_parser
from studio.cli.console import Console
from studio.errors import CancelledError, ErrorReport, UsageError, report_of

DONE, FAILED, USAGE, CANCELLED = 0, 1, 2, 130


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns its exit code; argparse itself exits for --help and bad options."""
    parsed = build_parser().parse_args(arguments)
    log.set_up(verbose=parsed.verbose)
    console = Console(as_json=parsed.json)
    try:
        return _verb(parsed.verb)(parsed, console)
    except (CancelledError, KeyboardInterrupt) as error:
        is_told = isinstance(error, CancelledError) and error.hint
        console.error(
            report_of(error) if is_told else ErrorReport("CancelledError", "Cancelled. Nothing was written.")
        )
        return CANCELLED
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone; there is nobody left to tell
        return FAILED
    except Exception as error:  # noqa: BLE001 - the outermost boundary: every error becomes message and exit code
        console.error(report_of(error))
        return USAGE if isinstance(error, UsageError) else FAILED


def _verb(name: str) -> Callable[[argparse.Namespace, Console], int]:
    """The function behind a verb; each is imported only when asked for."""
    match name:
        case "models":
            from studio.cli.library import run

            return run
        case "licences":
            from studio.cli.licences import tell_licences

            return tell_licences
        case "doctor":
            from studio.cli.doctor import examine

            return examine
        case _:
            from studio.cli.making import make

            return make
