"""Sets up the environment with the test tools and runs every check: `python3 packaging/test.py [arguments]`.

The arguments go to pytest. Format, lint, types, architecture, tests. Ends with a table and "N passed,
N failed", where each check other than the tests counts as one; exit code 1 when anything failed.
Standard library only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import environment
import system_packages

CHECKS: dict[str, list[str]] = {
    "format": ["-m", "ruff", "format", "--check"],
    "lint": ["-m", "ruff", "check"],
    "types": ["-m", "pyright"],
    "architecture": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
}


@dataclass(frozen=True)
class Outcome:
    name: str
    ok: bool
    seconds: float
    passed: int
    failed: int
    skipped: int = 0


def surroundings(profile: str) -> dict[str, str]:
    """The environment variables of a check: no display, no network, one thread, a throw-away profile."""
    return {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "OMP_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
        "STUDIO_PROFILE": profile,
    }


def run_check(name: str, arguments: list[str], variables: dict[str, str]) -> Outcome:
    print(f"\n== {name}", flush=True)
    started = time.monotonic()
    done = subprocess.run(
        [environment.python(), *arguments], cwd=environment.ROOT, env=variables, check=False
    )
    ok = done.returncode == 0
    return Outcome(name, ok, time.monotonic() - started, int(ok), int(not ok))


def run_tests(arguments: list[str], variables: dict[str, str], folder: Path) -> Outcome:
    """Runs pytest; its own counts come from the report that it writes."""
    report = folder / "report.xml"
    outcome = run_check("tests", ["-m", "pytest", f"--junitxml={report}", *arguments], variables)
    if not report.exists():
        return outcome
    suites = ET.parse(report).getroot().iter("testsuite")
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    # pytest can fail without a failing test, for example when none was collected.
    failed = failed or int(not outcome.ok)
    return Outcome("tests", outcome.ok, outcome.seconds, max(0, total - failed - skipped), failed, skipped)


def prepare() -> None:
    """The environment with the test tools, and the libraries that Qt needs even without a display."""
    environment.prepare("dev")
    missing = system_packages.missing_libraries()
    if missing and not system_packages.install_on_debian(system_packages.debian_packages(missing)):
        raise environment.SetupError(
            f"The tests open real windows, and Qt misses {', '.join(missing)}.",
            f"Bring them with:\n    {system_packages.install_command(missing)}",
        )


def print_table(outcomes: list[Outcome], setup_s: float) -> None:
    print(f"\n{'check':<14}{'result':<8}{'seconds':>8}   passed  failed  skipped")
    print(f"{'set-up':<14}{'ok':<8}{setup_s:>8.1f}")
    for outcome in outcomes:
        result = "ok" if outcome.ok else "FAILED"
        counts = f"{outcome.passed:>9}{outcome.failed:>8}{outcome.skipped:>9}"
        print(f"{outcome.name:<14}{result:<8}{outcome.seconds:>8.1f}{counts}")
    total = setup_s + sum(outcome.seconds for outcome in outcomes)
    print(f"{'all':<14}{'':<8}{total:>8.1f}\n")
    skipped = sum(outcome.skipped for outcome in outcomes)
    print(
        f"{sum(outcome.passed for outcome in outcomes)} passed, "
        f"{sum(outcome.failed for outcome in outcomes)} failed" + (f", {skipped} skipped" if skipped else "")
    )


def main() -> int:
    started = time.monotonic()
    try:
        prepare()
    except environment.SetupError as error:
        print(f"\n{error.message}\n{error.hint}", file=sys.stderr)
        return 1
    setup_s = time.monotonic() - started
    with tempfile.TemporaryDirectory(prefix="kinora-test-", ignore_cleanup_errors=True) as folder:
        variables = surroundings(str(Path(folder) / "profile"))
        outcomes = [run_check(name, arguments, variables) for name, arguments in CHECKS.items()]
        outcomes.append(run_tests(sys.argv[1:], variables, Path(folder)))
    print_table(outcomes, setup_s)
    return 0 if all(outcome.ok for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
