"""A program that owns an engine with one long job in it, says when the job has come to a frame, and waits."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from studio.jobs.messages import Event, Finished, Progress
from tests.faults.faults_jobs import own


def main(here: Path, folder: Path, name: str, frame: int) -> None:
    said = threading.Event()
    engine = own(here, folder, name)

    def tell(event: Event) -> None:
        reached = isinstance(event, Progress) and event.phase in ("render", "join") and event.step >= frame
        if (reached or isinstance(event, Finished)) and not said.is_set():
            said.set()
            workers = [lane.worker.pid for lane in engine._lanes.values() if lane.worker]
            print(*workers, flush=True)  # the one who kills reads it

    engine.subscribe(tell)
    threading.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
