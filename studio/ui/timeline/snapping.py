"""Which whole frame a dragged edge sticks to: cuts, the playhead, markers, in and out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable

import msgspec

from studio.project.timeline import Project

REACH = 8
"""Pixels within which an edge is caught."""


class Snap(msgspec.Struct, frozen=True):
    """How far to move further, in frames, and the frame that was caught (None: nothing was)."""

    correction: int = 0
    frame: int | None = None


def snap_points(project: Project, playhead: int, moving: Collection[str] = ()) -> list[int]:
    """Every frame that catches edges, in order; clips named in `moving` do not catch themselves."""
    points = {0, playhead}
    points.update(marker.frame for marker in project.markers)
    points.update(point for point in (project.in_point, project.out_point) if point is not None)
    for _, clip in project.clips():
        if clip.id not in moving:
            points.add(clip.start)
            points.add(clip.end)
    return sorted(points)


def snap(edges: Iterable[int], points: list[int], scale: float) -> Snap:
    """The smallest correction that puts one of `edges` (frames) on one of `points` (sorted frames).

    `scale` is pixels per frame: an edge is caught from REACH pixels away, never from further.
    """
    best: Snap = Snap()
    least = REACH / scale
    for edge in edges:
        at = bisect_left(points, edge)
        for point in points[max(0, at - 1) : at + 1]:
            distance = abs(point - edge)
            if distance < least or (distance == least and best.frame is None):
                least = distance
                best = Snap(point - edge, point)
    return best
