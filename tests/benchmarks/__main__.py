"""Prints what each benchmark measured beside its baseline: `python -m tests.benchmarks [start export …]`.

A benchmark is a module bench_<name> here with `run() -> list[Row]`. Exit code 1 when a floor was missed.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from tests.benchmarks.row import Row

_HEAD = f"{'benchmark':<44}{'measured':>18}{'baseline':>18}{'ratio':>8}  floor"


def names() -> list[str]:
    return sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def line(row: Row) -> str:
    verdict = "" if row.ok else "   MISSED"
    columns = f"{row.what:<44}{row.measured:>18}{row.baseline:>18}{row.ratio:>8.2f}"
    return f"{columns}  {row.sense} {row.floor:g}{verdict}"


def main(wanted: list[str]) -> int:
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        print(
            f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(names())}.", file=sys.stderr
        )
        return 2
    print(_HEAD)
    met = True
    for name in wanted or names():
        for row in importlib.import_module(f"tests.benchmarks.bench_{name}").run():
            print(line(row), flush=True)
            met = met and row.ok
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
