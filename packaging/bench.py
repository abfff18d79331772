"""Sets up the environment and prints the benchmarks with floors: `python3 packaging/bench.py [names]`."""

from __future__ import annotations

import sys

import table

if __name__ == "__main__":
    sys.exit(table.print_table("tests.benchmarks", sys.argv[1:]))
