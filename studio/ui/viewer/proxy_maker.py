"""Makes stand-ins for heavy films of the project, one after the other, while nothing plays."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.errors import CancelledError
from studio.project.media_paths import resolve_path
from studio.project.timeline import External, Project

_PAUSE_S = 0.25
_log = logging.getLogger(__name__)


class ProxyMaker(QObject):
    """Its thread begins with the first film. `idle` says whether nobody waits for a picture."""

    begun = Signal(str)
    """A stand-in for the film of this name is being made."""
    progressed = Signal(str, int, int)
    """The film's name, pictures done, pictures in all; none in all when it was given up."""
    made = Signal(str)
    """The stand-in for the film of this name is there."""

    def __init__(self, idle: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._idle = idle
        self._wake = threading.Condition()
        self._wanted: tuple[Path, ...] = ()
        self._settled: set[Path] = set()
        self._closed = False
        self._thread: threading.Thread | None = None

    def follow(self, project: Project, folder: Path) -> None:
        """Cares for the films on this timeline, and for no others any more."""
        films = {
            resolve_path(folder, take.path): None
            for take in (clip.take.reference for track, clip in project.clips() if track.kind == "video")
            if isinstance(take, External) and take.duration is not None
        }
        with self._wake:
            self._wanted = tuple(films)
            self._wake.notify()
        if films and self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._run, name="viewer-proxies", daemon=True)
            self._thread.start()

    def rest(self) -> None:
        """Makes no more; the one in the making is dropped."""
        with self._wake:
            self._wanted = ()

    def close(self) -> None:
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(timeout=5)

    # In the thread

    def _run(self) -> None:
        while (film := self._next()) is not None:
            try:
                finished = self._make(film)
            except CancelledError:
                self._tell(film, 0, 0)
                continue
            except Exception:  # noqa: BLE001 - the boundary of the thread
                # The film is shown without one, or its slate says what is wrong.
                _log.exception("no proxy for %s", film)
                self._tell(film, 0, 0)
                finished = False
            self._settled.add(film)
            if finished and not self._closed:
                self.made.emit(film.name)

    def _next(self) -> Path | None:
        with self._wake:
            while not self._closed:
                film = next((path for path in self._wanted if path not in self._settled), None)
                if film is not None:
                    return film
                self._wake.wait()
            return None

    def _make(self, film: Path) -> bool:
        """Whether a new stand-in is there now."""
        from studio.media.probe import probe
        from studio.media.proxies import is_heavy, make_proxy, proxy_of

        if not is_heavy(probe(film)) or proxy_of(film) is not None:
            return False
        self.begun.emit(film.name)
        make_proxy(film, lambda done, count: self._tell(film, done, count), lambda: self._wait(film))
        return True

    def _tell(self, film: Path, done: int, count: int) -> None:
        if done % 24 == 0 and not self._closed:
            self.progressed.emit(film.name, done, count)

    def _wait(self, film: Path) -> None:
        """Lets playing and drawing go first; raises CancelledError when the film is not wanted any more."""
        with self._wake:
            while film in self._wanted and not self._closed and not self._idle():
                self._wake.wait(_PAUSE_S)
        if self._closed or film not in self._wanted:
            raise CancelledError
