"""Prints what becomes of each fault: `python -m tests.faults [models …]`.

A set of faults is a module faults_<name> here with `run() -> Iterator[Row]`. Exit code 1 when an outcome is
not the one that was promised.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from tests.faults.row import Row

_HEAD = f"{'fault':<52}{'times':>6}  {'promised':<34}outcome"


def names() -> list[str]:
    return sorted(path.stem.removeprefix("faults_") for path in Path(__file__).parent.glob("faults_*.py"))


def line(row: Row) -> str:
    verdict = "" if row.ok else "   NOT AS PROMISED"
    return f"{row.fault:<52}{row.times:>6}  {row.promised:<34}{row.outcome}{verdict}"


def main(wanted: list[str]) -> int:
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        print(f"There is no {', '.join(unknown)}. There are: {', '.join(names())}.", file=sys.stderr)
        return 2
    print(_HEAD)
    kept = True
    for name in wanted or names():
        for row in importlib.import_module(f"tests.faults.faults_{name}").run():
            print(line(row), flush=True)
            kept = kept and row.ok
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
