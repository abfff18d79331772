"""Edits of what clips show and where they meet: ripple trim, roll, slip, slide, close gap."""

from __future__ import annotations

from typing import Literal

import msgspec

from studio.errors import ProjectError
from studio.project import closing, layout, limits, ripple
from studio.project.edit import EditBase, all_unlocked, check_limits, find_clip, unlocked_track
from studio.project.timeline import Clip, Project

replace = msgspec.structs.replace


class RippleTrim(EditBase, frozen=True, kw_only=True, tag="ripple-trim"):
    """Moves one edge of a clip; everything later on all unlocked tracks moves along.

    Trimmed at its start, the clip stays where it begins and shows its source from another moment on.
    `frame` is where the edge would come to lie in a plain trim.
    """

    clip_id: str
    edge: Literal["start", "end"]
    frame: int

    @property
    def label(self) -> str:
        return "Ripple trim"

    def apply(self, project: Project) -> Project:
        _, clip = find_clip(project, self.clip_id)
        group = limits.edge_group(project, clip, self.edge)
        check_limits(clip, self.frame, limits.reach(group, self.edge, project.rate))
        all_unlocked(project, group)
        length = self.frame - clip.end if self.edge == "end" else clip.start - self.frame
        late = ripple.later(project, min(other.end for other in group), group)
        trimmed = {other.id: self._trimmed(other, project) for other in group}
        return ripple.pushed(project, late, length, trimmed)

    def _trimmed(self, clip: Clip, project: Project) -> Clip:
        return replace(limits.edge_moved(clip, self.edge, self.frame, project.rate), start=clip.start)


class RollEdit(EditBase, frozen=True, kw_only=True, tag="roll"):
    """Moves the cut between a clip and its right neighbour; cuts of linked clips at the same frame follow."""

    left_id: str
    frame: int

    @property
    def label(self) -> str:
        return "Roll cut"

    def apply(self, project: Project) -> Project:
        _, left = find_clip(project, self.left_id)
        cut = limits.cut_after(project, self.left_id)
        check_limits(left, self.frame, limits.cut_limits(project, cut))
        return _with_cuts(project, {}, [(cut, self.frame)])


class SlipClips(EditBase, frozen=True, kw_only=True, tag="slip"):
    """Shows another part of the source, `frames` later (or earlier) at the clip's speed; linked clips follow.

    Only the shown take slips: others were made for the part that they show.
    """

    clip_ids: tuple[str, ...]
    frames: int

    @property
    def label(self) -> str:
        return "Slip"

    def apply(self, project: Project) -> Project:
        clips = limits.with_linked(project, self.clip_ids)
        all_unlocked(project, clips)
        slipping = [clip for clip in clips if not layout.is_still(clip.take.reference)]
        if not slipping:
            raise ProjectError("A still has nothing to slip.", "Slip a clip of a film or a sound.")
        low, high = limits.slip_limits(project, self.clip_ids)
        if not low <= self.frames <= high:
            raise ProjectError(f"'{slipping[0].name}' cannot slip that far.", "Its source ends there.")
        return layout.with_changed(project, [self._slipped(clip, project) for clip in slipping])

    def _slipped(self, clip: Clip, project: Project) -> Clip:
        take = layout.shifted(clip.take, clip.source_length(self.frames, project.rate))
        takes = tuple(take if index == clip.active else old for index, old in enumerate(clip.takes))
        return replace(clip, takes=takes)


class SlideClip(EditBase, frozen=True, kw_only=True, tag="slide"):
    """Moves a clip between its neighbours, which give and take; so do linked clips and their neighbours."""

    clip_id: str
    frames: int

    @property
    def label(self) -> str:
        return "Slide"

    def apply(self, project: Project) -> Project:
        _, clip = find_clip(project, self.clip_id)
        low, high = limits.slide_limits(project, self.clip_id)
        if not low <= self.frames <= high:
            raise ProjectError(
                f"'{clip.name}' cannot slide that far.", "A neighbour or its source ends there."
            )
        group = project.linked(clip)
        sliding = {other.id: replace(other, start=other.start + self.frames) for other in group}
        cuts = [(cut, frame + self.frames) for frame, cut in limits.slide_cuts(project, group)]
        return _with_cuts(project, sliding, cuts)


def _with_cuts(project: Project, changed: dict[str, Clip], cuts: list[tuple[limits.Cut, int]]) -> Project:
    """`project` with clips `changed`, and the edges of `cuts` moved to their frames."""
    for cut, frame in cuts:
        for edge, clips in (("end", cut.ends), ("start", cut.starts)):
            for clip in clips:
                changed[clip.id] = limits.edge_moved(changed.get(clip.id, clip), edge, frame, project.rate)
    all_unlocked(project, changed.values())
    return layout.with_changed(project, changed.values())


class CloseGap(EditBase, frozen=True, kw_only=True, tag="close-gap"):
    """Moves what follows a gap on a track up to what precedes it; linked clips follow on their tracks."""

    track_id: str
    frame: int
    """Any frame inside the gap."""

    @property
    def label(self) -> str:
        return "Close gap"

    def apply(self, project: Project) -> Project:
        track = unlocked_track(project, self.track_id)
        gap = next((gap for gap in track.gaps() if gap[0] <= self.frame < gap[1]), None)
        if gap is None:
            raise ProjectError("There is no gap to close.", "Point at the empty room before a clip.")
        start, end = gap
        shifts = {clip.id: start - end for clip in track.clips if clip.start >= end}
        return closing.moved(project, closing.followed(project, shifts))
