"""What may be dropped on the timeline: things from the library, and files from outside."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF

from studio.project.timeline import Asset
from studio.timing import frames_in
from studio.ui.session import Session
from studio.ui.timeline.geometry import Lens, Row
from studio.ui.timeline.scene import Drop
from studio.ui.timeline.snapping import snap, snap_points

ASSET_MIME = "application/x-kinora-asset"
"""The ids of assets of the library, one a line, as UTF-8."""


def is_welcome(session: Session, mime: QMimeData) -> bool:
    return bool(_assets_in(session, mime) or _files_in(mime))


def target_of(
    session: Session,
    mime: QMimeData,
    lens: Lens,
    rows: tuple[Row, ...],
    at: QPointF,
    snaps: bool,
    inserts: bool,
) -> tuple[Drop, int | None]:
    """Where `mime` would land if it were dropped at `at`, and the frame that caught its edge."""
    assets = _assets_in(session, mime)
    duration = sum(_length_of(session, asset) for asset in assets)
    frame = lens.frame_at(at.x())
    caught = None
    if snaps:
        edges = [frame, frame + duration] if duration else [frame]
        found = snap(edges, snap_points(session.project, session.playhead), lens.scale)
        if frame + found.correction >= 0:
            frame, caught = frame + found.correction, found.frame
    row = lens.row_at(rows, at.y())
    fits = row is not None and (not assets or any(_suits(asset, row) for asset in assets))
    track_id = row.track.id if row is not None and fits and not row.track.locked else None
    return Drop(frame, track_id, duration, inserts), caught


def take_drop(session: Session, mime: QMimeData, drop: Drop) -> None:
    """Puts onto the timeline what was dropped."""
    assets = _assets_in(session, mime)
    if assets:
        session.place_assets([asset.id for asset in assets], drop.frame, drop.track_id, drop.inserts)
    else:
        session.import_paths(_files_in(mime), drop.track_id, drop.frame, drop.inserts)


def _assets_in(session: Session, mime: QMimeData) -> list[Asset]:
    if not mime.hasFormat(ASSET_MIME):
        return []
    ids = bytes(mime.data(ASSET_MIME).data()).decode().splitlines()
    known = {asset.id: asset for asset in session.project.library}
    return [known[asset_id] for asset_id in ids if asset_id in known]


def _files_in(mime: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]


def _length_of(session: Session, asset: Asset) -> int:
    rate = session.project.rate
    if asset.reference.duration is None:
        return frames_in(session.settings.still_length_s, rate)
    return max(1, asset.reference.duration.to_frames(rate))


def _suits(asset: Asset, row: Row) -> bool:
    is_sound = not getattr(asset.reference, "has_video", True)
    return row.track.kind == ("audio" if is_sound else "video")
