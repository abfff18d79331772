"""The flicker before and after stands in the finished job's row and beside the recipe of its take."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from studio.jobs.job import Look, Stylize
from studio.project.timeline import Clip, External, Project
from studio.timing import Rate
from studio.ui.inspector.panel import InspectorPanel
from studio.ui.panels.queue import QueuePanel
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.adapters.moving import film, scene


def only_clip(session: Session) -> Clip:
    [(_, clip)] = list(session.project.clips())
    return clip


def test_the_number_is_shown_and_kept(
    session: Session, thumbnails: Thumbnails, qtbot: QtBot, dark: None, tmp_path: Path
) -> None:
    source = film(tmp_path / "pan.mkv", [scene(3.0 * number) for number in range(5)], Rate(24))
    session.import_paths([source.path], frame=0)
    qtbot.waitUntil(lambda: session.project.duration > 0)
    queue, inspector = QueuePanel(session, thumbnails), InspectorPanel(session, thumbnails)
    for panel in (queue, inspector):
        qtbot.addWidget(panel)
        panel.resize(420, 700)
        panel.show()
    session.select([only_clip(session).id])
    job_id = session.process(only_clip(session).id, lambda given: Stylize(source=given, look=Look.PENCIL))
    qtbot.waitUntil(lambda: only_clip(session).active == 1, timeout=60_000)
    reference = only_clip(session).take.reference
    assert isinstance(reference, External) and reference.flicker is not None
    before, after = (f"{value:.1f}" for value in (reference.flicker.before, reference.flicker.after))
    queue.refresh()
    row = queue.row(job_id or "")
    assert row is not None and "Done · flicker " in row.state_words()
    said = f"{before} frame by frame, {after} held still"
    qtbot.waitUntil(lambda: said in [label.text() for label in inspector.findChildren(QLabel)])
    assert msgspec.json.decode(msgspec.json.encode(session.project), type=Project) == session.project
