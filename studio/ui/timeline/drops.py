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
"""The id of an asset of the library, as UTF-8."""


def is_welcome(session: Session, mime: QMimeData) -> bool:
    return _asset_in(session, mime) is not None or bool(_files_in(mime))


def target_of(
    session: Session, mime: QMimeData, lens: Lens, rows: tuple[Row, ...], at: QPointF, snaps: bool
) -> tuple[Drop, int | None]:
    """Where `mime` would land if it were dropped at `at`, and the frame that caught its edge."""
    asset = _asset_in(session, mime)
    duration = _length_of(session, asset) if asset is not None else 0
    frame = lens.frame_at(at.x())
    caught = None
    if snaps:
        edges = [frame, frame + duration] if duration else [frame]
        found = snap(edges, snap_points(session.project, session.playhead), lens.scale)
        if frame + found.correction >= 0:
            frame, caught = frame + found.correction, found.frame
    row = lens.row_at(rows, at.y())
    suits = row is not None and not row.track.locked and (asset is None or _suits(asset, row))
    return Drop(frame, row.track.id if row is not None and suits else None, duration), caught


def take_drop(session: Session, mime: QMimeData, drop: Drop) -> None:
    """Puts onto the timeline what was dropped."""
    asset = _asset_in(session, mime)
    if asset is not None:
        session.place_asset(asset.id, drop.frame, drop.track_id)
    else:
        session.import_paths(_files_in(mime), drop.track_id, drop.frame)


def _asset_in(session: Session, mime: QMimeData) -> Asset | None:
    if not mime.hasFormat(ASSET_MIME):
        return None
    asset_id = bytes(mime.data(ASSET_MIME).data()).decode()
    return next((asset for asset in session.project.library if asset.id == asset_id), None)


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
