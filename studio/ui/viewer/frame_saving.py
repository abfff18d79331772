"""Saves the frame at the playhead as a picture, drawn anew in full quality at the project's size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from studio.project.timeline import Project
from studio.timing import timecode
from studio.ui.bridge import run_in_background

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.ui.session import Session


def ask_and_save(session: Session, parent: QWidget) -> None:
    """Asks where to, then saves the frame that the playhead stands on now."""
    from PySide6.QtWidgets import QFileDialog

    stamp = timecode(session.playhead, session.project.rate).replace(":", "-")
    usual = session.folder.parent / f"{session.project.name} {stamp}.png"
    chosen, _ = QFileDialog.getSaveFileName(parent, "Save this frame", str(usual), "PNG picture (*.png)")
    if chosen:
        save(session, Path(chosen))


def save(session: Session, target: Path) -> None:
    """Saves the playhead's frame to `target` in the background; tells when it is there, or why not."""
    if target.suffix.lower() != ".png":
        target = target.with_name(f"{target.name}.png")
    project, folder, frame = session.project, session.folder, session.playhead

    def saved(_: None) -> None:
        session.notify(
            "info", f"Saved {target.name}", f"{project.width}×{project.height}, in {target.parent}"
        )

    run_in_background(lambda: _draw(project, folder, frame, target), saved, session.tell_report, session)


def _draw(project: Project, folder: Path, frame: int, target: Path) -> None:
    from studio.media.still_writer import write_png
    from studio.render.compositor import Compositor

    with Compositor(project, folder) as compositor:
        write_png(target, compositor.frame(frame))
