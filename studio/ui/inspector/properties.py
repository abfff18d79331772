"""What of a clip can be set and keyed, in the user's units, and the edits that do it. No widgets here."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from studio.project.curves import Appearance, Curve, Ease, Keyframe
from studio.project.edits import AdjustClips, Edit, Several
from studio.project.timeline import Clip, Project

SILENCE_DB = -60.0
"""Shown as −∞: from here on down there is no sound at all."""

replace = msgspec.structs.replace


class Property(NamedTuple):
    """One curve of a clip. Shown values are stored ones times `unit_size`."""

    name: str
    """The field of Appearance; "volume" is the clip's own."""
    title: str
    unit: str
    low: float
    high: float
    step: float
    unit_size: float = 100.0
    tooltip: str = ""

    def to_shown(self, value: float, project: Project) -> float:
        match self.name:
            case "x":
                return value * project.width
            case "y":
                return value * project.height
            case "volume":
                return 20 * math.log10(value) if value > 10 ** (SILENCE_DB / 20) else SILENCE_DB
            case _:
                return value * self.unit_size

    def from_shown(self, shown: float, project: Project) -> float:
        match self.name:
            case "x":
                return shown / project.width
            case "y":
                return shown / project.height
            case "volume":
                return 10 ** (shown / 20) if shown > SILENCE_DB else 0.0
            case _:
                return shown / self.unit_size

    def neutral(self) -> Curve:
        """As a new clip has it."""
        return self.of(Clip(id="", name="", start=0, duration=1, takes=()))

    def of(self, clip: Clip) -> Curve:
        return clip.volume if self.name == "volume" else getattr(clip.appearance, self.name)

    def edit(self, clip: Clip, curve: Curve) -> AdjustClips:
        """The edit that gives `clip` this curve."""
        if self.name == "volume":
            return AdjustClips(clip_ids=(clip.id,), volume=curve)
        appearance: Appearance = replace(clip.appearance, **{self.name: curve})
        return AdjustClips(clip_ids=(clip.id,), appearance=appearance)


OPACITY = Property("opacity", "Opacity", "%", 0, 100, 5, tooltip="How much of what lies below is covered")
X = Property("x", "Position X", "px", -16_384, 16_384, 1, tooltip="To the right of the frame's middle")
Y = Property("y", "Position Y", "px", -16_384, 16_384, 1, tooltip="Down from the frame's middle")
SCALE = Property("scale", "Scale", "%", 1, 2_000, 1, tooltip="100 % fits the picture whole into the frame")
ROTATION = Property("rotation", "Rotation", "°", -3_600, 3_600, 1, 1.0, "Turns the picture clockwise")
CROPS = (
    Property("crop_left", "Crop left", "%", 0, 100, 1, tooltip="Cut off the picture's left side"),
    Property("crop_top", "Crop top", "%", 0, 100, 1, tooltip="Cut off the picture's upper side"),
    Property("crop_right", "Crop right", "%", 0, 100, 1, tooltip="Cut off the picture's right side"),
    Property("crop_bottom", "Crop bottom", "%", 0, 100, 1, tooltip="Cut off the picture's lower side"),
)
VOLUME = Property("volume", "Volume", "dB", SILENCE_DB, 24, 1, tooltip="0 dB is the sound as it comes")


def shown_value(prop: Property, clip: Clip, frame: int, project: Project) -> float:
    """What `clip` has at timeline `frame`, in the user's unit."""
    return prop.to_shown(prop.of(clip).at(frame - clip.start), project)


def change_value(prop: Property, clips: Sequence[Clip], shown: float, frame: int, project: Project) -> Edit:
    """Sets the value of all `clips`: at `frame` where they have keyframes, else throughout."""
    value = prop.from_shown(shown, project)

    def changed(clip: Clip) -> Curve:
        curve = prop.of(clip)
        if not curve.keyframes:
            return Curve(value)
        return curve.with_key(_key(curve, frame - clip.start, value))

    return _together(prop, clips, changed, f"Change {prop.title.lower()}")


def toggle_key(prop: Property, clips: Sequence[Clip], frame: int) -> Edit:
    """Takes the keyframes at `frame` away; where the first clip has none there, all get one."""
    has_key = key_at(prop, clips[0], frame)

    def changed(clip: Clip) -> Curve:
        curve, at = prop.of(clip), frame - clip.start
        if has_key:
            return curve.without_key(at)
        return curve.with_key(_key(curve, at, curve.at(at)))

    return _together(prop, clips, changed, "Remove keyframe" if has_key else "Add keyframe")


def ease_at(prop: Property, clip: Clip, frame: int) -> Ease | None:
    """The way on from the keyframe at `frame` or the last one before it; None where there is none."""
    key = _last_key(prop.of(clip), frame - clip.start)
    return None if key is None else key.ease


def change_ease(prop: Property, clips: Sequence[Clip], frame: int, ease: Ease) -> Edit:
    """Another way on from the keyframe at `frame` or the last one before it, in each clip that has one."""

    def changed(clip: Clip) -> Curve:
        curve = prop.of(clip)
        key = _last_key(curve, frame - clip.start)
        return curve if key is None else curve.with_key(replace(key, ease=ease))

    return _together(prop, clips, changed, "Change keyframe")


def reset(prop: Property, clips: Sequence[Clip]) -> Edit:
    """Back to what a new clip has, without keyframes."""
    return _together(prop, clips, lambda _: prop.neutral(), f"Reset {prop.title.lower()}")


def key_at(prop: Property, clip: Clip, frame: int) -> bool:
    return any(key.frame == frame - clip.start for key in prop.of(clip).keyframes)


def neighbour_key(prop: Property, clip: Clip, frame: int, direction: int) -> int | None:
    """The timeline frame of the next keyframe (direction 1) or the one before (-1); None past the last."""
    frames = [clip.start + key.frame for key in prop.of(clip).keyframes]
    # Trims leave keys outside the clip: nobody can go there.
    frames = [at for at in frames if clip.start <= at < clip.end and (at - frame) * direction > 0]
    return min(frames, key=lambda at: abs(at - frame)) if frames else None


def change_fades(clips: Sequence[Clip], fade_in: int | None = None, fade_out: int | None = None) -> Edit:
    """Fade lengths in frames; None leaves one as it is."""
    return AdjustClips(clip_ids=tuple(clip.id for clip in clips), fade_in=fade_in, fade_out=fade_out)


def _key(curve: Curve, at: int, value: float) -> Keyframe:
    """A key at `at` that goes on as the curve went on there."""
    before = _last_key(curve, at)
    return Keyframe(frame=at, value=value, ease=before.ease if before is not None else "linear")


def _last_key(curve: Curve, at: int) -> Keyframe | None:
    """The last keyframe up to frame `at` of the clip."""
    return next((key for key in reversed(curve.keyframes) if key.frame <= at), None)


def _together(prop: Property, clips: Sequence[Clip], change: Callable[[Clip], Curve], name: str) -> Edit:
    # Always under its own name: "Change opacity" tells more in the history than "Change appearance".
    return Several(edits=tuple(prop.edit(clip, change(clip)) for clip in clips), name=name)
