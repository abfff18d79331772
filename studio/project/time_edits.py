"""Edits of how time runs in clips: speed and direction, freeze frame."""

from __future__ import annotations

import math
from fractions import Fraction

import msgspec

from studio.errors import ProjectError
from studio.project import layout, limits, ripple
from studio.project.edit import EditBase, all_unlocked, find_clip
from studio.project.timeline import Clip, Project
from studio.timing import Rate

replace = msgspec.structs.replace


class ChangeSpeed(EditBase, frozen=True, kw_only=True, tag="change-speed"):
    """Plays clips, and those linked with them, at `speed`; their lengths follow, keyframes and fades stretch.

    With `ripple` everything later on all unlocked tracks moves along; without, a clip that grows is
    cut where its neighbour begins.
    """

    clip_ids: tuple[str, ...]
    speed: Rate
    reverse: bool = False
    ripple: bool = True

    @property
    def label(self) -> str:
        return "Reverse" if self.reverse else "Change speed"

    def apply(self, project: Project) -> Project:
        if not Fraction(1, 1000) <= self.speed.fraction <= 1000:
            raise ProjectError("That speed is out of range.", "Use 0.1 % to 100,000 %.")
        clips = limits.with_linked(project, self.clip_ids)
        all_unlocked(project, clips)
        moving = [clip for clip in clips if not clip.frozen and not layout.is_still(clip.take.reference)]
        if not moving:
            raise ProjectError("A still has no speed.", "Trim it to the length it should have.")
        if not self.ripple:
            return layout.with_changed(project, [self._fitted(clip, project) for clip in moving])
        for group in sorted(_linked_groups(moving), key=_first_start, reverse=True):
            # Later groups first: what they push does not lie before them.
            now = [limits.located(project, clip.id)[1] for clip in group]
            project = self._rippled(project, now)
        return project

    def _rippled(self, project: Project, group: list[Clip]) -> Project:
        changed = {clip.id: self._changed(clip, project.rate) for clip in group}
        length = max(changed[clip.id].end - clip.end for clip in group)
        late = ripple.later(project, min(clip.end for clip in group), group)
        return ripple.pushed(project, late, length, changed)

    def _fitted(self, clip: Clip, project: Project) -> Clip:
        changed = self._changed(clip, project.rate)
        after = limits.located(project, clip.id)[0].neighbours(clip)[1]
        if after is None or changed.end <= after.start:
            return changed
        return layout.head(changed, after.start, project.rate)

    def _changed(self, clip: Clip, rate: Rate) -> Clip:
        """`clip` showing the same stretch of its source at the new speed."""
        share = clip.speed.fraction / self.speed.fraction
        faster = replace(clip, speed=self.speed, reverse=self.reverse)
        duration = max(1, math.floor(clip.duration * share + Fraction(1, 2)))
        _, more = limits.room(replace(faster, duration=1), rate)
        return stretched(faster, min(duration, more + 1))


def stretched(clip: Clip, duration: int) -> Clip:
    """`clip` lasting `duration` frames, its keyframes and fades stretched alike."""
    fades = [round(fade * duration / clip.duration) for fade in (clip.fade_in, clip.fade_out)]
    clip = replace(
        clip,
        appearance=clip.appearance.stretched(duration, clip.duration),
        volume=clip.volume.stretched(duration, clip.duration),
        fade_in=fades[0],
        fade_out=fades[1],
    )
    return layout.with_length(clip, duration)


def _linked_groups(clips: list[Clip]) -> list[list[Clip]]:
    groups: dict[str, list[Clip]] = {}
    for clip in clips:
        groups.setdefault(clip.link or clip.id, []).append(clip)
    return list(groups.values())


def _first_start(group: list[Clip]) -> int:
    return min(clip.start for clip in group)


class FreezeFrame(EditBase, frozen=True, kw_only=True, tag="freeze-frame"):
    """Holds the picture at `frame` for `duration` frames; what is later on unlocked tracks moves along."""

    clip_id: str
    frame: int
    duration: int

    @property
    def label(self) -> str:
        return "Freeze frame"

    def apply(self, project: Project) -> Project:
        track, clip = find_clip(project, self.clip_id)
        if track.kind != "video":
            raise ProjectError("Sound cannot be frozen.", "Freeze the picture it belongs to.")
        if clip.frozen or layout.is_still(clip.take.reference):
            raise ProjectError(f"'{clip.name}' stands still already.", "Drag its end to make it longer.")
        if not clip.start <= self.frame < clip.end or self.duration < 1:
            raise ProjectError(
                "There is no picture to freeze.",
                "Put the playhead inside the clip, and hold one frame or more.",
            )
        frozen = self._frozen(clip, project)
        project = layout.opened(project, self.frame, self.duration)
        return layout.with_track(project, layout.put(project, project.track(track.id), frozen))

    def _frozen(self, clip: Clip, project: Project) -> Clip:
        cut = self.frame - clip.start
        length = clip.source_time(self.frame, project.rate) - clip.take.source_start
        return replace(
            clip,
            id=layout.fresh_id(project, f"{clip.id}/frozen", self.frame),
            start=self.frame,
            duration=self.duration,
            takes=tuple(layout.shifted(take, length) for take in clip.takes),
            link="",
            speed=Rate(1),
            reverse=False,
            frozen=True,
            appearance=clip.appearance.held(cut),
            volume=clip.volume.held(cut),
            fade_in=0,
            fade_out=0,
        )
