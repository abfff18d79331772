"""The transitions of a track made to fit its clips, after whatever happened to them."""

from __future__ import annotations

import msgspec

from studio.project.timeline import Track, Transition

replace = msgspec.structs.replace


def fitting(track: Track) -> Track:
    """`track` without transitions whose clips no longer meet; those that grew too long are shortened.

    Each cut has at most one, they are sorted by cut, and the parts of two in one clip do not overlap.
    """
    if not track.transitions:
        return track
    positions = {clip.id: index for index, clip in enumerate(track.clips)}
    by_left = {transition.left: transition for transition in track.transitions}
    kept: list[Transition] = []
    for transition in sorted(by_left.values(), key=lambda one: positions.get(one.left, -1)):
        fitted = _fitted(track, transition, positions, kept[-1] if kept else None)
        if fitted is not None:
            kept.append(fitted)
    if tuple(kept) == track.transitions:
        return track
    return replace(track, transitions=tuple(kept))


def _fitted(
    track: Track, transition: Transition, positions: dict[str, int], previous: Transition | None
) -> Transition | None:
    index = positions.get(transition.left, len(track.clips))
    if index + 1 >= len(track.clips):
        return None
    left, right = track.clips[index], track.clips[index + 1]
    if right.id != transition.right or left.end != right.start:
        return None
    taken = previous.after if previous is not None and previous.right == left.id else 0
    before = max(0, min(transition.before, left.duration - taken))
    after = max(0, min(transition.after, right.duration))
    if before + after == 0:
        return None
    if (before, after) == (transition.before, transition.after):
        return transition
    return replace(transition, before=before, after=after)
