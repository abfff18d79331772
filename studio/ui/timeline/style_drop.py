"""A picture dropped on a clip: asked is whether the clip takes on its style, or it becomes a clip itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from studio.jobs.job import Source, Stylize
from studio.project.timeline import Clip, External
from studio.ui.drawing.dropped import is_picture_name, local_files
from studio.ui.session import Session
from studio.ui.timeline.drops import ASSET_MIME
from studio.ui.timeline.place_menus import entry, menu_of
from studio.ui.timeline.scene import Drop


def offer_style(
    session: Session, mime: QMimeData, drop: Drop, at: QPoint, owner: QWidget, place: Callable[[], None]
) -> QMenu | None:
    """The menu that asks, at the global position `at`; None where there is nothing to ask.

    `place` puts the picture on the timeline, as any other file that is dropped.
    """
    picture, clip = _picture_in(mime), _clip_under(session, drop)
    if picture is None or clip is None:
        return None
    name = Path(picture).name
    menu = menu_of(owner, name)
    entry(menu, f"Use as the style of {clip.name}", "looks", lambda: apply_style(session, clip.id, picture))
    entry(menu, "Put it on the timeline", "images", place)
    menu.popup(at)
    return menu


def apply_style(session: Session, clip_id: str, picture: str) -> None:
    """Queues a new take of the clip in the style of the picture at that path."""

    def build(source: Source) -> Stylize:
        return Stylize(model="style", source=source, style=Source(path=picture))

    session.process(clip_id, build)


def _picture_in(mime: QMimeData) -> str | None:
    paths = [] if mime.hasFormat(ASSET_MIME) else local_files(mime)
    return paths[0] if len(paths) == 1 and is_picture_name(paths[0]) else None


def _clip_under(session: Session, drop: Drop) -> Clip | None:
    """The clip of a film where the picture was let go."""
    track = next((track for track in session.project.tracks if track.id == drop.track_id), None)
    clip = track.clip_at(drop.frame) if track is not None and track.kind == "video" else None
    return clip if clip is not None and isinstance(clip.take.reference, External) else None
