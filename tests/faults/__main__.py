"""Prints what becomes of each fault: `python -m tests.faults [models …]`.

A set of faults is a module faults_<name> here with `run() -> Iterator[Row]`. Exit code 1 when an outcome is
not the one that was promised.
"""

from __future__ import annotations

import sys

from tests.faults.row import Row
from tests.table import Table


def line(row: Row) -> str:
    verdict = "" if row.ok else "   NOT AS PROMISED"
    return f"{row.fault:<52}{row.times:>6}  {row.promised:<34}{row.outcome}{verdict}"


TABLE = Table("tests.faults", "faults", f"{'fault':<52}{'times':>6}  {'promised':<34}outcome", line)

if __name__ == "__main__":
    sys.exit(TABLE.print(sys.argv[1:]))
