"""Looks in the background which clips were made from files that have changed since, and makes them again."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from studio.errors import ErrorReport, StudioError
from studio.project.media_paths import resolve_path
from studio.project.stale import stale_clips
from studio.project.timeline import Project
from studio.ui.bridge import run_in_background

if TYPE_CHECKING:
    from studio.ui.session import Session

_SETTLED_MS = 1000
"""So long after the last edit it looks: files do not change while one edits."""


class StaleWatch(QObject):
    """Keeps `session.stale` true: after edits, and when the user comes back from other programs."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._looking = False
        self._again = False
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self.look)
        session.project_changed.connect(self._settled.start)
        session.project_opened.connect(self.look)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._came_back)
        self._settled.start()

    def look(self) -> None:
        """Compares the files that recipes name with what they are now."""
        if self._looking:
            self._again = True
            return
        self._looking, self._again = True, False
        project, folder = self._session.project, self._session.folder
        run_in_background(lambda: stale_in(project, folder), self._found, self._failed, owner=self)

    def render_changed(self) -> None:
        """Queues every stale clip again with its own recipe; the result is a new take."""
        stale = self._session.stale
        chosen = [clip.id for _, clip in self._session.project.clips() if clip.id in stale]
        queued = [clip_id for clip_id in chosen if self._session.remake(clip_id) is not None]
        if not chosen:
            self._session.notify("info", "Nothing has changed.", "All clips are as their inputs are now.")
        elif queued:
            count = "1 clip is" if len(queued) == 1 else f"{len(queued)} clips are"
            self._session.notify("info", f"{count} made again.", "Each becomes a new take.")

    def _found(self, stale: frozenset[str]) -> None:
        self._looking = False
        there = {clip.id for _, clip in self._session.project.clips()}
        if stale & there != self._session.stale:
            self._session.stale = stale & there
            self._session.stale_changed.emit()
        if self._again:
            self.look()

    def _failed(self, report: ErrorReport) -> None:
        self._looking = False
        self._session.tell_report(report)

    def _came_back(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._settled.start()


def stale_in(project: Project, folder: Path) -> frozenset[str]:
    """The stale clips; reads files, so not for the GUI thread."""
    return frozenset(stale_clips(project, lambda path: _hash_now(resolve_path(folder, path))))


def _hash_now(path: Path) -> str | None:
    try:
        status = path.stat()
        return _hash_of(path, status.st_size, status.st_mtime_ns)
    except (OSError, StudioError):
        # Missing or unreadable is not stale; the check of media tells it.
        return None


@lru_cache(maxsize=4096)
def _hash_of(path: Path, size: int, modified_ns: int) -> str:
    """`size` and `modified_ns` are there to notice that the file has changed."""
    from studio.media.fingerprint import content_hash

    return content_hash(path)
