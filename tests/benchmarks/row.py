"""One line of the benchmarks' table: what was measured beside its baseline of the same run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """`ratio` is what the floor speaks of; `measured` and `baseline` say it in words and units."""

    what: str
    measured: str
    baseline: str
    ratio: float
    sense: Literal["<=", ">="]
    floor: float

    @property
    def ok(self) -> bool:
        return self.ratio <= self.floor if self.sense == "<=" else self.ratio >= self.floor
