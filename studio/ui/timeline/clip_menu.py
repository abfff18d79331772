"""The menus of the right mouse button: what can be made of a clip, and what can be done to a track."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QUrl
from PySide6.QtGui import QAction, QActionGroup, QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from studio.jobs.job import Interpolate, Look, Source, Stylize
from studio.project.edits import LiftClips, RemoveTrack, RippleDelete, SelectTake
from studio.project.media_paths import resolve_path
from studio.project.timeline import Clip, External, Generator, Project, Track
from studio.timing import Rate
from studio.ui.icons import icon
from studio.ui.importing import new_track
from studio.ui.session import Session
from studio.ui.timeline.commands import duplicate, split

if TYPE_CHECKING:
    from studio.ui.timeline.canvas import Canvas

_RATES = (24, 30, 60)


class ClipMenu(QObject):
    """Builds the menu anew each time, from what the clip is at that moment."""

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas

    def open(self, clip_id: str, at: QPoint) -> QMenu | None:
        """Shows the menu of a clip at global position `at`; None when the clip is gone."""
        found = self._session.project.find(clip_id)
        if found is None:
            return None
        menu = self.build(*found)
        menu.popup(at)
        return menu

    def build(self, track: Track, clip: Clip) -> QMenu:
        menu = _menu(self._canvas, clip.name)
        if isinstance(clip.take.reference, Generator):
            self._add_job_entries(menu, clip.take.reference.job_id)
        elif track.kind == "video":
            self._add_work(menu, track, clip)
        if len(clip.takes) > 1:
            self._add_takes(menu, clip)
        self._add_editing(menu, track, clip)
        reference = clip.take.reference
        if isinstance(reference, External):
            path = resolve_path(self._session.folder, reference.path)
            words = "Reveal result" if clip.take.recipe is not None else "Reveal file"
            _entry(menu, words, "folder", lambda: _reveal(path))
        return menu

    def _add_job_entries(self, menu: QMenu, job_id: str) -> None:
        if self._canvas.live.failure(job_id) is not None:
            _entry(menu, "Try again", "retry", lambda: self._session.retry(job_id))
            _entry(menu, "Give up", "close", lambda: self._session.remove_job(job_id))
        else:
            _entry(menu, "Cancel generating", "stop", lambda: self._session.cancel(job_id))
        menu.addSeparator()

    def _add_work(self, menu: QMenu, track: Track, clip: Clip) -> None:
        looks = _submenu(menu, "Stylize", "looks")
        for look in Look:
            _entry(looks, look.value.capitalize(), "", lambda look=look: self._stylize(clip.id, look))
        rates = _submenu(menu, "Interpolate", "interpolate")
        source_rate = _source_rate(self._session.project, clip)
        double = Rate.of(source_rate.fraction * 2)
        _entry(rates, f"2× ({double} fps)", "", lambda: self._interpolate(clip.id, double))
        for rate in map(Rate, _RATES):
            _entry(rates, f"{rate} fps", "", lambda rate=rate: self._interpolate(clip.id, rate))
        for submenu in (looks, rates):
            submenu.setDisabled(track.locked)
        if clip.take.recipe is not None and clip.take.recipe.get("kind") == "generate":
            seed = clip.take.recipe.get("seed")
            if isinstance(seed, int):
                _entry(menu, f"Vary (seed {seed + 1})", "vary", lambda: self._session.vary(clip.id, seed + 1))
            _entry(menu, "New seed", "dice", lambda: self._session.vary(clip.id))
        menu.addSeparator()

    def _add_takes(self, menu: QMenu, clip: Clip) -> None:
        takes = _submenu(menu, "Takes", "takes")
        group = QActionGroup(takes)
        for index, take in enumerate(clip.takes):
            name = take.name or ("Original" if index == 0 else f"Take {index + 1}")
            if isinstance(take.reference, Generator):
                name += " (being made)"
            action = _entry(takes, name, "", lambda index=index: self._select_take(clip.id, index))
            action.setCheckable(True)
            action.setChecked(index == clip.active)
            group.addAction(action)
        menu.addSeparator()

    def _add_editing(self, menu: QMenu, track: Track, clip: Clip) -> None:
        session = self._session
        chosen = tuple(sorted(session.selection | {clip.id}))
        cuttable = clip.start < session.playhead < clip.end
        entries = [
            _entry(menu, "Split at playhead\tS", "split", lambda: self._split(clip)),
            _entry(menu, "Duplicate\tCtrl+D", "new", self._duplicate),
            _entry(menu, "Rename\tF2", "prompt", lambda: self._canvas.rename(clip.id)),
            _entry(menu, "Delete\tDel", "trash", lambda: session.apply(LiftClips(clip_ids=chosen))),
            _entry(
                menu,
                "Ripple delete\tShift+Del",
                "trash",
                lambda: session.apply(RippleDelete(clip_ids=chosen)),
            ),
        ]
        entries[0].setEnabled(cuttable)
        for action in entries:
            action.setEnabled(action.isEnabled() and not track.locked)
        menu.addSeparator()

    def _stylize(self, clip_id: str, look: Look) -> None:
        self._session.process(clip_id, lambda source: Stylize(source=source, look=look))

    def _interpolate(self, clip_id: str, rate: Rate) -> None:
        def build(source: Source) -> Interpolate:
            return Interpolate(source=source, frame_rate=rate)

        self._session.process(clip_id, build)

    def _select_take(self, clip_id: str, index: int) -> None:
        self._session.apply(SelectTake(clip_id=clip_id, index=index))

    def _split(self, clip: Clip) -> None:
        session = self._session
        session.apply(split(session.project, session.selection | {clip.id}, session.playhead))

    def _duplicate(self) -> None:
        edit = duplicate(self._session.project, self._session.selection)
        if edit is not None:
            self._session.apply(edit)


def _source_rate(project: Project, clip: Clip) -> Rate:
    return getattr(clip.take.reference, "rate", None) or project.rate


def _reveal(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def _menu(parent: QWidget, title: str) -> QMenu:
    menu = QMenu(title, parent)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def _submenu(menu: QMenu, words: str, icon_name: str) -> QMenu:
    made = menu.addMenu(icon(icon_name), words)
    assert made is not None
    return made


def _entry(menu: QMenu, words: str, icon_name: str, action: Callable[[], object]) -> QAction:
    made = menu.addAction(words)
    if icon_name:
        made.setIcon(icon(icon_name))
    made.triggered.connect(lambda _checked=False: action())
    return made


def track_menu(session: Session, track: Track | None, parent: QWidget) -> QMenu:
    """What can be done to `track`, or (None) beside all tracks."""
    menu = _menu(parent, track.name if track else "Tracks")
    for kind, words in (("video", "Add video track"), ("audio", "Add audio track")):
        _entry(menu, words, "plus", lambda kind=kind: _add_track(session, kind))
    if track is not None:
        removal = RemoveTrack(track_id=track.id)
        action = _entry(menu, f"Remove {track.name}", "trash", lambda: session.apply(removal))
        same = [other for other in session.project.tracks if other.kind == track.kind]
        action.setEnabled(len(same) > 1 and not track.locked)
    return menu


def _add_track(session: Session, kind: str) -> None:
    _, edit = new_track(session.project, kind)
    session.apply(edit)
