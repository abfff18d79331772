"""Clips on the system's clipboard, as text: from one project to another, and from one window to another."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from studio.errors import ProjectError, StudioError
from studio.project import copying
from studio.project.edits import PlaceClips, Placement
from studio.ui.session import Session
from studio.ui.timeline.commands import selected_clips

CLIPS_MIME = "application/x-kinora-clips"


def copy(session: Session) -> bool:
    """Puts the selected clips onto the clipboard; False where there are none."""
    project = session.project
    found = [project.find(clip_id) for clip_id in selected_clips(project, session.selection)]
    placements = [Placement(track.id, clip) for track, clip in filter(None, found)]
    if not placements:
        return False
    mime = QMimeData()
    mime.setData(CLIPS_MIME, copying.to_text(placements, project, session.folder).encode())
    QGuiApplication.clipboard().setMimeData(mime)
    return True


def can_paste() -> bool:
    return QGuiApplication.clipboard().mimeData().hasFormat(CLIPS_MIME)


def paste(session: Session, frame: int | None = None) -> None:
    """Places the clipboard's clips at `frame` (None: the playhead) over what lies there; selects them."""
    frame = session.playhead if frame is None else frame
    try:
        if not can_paste():
            raise ProjectError("There are no clips on the clipboard.", "Copy clips on a timeline first.")
        text = bytes(QGuiApplication.clipboard().mimeData().data(CLIPS_MIME).data()).decode()
        placements = copying.from_text(text, session.project, session.folder, frame)
    except StudioError as error:
        session.tell(error)
        return
    if session.apply(PlaceClips(placements=placements)):
        session.select([placement.clip.id for placement in placements])
        session.set_playhead(max(placement.clip.end for placement in placements))
