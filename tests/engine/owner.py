"""A small program that owns an engine and submits jobs until it is killed: for the tests of recovery."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from studio.engine.engine import Engine
from studio.engine.queue import Lane
from studio.jobs.messages import Event, Progress
from tests.engine.stage import catalog, scripted


def main(folder: Path) -> None:
    engine = Engine(catalog(folder / "models"), folder / "queue.sqlite", folder / "scratch")

    def tell(event: Event) -> None:
        if isinstance(event, Progress) and event.phase == "denoise" and event.step == 2:
            worker = engine._lanes[Lane.MEDIA].worker
            print(worker.pid if worker else 0, flush=True)  # noqa: T201 - the test reads it

    engine.subscribe(tell)
    engine.submit(scripted("step_s=0.1", steps=15))
    engine.submit(scripted("frames=7"))
    threading.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
