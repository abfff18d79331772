"""Edits of how clips look and sound, of titles, and of the transitions between clips."""

from __future__ import annotations

import math
import re
from typing import Literal

import msgspec

from studio.errors import ProjectError
from studio.project import layout
from studio.project.curves import Appearance, Curve
from studio.project.edit import EditBase, find_clip, unlocked_track, with_clip
from studio.project.timeline import Clip, Project, Title, Track, Transition

replace = msgspec.structs.replace

_COLOUR = re.compile("#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_INFINITE = math.inf
_RANGES: dict[str, tuple[float, float]] = {
    "opacity": (0, 1),
    **dict.fromkeys(("x", "y", "rotation"), (-_INFINITE, _INFINITE)),
    "scale": (0, _INFINITE),
    **dict.fromkeys(("crop_left", "crop_top", "crop_right", "crop_bottom"), (0, 1)),
}


class AdjustClips(EditBase, frozen=True, kw_only=True, tag="adjust-clips"):
    """Changes how clips look or sound; None leaves a property. Fades are cut to the room in their clips."""

    clip_ids: tuple[str, ...]
    appearance: Appearance | None = None
    volume: Curve | None = None
    fade_in: int | None = None
    fade_out: int | None = None

    @property
    def label(self) -> str:
        if self.appearance is not None:
            return "Change appearance"
        return "Change volume" if self.volume is not None else "Change fade"

    def apply(self, project: Project) -> Project:
        if self.appearance is not None:
            for name, (low, high) in _RANGES.items():
                _check_curve(getattr(self.appearance, name), name.replace("_", " "), low, high)
        if self.volume is not None:
            _check_curve(self.volume, "volume", 0, _INFINITE)
        return layout.with_changed(
            project, [self._adjusted(find_clip(project, clip_id)[1]) for clip_id in self.clip_ids]
        )

    def _adjusted(self, clip: Clip) -> Clip:
        fade_in, fade_out = clip.fade_in, clip.fade_out
        if self.fade_in is not None:
            room = clip.duration - (fade_out if self.fade_out is None else 0)
            fade_in = min(max(0, self.fade_in), room)
        if self.fade_out is not None:
            fade_out = min(max(0, self.fade_out), clip.duration - fade_in)
        return replace(
            clip,
            appearance=clip.appearance if self.appearance is None else self.appearance,
            volume=clip.volume if self.volume is None else self.volume,
            fade_in=fade_in,
            fade_out=fade_out,
        )


def _check_curve(curve: Curve, name: str, low: float, high: float) -> None:
    """Raises ProjectError for values out of range and for keyframes out of order."""
    for value in (curve.value, *(key.value for key in curve.keyframes)):
        if not (math.isfinite(value) and low <= value <= high):
            raise ProjectError(f"{value:g} is no value for {name}.", f"It goes from {low:g} to {high:g}.")
    frames = [key.frame for key in curve.keyframes]
    if frames != sorted(set(frames)):
        raise ProjectError(
            f"The keyframes of {name} are out of order.", "There is one at most for each frame."
        )


class ChangeTitle(EditBase, frozen=True, kw_only=True, tag="change-title"):
    """Changes the letters of a title clip; its name follows its first line until somebody renames it."""

    clip_id: str
    title: Title

    @property
    def label(self) -> str:
        return "Change title"

    def apply(self, project: Project) -> Project:
        _, clip = find_clip(project, self.clip_id)
        old = clip.take.reference
        if not isinstance(old, Title):
            raise ProjectError(f"'{clip.name}' is no title.", "Add a title from the menu Insert.")
        check_title(self.title)
        shown = replace(clip.take, reference=self.title)
        takes = tuple(shown if index == clip.active else take for index, take in enumerate(clip.takes))
        name = _first_line(self.title) if clip.name == _first_line(old) else clip.name
        return with_clip(project, replace(clip, takes=takes, name=name))


def _first_line(title: Title) -> str:
    return title.text.strip().partition("\n")[0] or "Title"


def check_title(title: Title) -> None:
    """Raises ProjectError for sizes and colours that cannot be drawn."""
    if not (0 < title.size <= 10 and 0 <= title.padding <= 10):
        raise ProjectError("That size cannot be drawn.", "A line is up to ten times as high as the frame.")
    for colour in (title.colour, title.box):
        if colour and not _COLOUR.fullmatch(colour):
            raise ProjectError(f"'{colour}' is no colour.", "Write #rrggbb or #aarrggbb.")


class AddTransition(EditBase, frozen=True, kw_only=True, tag="add-transition"):
    """Lays a transition over a cut, in the place of the one that is there; it is shortened to what fits."""

    track_id: str
    transition: Transition

    @property
    def label(self) -> str:
        return f"Add {_NAMES[self.transition.kind]}"

    def apply(self, project: Project) -> Project:
        track = unlocked_track(project, self.track_id)
        new = self.transition
        if any(old.id == new.id for other in project.tracks for old in other.transitions):
            raise ProjectError("That transition is there already.", "Change it instead.")
        kept = tuple(old for old in track.transitions if old.left != new.left)
        return _with_transition(project, replace(track, transitions=kept), new)


_NAMES = {"dissolve": "dissolve", "dip": "dip to colour", "wipe": "wipe"}


class ChangeTransition(EditBase, frozen=True, kw_only=True, tag="change-transition"):
    """Changes a transition; None leaves a property as it is."""

    transition_id: str
    kind: Literal["dissolve", "dip", "wipe"] | None = None
    before: int | None = None
    after: int | None = None
    colour: str | None = None
    direction: Literal["left", "right", "up", "down"] | None = None

    @property
    def label(self) -> str:
        return "Change transition"

    def apply(self, project: Project) -> Project:
        track, old = _find_transition(project, self.transition_id)
        kept = tuple(one for one in track.transitions if one.id != old.id)
        new = replace(
            old,
            kind=self.kind or old.kind,
            before=old.before if self.before is None else self.before,
            after=old.after if self.after is None else self.after,
            colour=old.colour if self.colour is None else self.colour,
            direction=self.direction or old.direction,
        )
        return _with_transition(project, replace(track, transitions=kept), new)


class RemoveTransition(EditBase, frozen=True, kw_only=True, tag="remove-transition"):
    transition_id: str

    @property
    def label(self) -> str:
        return "Remove transition"

    def apply(self, project: Project) -> Project:
        track, old = _find_transition(project, self.transition_id)
        kept = tuple(one for one in track.transitions if one.id != old.id)
        return layout.with_track(project, replace(track, transitions=kept))


def _find_transition(project: Project, transition_id: str) -> tuple[Track, Transition]:
    for track in project.tracks:
        for transition in track.transitions:
            if transition.id == transition_id:
                return unlocked_track(project, track.id), transition
    raise ProjectError("That transition is not there any more.", "Choose another cut.")


def _with_transition(project: Project, track: Track, transition: Transition) -> Project:
    """`project` with `transition` on `track` besides its others; raises ProjectError where it cannot lie."""
    if transition.before < 0 or transition.after < 0 or transition.before + transition.after < 1:
        raise ProjectError("A transition lasts at least one frame.", "Make it longer, or remove it.")
    if not _COLOUR.fullmatch(transition.colour):
        raise ProjectError(f"'{transition.colour}' is no colour.", "Write #rrggbb.")
    after = layout.with_track(project, replace(track, transitions=(*track.transitions, transition)))
    if not any(one.id == transition.id for one in after.track(track.id).transitions):
        raise ProjectError(
            "The two clips do not meet.", "A transition lies on a cut between clips that touch."
        )
    return after
