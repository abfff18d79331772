"""The menu of the right mouse button on a clip: what can be made of it, and what can be done to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QUrl
from PySide6.QtGui import QActionGroup, QDesktopServices
from PySide6.QtWidgets import QMenu

from studio.jobs.job import Deflicker, Interpolate, Look, NamedStyle, Source, Stylize
from studio.project.edits import SelectTake
from studio.project.media_paths import resolve_path
from studio.project.timeline import Clip, External, Generator, Project, Title, Track
from studio.timing import Rate
from studio.ui.panels.motion_fields import slowed
from studio.ui.panels.style_choice import ask_for_style, words_for
from studio.ui.session import Session
from studio.ui.timeline.beats import has_beats, mark_beats
from studio.ui.timeline.hits import Hit
from studio.ui.timeline.place_menus import (
    add_gap_entries,
    entry,
    keyframe_menu,
    marker_menu,
    menu_of,
    range_menu,
    submenu,
    track_menu,
    transition_menu,
)
from studio.ui.timeline.style_drop import apply_style

if TYPE_CHECKING:
    from studio.ui.timeline.canvas import Canvas

_RATES = (24, 30, 60)
_SPEEDS = (("Slow motion, half", "1/2"), ("Slow motion, a quarter", "1/4"))
_EDITING = (
    ("split", "transition", "speed", "freeze"),
    ("cut", "copy", "paste", "duplicate", "rename"),
    ("group", "ungroup"),
    ("delete", "ripple-delete"),
)


class ClipMenu(QObject):
    """Builds the menu anew each time, from what lies there at that moment."""

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

    def menu_for(self, found: Hit) -> QMenu | None:
        """The menu of what lies under the pointer."""
        if found.marker is not None:
            marker = found.marker
            return marker_menu(self._session, marker, self._canvas, self._canvas.rename_marker)
        if found.track is None:
            if found.part == "empty":
                return self._beside(found)
            return range_menu(self._canvas, self._canvas.commands)
        if found.transition is not None:
            return transition_menu(self._session, found.transition, self._canvas)
        if found.clip is None:
            return self._beside(found)
        if found.part == "key":
            return keyframe_menu(self._session, found.track, found.clip, found.key_frame, self._canvas)
        return self.build(found.track, found.clip)

    def build(self, track: Track, clip: Clip) -> QMenu:
        menu = menu_of(self._canvas, clip.name)
        if isinstance(clip.take.reference, Generator):
            self._add_job_entries(menu, clip.take.reference.job_id)
        elif track.kind == "video" and not isinstance(clip.take.reference, Title):
            self._add_work(menu, track, clip)
        if len(clip.takes) > 1:
            self._add_takes(menu, clip)
        for group in _EDITING:
            for name in group:
                menu.addAction(self._canvas.commands[name])
            menu.addSeparator()
        if has_beats(clip):
            entry(menu, "Mark the beats", "marker", lambda: mark_beats(self._session, clip))
        reference = clip.take.reference
        if isinstance(reference, External):
            path = resolve_path(self._session.folder, reference.path)
            words = "Reveal result" if clip.take.recipe is not None else "Reveal file"
            entry(menu, words, "folder", lambda: _reveal(path))
        return menu

    def _beside(self, found: Hit) -> QMenu:
        """The menu of a gap, or of the room beside the tracks."""
        menu = track_menu(self._session, found.track, self._canvas)
        if found.track is not None:
            add_gap_entries(menu, self._session, found.track, found.frame)
        return menu

    def _add_job_entries(self, menu: QMenu, job_id: str) -> None:
        if self._canvas.live.failure(job_id) is not None:
            entry(menu, "Try again", "retry", lambda: self._session.retry(job_id))
            entry(menu, "Give up", "close", lambda: self._session.remove_job(job_id))
        else:
            entry(menu, "Cancel generating", "stop", lambda: self._session.cancel(job_id))
        menu.addSeparator()

    def _add_work(self, menu: QMenu, track: Track, clip: Clip) -> None:
        looks = submenu(menu, "Stylize", "looks")
        for look in Look:
            entry(looks, look.value.capitalize(), "", lambda look=look: self._stylize(clip.id, look))
        looks.addSeparator()
        for style in NamedStyle:
            entry(looks, words_for(style), "", lambda style=style: self._restyle(clip.id, style))
        entry(looks, "Style of a picture…", "", lambda: self._ask_style(clip.id))
        rates = submenu(menu, "Interpolate", "interpolate")
        source_rate = _source_rate(self._session.project, clip)
        double = Rate.of(source_rate.fraction * 2)
        entry(rates, f"2× ({double} fps)", "", lambda: self._interpolate(clip.id, double))
        for rate in map(Rate, _RATES):
            entry(rates, f"{rate} fps", "", lambda rate=rate: self._interpolate(clip.id, rate))
        for words, speed in _SPEEDS:
            entry(rates, words, "", lambda speed=speed: self._interpolate(clip.id, source_rate, speed))
        extend = submenu(menu, "Extend", "extend")
        wanted = self._canvas.extend_wanted.emit
        entry(extend, "Forwards, after its end…", "", lambda: wanted(clip.id, False))
        entry(extend, "Backwards, before its start…", "", lambda: wanted(clip.id, True))
        steady = entry(menu, "Remove flicker", "deflicker", lambda: self._deflicker(clip.id))
        for work in (looks, rates, extend, steady):
            work.setDisabled(track.locked)
        if clip.take.recipe is not None and clip.take.recipe.get("kind") == "generate":
            seed = clip.take.recipe.get("seed")
            if isinstance(seed, int):
                entry(menu, f"Vary (seed {seed + 1})", "vary", lambda: self._session.vary(clip.id, seed + 1))
            entry(menu, "New seed", "dice", lambda: self._session.vary(clip.id))
        menu.addSeparator()

    def _add_takes(self, menu: QMenu, clip: Clip) -> None:
        takes = submenu(menu, "Takes", "takes")
        group = QActionGroup(takes)
        for index, take in enumerate(clip.takes):
            name = take.name or ("Original" if index == 0 else f"Take {index + 1}")
            if isinstance(take.reference, Generator):
                name += " (being made)"
            action = entry(takes, name, "", lambda index=index: self._select_take(clip.id, index))
            action.setCheckable(True)
            action.setChecked(index == clip.active)
            group.addAction(action)
        menu.addSeparator()

    def _stylize(self, clip_id: str, look: Look) -> None:
        self._session.process(clip_id, lambda source: Stylize(source=source, look=look))

    def _restyle(self, clip_id: str, style: NamedStyle) -> None:
        def build(source: Source) -> Stylize:
            return Stylize(model="style", source=source, named_style=style)

        self._session.process(clip_id, build)

    def _ask_style(self, clip_id: str) -> None:
        ask_for_style(self._canvas, lambda picture: apply_style(self._session, clip_id, picture))

    def _deflicker(self, clip_id: str) -> None:
        self._session.process(clip_id, lambda source: Deflicker(source=source))

    def _interpolate(self, clip_id: str, rate: Rate, speed: str = "1") -> None:
        def build(source: Source) -> Interpolate:
            return slowed(Interpolate(source=source, frame_rate=rate), speed)

        self._session.process(clip_id, build)

    def _select_take(self, clip_id: str, index: int) -> None:
        self._session.apply(SelectTake(clip_id=clip_id, index=index))


def _source_rate(project: Project, clip: Clip) -> Rate:
    return getattr(clip.take.reference, "rate", None) or project.rate


def _reveal(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
