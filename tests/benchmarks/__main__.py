"""Prints what each benchmark measured beside its baseline: `python -m tests.benchmarks [start export …]`.

A benchmark is a module bench_<name> here with `run() -> Iterable[Row]`. Exit code 1 when a floor was missed.
"""

from __future__ import annotations

import sys

from tests.benchmarks.row import Row
from tests.table import Table


def line(row: Row) -> str:
    verdict = "" if row.ok else "   MISSED"
    columns = f"{row.what:<44} {row.measured:>20}  {row.baseline:>32}{row.ratio:>9.3f}"
    return f"{columns}  {row.sense} {row.floor:g}{verdict}"


_HEAD = f"{'benchmark':<44} {'measured':>20}  {'baseline':>32}{'ratio':>9}  floor"
TABLE = Table("tests.benchmarks", "bench", _HEAD, line)

if __name__ == "__main__":
    sys.exit(TABLE.print(sys.argv[1:]))
