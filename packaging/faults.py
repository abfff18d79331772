"""Sets up the environment and prints what becomes of each fault: `python3 packaging/faults.py [names]`."""

from __future__ import annotations

import sys

import table

if __name__ == "__main__":
    sys.exit(table.print_table("tests.faults", sys.argv[1:]))
