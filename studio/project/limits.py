"""How far edges, contents and cuts of clips can go: what drags stop at, and what edits refuse to pass.

All limits are inclusive timeline frames or numbers of frames.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import msgspec

from studio.errors import ProjectError
from studio.project import ripple
from studio.project.layout import MAX_FRAME, head, is_still, tail
from studio.project.timeline import Clip, Project, Track
from studio.timing import Rate

Edge = Literal["start", "end"]


class Cut(NamedTuple):
    """Edges that move together: the clips that end there, and those that begin there."""

    ends: tuple[Clip, ...]
    starts: tuple[Clip, ...]


def located(project: Project, clip_id: str) -> tuple[Track, Clip]:
    """A clip and its track; raises ProjectError when it is gone."""
    found = project.find(clip_id)
    if found is None:
        raise ProjectError("That clip is not there any more.", "Choose another clip.")
    return found


def edge_group(project: Project, clip: Clip, edge: str) -> list[Clip]:
    """`clip` and its linked clips that begin (or end) at the same frame: they are trimmed as one."""
    position = clip.start if edge == "start" else clip.end
    return [
        other for other in project.linked(clip) if (other.start if edge == "start" else other.end) == position
    ]


def edge_moved(clip: Clip, edge: str, frame: int, rate: Rate) -> Clip:
    """`clip` with one edge at `frame`."""
    return head(clip, frame, rate) if edge == "end" else tail(clip, frame, rate)


def trim_limits(project: Project, clip_id: str, edge: str) -> tuple[int, int]:
    """The first and last timeline frame to which `edge` ("start" or "end") of a clip can go.

    Neighbours stop it, and so does the end of the source; a still or a ghost has no end. Every
    linked clip that shares the edge counts. Raises ProjectError when there is no such clip.
    """
    _, clip = located(project, clip_id)
    group = tuple(edge_group(project, clip, edge))
    return cut_limits(project, Cut(group, ()) if edge == "end" else Cut((), group))


def roll_limits(project: Project, left_id: str) -> tuple[int, int]:
    """Where the cut after clip `left_id` can go; raises ProjectError where there is no cut."""
    return cut_limits(project, cut_after(project, left_id))


def cut_after(project: Project, left_id: str) -> Cut:
    """The cut between a clip and its right neighbour, with the linked cuts at the same frame."""
    track, left = located(project, left_id)
    after = track.neighbours(left)[1]
    if after is None or after.start != left.end:
        raise ProjectError(
            f"Nothing meets the end of '{left.name}'.", "A cut lies between two clips that touch."
        )
    return joined(project, [left], [after])


def joined(project: Project, ends: Iterable[Clip], starts: Iterable[Clip]) -> Cut:
    """The edges given, and all that move with them because they are linked or touch."""
    found: dict[tuple[str, str], Clip] = {}
    waiting = [("end", clip) for clip in ends] + [("start", clip) for clip in starts]
    while waiting:
        edge, clip = waiting.pop()
        if (edge, clip.id) in found:
            continue
        found[edge, clip.id] = clip
        waiting += [(edge, other) for other in edge_group(project, clip, edge)]
        before, after = located(project, clip.id)[0].neighbours(clip)
        if edge == "end" and after is not None and after.start == clip.end:
            waiting.append(("start", after))
        if edge == "start" and before is not None and before.end == clip.start:
            waiting.append(("end", before))
    return Cut(
        tuple(clip for (edge, _), clip in found.items() if edge == "end"),
        tuple(clip for (edge, _), clip in found.items() if edge == "start"),
    )


def cut_limits(project: Project, cut: Cut, sliding: frozenset[str] = frozenset()) -> tuple[int, int]:
    """Where the edges of `cut` can go without running into clips that are neither in it nor `sliding`."""
    low, high = 0, MAX_FRAME
    ends, starts = sliding.union(clip.id for clip in cut.ends), sliding.union(clip.id for clip in cut.starts)
    for edge, clips in (("end", cut.ends), ("start", cut.starts)):
        for clip in clips:
            one_low, one_high = source_limits(clip, edge, project.rate)
            before, after = located(project, clip.id)[0].neighbours(clip)
            if edge == "end" and after is not None and after.id not in starts:
                one_high = min(one_high, after.start)
            if edge == "start" and before is not None and before.id not in ends:
                one_low = max(one_low, before.end)
            low, high = max(low, one_low), min(high, one_high)
    return low, high


def source_limits(clip: Clip, edge: str, rate: Rate) -> tuple[int, int]:
    """Where an edge can go as far as the shown take's source reaches; one frame is always left."""
    low, high = reach([clip], edge, rate)
    return max(0, low), min(MAX_FRAME, high)


