"""Looks, when a project is opened, whether its media are still there and still what they were."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from studio.errors import ErrorReport, StudioError
from studio.project.edits import Edit, RelinkMedia, Several
from studio.project.media_edits import outlasts, relink_notices
from studio.project.media_paths import resolve_path
from studio.project.timeline import External, Project
from studio.ui.bridge import run_in_background
from studio.ui.importing import examine_file

if TYPE_CHECKING:
    from studio.ui.session import Session

_SETTLED_MS = 500


class Trouble(msgspec.Struct, frozen=True):
    """A file of the project that is gone, cannot be read, or is another than the project thinks."""

    path: str
    """As the project names it."""
    kind: Literal["missing", "unreadable", "changed"]
    words: str
    clips: int
    """How many clips show it."""
    now: External | None = None
    """What lies there, where it has changed."""


class MediaCheck(QObject):
    """Keeps the list of troubles. Belongs to the window's thread; files are read in the background."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject, show_list: Callable[[], None]) -> None:
        super().__init__(parent)
        self.troubles: tuple[Trouble, ...] = ()
        self._session = session
        self._show_list = show_list
        self._told_folder: Path | None = None
        self._soon = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._soon.timeout.connect(self.look)
        session.project_opened.connect(self._soon.start)

    def look_soon(self) -> None:
        """Looks when nothing has changed for a moment."""
        self._soon.start()

    def look(self) -> None:
        project, folder = self._session.project, self._session.folder
        run_in_background(
            lambda: troubles_of(project, folder),
            lambda found: self._found(folder, found),
            self._session.tell_report,
            owner=self,
        )

    def relink(self, choices: dict[str, Path]) -> None:
        """Shows other files in the place of some, named as the project names them; one undo step.

        Others that are missing are taken with them where they moved alike: beside the chosen file, or in the
        folders that moved with it.
        """
        wanted = {**self._found_beside(choices), **choices}
        folder = self._session.folder

        def examined() -> dict[str, External | ErrorReport]:
            found: dict[str, External | ErrorReport] = {}
            for path, file in wanted.items():
                try:
                    found[path] = examine_file(str(file), folder)[0]
                except StudioError as error:
                    found[path] = error.report()
            return found

        run_in_background(examined, self._relink, self._session.tell_report, owner=self)

    def accept(self, trouble: Trouble) -> None:
        """Takes a changed file as it is now."""
        if trouble.now is not None:
            self._relink({trouble.path: trouble.now})

    # Inside

    def _found(self, folder: Path, troubles: tuple[Trouble, ...]) -> None:
        if folder != self._session.folder:
            return
        self.troubles = troubles
        self.changed.emit()
        if troubles and folder != self._told_folder:
            self._told_folder = folder
            self._session.notify(
                "warning", _summary(troubles), "Clips keep their place.", action=("Show", self._show_list)
            )

    def _found_beside(self, choices: dict[str, Path]) -> dict[str, Path]:
        home = self._session.folder
        lost = [trouble.path for trouble in self.troubles if trouble.kind == "missing"]
        return {
            path: file
            for path in lost
            if path not in choices
            for old, new in choices.items()
            for file in places_after_move(resolve_path(home, path), resolve_path(home, old), new)
            if file.is_file()
        }

    def _relink(self, found: dict[str, External | ErrorReport]) -> None:
        project = self._session.project
        edits: list[Edit] = []
        notices: list[str] = []
        for path, reference in found.items():
            if isinstance(reference, ErrorReport):
                self._session.tell_report(reference)
            else:
                notices += relink_notices(project, path, reference)
                edits.append(RelinkMedia(path=path, reference=reference))
        if not edits:
            return
        edit = edits[0] if len(edits) == 1 else Several(edits=tuple(edits), name="Find media")
        if self._session.apply(edit):
            for notice in notices[:3]:
                self._session.notify("warning", notice)
            if len(notices) > 3:
                more = f"There is more to know about the files: {len(notices) - 3} notes."
                self._session.notify("warning", more, "Details says what.", "\n".join(notices[3:]))
        self.look()


