"""Sets up the environment with the test tools and prints one of the tables of `tests/` in it."""

from __future__ import annotations

import os
import subprocess
import sys

import environment


def print_table(package: str, wanted: list[str]) -> int:
    """Prints the rows `wanted` of `package`, all of them when empty; its exit code, or 1 without a set-up."""
    try:
        environment.prepare("dev")
    except environment.SetupError as error:
        print(f"\n{error.message}\n{error.hint}", file=sys.stderr)
        return 1
    variables = {"QT_QPA_PLATFORM": "offscreen", "HF_HUB_OFFLINE": "1", **os.environ}
    command = [environment.python(), "-m", package, *wanted]
    return subprocess.run(command, cwd=environment.ROOT, env=variables, check=False).returncode
