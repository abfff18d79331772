"""Sets up the environment and prints what becomes of each fault: `python3 packaging/faults.py [names]`."""

from __future__ import annotations

import os
import subprocess
import sys

import environment


def main() -> int:
    try:
        environment.prepare("dev")
    except environment.SetupError as error:
        print(f"\n{error.message}\n{error.hint}", file=sys.stderr)
        return 1
    variables = {"QT_QPA_PLATFORM": "offscreen", "HF_HUB_OFFLINE": "1", **os.environ}
    command = [environment.python(), "-m", "tests.faults", *sys.argv[1:]]
    return subprocess.run(command, cwd=environment.ROOT, env=variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