def places_after_move(lost: Path, old: Path, new: Path) -> list[Path]:
    """Where `lost` may lie now that what was `old` is found at `new`, the likeliest last.

    Beside it under its own name; and, where both names end alike, in the same place below the folder that
    moved: with /a/day 1/x.mp4 found at /b/day 1/x.mp4, /a/day 2/y.mp4 may be /b/day 2/y.mp4.
    """
    places = [new.parent / lost.name]
    before, after = list(old.parts), list(new.parts)
    while before and after and before[-1] == after[-1]:
        before.pop()
        after.pop()
    if before and after and lost.is_relative_to(Path(*before)):
        places.append(Path(*after) / lost.relative_to(Path(*before)))
    return places


def troubles_of(project: Project, folder: Path) -> tuple[Trouble, ...]:
    """What is wrong with the project's files; reads them, so not for the GUI thread."""
    shown: dict[str, int] = {}
    known: dict[str, External] = {}
    for asset in project.library:
        if isinstance(asset.reference, External):
            known.setdefault(asset.reference.path, asset.reference)
    for _, clip in project.clips():
        for take in clip.takes:
            if isinstance(take.reference, External):
                known.setdefault(take.reference.path, take.reference)
                shown[take.reference.path] = shown.get(take.reference.path, 0) + 1
    found = (_trouble(project, folder, old, shown.get(path, 0)) for path, old in known.items())
    return tuple(trouble for trouble in found if trouble is not None)


def _trouble(project: Project, folder: Path, old: External, clips: int) -> Trouble | None:
    from studio.media.probe import probe

    file = resolve_path(folder, old.path)
    if not file.is_file():
        return Trouble(old.path, "missing", "The file is not there", clips)
    try:
        info = probe(file)
    except StudioError as error:
        report = error.report()
        return Trouble(old.path, "unreadable", f"{report.message} {report.hint}".strip(), clips)
    now = msgspec.structs.replace(
        old,
        duration=info.duration,
        rate=info.rate,
        width=info.width,
        height=info.height,
        has_video=info.kind != "audio",
        has_audio=info.audio is not None,
    )
    differences = _differences(old, now)
    if not differences:
        return None
    held = sum(clip.take.reference == old and outlasts(clip, now, project) for _, clip in project.clips())
    if held:
        held_words = "1 clip is" if held == 1 else f"{held} clips are"
        differences += f" {held_words} longer than it: the last frame is held."
    return Trouble(old.path, "changed", differences, clips, now)


def _differences(old: External, now: External) -> str:
    """What of a file is not as the project remembers it; empty when all is."""
    found: list[str] = []
    if old.duration is not None and now.duration is not None and _shorter(old, now):
        lengths = float(now.duration.seconds), float(old.duration.seconds)
        found.append("It lasts {:.2f} s, not {:.2f} s.".format(*lengths))
    if old.rate is not None and now.rate is not None and old.rate != now.rate:
        found.append(f"It has {now.rate} frames per second, not {old.rate}.")
    if old.width and (old.width, old.height) != (now.width, now.height):
        found.append(f"It is {now.width} × {now.height}, not {old.width} × {old.height}.")
    return " ".join(found)


def _shorter(old: External, now: External) -> bool:
    """Whether `now` ends earlier by more than what containers round off: one frame."""
    assert old.duration is not None and now.duration is not None
    frame_s = 1 / old.rate.fraction if old.rate is not None else Fraction(1, 24)
    return old.duration.seconds - now.duration.seconds > frame_s


def _summary(troubles: tuple[Trouble, ...]) -> str:
    gone = sum(trouble.kind != "changed" for trouble in troubles)
    changed = len(troubles) - gone
    parts = [
        *([f"{gone} {'file is' if gone == 1 else 'files are'} missing or cannot be read"] if gone else []),
        *([f"{changed} {'file has' if changed == 1 else 'files have'} changed"] if changed else []),
    ]
    return f"{', and '.join(parts)}."
