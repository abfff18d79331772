"""A stage for engine tests: the real engine, real workers, and a record of every event."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from studio.engine.engine import Engine
from studio.jobs.job import Generate
from studio.jobs.messages import Event, Paused
from studio.models.catalog import Catalog
from studio.paths import resources_folder
from studio.timing import Rate

E = TypeVar("E")

# Generous: a busy machine takes its time to start a process. Nothing waits this long when all is well.
PATIENCE_S = 60.0


def scripted(script: str = "", *, model: str = "scripted", steps: int = 4, frames: int = 3) -> Generate:
    return Generate(
        model=model,
        prompt=script,
        width=32,
        height=24,
        num_frames=frames,
        frame_rate=Rate(12),
        num_inference_steps=steps,
        guidance_scale=1.0,
    )


def catalog(folder: Path) -> Catalog:
    """The shipped models, and `scripted-torch`: the scripted one in the torch lane."""
    shipped = resources_folder() / "models"
    text = (shipped / "scripted" / "model.toml").read_text(encoding="utf-8")
    text = text.replace('id = "scripted"', 'id = "scripted-torch"').replace('"none"', '"torch"')
    (folder / "scripted-torch").mkdir(parents=True, exist_ok=True)
    (folder / "scripted-torch" / "model.toml").write_text(text, encoding="utf-8")
    return Catalog([shipped, folder])


class Recorder:
    """Keeps every event and lets tests wait for one."""

    def __init__(self, engine: Engine) -> None:
        self.events: list[Event] = []
        self._condition = threading.Condition(threading.RLock())
        engine.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        with self._condition:
            self.events.append(event)
            self._condition.notify_all()

    def of(self, job_id: str) -> list[Event]:
        with self._condition:
            return [e for e in self.events if not isinstance(e, Paused) and e.job_id == job_id]

    def wait_for(
        self,
        kind: type[E],
        job_id: str,
        accept: Callable[[E], bool] = lambda _: True,
        patience_s: float = PATIENCE_S,
    ) -> E:
        """The first such event, heard already or still to come."""

        def find() -> E | None:
            matching = (e for e in self.of(job_id) if isinstance(e, kind) and accept(e))
            return next(matching, None)

        with self._condition:
            found = self._condition.wait_for(find, patience_s)
        assert found is not None, f"no {kind.__name__} among {self.of(job_id)}"
        return found


@contextmanager
def stage(folder: Path, journal: Path | None = None) -> Iterator[tuple[Engine, Recorder]]:
    engine = Engine(catalog(folder / "models"), journal, folder / "scratch")
    try:
        yield engine, Recorder(engine)
    finally:
        engine.close()
