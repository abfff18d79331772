"""Prints a table from the modules of a folder, line by line: the benchmarks' and the faults'."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar


class Row(Protocol):
    @property
    def ok(self) -> bool: ...


R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Table(Generic[R]):
    """`package` has a module `<kind>_<name>` with `run() -> Iterable[R]` for each name."""

    package: str
    kind: str
    head: str
    line: Callable[[R], str]

    def names(self) -> list[str]:
        folder = Path(__file__).parent.parent.joinpath(*self.package.split("."))
        return sorted(path.stem.removeprefix(f"{self.kind}_") for path in folder.glob(f"{self.kind}_*.py"))

    def print(self, wanted: list[str]) -> int:
        """Prints the rows of `wanted`, or all: 0 when all of them are ok, 1 when not, 2 for unknown names."""
        unknown = sorted(set(wanted) - set(self.names()))
        if unknown:
            print(f"There is no {', '.join(unknown)}. There are: {', '.join(self.names())}.", file=sys.stderr)
            return 2
        print(self.head)
        kept = True
        for name in wanted or self.names():
            for row in importlib.import_module(f"{self.package}.{self.kind}_{name}").run():
                print(self.line(row), flush=True)
                kept = kept and row.ok
        return 0 if kept else 1
