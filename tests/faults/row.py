"""One line of the faults' table: what went wrong, what was promised, what came of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    fault: str
    times: int
    promised: str
    outcome: str
    ok: bool
