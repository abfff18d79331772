"""A real session on a real engine with real workers, for tests of the window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.engine.engine import Engine
from studio.jobs.job import Generate
from studio.models.catalog import default_catalog
from studio.project.project_file import create_project, open_project
from studio.project.timeline import new_project
from studio.settings import Settings
from studio.timing import Rate
from studio.ui.session import Notification, Session


@contextmanager
def running_session(home: Path) -> Iterator[Session]:
    """The session on the project in `home`, made or opened again, with its queue beside it."""
    catalog = default_catalog()
    engine = Engine(catalog, home / "queue.sqlite", home / "scratch")
    folder = home / "film.kinora"
    opened = open_project(folder) if folder.exists() else create_project(folder, new_project("film"))
    session = Session(engine, catalog, Settings(), opened)
    try:
        yield session
    finally:
        session.close()
        engine.close()


def scripted(prompt: str, frames: int = 12) -> Generate:
    """A job of the scripted model that takes a moment and does what `prompt` says."""
    return Generate(
        model="scripted",
        prompt=prompt,
        width=64,
        height=48,
        num_frames=frames,
        frame_rate=Rate(12),
        num_inference_steps=4,
        guidance_scale=1.0,
    )


def told(session: Session) -> list[Notification]:
    """Everything that the session tells from now on."""
    heard: list[Notification] = []
    session.notified.connect(heard.append)
    return heard