def reach(clips: Iterable[Clip], edge: str, rate: Rate) -> tuple[int, int]:
    """`source_limits` of edges that move as one, also beyond the timeline's beginning."""
    low, high = -MAX_FRAME, MAX_FRAME
    for clip in clips:
        before, after = room(clip, rate)
        if clip.reverse:
            before, after = after, before
        if edge == "start":
            low, high = max(low, clip.start - before), min(high, clip.end - 1)
        else:
            low, high = max(low, clip.start + 1), min(high, clip.end + after)
    return low, high


def room(clip: Clip, rate: Rate) -> tuple[int, int]:
    """How many timeline frames of its source lie before and after what the clip shows, at its speed.

    Stills have room without end; a ghost has none before its beginning.
    """
    take = clip.take
    if clip.frozen or is_still(take.reference):
        return MAX_FRAME, MAX_FRAME
    frames = clip.source_rate(rate)
    before = max(0, take.source_start.floor_frames(frames))
    available = getattr(take.reference, "duration", None)
    if available is None:
        return before, MAX_FRAME
    rest = available - take.source_start
    return before, max(0, rest.ceil_frames(frames) - clip.duration)


def slip_limits(project: Project, clip_ids: tuple[str, ...]) -> tuple[int, int]:
    """How far the contents of clips, and of those linked with them, can slip: back (≤ 0) and on (≥ 0)."""
    low, high = -MAX_FRAME, MAX_FRAME
    for clip in with_linked(project, clip_ids):
        if not is_still(clip.take.reference):
            before, after = slip_room(clip, project.rate)
            low, high = max(low, -before), min(high, after)
    return low, high


def slip_room(clip: Clip, rate: Rate) -> tuple[int, int]:
    """`room` of a clip's content; that of a frozen one is what its one frame has around it."""
    if not clip.frozen:
        return room(clip, rate)
    return room(msgspec.structs.replace(clip, frozen=False, reverse=False, duration=1), rate)


def with_linked(project: Project, clip_ids: Iterable[str]) -> list[Clip]:
    """The clips and all that are linked with them, each once; raises ProjectError when one is gone."""
    found: dict[str, Clip] = {}
    for clip_id in clip_ids:
        for clip in project.linked(located(project, clip_id)[1]):
            found[clip.id] = clip
    return list(found.values())


def ripple_limits(project: Project, clip_id: str, edge: str) -> tuple[int, int]:
    """Where `edge` can go in a ripple trim: its source stops it, and what would run into one another.

    For "start" that may be before the timeline's beginning, as the clip does not move.
    """
    _, clip = located(project, clip_id)
    group = edge_group(project, clip, edge)
    low, high = reach(group, edge, project.rate)
    late = ripple.later(project, min(other.end for other in group), group)
    back, on = ripple.room(project, late, frozenset(other.id for other in group))
    if edge == "end":
        return max(low, clip.end + back), min(high, clip.end + on)
    return max(low, clip.start - on), min(high, clip.start - back)


def slide_limits(project: Project, clip_id: str) -> tuple[int, int]:
    """How many frames a clip can slide between its neighbours: back (≤ 0) and on (≥ 0)."""
    group = project.linked(located(project, clip_id)[1])
    ids = frozenset(clip.id for clip in group)
    low, high = -MAX_FRAME, MAX_FRAME
    for frame, cut in slide_cuts(project, group):
        cut_low, cut_high = cut_limits(project, cut, ids)
        low, high = max(low, cut_low - frame), min(high, cut_high - frame)
    for clip in group:
        before, after = located(project, clip.id)[0].neighbours(clip)
        if before is None or before.end < clip.start:
            low = max(low, (before.end if before else 0) - clip.start)
        if after is not None and after.start > clip.end:
            high = min(high, after.start - clip.end)
    return low, high


def slide_cuts(project: Project, group: Iterable[Clip]) -> list[tuple[int, Cut]]:
    """The cuts at both sides of the clips that slide: the frame of each, and the neighbours' edges there."""
    ids = {clip.id for clip in group}
    edges: dict[tuple[int, str], list[Clip]] = {}
    for clip in group:
        before, after = located(project, clip.id)[0].neighbours(clip)
        if before is not None and before.end == clip.start and before.id not in ids:
            edges.setdefault((clip.start, "end"), []).extend(edge_group(project, before, "end"))
        if after is not None and after.start == clip.end and after.id not in ids:
            edges.setdefault((clip.end, "start"), []).extend(edge_group(project, after, "start"))
    cuts: list[tuple[int, Cut]] = []
    for (frame, edge), clips in edges.items():
        own = tuple({clip.id: clip for clip in clips if clip.id not in ids}.values())
        cuts.append((frame, Cut(own, ()) if edge == "end" else Cut((), own)))
    return cuts
